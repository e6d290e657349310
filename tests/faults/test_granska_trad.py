"""A tree or a checkpoint that is not that of records and decisions is named (I6 of docs/fel.md)."""

from pathlib import Path

import pytest
from korning_i_minne import KEY, NAME
from skada import CONSENT, SUMMONS, Row, at, broken, change, rows, without

from samverkanshub.codec import checkpoint
from samverkanshub.domain.tlog import Head


def test_invariant_6_two_roots_for_a_size(run: Path) -> None:
    size = len(rows(run, "projektion/beslut"))
    origin = checkpoint.origin(NAME, 0)
    other = checkpoint.signed(origin, Head(size, bytes(32)), KEY.public, KEY.sign).decode()
    change(run, "checkpoints/0", lambda found: found.append({"tid": 0, "text": other}))
    line = broken(run, "I6")
    assert f"2 roots were signed for size {size}" in line
    assert f"the root signed for size {size} is not that of records and decisions" in line


def test_invariant_6_more_signed_than_there_is(run: Path) -> None:
    last = len(rows(run, "projektion/beslut")) - 1
    change(run, "projektion/beslut", without(last))
    assert f"size {last + 1} was signed and there are {last} decisions" in broken(run, "I6")


def test_invariant_6_a_signature_that_is_not_good(run: Path) -> None:
    def forged(found: list[Row]) -> None:
        found[0]["text"] = found[0]["text"].replace("\n4\n", "\n3\n").replace("\n5\n", "\n3\n")

    change(run, "checkpoints/0", forged)
    assert "a checkpoint has no good signature of the log's key" in broken(run, "I6")


@pytest.mark.parametrize("level", ["0", "entries"])
def test_invariant_6_a_tile_with_another_byte(run: Path, level: str) -> None:
    [*_, path] = sorted((run / "trad" / "0" / "tile" / level).rglob("*.p/*"))
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert f"`tile/{level}/000.p/{path.name}` is not that of records and decisions" in broken(run, "I6")


def test_invariant_6_a_record_or_a_decision_changed_afterwards(run: Path) -> None:
    change(run, "kafka/samverkan.logg", at(CONSENT, tid=1))
    assert f"the digests beside the decision of 0/{CONSENT} are not those" in broken(run, "I6")
    change(run, "projektion/beslut", at(SUMMONS, record="00"))
    assert f"the decision of 0/{SUMMONS} cannot be read" in broken(run, "I6")
