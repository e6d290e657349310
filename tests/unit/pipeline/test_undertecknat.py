"""T1: what counts is signed by its sender, with a key that holds where it stands in the log (docs/security.md)."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hub import artefacts
from intakehub import caller, consent, report, summons
from test_replay import decided_again
from undertecknat import FIRST, MORA, NEW, OLD, SECOND, Signed, revoked, salted, sent

from samverkanshub.codec.keys import nyckel, private_key
from samverkanshub.codec.underskrift import Signatures, held, named, unasked, where_signed
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.ids import event_id
from samverkanshub.pipeline import gate
from samverkanshub.pipeline.judging import Judge
from samverkanshub.verifier import SOUND, TAMPERED

ID = "6c0f2a36-6d0f-4a3e-9c44-52d1b8a4e6f1"
HOUR = 3600_000
TODAY = "2026-12-23"
OTHER_ID = "6c0f2a36-6d0f-4a3e-9c44-52d1b8a4e6f2"


@pytest.fixture
async def hub() -> Signed:
    return await Signed().started()


def asked(**changes: Any) -> dict[str, Any]:
    return summons(mottagare=[{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}], **changes)


# ------------------------------------------------------------------------------------------ what holds


async def test_either_of_two_keys_in_force_at_once_signs(hub: Signed) -> None:
    for key, syfte in ((OLD, "ett"), (NEW, "två")):
        assert (await hub.send(key, "sip_kallelse", asked(syfte=syfte))).status == 201
    assert hub.statuses() == [("dom", ""), ("dom", "")]
    found = await hub.verified()
    assert (found.outcome, found.signatures, found.unheld) == (SOUND, 2, 0)
    assert (await hub.replayed()).differing == 0


async def test_what_was_signed_before_a_key_was_revoked_stands_and_is_shown_by_the_log_alone(hub: Signed) -> None:
    await hub.send(OLD, "samtycke_lamnat", consent())
    await hub.send(OLD, "sip_kallelse", asked())
    await hub.keys(revoked(FIRST), SECOND)
    await hub.send(NEW, "sip_kallelse", asked(syfte="efter"))
    found = await hub.verified()
    assert (found.outcome, found.signatures, found.refused) == (SOUND, 3, 0)
    assert (await hub.replayed()).differing == 0


async def test_openings_and_receipts_are_vouched_for_by_the_hub(hub: Signed) -> None:
    await hub.send(OLD, "orosanmalan", report())
    await hub.keys(revoked(FIRST), SECOND)
    row = await hub.delivered("rattvik.barn-unga.mottagning")
    assert (await hub.deliver.open(caller("rattvik.barn-unga.mottagning"), row["leverans_id"]))["uppgifter"]
    assert [status for status, _ in hub.statuses()] == ["dom", "dom"]
    assert (await hub.verified()).outcome == SOUND


async def test_a_directory_without_any_key_holds_nobody_to_one(hub: Signed) -> None:
    """A rehearsal's: no hub can be called by it. An auditor says that nothing was held."""
    unsigned = salted(
        await _signed_envelope(hub), id=OTHER_ID, handelse_id=event_id("mora", OTHER_ID), nyckelid="", signatur=b""
    )
    await hub.activated(artefacts())
    await hub.hub.publish(unsigned)
    assert hub.statuses()[-1] == ("dom", "")
    found = await hub.verified()
    assert (found.outcome, found.signatures, found.unheld) == (SOUND, 1, 1)


# ------------------------------------------------------------------------------------------ keys that do not hold


@pytest.mark.parametrize(
    ("mora", "why"),
    [
        ((revoked(FIRST), SECOND), "aterkallad-nyckel"),
        ((SECOND,), "okand-nyckel"),
        ((nyckel(OLD, "2026-01-01", "2026-12-23"), SECOND), "nyckel-ej-i-kraft"),
        ((nyckel(OLD, "2026-12-24"), SECOND), "nyckel-ej-i-kraft"),
    ],
)
async def test_intake_refuses_a_key_that_does_not_hold_and_so_does_the_gate_what_came_past_it(
    hub: Signed, mora: tuple[Any, ...], why: str
) -> None:
    """The one that was taken in before, and appended after, has no effect, and freezes nobody."""
    await hub.keys(*mora, told=False)
    receipt = await hub.send(OLD, "samtycke_lamnat", consent())
    assert (receipt.status, receipt.dom) == (202, "")
    assert hub.statuses() == [("karantan", why)]
    (row,) = hub.hub.database.quarantine.values()
    assert row.person_ids == ()
    await hub.keys(*mora)
    with pytest.raises(Refused) as refused:
        await hub.send(OLD, "sip_kallelse", asked())
    assert refused.value.code == "okand-nyckel"
    assert (await hub.send(NEW, "sip_kallelse", asked(syfte="två"))).status == 201
    found = await hub.verified()
    assert (found.outcome, found.signatures, found.refused) == (SOUND, 1, 1)
    assert (await hub.replayed()).differing == 0


async def test_a_key_that_is_revoked_holds_on_no_day_whatever_is_said_of_its_dates(hub: Signed) -> None:
    for key in (FIRST, nyckel(OLD, "2020-01-01"), nyckel(OLD, "2026-12-23", "2026-12-24")):
        await hub.keys(revoked(key), SECOND, told=False)
        await hub.send(OLD, "sip_kallelse", asked(syfte=key.fran + key.till))
    assert {why for _, why in hub.statuses()} == {"aterkallad-nyckel"}


async def test_b1_a_report_by_such_a_key_says_whom_to_telephone_and_its_clock_runs(hub: Signed) -> None:
    await hub.keys(revoked(FIRST), SECOND, told=False)
    receipt = await hub.send(OLD, "orosanmalan", report())
    assert (receipt.status, receipt.ring) == (202, "0248-111")
    due = await hub.projection.due(0, hub.hub.clock.ms + 3 * HOUR, 10, None)
    assert [row.steg for row in due] == ["paminnelse", "andra_kontakt", "region"]
    unread = {row.plikt_id for row in due}
    told = await hub.deliver.outcome(caller(MORA), receipt.handelse_id)
    assert (told["status"], told["ring"]) == ("karantan", "0248-111")
    assert [one["slag"] for one in told["skeenden"]] == ["samtal-att-notera"]
    await hub.keys(revoked(FIRST), SECOND)
    again = await hub.send(NEW, "orosanmalan", report(rattar=receipt.handelse_id))
    assert (again.status, again.dom) == (201, "godtagen")
    due = await hub.projection.due(0, hub.hub.clock.ms + 3 * HOUR, 10, None)
    assert due
    assert unread.isdisjoint(row.plikt_id for row in due), "the clock of what was not taken has stopped"
    with pytest.raises(Refused) as refused:
        await hub.send(OLD, "orosanmalan", report(), id=OTHER_ID)
    assert (refused.value.code, refused.value.ring) == ("okand-nyckel", "0248-111")


@pytest.mark.parametrize("since", [(revoked(FIRST), SECOND), (SECOND,)], ids=["revoked", "listed no more"])
async def test_what_was_judged_and_comes_again_is_a_repeat_though_its_key_is_revoked_since(
    hub: Signed, since: tuple[Any, ...]
) -> None:
    await hub.send(OLD, "sip_kallelse", asked())
    record = (await hub.records())[-1]
    await hub.keys(*since)
    await hub.hub.append_raw(record.value, record.headers, record.key)
    await hub.log.judge()
    assert hub.statuses() == [("dom", ""), ("upprepning", "")]
    assert (await hub.verified()).outcome == SOUND


# ------------------------------------------------------------------------------------------ what is forged


async def _signed_envelope(hub: Signed) -> Any:
    """What a log would hold of a summons of Mora's that was never sent."""
    await hub.send(OLD, "sip_kallelse", asked(), id=ID)
    return await hub.envelope(await hub.hub.log.end(0) - 1)


CHANGES = {
    "other codes": lambda e: {"koder": {**e.koder, "mottagare": [{"slag": "enhet", "id": "falun.vinr"}]}},
    "another user": lambda e: {"anvandare": "u-18"},
    "another commitment": lambda e: {
        "uppgifter": (*e.uppgifter[:-1], _with(e.uppgifter[-1], atagande=bytes(32))),
    },
    "a signature cut out": lambda e: {"nyckelid": "", "signatur": b""},
    "no signature by its key": lambda e: {"signatur": bytes(64)},
    "the other key named": lambda e: {"nyckelid": SECOND.id},
}


def _with(value: Any, **changed: Any) -> Any:
    return type(value)(**{name: getattr(value, name) for name in value.__slots__} | changed)


@pytest.mark.parametrize("change", CHANGES)
async def test_the_gate_takes_nothing_that_its_sender_did_not_sign(hub: Signed, change: str) -> None:
    real = await _signed_envelope(hub)
    forged = {**CHANGES[change](real), "id": OTHER_ID, "handelse_id": event_id("mora", OTHER_ID)}
    await hub.hub.publish(salted(real, **forged))
    assert hub.statuses()[0] == ("dom", "")
    assert hub.statuses()[1] in [("karantan", "fel-signatur"), ("karantan", "osignerad")]
    (row,) = hub.hub.database.quarantine.values()
    assert row.person_ids == (), "who can write to the log can freeze nobody"
    found, again = await hub.verified(), await hub.replayed()
    assert (found.outcome, found.finding and found.finding.what) == (TAMPERED, "signature")
    assert found.finding is not None
    assert found.finding.position == 3
    assert again.first is not None
    assert (again.first.position, again.first.what) == (3, ("signature",))


async def test_a_forgery_does_not_take_the_place_of_what_it_is_of(hub: Signed) -> None:
    """One who can write to the log, and guesses an id, must not silence who has it."""
    real = await _signed_envelope(hub)
    await hub.hub.publish(salted(real, id=OTHER_ID, handelse_id=event_id("mora", OTHER_ID)))
    assert (await hub.send(NEW, "sip_kallelse", asked(syfte="äkta"), id=OTHER_ID)).status in (201, 202)
    assert hub.statuses()[-1] == ("dom", "")


@pytest.mark.parametrize("count", [1, 3])
async def test_what_a_gate_let_through_unsigned_is_found_and_named(
    hub: Signed, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """A log writer that changes codes and does everything else right: gate, decisions and tree are all with it."""
    real = await _signed_envelope(hub)
    monkeypatch.setattr(gate, "Judge", partial(Judge, signatures=unasked))
    await hub.hub.gate.assign(0)
    for nr in range(count):
        id_ = f"{OTHER_ID[:-1]}{nr + 3}"
        other = {**real.koder, "mottagare": [{"slag": "enhet", "id": "falun.vinr"}]}
        await hub.hub.publish(salted(real, id=id_, handelse_id=event_id("mora", id_), koder=other))
    monkeypatch.undo()
    await hub.hub.gate.assign(0)
    await hub.send(OLD, "sip_kallelse", asked(syfte="sist"))
    assert [status for status, _ in hub.statuses()] == ["dom"] * (count + 2)
    found, again = await hub.verified(), await hub.replayed()
    assert found.outcome == TAMPERED
    assert found.finding is not None
    assert (found.finding.what, found.finding.position) == ("signature", 3)
    assert [one.position for one in found.forged] == list(range(3, 3 + count))
    assert (found.leaves, found.signatures) == (count + 4, 2), "what comes after is verified too"
    assert again.first is not None
    assert again.first.position == 3
    assert again.first.what[-1] == "signature"


async def test_what_a_gate_let_through_by_a_key_that_is_revoked_is_named_too(
    hub: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is signed as it says; from its position on nothing that the key signs counts."""
    await hub.keys(revoked(FIRST), SECOND, told=False)
    monkeypatch.setattr(gate, "Judge", partial(Judge, signatures=unasked))
    await hub.hub.gate.assign(0)
    at = await hub.hub.log.end(0)
    await hub.send(OLD, "sip_kallelse", asked())
    monkeypatch.undo()
    assert hub.statuses() == [("dom", "")]
    found, again = await hub.verified(), await hub.replayed()
    assert found.outcome == TAMPERED
    assert [(one.what, one.position) for one in found.forged] == [("signature", at)]
    assert (found.signatures, found.refused) == (0, 0)
    assert again.first is not None
    assert (again.first.position, "status" in again.first.what) == (at, True)


async def test_a_forged_repeat_is_found_though_it_has_no_effect(hub: Signed) -> None:
    real = await _signed_envelope(hub)
    await hub.hub.publish(salted(real, koder={**real.koder, "mottagare": [{"slag": "enhet", "id": "falun.vinr"}]}))
    assert hub.statuses()[-1] == ("upprepning", "")
    found = await hub.verified()
    assert [one.position for one in found.forged] == [3]


async def test_what_begins_later_is_held_from_its_first_activation_on(hub: Signed) -> None:
    """An archive of a period: one that was refused there, or that repeats another, is none of its own."""
    await hub.send(OLD, "sip_kallelse", asked())
    await hub.keys(SECOND, told=False, bas="00" * 32)
    await hub.send(OLD, "sip_kallelse", asked(syfte="efter"))
    found = await hub.verified(start=2)
    assert (found.outcome, found.records, found.signatures, found.unheld) == (SOUND, 3, 0, 2)
    await hub.keys(revoked(FIRST), SECOND, bas=hub.regelverk.found.digest)
    await hub.send(NEW, "sip_kallelse", asked(syfte="ny"))
    await hub.keys(FIRST, told=False, bas="00" * 32)
    await hub.send(NEW, "sip_kallelse", asked(syfte="nyare"))
    found = await hub.verified(start=2)
    assert (found.outcome, found.records, found.signatures, found.unheld) == (SOUND, 7, 2, 2)


async def test_a_directory_that_gives_a_revoked_key_back_is_named(hub: Signed) -> None:
    """Nobody proposes one: it would be put in force past those who could."""
    await hub.keys(revoked(FIRST), SECOND)
    assert (await hub.verified()).outcome == SOUND
    await hub.keys(FIRST, SECOND)
    found = await hub.verified()
    assert [(one.what, one.position) for one in found.forged] == [("signature", 3)]


@pytest.mark.parametrize(
    ("ask", "unsigned", "key_gone"),
    [
        (held, "osignerad", "okand-nyckel"),
        (where_signed, "", "okand-nyckel"),
        (named, "", "okand-nyckel"),
        (unasked, "", ""),
    ],
)
async def test_what_is_asked_of_a_log_of_a_journal_and_of_what_is_only_tried(
    hub: Signed, ask: Signatures, unsigned: str, key_gone: str
) -> None:
    real, katalog = await _signed_envelope(hub), hub.regelverk.found.katalog
    assert ask(real, katalog, TODAY) == ""
    assert ask(replace(real, nyckelid="", signatur=b""), katalog, TODAY) == unsigned
    assert ask(replace(real, nyckelid="0" * 16), katalog, TODAY) == key_gone
    wrong = "fel-signatur" if ask in (held, where_signed) else ""
    assert ask(replace(real, signatur=bytes(64)), katalog, TODAY) == wrong
    assert ask(replace(real, typ="kvittens", nyckelid="", signatur=b""), katalog, TODAY) == ""
    assert ask(replace(real, nyckelid=""), replace(katalog, nycklar={}), TODAY) == ""
    assert ask(real, replace(katalog, enheter={}), TODAY) == "", "its unit has left the directory since"


async def test_a_journal_of_the_log_is_decided_as_the_log_was(hub: Signed) -> None:
    """A key that did not hold is named in its line, and holds no more there."""
    await hub.send(OLD, "samtycke_lamnat", consent())
    await hub.keys(revoked(FIRST), SECOND, told=False)
    await hub.send(OLD, "sip_kallelse", asked())
    assert [status for status, _ in hub.statuses()] == ["dom", "karantan"]
    _, again = await decided_again(hub.hub)
    recorded = [row for _, row in hub.hub.decisions()]
    assert [(row.status, row.digest) for row in again] == [(row.status, row.digest) for row in recorded]


async def test_an_auditor_that_lacks_the_regelverk_is_told_so(hub: Signed) -> None:
    await hub.send(OLD, "sip_kallelse", asked())
    hub.hub.artefacts = type(hub.hub.artefacts)()
    found = await hub.verified()
    assert "artefact" in found.failure


async def test_a_key_of_another_actors_signs_for_nobody_else(hub: Signed) -> None:
    with pytest.raises(Refused) as refused:
        await hub.intake.publish(caller(MORA), sent(private_key(b"f" * 32), "sip_kallelse", asked()))
    assert refused.value.code == "okand-nyckel"


async def test_an_activation_that_did_not_come_into_force_changes_no_key(hub: Signed) -> None:
    """One approved instead of a regelverk that is in force no more is refused, and its directory holds nobody."""
    await hub.keys(SECOND, told=False, bas="00" * 32)
    await hub.send(OLD, "sip_kallelse", asked())
    assert hub.statuses() == [("dom", "")]
    assert (await hub.verified()).outcome == SOUND
