"""That nothing was delivered over a range: no position is left out, and none shown but those that were signed."""

import pytest
from evidenced import AT, COUNT, KEYS, encoded, entries, finding, log, named, other, signed, verified, with_line
from publishing import flip

from samverkanshub.codec import evidence
from samverkanshub.domain import tlog
from samverkanshub.verifier import Absent, verify_evidence

FIRST, END = 251, 262
"""Over the edge of a tile."""
CONTENT = log().absence("mora", FIRST, END)
ROWS = 3
"""The line of the first position."""


def test_nothing_was_delivered_over_a_range() -> None:
    found = verified(CONTENT)
    assert isinstance(found, Absent)
    assert (found.aktor, found.partition, found.first, found.end) == ("mora", 0, FIRST, END)
    assert found.withheld == tuple(range(FIRST, END))
    assert found.checkpoint.size == COUNT


@pytest.mark.parametrize(("first", "end"), [(0, AT), (AT + 1, COUNT), (0, 1), (COUNT - 1, COUNT), (255, 257)])
def test_every_range_can_be_proved(first: int, end: int) -> None:
    found = verified(log().absence("mora", first, end))
    assert isinstance(found, Absent)
    assert (found.first, found.end) == (first, end)


def test_a_range_that_is_the_whole_log_has_nothing_around_it() -> None:
    content = log().absence("leksand", 0, COUNT)
    assert b"\n\n\nhub.example" in content
    found = verified(content)
    assert isinstance(found, Absent)
    assert (found.end, found.withheld) == (COUNT, ())


@pytest.mark.parametrize("whom", ["mora", "mora.vinr", "mora.vinr.utsatt"])
def test_what_was_delivered_is_found_and_named(whom: str) -> None:
    found = finding(log().absence(whom, 10, 20))
    assert found
    assert (found.what, found.position, found.why) == ("decision", AT, "something is delivered to the actor")


def test_a_name_that_begins_the_same_is_another() -> None:
    assert isinstance(verified(log().absence("mora.vin", 10, 20)), Absent)


# ------------------------------------------------------------------------------------------ what is left out


@pytest.mark.parametrize("position", range(FIRST, END))
def test_a_missing_position_is_named(position: int) -> None:
    without = with_line(CONTENT, ROWS + position - FIRST, None)
    assert named(without) == (("decision", position) if position < END - 1 else ("evidence", FIRST))


def test_a_position_cannot_be_left_out_by_moving_the_range() -> None:
    content = log().absence("mora", 10, 20)
    cut = with_line(with_line(content, ROWS, None), 2, b"plats 11")
    assert named(cut) == ("evidence", 11)
    # Even with what would be around the smaller range.
    around = log().absence("mora", 10, AT).split(b"\n\n")[1].split(b"\n")
    lines = content.split(b"\n")[: ROWS + AT - 10]
    assert isinstance(verified(b"\n".join([*lines, b"", *around, b"", log().note])), Absent)
    hidden = [*content.split(b"\n")[: ROWS + AT - 10], *content.split(b"\n")[ROWS + AT - 9 : ROWS + 10]]
    assert named(b"\n".join([*hidden, b"", *around, b"", log().note])) == ("decision", AT)


def test_a_delivered_entry_cannot_be_dropped_from_its_decision() -> None:
    """The rest of the decision is another decision."""
    rest = encoded(AT, lines=[entry for entry in entries(AT) if not entry.mottagare.startswith("mora")])
    content = log().absence("mora", 10, 20)
    row = content.split(b"\n")[ROWS + AT - 10].split(b" ")[0]
    shown = evidence.absence("mora", AT, [(b"\0" * 32, rest.record)], (), b"").split(b"\n")[ROWS].split(b" ")[1]
    assert named(with_line(content, ROWS + AT - 10, row + b" " + shown)) == ("evidence", 10)


# ------------------------------------------------------------------------------------------ what is changed


def test_one_flipped_bit_anywhere_is_found() -> None:
    """All but in the first line, which says what the file is, and in the actor's name, which is the question."""
    small = log().absence("mora", 255, 257)
    start = small.index(b"plats")
    passed = [at for at in range(start, len(small), 3) if finding(flip(small, at, at % 8)) is None]
    assert passed == []


@pytest.mark.parametrize("position", [FIRST, 255, 256, END - 1])
def test_a_changed_record_digest_is_found(position: int) -> None:
    at = ROWS + position - FIRST
    record, _, decision = CONTENT.split(b"\n")[at].partition(b" ")
    line = other(record.decode()).encode() + b" " + decision
    assert named(with_line(CONTENT, at, line)) == ("evidence", FIRST)


@pytest.mark.parametrize("position", [FIRST, 255, 256, END - 1])
def test_another_positions_decision_is_named(position: int) -> None:
    at = ROWS + position - FIRST
    elsewhere = log().absence("mora", 40, 41).split(b"\n")[ROWS]
    assert named(with_line(CONTENT, at, elsewhere)) == ("decision", position)


@pytest.mark.parametrize("line", [b"plats 250", b"plats 252", b"plats 0", b"plats 0251", b"plats", b"plats -1"])
def test_the_range_begins_where_it_was_signed(line: bytes) -> None:
    assert finding(with_line(CONTENT, 2, line))


@pytest.mark.parametrize("line", [b"aktor ", b"aktor .", b"aktor Mora", b"aktor mora.", b"aktor m ra", b"mora"])
def test_it_is_of_an_actor(line: bytes) -> None:
    assert named(with_line(CONTENT, 1, line))[0] == "evidence"


def test_what_is_around_it_is_all_there_and_no_more() -> None:
    around = tlog.around(log().tile, COUNT, FIRST, END)
    first = ROWS + END - FIRST + 1
    for at in range(first, first + len(around)):
        assert named(with_line(CONTENT, at, None)) == ("evidence", FIRST)
        assert named(with_line(CONTENT, at, CONTENT.split(b"\n")[at] + b"\n" + CONTENT.split(b"\n")[at]))
    assert finding(CONTENT.replace(b"\n\n", b"\n\n\n", 1))
    assert finding(CONTENT.replace(b"\n\n", b"\n", 1))


def test_a_range_without_positions_proves_nothing() -> None:
    assert finding(evidence.absence("mora", 3, (), tlog.around(log().tile, COUNT, 3, 4), log().note))


def test_another_checkpoint_or_partition_does_not_fit() -> None:
    larger = signed([*log().decisions, encoded(COUNT)])
    assert named(CONTENT.replace(log().note, larger.note)) == ("evidence", FIRST)
    with pytest.raises(Exception, match="belongs to another place"):
        verify_evidence(CONTENT, {1: KEYS[0]})
