"""Each leaf against the record in the log and the decision in the database: one byte changed is found and named."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from publishing import KEY, Hub, a_decision, a_hub, a_record, checked, flip

from samverkanshub.domain.errors import Halt
from samverkanshub.ports import LogRecord
from samverkanshub.verifier import SOUND, Sources, verify

COUNT = 300


@pytest.fixture
def hub() -> Hub:
    return a_hub(COUNT)


def named(hub: Hub) -> tuple[str, int]:
    finding = hub.checked().finding
    assert finding
    assert finding.path == ""
    return finding.what, finding.position


def test_a_hub_that_nobody_has_touched_is_sound(hub: Hub) -> None:
    result = hub.checked()
    assert (result.outcome, result.leaves, result.records, result.decisions) == (SOUND, COUNT, COUNT, COUNT)


def test_what_is_not_there_is_not_said_to_be_checked(hub: Hub) -> None:
    for given, counts in [({}, (0, 0)), ({"log": hub.log}, (COUNT, 0)), ({"decisions": hub.decisions}, (0, COUNT))]:
        result = checked(hub.files, **given)
        assert (result.outcome, result.records, result.decisions) == (SOUND, *counts)


def test_what_is_judged_after_the_checkpoint_is_no_matter(hub: Hub) -> None:
    hub.log.kept.append(a_record(COUNT))
    hub.decisions.kept.append(a_decision(COUNT))
    assert hub.checked().outcome == SOUND


# ------------------------------------------------------------------------------------------ records


@pytest.mark.parametrize(
    "change",
    [
        lambda record: replace(record, value=flip(record.value, 0)),
        lambda record: replace(record, value=record.value[:-1]),
        lambda record: replace(record, key=flip(record.key, 15, 7)),
        lambda record: replace(record, key=None),
        lambda record: replace(record, tid=record.tid + 1),
        lambda record: replace(record, partition=1),
        lambda record: replace(record, headers=record.headers[:1]),
        lambda record: replace(record, headers=tuple(reversed(record.headers))),
        lambda record: replace(record, headers=(("personer", flip(b"\0" * 16, 3)), record.headers[1])),
    ],
)
@pytest.mark.parametrize("offset", [0, 255, 256, COUNT - 1])
def test_a_changed_record_is_named(hub: Hub, change: Callable[[LogRecord], LogRecord], offset: int) -> None:
    hub.change_record(offset, change)
    assert named(hub) == ("record", offset)


@pytest.mark.parametrize("offset", [0, 255, 256, COUNT - 1])
@pytest.mark.parametrize("gap", [True, False])
def test_a_record_that_is_gone_is_named(hub: Hub, offset: int, gap: bool) -> None:
    hub.log.gap = gap
    del hub.log.kept[offset]
    assert named(hub) == ("record", offset)


def test_a_log_cut_short_is_named_where_it_ends(hub: Hub) -> None:
    del hub.log.kept[17:]
    assert named(hub) == ("record", 17)


def test_what_is_said_to_be_whole_ends_where_the_signed_tree_does() -> None:
    """An archive with records after its checkpoint: nobody has signed them."""
    hub = a_hub(COUNT)
    assert checked(hub.files, log=hub.log, held=(0, COUNT)).finding is None
    found = checked(hub.files, log=hub.log, held=(0, COUNT + 1)).finding
    assert found is not None
    assert (found.what, found.position) == ("checkpoint", COUNT)


async def test_a_log_that_cannot_be_read_is_no_tampering(hub: Hub) -> None:
    class Stopped:
        async def records(self, partition: int, start: int, end: int):  # type: ignore[no-untyped-def]
            raise Halt("cannot be read", code="stopp")
            yield

    with pytest.raises(Halt):
        await verify(Sources(0, hub.files, KEY, log=Stopped()))


# ------------------------------------------------------------------------------------------ decisions


def test_every_byte_of_a_decision_record_counts() -> None:
    hub = a_hub(1)
    record = hub.decisions.kept[0].record
    for at in range(len(record)):
        hub.change_decision(0, record=flip(record, at, at % 8))
        assert named(hub) == ("decision", 0)


@pytest.mark.parametrize("offset", [0, 255, 256, COUNT - 1])
def test_a_changed_decision_is_named(hub: Hub, offset: int) -> None:
    hub.change_decision(offset, record=a_decision(offset + 1, place=offset).record)
    assert named(hub) == ("decision", offset)


@pytest.mark.parametrize("column", ["digest", "record_digest"])
def test_a_changed_digest_beside_a_decision_is_named(hub: Hub, column: str) -> None:
    hub.change_decision(9, **{column: flip(getattr(hub.decisions.kept[9], column), 31)})
    assert named(hub) == ("decision", 9)


def test_a_decision_that_is_gone_is_named(hub: Hub) -> None:
    del hub.decisions.kept[256]
    assert named(hub) == ("decision", 256)


def test_two_decisions_that_changed_places_are_named(hub: Hub) -> None:
    one, other = hub.decisions.kept[3], hub.decisions.kept[4]
    hub.decisions.kept[3:5] = [replace(other, offset=3), replace(one, offset=4)]
    assert named(hub) == ("decision", 3)


@pytest.mark.parametrize("elsewhere", [{"place": 6}, {"partition": 1}])
def test_a_decision_of_another_place_is_named_even_where_it_was_signed(elsewhere: dict[str, int]) -> None:
    hub = a_hub(10, lambda offset: a_decision(offset, **(elsewhere if offset == 5 else {})))
    finding = hub.checked().finding
    assert finding
    assert (finding.what, finding.position, finding.why) == ("decision", 5, "belongs to another place of the log")


# ------------------------------------------------------------------------------------------ which is first


def test_the_first_position_is_named_whatever_it_is(hub: Hub) -> None:
    hub.files = hub.files.flipped("tile/entries/001.p/44", 66 * 9)
    assert hub.checked().finding.what == "leaf"  # type: ignore[union-attr]
    hub.change_record(264, lambda record: replace(record, tid=0))
    assert named(hub) == ("record", 264)
    hub.change_decision(263, record=b"")
    assert named(hub) == ("decision", 263)
