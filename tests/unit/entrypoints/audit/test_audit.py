"""The audit finds every tampering that it makes, and says so where one is not found."""

import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verifier"))
import evidenced
from publishing import a_decision, a_record

from samverkanshub.entrypoints.audit.copy import Copy, Log, lengthened, published
from samverkanshub.entrypoints.audit.run import Audited, Gathered, audit
from samverkanshub.entrypoints.audit.tampering import Evidence, of_log
from samverkanshub.verifier import SOUND

DEMO, RANDOM = 40, 600
LOG = Log([a_record(at) for at in range(DEMO)], [a_decision(at) for at in range(DEMO)])
FILES = [
    Evidence("evidence of a decision", evidenced.log().whole(), evidenced.AT),
    Evidence("evidence of one recipient's part", evidenced.log().parts(), evidenced.AT),
    Evidence("evidence of an absence", evidenced.log().absence("mora", 250, 262), 250),
]
GATHERED = Gathered(LOG, FILES, evidenced.KEYS)


@pytest.fixture
async def copy() -> Copy:
    return await published(lengthened(LOG, RANDOM, Random(1)), Random(2))


async def test_a_copy_is_the_log_with_random_records_after_it(copy: Copy) -> None:
    found = await copy.verified()
    assert (found.outcome, found.leaves, found.records) == (SOUND, DEMO + RANDOM, DEMO + RANDOM)
    assert copy.log.records[:DEMO] == LOG.records
    assert {path.split("/")[1] for path in copy.files if path.startswith("tile/")} == {"0", "1", "entries"}


@pytest.mark.parametrize("seed", range(4))
async def test_every_tampering_is_named(seed: int) -> None:
    told: list[str] = []
    audited = await audit(GATHERED, RANDOM, Random(seed), told.append)
    assert [line for line in told if not line.startswith("named: one byte of the ")] == []
    assert audited.passed
    assert audited.line() == f"audit: {DEMO + RANDOM} leaves sound, {len(told)} of {len(told)} tamperings named"
    for kind in ("log record", "decision record", "leaf in a bundle", "tile of level 0", "tile of level 1"):
        assert any(f"the {kind}:" in line for line in told)
    for kind in ("checkpoint's text", "signature", *(file.what for file in FILES)):
        assert any(f"{kind}:" in line for line in told)


async def test_deep_trees_have_a_tampering_for_each_level() -> None:
    small = Copy(LOG, {f"tile/{level}/000.p/1": bytes(32) for level in range(3)} | {"checkpoint": b"a\n\nb c\n"}, KEY)
    found = [one for one in of_log(small, DEMO, Random(1)) if one.what.startswith("tile")]
    assert [(one.what, one.positions) for one in found] == [
        (f"tile of level {level}", frozenset({0})) for level in range(3)
    ]


KEY = evidenced.KEYS[0]


async def test_a_tampering_that_is_not_found_is_counted_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Copy, "with_file", lambda copy, path, content: copy)
    told: list[str] = []
    audited = await audit(GATHERED, RANDOM, Random(1), told.append)
    assert not audited.passed
    assert audited.named < audited.tampered
    assert "MISSED: one byte of the signature: not found" in told


async def test_a_tampering_that_is_named_elsewhere_is_counted_as_missed(copy: Copy) -> None:
    for one in of_log(copy, DEMO, Random(1)):
        assert (await one.named())[0]
        for wrong in (replace(one, positions=frozenset()), replace(one, kinds=frozenset()), replace(one, path="else")):
            assert not (await wrong.named())[0]


async def test_what_was_not_sound_before_is_said_and_nothing_is_tampered_with() -> None:
    for found in (
        replace(GATHERED, log=Log([*LOG.records[:-1], a_record(3)], LOG.decisions)),
        replace(GATHERED, files=[replace(FILES[0], content=FILES[0].content[:-1])]),
    ):
        audited = await audit(found, 10, Random(1), lambda line: None)
        assert audited.unsound
        assert not audited.passed
        assert audited.tampered == 0


def test_nothing_audited_is_nothing_passed() -> None:
    assert not Audited().passed
