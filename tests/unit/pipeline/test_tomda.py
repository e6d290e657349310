"""G1, B1: what was claimed, never appended and blanked with an erasure is taken in when its sender sends it again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from foreslagna import OTHER
from intakehub import BO, VC, VC_RATTVIK, Died, caller, consent, event, person, report
from raderade import RATTVIK, Erasing, after_twelve_years

from samverkanshub.codec import envelope as kuvert
from samverkanshub.domain.errors import Conflict, Refused
from samverkanshub.pipeline.intake import Intake
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.ports import Claim, Unavailable

ID = "5b0e2f1c-7a3d-4c58-9e61-2d8f4a7b9c03"
DATA = report(personer=[person("barn", "barn-7"), person("vardnadshavare", BO)], beskrivning="på nytt")
"""Of a child of today, whose number is not known, with a guardian who is erased meanwhile."""


@pytest.fixture
async def hub() -> Erasing:
    return await after_twelve_years()


async def send(hub: Erasing, data: dict[str, Any] = DATA, grupp: str = VC_RATTVIK) -> Receipt:
    return await hub.whole.publish(grupp, "orosanmalan", data, id=ID)


async def died(hub: Erasing, sends: Callable[[Erasing], Awaitable[Receipt]] = send) -> Claim:
    """Whoever took it in died; a person of it has been erased since, and its claim blanked."""
    forslag = await hub.proposed(f"nr:{BO}")
    hub.whole.points.at = "api.fore-append"
    with pytest.raises(Died):
        await sends(hub)
    hub.whole.points.at = ""
    assert (await hub.radering.godkann(OTHER, forslag)).dom == "godtas"
    [claim] = [one for one in hub.whole.vault.claims() if one.id == ID]
    assert claim.digest == b""
    return claim


async def records(hub: Erasing) -> list[bytes]:
    """The records in the log that have the id."""
    every = [record.value for record in await hub.whole.records()]
    return [value for value in every if kuvert.decode(value, hub.whole.hub.schemas).id == ID]


async def test_b1_an_honest_repeat_reaches_its_recipient_and_is_one_record(hub: Erasing) -> None:
    await died(hub)
    assert await records(hub) == []
    receipt = await send(hub)
    assert receipt.dom == "godtagen"
    row = await hub.whole.delivered(RATTVIK)
    assert row["handelse_id"] == receipt.handelse_id
    opened = await hub.whole.deliver.open(caller(RATTVIK), row["leverans_id"])
    assert opened["uppgifter"]["/beskrivning"] == "på nytt"
    assert {one["nummer"] for one in opened["personer"] if one["roll"] == "vardnadshavare"} == {BO}
    assert (await send(hub)).handelse_id == receipt.handelse_id
    assert len(await records(hub)) == 1


async def test_once_it_is_in_the_log_another_content_is_refused_as_ever(hub: Erasing) -> None:
    await died(hub)
    await send(hub)
    with pytest.raises(Conflict):
        await send(hub, {**DATA, "beskrivning": "något annat"})


async def test_of_two_repeats_at_once_one_content_comes_to_the_log(hub: Erasing) -> None:
    await died(hub)
    first, second = await asyncio.gather(send(hub), send(hub))
    assert first.handelse_id == second.handelse_id
    assert len(set(await records(hub))) == 1


async def test_what_is_in_the_log_is_never_claimed_anew_nor_what_may_be_while_the_gate_is_behind(hub: Erasing) -> None:
    """B1: the answer says whom to telephone."""
    claim = await died(hub)
    hub.whole.log.paused = True
    await hub.whole.log.append(0, claim.key, claim.headers, claim.value)
    with pytest.raises(Unavailable, match="`grind`") as refused:
        await send(hub)
    assert refused.value.ring
    await hub.whole.log.judge()
    with pytest.raises(Conflict):
        await send(hub)
    assert len(await records(hub)) == 1


async def test_another_reader_group_of_the_actor_claims_nothing_in_its_place(hub: Erasing) -> None:
    before = await died(hub)
    with pytest.raises(Conflict):
        await send(hub, grupp=VC)
    assert [one for one in hub.whole.vault.claims() if one.id == ID] == [before]


async def test_who_cannot_see_the_logs_end_takes_it_to_be_there(hub: Erasing) -> None:
    await died(hub)
    whole = hub.whole
    given = (whole.vault, whole.log, whole.projection, whole.regelverk, whole.hub.schemas, whole.hub.clock)
    blind = Intake(*given, whole.intake._ring, whole.points, wait_s=0.05)
    with pytest.raises(Conflict):
        await blind.publish(caller(VC_RATTVIK), event(VC_RATTVIK, "orosanmalan", DATA, id=ID))


async def test_a_crash_between_the_new_claim_and_the_log_leaves_what_can_be_sent_again(hub: Erasing) -> None:
    await died(hub)
    for place in ("api.efter-ansprak", "api.fore-append", "api.efter-append"):
        hub.whole.points.at = place
        with pytest.raises(Died):
            await send(hub)
    hub.whole.points.at = ""
    assert (await send(hub)).dom == "godtagen"
    assert len(set(await records(hub))) == 1


async def test_a_kvittens_that_was_never_appended_is_taken_in_when_it_is_sent_again(hub: Erasing) -> None:
    async def acknowledge() -> Receipt:
        return await hub.whole.deliver.acknowledge(caller(RATTVIK), hub.row["leverans_id"], "dokumenterad", id=ID)

    forslag = await hub.proposed()
    hub.whole.points.at = "api.fore-append"
    with pytest.raises(Died):
        await acknowledge()
    hub.whole.points.at = ""
    assert (await hub.radering.godkann(OTHER, forslag)).dom == "godtas"
    receipt = await acknowledge()
    assert (await acknowledge()).handelse_id == receipt.handelse_id
    assert len(set(await records(hub))) == 1


# ------------------------------------------------------------------------------------------ a consent that is ended

GIVEN_BY = [person("registrerad", "barn-7"), person("vardnadshavare", BO)]
"""Of a child of today, with a guardian who is erased meanwhile."""


async def consented(hub: Erasing) -> Receipt:
    return await hub.whole.publish(VC_RATTVIK, "samtycke_lamnat", consent(personer=GIVEN_BY), id=ID)


async def end(hub: Erasing, claim: Claim, typ: str = "samtycke_aterkallat") -> Receipt:
    """Withdraw or annul it."""
    skal = {"skal": "fel_uppgift"} if typ == "samtycke_makulerat" else {}
    data = {"personer": [person("registrerad", "barn-7")], "samtycke": claim.handelse_id, **skal}
    return await hub.whole.publish(VC_RATTVIK, typ, data)


@pytest.mark.parametrize("typ", ["samtycke_aterkallat", "samtycke_makulerat"])
async def test_k4_who_ends_a_blanked_consent_that_never_was_is_told_so_and_puts_it_nowhere(
    hub: Erasing, typ: str
) -> None:
    """Else its sender, who may send it again at that moment, would have two records of one id in the log."""
    claim = await died(hub, consented)
    with pytest.raises(Refused) as refused:
        await end(hub, claim, typ)
    assert (refused.value.code, refused.value.falt) == ("okant-samtycke", "/data/samtycke")
    assert await records(hub) == []
    assert (await consented(hub)).dom == "godtagen"
    assert len(set(await records(hub))) == 1


async def test_k4_a_blanked_consent_that_came_to_the_log_is_ended_once_the_gate_has_judged_it(hub: Erasing) -> None:
    claim = await died(hub, consented)
    hub.whole.log.paused = True
    await hub.whole.log.append(0, claim.key, claim.headers, claim.value)
    with pytest.raises(Unavailable, match="`grind`"):
        await end(hub, claim)
    await hub.whole.log.judge()
    hub.whole.log.paused = False
    assert (await end(hub, claim)).status == 201
    assert len(await records(hub)) == 1
