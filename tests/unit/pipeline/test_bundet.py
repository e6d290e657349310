"""T1: what stands beside what is signed is what intake makes of it, or it is held as forged (docs/security.md)."""

from collections.abc import Callable
from typing import Any

import pytest
from intakehub import consent, report, summons
from undertecknat import MORA, OLD, Signed, salted

from samverkanshub.codec.envelope import Envelope, SealedUppgift
from samverkanshub.domain.ids import event_id
from samverkanshub.domain.varden import replace
from samverkanshub.verifier import SOUND, TAMPERED

UNIT = [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}]
ELSE = "6c0f2a36-6d0f-4a3e-9c44-52d1b8a4e6f3"


@pytest.fixture
async def hub() -> Signed:
    return await Signed().started()


async def taken(typ: str, data: dict[str, Any]) -> Envelope:
    """What another log holds of an event that Mora signed, and this one does not: its id is not taken here."""
    there = await Signed().started()
    assert (await there.send(OLD, typ, data)).dom == "godtagen"
    return await there.envelope(await there.hub.log.end(0) - 1)


async def delivered(hub: Signed, syfte: str) -> int:
    """How many deliveries a summons of Mora's makes."""
    receipt = await hub.send(OLD, "sip_kallelse", summons(mottagare=UNIT, syfte=syfte))
    rows = hub.hub.database.inbox.values()
    return len([row for row in rows if row.handelse_id == receipt.handelse_id and row.slag == "meddelande"])


async def named_at(hub: Signed, position: int) -> None:
    """An auditor and a replay both name it by its signature."""
    found, again = await hub.verified(), await hub.replayed()
    assert found.outcome == TAMPERED
    assert [(one.what, one.position) for one in found.forged] == [("signature", position)]
    assert again.first is not None
    assert (again.first.position, again.first.what) == (position, ("signature",))


# ------------------------------------------------------------------------------------------ one event for ever


async def test_k4_a_withdrawn_consent_put_in_again_under_another_id_of_the_hubs_lets_nothing_through(
    hub: Signed,
) -> None:
    """A withdrawn consent never revives, whoever can write to the log."""
    given = await hub.send(OLD, "samtycke_lamnat", consent(mottagare=UNIT))
    signed = await hub.envelope(await hub.hub.log.end(0) - 1)
    assert await delivered(hub, "ett")
    withdrawn = {"personer": consent()["personer"], "samtycke": given.handelse_id}
    assert (await hub.send(OLD, "samtycke_aterkallat", withdrawn)).status in (201, 202)
    at = await hub.hub.log.end(0)
    await hub.hub.publish(salted(signed, handelse_id=ELSE))
    assert hub.statuses()[-1] == ("karantan", "fel-signatur")
    (row,) = hub.hub.database.quarantine.values()
    assert row.person_ids == (), "who can write to the log can freeze nobody"
    assert await delivered(hub, "två") == 0
    await named_at(hub, at)


async def test_what_is_signed_once_has_effect_once(hub: Signed) -> None:
    await hub.send(OLD, "samtycke_lamnat", consent(mottagare=UNIT))
    signed = await hub.envelope(await hub.hub.log.end(0) - 1)
    await hub.hub.publish(salted(signed))
    assert [status for status, _ in hub.statuses()] == ["dom", "upprepning"]
    assert (await hub.verified()).outcome == SOUND
    assert (await hub.replayed()).differing == 0


async def test_a_repeat_under_the_hubs_id_of_something_else_is_named_though_it_has_no_effect(hub: Signed) -> None:
    first = await hub.send(OLD, "sip_kallelse", summons(mottagare=UNIT))
    other = await taken("sip_kallelse", summons(mottagare=UNIT, syfte="annat"))
    at = await hub.hub.log.end(0)
    await hub.hub.publish(salted(other, handelse_id=first.handelse_id))
    assert hub.statuses()[-1] == ("upprepning", "")
    found = await hub.verified()
    assert [(one.what, one.position) for one in found.forged] == [("signature", at)]


async def test_b1_a_report_under_another_id_is_quarantined_with_its_clock_running(hub: Signed) -> None:
    await hub.hub.publish(salted(await taken("orosanmalan", report()), handelse_id=ELSE))
    assert hub.statuses() == [("karantan", "fel-signatur")]
    due = await hub.projection.due(0, hub.hub.clock.ms + 3 * 3600_000, 10, None)
    assert [row.steg for row in due] == ["paminnelse", "andra_kontakt", "region"]


# ------------------------------------------------------------------------------------------ beside what is signed


def _items(change: Callable[[SealedUppgift], SealedUppgift]) -> Callable[[Envelope], dict[str, Any]]:
    """Each item that is no person's number, changed."""
    return lambda envelope: {
        "uppgifter": tuple(item if _is_number(item) else change(item) for item in envelope.uppgifter)
    }


def _is_number(item: SealedUppgift) -> bool:
    return item.vag.startswith("/personer/")


def _other_in(envelope: Envelope, item: SealedUppgift) -> SealedUppgift:
    """About another of those it names."""
    other = next(one.person_id for one in envelope.personer if one.person_id != item.person_id)
    return replace(item, person_id=other, subject=other)


def _exchanged(envelope: Envelope) -> dict[str, Any]:
    """The two guardians' numbers stand for each other's persons, who have the same role."""
    child, one, other = envelope.uppgifter[:3]
    first, second = one.person_id, other.person_id
    exchanged = (replace(one, person_id=second, subject=second), replace(other, person_id=first, subject=first))
    return {"uppgifter": (child, *exchanged, *envelope.uppgifter[3:])}


CHANGES: dict[str, Callable[[Envelope], dict[str, Any]]] = {
    "another id of the hub's": lambda _: {"handelse_id": ELSE},
    "the hub's id for another actor": lambda e: {"handelse_id": event_id("falun", e.id)},
    "items about nobody": _items(lambda item: replace(item, person_id="", subject=f"handelse:{ELSE}")),
    "items about another of those named": lambda e: _items(lambda item: _other_in(e, item))(e),
    "numbers of one another": _exchanged,
    "another actor's unit": lambda _: {"enhet": "falun.vinr"},
}
GUARDED = [
    {"roll": "barn", "personnummer": "201705142394"},
    {"roll": "vardnadshavare", "personnummer": "197807182394"},
    {"roll": "vardnadshavare", "personnummer": "196811022380"},
]


async def test_what_intake_makes_of_what_is_signed_is_judged(hub: Signed) -> None:
    """The changes below are found for their own sake: as it was it holds."""
    await hub.hub.publish(salted(await taken("orosanmalan", report(personer=GUARDED))))
    assert hub.statuses() == [("dom", "")]
    assert (await hub.verified()).outcome == SOUND


@pytest.mark.parametrize("change", CHANGES)
async def test_nothing_is_judged_whose_rest_is_not_what_intake_makes_of_what_is_signed(
    hub: Signed, change: str
) -> None:
    signed = await taken("orosanmalan", report(personer=GUARDED))
    assert {item.person_id for item in signed.uppgifter if not _is_number(item)} == {signed.personer[0].person_id}
    at = await hub.hub.log.end(0)
    await hub.hub.publish(salted(signed, **CHANGES[change](signed)))
    assert hub.statuses() == [("karantan", "fel-signatur")]
    await named_at(hub, at)


async def test_an_act_that_names_nobody_brings_the_persons_of_what_it_is_about(hub: Signed) -> None:
    receipt = await hub.send(OLD, "sip_kallelse", summons(mottagare=UNIT))
    await hub.send(OLD, "aterkallelse", {"personer": [], "meddelande": receipt.handelse_id, "skal": "fel_uppgift"})
    envelope = await hub.envelope(await hub.hub.log.end(0) - 1)
    assert envelope.lasargrupp == MORA
    assert envelope.personer
    assert hub.statuses()[-1] == ("dom", "")
    assert (await hub.verified()).outcome == SOUND
