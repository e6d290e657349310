"""T1: the log holds what intake claimed. Who has the vault finds also what no signature covers."""

from typing import Any

import pytest
from intakehub import Whole, caller, consent, report, summons
from raderade import after_twelve_years
from test_intake_partitions import flag, opened
from undertecknat import OLD, Signed, salted

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.envelope import Envelope
from samverkanshub.domain import events
from samverkanshub.domain.events import HUB, HUBS_OWN, KVITTENS, KVITTENSER, OPPNING, RADERING, REGELVERK
from samverkanshub.domain.ids import event_id
from samverkanshub.domain.varden import replace
from samverkanshub.pipeline.ansprak import compared, is_held
from samverkanshub.pipeline.utplanad import blanked

OTHER = "6c0f2a36-6d0f-4a3e-9c44-52d1b8a4e6f3"
TAKEN = ("samtycke_lamnat", "orosanmalan")
SENT = events.MESSAGES | events.CONSENTS | events.PERSON_FACTS | events.ACTS | events.NOTICES
TYPES = SENT | HUBS_OWN | {KVITTENS, OPPNING, REGELVERK}


@pytest.fixture
async def hub() -> Signed:
    """A consent and a report of Mora's, which an opening follows."""
    whole = await Signed().started()
    await whole.send(OLD, "samtycke_lamnat", consent())
    await whole.send(OLD, "orosanmalan", report())
    row = await whole.delivered("rattvik.barn-unga.mottagning")
    await whole.deliver.open(caller("rattvik.barn-unga.mottagning"), row["leverans_id"])
    return whole


async def departing(hub: Signed, compared_with: int = len(TAKEN)) -> list[tuple[int, str]]:
    """Position and what is wrong, of those that depart; and so many were compared."""
    found = [one async for one in compared(hub.hub.log, hub.vault, hub.hub.schemas, 1)]
    assert len(found) == compared_with
    return [(one.offset, one.vad) for one in found if one.vad]


async def envelope_of(hub: Signed, typ: str) -> Envelope:
    (row,) = [row for _, row in hub.hub.decisions() if row.typ == typ]
    return await hub.envelope(row.offset)


def about(envelope: Envelope, person_id: str) -> dict[str, Any]:
    """It is about somebody else, and everything in it that says whom."""
    return {
        "personer": tuple(replace(one, person_id=person_id) for one in envelope.personer),
        "uppgifter": tuple(replace(one, person_id=person_id, subject=person_id) for one in envelope.uppgifter),
    }


async def test_what_was_taken_in_is_in_the_log_as_it_was_claimed(hub: Signed) -> None:
    assert await departing(hub) == []


async def test_what_was_signed_and_put_on_another_person_is_found_though_its_signature_holds(hub: Signed) -> None:
    """Of an event that is not in this log a signature cannot say whom it is about: the vault can."""
    there = await Signed().started()
    await there.send(OLD, "samtycke_lamnat", consent(andamal="riskbedomning"))
    moved = await there.envelope(await there.hub.log.end(0) - 1)
    at = await hub.hub.log.end(0)
    await hub.hub.publish(salted(moved, **about(moved, OTHER)))
    assert hub.statuses()[-1] == ("dom", "")
    assert await departing(hub, 3) == [(at, "inget-ansprak")]


@pytest.mark.parametrize("change", ["personer", "aldersklass", "kon", "arende_id", "enhet"])
async def test_a_record_that_is_not_the_one_claimed_is_found(hub: Signed, change: str) -> None:
    real = await envelope_of(hub, "orosanmalan")
    (child,) = real.personer
    changes: dict[str, dict[str, Any]] = {
        "personer": about(real, OTHER),
        "aldersklass": {"personer": (replace(child, aldersklass="vuxen"),)},
        "kon": {"personer": (replace(child, kon="okand"),)},
        "arende_id": {"arende_id": OTHER},
        "enhet": {"enhet": "mora.barn-unga"},
    }
    at = await hub.hub.log.end(0)
    await hub.hub.publish(replace(real, **changes[change]))
    assert await departing(hub, 3) == [(at, "annan-post")]


async def test_the_same_event_under_another_key_is_not_the_record_that_was_claimed(hub: Signed) -> None:
    """The key says in which order it is read beside what else there is about the person."""
    (record,) = [one for one in await hub.records() if one.offset == 2]
    again = await hub.hub.append_raw(record.value, record.headers, OTHER.encode())
    await hub.log.judge()
    assert await departing(hub, 3) == [(again.offset, "annan-post")]


async def test_what_the_hub_claims_is_held_to_it_and_what_it_makes_of_the_log_is_not(hub: Signed) -> None:
    sent = await envelope_of(hub, "orosanmalan")
    claim = await hub.vault.claimed(sent.handelse_id)
    unclaimed = {typ for typ in TYPES if not is_held(replace(sent, aktor=HUB, typ=typ), None)}
    assert unclaimed == {REGELVERK, *HUBS_OWN} - {RADERING}
    assert {typ for typ in TYPES if not is_held(replace(sent, typ=typ), None)} == {OPPNING, REGELVERK}
    assert all(is_held(replace(sent, aktor=aktor, typ=typ), claim) for aktor in (HUB, "mora") for typ in TYPES)


@pytest.mark.parametrize("slag", sorted(KVITTENSER))
async def test_o4_a_kvittens_that_nobody_sent_is_found_and_every_genuine_one_has_its_claim(
    hub: Signed, slag: str
) -> None:
    """O4: the gate takes it, since it is signed by nobody, and a child's report would wait for nobody any more."""
    group = "rattvik.barn-unga.mottagning"
    row = await hub.delivered(group)
    await hub.deliver.acknowledge(caller(group), row["leverans_id"], slag)
    assert await departing(hub, 3) == []
    genuine, at = await envelope_of(hub, KVITTENS), await hub.hub.log.end(0)
    await hub.hub.publish(replace(genuine, id=OTHER, handelse_id=event_id(genuine.aktor, OTHER)))
    assert hub.statuses()[-1] == ("dom", "")
    assert await departing(hub, 4) == [(at, "inget-ansprak")]


async def test_g1_an_erasure_that_nobody_approved_is_found_and_a_genuine_one_has_its_claim() -> None:
    erasing = await after_twelve_years()
    whole = erasing.whole

    async def found() -> list[tuple[str, str]]:
        every = [one async for one in compared(whole.hub.log, whole.vault, whole.hub.schemas, 1)]
        return [(one.handelse_id, one.vad) for one in every if one.vad]

    besked = await erasing.erased()
    assert (besked.dom, await found()) == ("godtas", [])
    (record,) = [one for one in await whole.records() if _typ_of(whole, one.value) == RADERING]
    genuine = envelopes.decode(record.value, whole.hub.schemas)
    forged = replace(genuine, id=OTHER, handelse_id=event_id(HUB, OTHER))
    await whole.hub.publish(forged)
    assert await found() == [(forged.handelse_id, "inget-ansprak")]


def _typ_of(whole: Whole, value: bytes) -> str:
    return envelopes.decode(value, whole.hub.schemas).typ


async def test_a_repeat_is_the_same_record(hub: Signed) -> None:
    await hub.hub.publish(await envelope_of(hub, "orosanmalan"))
    assert hub.statuses()[-1] == ("upprepning", "")
    assert await departing(hub, 3) == []


async def test_what_was_claimed_for_another_omrade_is_found(hub: Signed) -> None:
    real = await envelope_of(hub, "orosanmalan")
    claim = await hub.vault.claimed(real.handelse_id)
    assert claim is not None
    hub.vault.keep(replace(claim, partitions=(7,)))
    assert [what for _, what in await departing(hub)] == ["annat-omrade"]


async def test_g1_what_an_erasure_took_out_of_a_claim_is_not_missed_and_all_else_is_compared(hub: Signed) -> None:
    real = await envelope_of(hub, "orosanmalan")
    claim = await hub.vault.claimed(real.handelse_id)
    assert claim is not None
    hub.vault.keep(blanked(claim, real.personer[0].person_id, hub.hub.schemas)[0])
    assert await departing(hub) == []
    at = await hub.hub.log.end(0)
    await hub.hub.publish(replace(real, arende_id=OTHER))
    assert await departing(hub, 3) == [(at, "annan-post")]


async def test_what_cannot_be_read_and_what_the_hub_makes_of_the_log_is_not_compared(hub: Signed) -> None:
    record = (await hub.records())[-1]
    await hub.hub.append_raw(b"\0", record.headers, record.key)
    await hub.log.judge()
    assert hub.statuses()[-1][0] == "karantan"
    await hub.send(OLD, "sip_kallelse", summons(mottagare=[{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}]))
    assert await departing(hub, 3) == []


async def test_a_fact_that_goes_to_every_omrade_departs_in_none() -> None:
    whole = await Whole(omraden=3).started()
    for partition in (1, 2):
        opened(whole, partition)
    await flag(whole)
    found = [one async for one in compared(whole.hub.log, whole.vault, whole.hub.schemas, 3)]
    assert [(one.partition, one.vad) for one in found] == [(0, ""), (1, ""), (2, "")]
