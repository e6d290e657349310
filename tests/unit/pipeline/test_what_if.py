"""What would have been decided otherwise, by another regelverk or without a consent, and nothing that would not."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hub import Hub, artefacts, envelope, person_id

from samverkanshub.codec.artefacts import digest
from samverkanshub.codec.envelope import Envelope
from samverkanshub.domain.decision import Decision, Entry, Reason
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.events import Event
from samverkanshub.domain.ids import event_id
from samverkanshub.pipeline.reading import Read, read
from samverkanshub.pipeline.rejudging import Judged, Rejudging
from samverkanshub.pipeline.what_if import (
    Beside,
    Change,
    Other,
    OtherRegelverk,
    Utslag,
    Withdrawn,
    changes,
    consent_in,
    differing,
)
from samverkanshub.ports import DecisionRow, LogRecord, Span

MORA, GROUPS = "mora.vinr.utsatt", tuple(f"region-dalarna.vardcentral-mora.{one}" for one in ("handlaggare", "skyddad"))
RECIPIENT = [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}]
CONSENT = {
    "andamal": "sip",
    "mottagare": RECIPIENT,
    "kategorier": ["behov"],
    "fran": "2026-12-01T00:00:00+01:00",
    "till": "2027-06-01T00:00:00+02:00",
    "form": "skriftligt",
    "enskilt": True,
    "narvarande": ["ingen"],
    "tolk": "ingen",
}
SIP = {
    "mottagare": RECIPIENT,
    "skyddade_personuppgifter": False,
    "delaktighet": {"satt": "deltar", "information": "muntligt"},
    "syfte": "ett",
    "behov": [{"text": "två", "referens": "ref-1"}],
}
CONSENTED = envelope("samtycke_lamnat", MORA, {"registrerad": "sally"}, CONSENT)
FIRST, SECOND = 2, 4
"""Where the messages that rest on it stand."""


def again(no: str) -> Envelope:
    return envelope("sip_kallelse", MORA, {"utsatt": "sally"}, {**SIP, "syfte": no})


@pytest.fixture
async def hub() -> Hub:
    """A consent at 1, a message on it at 2, the same again, another at 4, and a message about somebody else."""
    found = await Hub().started()
    await found.publish(CONSENTED)
    await found.publish(again("ett"))
    await found.publish(again("ett"))
    await found.publish(again("två"))
    await found.publish(envelope("sip_kallelse", MORA, {"utsatt": "anna"}, {**SIP, "syfte": "tre"}))
    return found


async def listed(hub: Hub, other: Other, added: dict[str, bytes] | None = None) -> list[Change]:
    end = await hub.log.end(0)
    as_was = Rejudging(0, hub.artefacts, hub.schemas)
    otherwise = Rejudging(0, Beside(added or {}, hub.artefacts), hub.schemas)
    steps: list[int] = []

    async def reads() -> AsyncIterator[Read]:
        async for record in hub.log.records(0, 0, end):
            yield read(record, hub.schemas)

    found = [change async for change in changes(reads(), as_was, otherwise, other, steps.append)]
    assert sum(steps) == end
    return found


async def without(hub: Hub, start: int, handelse_id: str = CONSENTED.handelse_id) -> Withdrawn:
    consent = await consent_in(hub.log, Span(0, 0, await hub.log.end(0)), handelse_id, hub.schemas)
    assert consent is not None
    return Withdrawn(consent, start, hub.schemas)


async def test_k4_without_the_consent_what_rested_on_it_is_withheld_and_nothing_else_differs(hub: Hub) -> None:
    found = await listed(hub, await without(hub, FIRST))
    items = [change for change in found if change.vag == "/behov/0"]
    assert {(change.position, change.mottagare) for change in items} == {
        (at, group) for at in (FIRST, SECOND) for group in GROUPS
    }
    assert {(one.fran and one.fran.utslag, one.till and one.till.utslag) for one in items} == {
        ("levereras", "undanhalls")
    }
    assert {change.position for change in found} == {FIRST, SECOND}
    assert all(change.typ == "sip_kallelse" for change in found)


async def test_k4_what_was_before_the_withdrawal_is_as_it_was(hub: Hub) -> None:
    assert {change.position for change in await listed(hub, await without(hub, SECOND))} == {SECOND}
    assert await listed(hub, await without(hub, SECOND + 1)) == []
    assert await listed(hub, await without(hub, 99)) == []


async def test_a_consent_is_withdrawn_after_it_was_given_only(hub: Hub) -> None:
    for start in (0, 1):
        with pytest.raises(Halt) as halt:
            await without(hub, start)
        assert halt.value.code == "ej-mojligt"


async def test_what_is_no_consent_cannot_be_withdrawn(hub: Hub) -> None:
    with pytest.raises(Halt, match="no consent"):
        await without(hub, 5, again("ett").handelse_id)
    assert await consent_in(hub.log, Span(0, 0, 6), person_id("nobody"), hub.schemas) is None


async def test_by_the_same_regelverk_nothing_differs_wherever_it_begins(hub: Hub) -> None:
    for start in range(7):
        assert await listed(hub, OtherRegelverk(artefacts(), start, hub.schemas), artefacts()) == []


def others() -> dict[str, bytes]:
    """The project's regelverk, in which the health centre goes by another name."""
    found = dict(artefacts())
    name = next(name for name, content in found.items() if b'"region-dalarna.vardcentral-mora"' in content)
    found[name] = found[name].replace(b'"region-dalarna.vardcentral-mora"', b'"region-dalarna.vardcentral-xora"')
    return found


async def test_by_another_regelverk_what_it_decides_otherwise_is_listed_from_its_position_on(hub: Hub) -> None:
    other = others()
    everything = await listed(hub, OtherRegelverk(other, 0, hub.schemas), other)
    later = await listed(hub, OtherRegelverk(other, SECOND, hub.schemas), other)
    assert {change.position for change in everything} >= {FIRST, SECOND}
    assert {change.position for change in later} == {SECOND, SECOND + 1}
    assert [one for one in everything if one.position == SECOND + 1] == [
        one for one in later if one.position == SECOND + 1
    ]


async def test_a_later_activation_names_the_other_regelverk_too(hub: Hub) -> None:
    named = [{"namn": name, "digest": digest(content)} for name, content in sorted(artefacts().items())]
    first = await hub.log.at(0, 0)
    assert first is not None
    record_0 = read(first, hub.schemas).envelope
    assert record_0 is not None
    id_ = person_id("again")
    codes = {**record_0.koder, "artefakter": named}
    await hub.publish(replace(record_0, id=id_, handelse_id=event_id("hubben", id_), koder=codes))
    await hub.publish(again("fyra"))
    found = await listed(hub, OtherRegelverk(others(), SECOND, hub.schemas), others())
    assert max(change.position for change in found) == 7


async def test_a_regelverk_that_cannot_be_used_cannot_be_tried(hub: Hub) -> None:
    with pytest.raises(Halt, match="at position 3: the artefact"):
        await listed(hub, OtherRegelverk(others(), 3, hub.schemas), {})


class Refused:
    """A history that begins with what the gate refuses."""

    def __init__(self, hub: Hub) -> None:
        self.start = 3
        self._hub = hub

    def before(self, record: LogRecord) -> Read:
        made = OtherRegelverk(artefacts(), 3, self._hub.schemas).before(record)
        assert made is not None
        assert made.event is not None
        alone = {**made.event.koder, "godkand_av": made.event.koder["foreslagen_av"]}
        return replace(made, event=replace(made.event, koder=alone))

    def instead(self, one: Read) -> Read:
        return one


async def test_what_the_gate_would_have_refused_cannot_be_tried(hub: Hub) -> None:
    with pytest.raises(Halt) as halt:
        await listed(hub, Refused(hub))
    assert halt.value.code == "ej-mojligt"


async def test_nothing_is_stored_beside() -> None:
    with pytest.raises(NotImplementedError):
        await Beside({}, Hub().artefacts).put(b"{}")


# ------------------------------------------------------------------------------------------ what differs


def judged(*entries: Entry, **parts: object) -> Judged:
    record = LogRecord(1, 7, 0, None, (), b"")
    event = Event("h", "avvikelse", "mora", "", "", "")
    decision = replace(Decision("h", "avvikelse", "mora", "r", tuple(sorted(entries))), **parts)  # type: ignore[arg-type]
    row = DecisionRow(7, "h", "mora", "", "avvikelse", "", "dom", 0, b"", b"", b"", b"")
    return Judged(Read(record, b"", None, event), decision, row)


YES, NO = (Reason("B3", "samtycke", False),), (Reason("K4", "aterkallat", True),)


def line(**said: object) -> Change:
    return replace(Change(1, 7, "h", "avvikelse"), **said)  # type: ignore[arg-type]


def test_each_line_is_held_against_the_one_of_its_recipient_and_item() -> None:
    was = judged(Entry("a", "/1", YES), Entry("a", "/2", YES), Entry("b", "/1", NO))
    would = judged(Entry("a", "/1", NO), Entry("a", "/2", YES), Entry("c", "/1", YES))
    assert differing(was, would) == [
        line(mottagare="a", vag="/1", fran=Utslag("levereras", YES), till=Utslag("undanhalls", NO)),
        line(mottagare="b", vag="/1", fran=Utslag("undanhalls", NO)),
        line(mottagare="c", vag="/1", till=Utslag("levereras", YES)),
    ]


def test_of_several_lines_of_one_place_those_that_both_have_are_left_out() -> None:
    was = judged(Entry("a", "", YES, "notis"), Entry("a", "", NO, "incident"), Entry("a", "", NO, "spridning"))
    would = judged(Entry("a", "", YES, "spridning"), Entry("a", "", NO, "incident"))
    assert differing(was, would) == [line(mottagare="a", fran=Utslag("undanhalls", NO))]


def test_a_decision_whose_lines_are_the_same_and_not_the_rest_is_listed_with_what_differs() -> None:
    same = Entry("a", "/1", YES)
    assert differing(judged(same), judged(same, hints=("ring",), uppfyller=("p",))) == [
        line(delar=("hints", "uppfyller"))
    ]
    assert differing(judged(same), judged(same, regelverk="annat")) == []
