"""A tlog-proof of a decision: what it shows is what was signed, or it is said what is not."""

from typing import Any

import pytest
from evidenced import (
    AT,
    COUNT,
    FALUN,
    KEYS,
    MORA,
    encoded,
    entries,
    finding,
    log,
    named,
    other,
    signed,
    verified,
    with_extra,
    with_line,
)
from publishing import KEY, flip

from samverkanshub.verifier import Shown, Uncheckable, verify_evidence
from samverkanshub.verifier.note import Key

WHOLE, PARTS = log().whole(), log().parts()
EITHER = pytest.mark.parametrize("content", [WHOLE, PARTS], ids=["whole", "parts"])


def test_a_whole_decision_is_proved() -> None:
    found = verified(WHOLE)
    assert isinstance(found, Shown)
    assert (found.partition, found.position, found.mottagare, len(found.poster)) == (0, AT, "", len(entries(AT)))
    assert (found.decision, found.checkpoint.size) == (log().decisions[AT].digest, COUNT)


def test_one_recipients_entries_are_proved() -> None:
    found = verified(PARTS)
    assert isinstance(found, Shown)
    assert [post.entry.mottagare for post in found.poster] == ["", MORA, MORA, MORA, MORA]
    assert (found.decision, found.mottagare) == (log().decisions[AT].digest, "mora")


def test_a_log_of_one_position_has_a_proof_without_a_path() -> None:
    alone = signed([encoded(0)])
    assert isinstance(verified(alone.whole(0)), Shown)
    assert b"index 0\n\nhub.example" in alone.whole(0)


@pytest.mark.parametrize("offset", [0, 255, 256, COUNT - 1])
def test_every_position_can_be_proved(offset: int) -> None:
    for content in (log().whole(offset), log().parts(offset)):
        found = verified(content)
        assert isinstance(found, Shown)
        assert found.position == offset


# ------------------------------------------------------------------------------------------ the file


@EITHER
def test_one_flipped_bit_anywhere_is_found(content: bytes) -> None:
    """All but in the first line, which says what the file is, and where the number of hidden entries is not known."""
    start = content.index(b"\n") + 1
    passed = [at for at in range(start, len(content), 3) if finding(flip(content, at, at % 8)) is None]
    assert passed == []


@EITHER
def test_the_first_line_says_what_it_is(content: bytes) -> None:
    with pytest.raises(Uncheckable, match="no evidence"):
        verified(flip(content, 0))
    with pytest.raises(Uncheckable):
        verified(b"")


@EITHER
@pytest.mark.parametrize("at", [1, 2, 3, -3, -2])
def test_no_line_can_be_left_out(content: bytes, at: int) -> None:
    lines = content.split(b"\n")
    at = at if at > 0 else len(lines) + at
    assert finding(with_line(content, at, None))


@EITHER
@pytest.mark.parametrize("end", [1, 30, 200])
def test_no_end_can_be_left_out(content: bytes, end: int) -> None:
    assert finding(content[:-end])
    assert finding(content + b"x" * end)


@EITHER
@pytest.mark.parametrize("line", [b"index 18", b"index 017", b"index -1", b"index 300", b"index", b"Index 17"])
def test_the_index_is_the_one_that_was_signed(content: bytes, line: bytes) -> None:
    assert finding(with_line(content, 2, line))


@EITHER
def test_hashes_are_written_in_one_way(content: bytes) -> None:
    step = content.split(b"\n")[3]
    for line in (step.rstrip(b"="), step + b"=", b" " + step, step[:-4], step + b"\r", b"\xc3\xa5" + step, b""):
        assert finding(with_line(content, 3, line))


@EITHER
def test_another_logs_key_has_not_signed_it(content: bytes) -> None:
    elsewhere = {0: Key("hub.example/omrade/1", b"1234", KEY.public)}
    for keys, why in [
        (elsewhere, "of no log"),
        ({}, "of no log"),
        ({0: Key(KEY.name, b"1234", KEY.public)}, "by the key"),
    ]:
        with pytest.raises(Exception, match=why):
            verify_evidence(content, keys)


@EITHER
def test_the_partition_is_the_one_that_the_key_is_of(content: bytes) -> None:
    with pytest.raises(Exception, match="belongs to another place"):
        verify_evidence(content, {1: KEYS[0]})


@EITHER
def test_another_checkpoint_of_the_same_log_does_not_fit(content: bytes) -> None:
    larger = signed([*log().decisions, encoded(COUNT)])
    assert named(content.replace(log().note, larger.note)) == ("evidence", AT)


# ------------------------------------------------------------------------------------------ what it shows


@pytest.mark.parametrize("field", ["post", "beslut"])
def test_each_field_of_a_whole_decision_counts(field: str) -> None:
    assert finding(with_extra(WHOLE, lambda extra: extra.update({field: other(extra[field])})))
    assert finding(with_extra(WHOLE, lambda extra: extra.update({field: ""})))
    assert finding(with_extra(WHOLE, lambda extra: extra.pop(field)))
    assert finding(with_extra(WHOLE, lambda extra: extra.update({"mer": 1})))


def test_another_events_proof_is_of_another_place() -> None:
    """The proof of one event with the index, or the path, of another."""
    for content in (log().whole(18), log().parts(18)):
        assert finding(with_line(content, 2, b"index 17"))
    theirs = WHOLE.split(b"\n\n")[0].split(b"\n")[3:]
    mine = log().whole(18)
    for at, line in enumerate(theirs, 3):
        mine = with_line(mine, at, line)
    assert named(mine) == ("evidence", 18)


def test_a_decision_of_another_place_is_no_proof_even_where_it_was_signed() -> None:
    for wrong in (encoded(5, partition=1), encoded(6)):
        decisions = [encoded(offset) for offset in range(10)]
        decisions[5] = wrong
        assert named(signed(decisions).whole(5)) == ("decision", 5)
        assert named(signed(decisions).parts(5)) == ("decision", 5)


def changed(field: str, value: Any) -> bytes:
    return with_extra(PARTS, lambda extra: extra.update({field: value}))


def row_changed(at: int, field: str, value: Any) -> bytes:
    return with_extra(PARTS, lambda extra: extra["rader"][at].update({field: value}))


@pytest.mark.parametrize("row", range(5))
def test_each_field_of_an_entry_counts(row: int) -> None:
    for field in ("innehall", "salt"):
        assert named(with_extra(PARTS, lambda extra, f=field: _one_bit(extra["rader"][row], f))) == ("decision", AT)
    for step in range(2):
        assert finding(with_extra(PARTS, lambda extra, s=step: _one_bit(extra["rader"][row]["vagg"], s)))
    for value in (-1, 1, 2, 3, 8, 9, 1.0, "0"):
        assert finding(row_changed(row, "index", value))
    assert finding(row_changed(row, "vagg", []))


def _one_bit(of: Any, place: Any) -> None:
    of[place] = other(of[place])


def test_each_field_of_the_rest_counts() -> None:
    assert finding(with_extra(PARTS, lambda extra: extra.update(post=other(extra["post"]))))
    for mottagare in ("falun", "mor", "", "mora.vin", "mora.vinr.utovare"):
        assert finding(changed("mottagare", mottagare))
    for antal in (-1, 0, 4, 7, 17, "9"):
        assert finding(changed("antal", antal))
    assert finding(changed("rader", []))


def test_another_recipients_entry_is_not_shown() -> None:
    content = log().parts(indices=(0, 3, 4, 5, 6, 7))
    found = finding(content)
    assert found
    assert (found.what, found.why) == ("decision", "it shows an entry of another recipient")
    assert FALUN.encode() not in PARTS


def test_a_duty_is_not_shown_since_it_names_who_bears_it() -> None:
    found = finding(log().parts(indices=(0, 1, 4, 5, 6, 7)))
    assert found
    assert (found.what, found.why) == ("decision", "it shows a duty, which may be another's")


def test_an_entry_between_those_shown_cannot_be_left_out() -> None:
    for indices in ((0, 4, 6, 7), (0, 4, 5, 7), (0, 4, 7)):
        found = finding(log().parts(indices=indices))
        assert found
        assert found.why == "an entry between those shown is left out"


def test_entries_are_in_their_order_and_there_once() -> None:
    for indices in ((0, 5, 4, 6, 7), (4, 5, 6, 7, 0), (0, 4, 4, 5, 6, 7)):
        found = finding(log().parts(indices=indices))
        assert found
        assert found.why == "the entries are not in their order"


def test_the_recipients_own_entries_are_shown() -> None:
    assert named(log().parts(indices=(0,))) == ("decision", AT)
    assert isinstance(verified(log().parts(indices=(0, 4))), Shown)


def test_an_entry_of_another_decision_is_not_of_this_one() -> None:
    mine, theirs = log().parts(), log().parts(18)
    rows: list[Any] = []
    with_extra(theirs, lambda extra: rows.extend(extra["rader"]))
    for at, row in enumerate(rows):
        found = finding(with_extra(mine, lambda extra, at=at, row=row: extra["rader"].__setitem__(at, row)))
        assert found
        assert found.what in ("decision", "evidence")


def test_what_is_no_decision_record_is_none() -> None:
    assert named(with_extra(WHOLE, lambda extra: extra.update(beslut="AAAA"))) == ("decision", AT)
    assert named(with_extra(WHOLE, lambda extra: extra.update(slag="annat"))) == ("evidence", AT)
