"""B1, B7, O4: a report that the gate could not judge: its clock runs, its sender is told, and replay sees the same."""

from dataclasses import replace
from typing import Any

import pytest
from intakehub import VC, VC_RATTVIK, Whole, caller, keyed_regelverk, report, summons

from samverkanshub.adapters.memory import MemoryArtefacts
from samverkanshub.codec import states
from samverkanshub.domain.errors import Conflict
from samverkanshub.domain.flows import karantan
from samverkanshub.pipeline.journal import judged, read_journal
from samverkanshub.pipeline.journal_writing import journal_lines
from samverkanshub.pipeline.replay import Replay

HOUR = 3600_000
CALL = {"personer": [], "tid": "2026-03-02T09:30:00+01:00", "funktion": "handlaggare", "mottaget_av": "Kim"}


@pytest.fixture
async def whole() -> Whole:
    """A regelverk older than the program: its gate reads no report, and intake has not heard of it yet."""
    found = await Whole().started()
    await found.before_the_schema_of("orosanmalan")
    found.regelverk.found = keyed_regelverk()
    return found


async def stuck(whole: Whole) -> str:
    """The event id of a report in quarantine."""
    receipt = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    return receipt.handelse_id


async def outcome(whole: Whole, handelse_id: str) -> dict[str, Any]:
    return await whole.deliver.outcome(caller(VC_RATTVIK), handelse_id)


async def due(whole: Whole, after_ms: int) -> list[str]:
    """The steps due so long after now."""
    return [row.steg for row in await whole.projection.due(0, whole.hub.clock.ms + after_ms, 10, None)]


async def test_o4_the_clock_runs_for_the_watch_to_see(whole: Whole) -> None:
    await stuck(whole)
    assert await due(whole, HOUR - 1) == []
    assert await due(whole, 3 * HOUR) == ["paminnelse", "andra_kontakt", "region"]


async def test_b1_the_sender_reads_that_it_is_to_telephone_and_to_note_the_call_and_is_told_so(whole: Whole) -> None:
    report_id = await stuck(whole)
    told = await outcome(whole, report_id)
    assert (told["status"], told["ring"]) == ("karantan", "0248-111")
    assert [one["slag"] for one in told["skeenden"]] == ["samtal-att-notera"]
    notices = [one for one in whole.hub.notices.sent if report_id.encode() in one.body]
    assert [one.aktor for one in notices] == ["region-dalarna"]


async def test_o4_the_record_of_the_call_stops_the_clock(whole: Whole) -> None:
    report_id = await stuck(whole)
    noted = await whole.publish(VC_RATTVIK, "samtal_noterat", {**CALL, "meddelande": report_id})
    assert noted.dom == "godtagen"
    assert await due(whole, 3 * HOUR) == []
    assert [one["slag"] for one in (await outcome(whole, report_id))["skeenden"]] == [
        "samtal-att-notera",
        "samtal-noterat",
    ]


async def test_o4_the_sender_has_it_in_its_list_of_what_is_open_until_the_call_is_noted(whole: Whole) -> None:
    report_id = await stuck(whole)
    [row] = (await whole.skyldigheter.of(caller(VC_RATTVIK), "", 9))["rader"]
    assert (row["slag"], row["roll"], row["avser"]) == ("o4.kvittens", "vantar", report_id)
    await whole.publish(VC_RATTVIK, "samtal_noterat", {**CALL, "meddelande": report_id})
    assert (await whole.skyldigheter.of(caller(VC_RATTVIK), "", 9))["rader"] == []


async def test_q2_nothing_else_is_done_with_it(whole: Whole) -> None:
    report_id = await stuck(whole)
    recall = {"personer": [], "meddelande": report_id, "skal": "fel_person"}
    with pytest.raises(Conflict) as refused:
        await whole.publish(VC_RATTVIK, "aterkallelse", recall)
    assert refused.value.code == "meddelande-i-karantan"


async def test_b7_sent_anew_when_the_fault_is_mended_it_is_stopped_too(whole: Whole) -> None:
    report_id = await stuck(whole)
    await whole.activated()
    await whole.publish(VC_RATTVIK, "orosanmalan", report(rattar=report_id))
    assert "sand-pa-nytt" in [one["slag"] for one in (await outcome(whole, report_id))["skeenden"]]
    open_ones = [p for a in (await arenden(whole)) for p in a.plikter if p.slag == "o4.kvittens" and not p.uppfylld]
    assert open_ones
    assert all(plikt.barare for plikt in open_ones), "the statutory recipients'"


async def arenden(whole: Whole) -> list[Any]:
    rows = whole.hub.database.states.items()
    return [states.decode("arende", content) for (_, kind, _), content in rows if kind == "arende"]


async def test_b7_a_report_whose_clock_cannot_be_made_either_stops_nothing(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise ValueError

    monkeypatch.setattr(karantan, "clocked", broken)
    told = await outcome(whole, await stuck(whole))
    assert (told["status"], told["ring"], told["skeenden"]) == ("karantan", "0248-111", [])
    assert [len(row.person_ids) for row in whole.hub.database.quarantine.values()] == [1]


async def test_o4_no_other_message_in_quarantine_has_a_clock(whole: Whole) -> None:
    await whole.before_the_schema_of("sip_kallelse")
    whole.regelverk.found = keyed_regelverk()
    await whole.publish(VC, "sip_kallelse", summons())
    assert [row.reason for row in whole.hub.database.quarantine.values()] == ["okant-schema"]
    assert await due(whole, 3 * HOUR) == []


async def test_t1_replay_and_a_journal_of_the_log_say_the_same(whole: Whole) -> None:
    report_id = await stuck(whole)
    await whole.publish(VC_RATTVIK, "samtal_noterat", {**CALL, "meddelande": report_id})
    hub = whole.hub
    replay = Replay(hub.log, whole.projection, hub.artefacts, hub.schemas, lambda _count: None)
    found = await replay.standing(0)
    await replay.compare(found)
    assert (found.compared, found.differing) == (4, 0)
    kept = MemoryArtefacts()
    lines = [line async for line in journal_lines(0, hub.log, hub.schemas, "b", source=hub.artefacts, kept=kept)]
    journal = await read_journal("\n".join(lines).encode(), Stored(), kept, hub.schemas)
    again = [one async for one in judged(journal, kept, hub.schemas)]
    recorded = [row for _, row in hub.decisions()]
    assert [replace(one.row, record_digest=b"") for one in again] == [
        replace(row, record_digest=b"") for row in recorded
    ]
    assert [(p.slag, p.vantar) for p in again[2].decision.plikter] == [
        ("o4.kvittens", "region-dalarna.vardcentral-rattvik")
    ]


class Stored:
    """The artefacts are in the store already."""

    async def stored(self, regelverk: str, wanted: list[str]) -> list[bytes]:
        return []

    async def compiled(self, regelverk: str, nycklar: str) -> dict[str, bytes]:
        raise AssertionError("no directory is compiled")
