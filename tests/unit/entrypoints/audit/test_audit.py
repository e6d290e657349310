"""The audit finds every tampering that it makes, and says so where one is not found."""

import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

sys.path += [str(Path(__file__).parents[2] / name) for name in ("verifier", "pipeline")]
import evidenced
from intakehub import report
from publishing import a_decision, a_record
from undertecknat import OLD, Signed

from samverkanshub.adapters.arkiv.writing import contents
from samverkanshub.entrypoints.audit.archive import of_archive
from samverkanshub.entrypoints.audit.copy import Copy, Log, lengthened, published
from samverkanshub.entrypoints.audit.run import Audited, Gathered, audit
from samverkanshub.entrypoints.audit.tampering import Evidence, of_log
from samverkanshub.verifier import SOUND
from unit.archived import archive

DEMO, RANDOM = 40, 600
LOG = Log([a_record(at) for at in range(DEMO)], [a_decision(at) for at in range(DEMO)])
FILES = [
    Evidence("evidence of a decision", evidenced.log().whole(), evidenced.AT),
    Evidence("evidence of one recipient's part", evidenced.log().parts(), evidenced.AT),
    Evidence("evidence of an absence", evidenced.log().absence("mora", 250, 262), 250),
]
BYTE = "one byte of the"


def gathered_in(path: Path) -> Gathered:
    """What was signed, with an archive written below a directory."""
    return Gathered(LOG, FILES, evidenced.KEYS, archive(path))


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    return gathered_in(tmp_path_factory.mktemp("arkiv"))


@pytest.fixture
async def copy() -> Copy:
    return await published(lengthened(LOG, RANDOM, Random(1)), Random(2))


async def test_a_copy_is_the_log_with_random_records_after_it(copy: Copy) -> None:
    found = await copy.verified()
    assert (found.outcome, found.leaves, found.records) == (SOUND, DEMO + RANDOM, DEMO + RANDOM)
    assert copy.log.records[:DEMO] == LOG.records
    assert {path.split("/")[1] for path in copy.files if path.startswith("tile/")} == {"0", "1", "entries"}


@pytest.mark.parametrize("seed", range(4))
async def test_every_tampering_is_named(gathered: Gathered, seed: int) -> None:
    told: list[str] = []
    audited = await audit(gathered, RANDOM, Random(seed), told.append)
    assert [line for line in told if not line.startswith("named: ")] == []
    assert audited.passed
    assert audited.line() == f"audit: {DEMO + RANDOM} leaves sound, {len(told)} of {len(told)} tamperings named"
    for kind in ("log record", "decision record", "leaf in a bundle", "tile of level 0", "tile of level 1"):
        assert any(f"{BYTE} {kind}:" in line for line in told)
    for column in ("handelse_id", "aktor", "lasargrupp", "typ", "status", "tid"):
        assert sum(line.startswith(f"named: another `{column}` beside a decision: ") for line in told) == 2
    for kind in ("records", "decisions"):
        assert any(line.startswith(f"named: a row of another place among the archive's {kind}: ") for line in told)
    for kind in ("checkpoint's text", "signature", *(file.what for file in FILES)):
        assert any(f"{kind}:" in line for line in told)


async def test_an_archive_is_left_as_it_was(gathered: Gathered) -> None:
    before = contents(gathered.archive)
    assert [(await one.named())[0] for one in of_archive(gathered.archive, 0)] == [True, True]
    assert contents(gathered.archive) == before
    assert [path.name for path in gathered.archive.parent.iterdir() if path.name.startswith("arkiv")] == ["arkiv"]


async def test_deep_trees_have_a_tampering_for_each_level() -> None:
    small = Copy(LOG, {f"tile/{level}/000.p/1": bytes(32) for level in range(3)} | {"checkpoint": b"a\n\nb c\n"}, KEY)
    found = [one for one in of_log(small, DEMO, Random(1)) if one.what.startswith(f"{BYTE} tile")]
    assert [(one.what, one.positions) for one in found] == [
        (f"{BYTE} tile of level {level}", frozenset({0})) for level in range(3)
    ]


KEY = evidenced.KEYS[0]


async def test_a_record_that_its_sender_did_not_sign_is_named_though_all_else_is_right(gathered: Gathered) -> None:
    hub = await Signed().started()
    for text in ("ett", "två", "tre"):
        await hub.send(OLD, "orosanmalan", report(beskrivning=text))
    end = await hub.hub.log.end(0)
    log = Log([r async for r in hub.hub.log.records(0, 0, end)], [row for _, row in hub.hub.decisions()])
    told: list[str] = []
    audited = await audit(replace(gathered, log=log, regelverk=hub.hub.artefacts), 10, Random(1), told.append)
    assert audited.passed, audited.unsound
    forged = [line for line in told if "a signed record" in line]
    assert len(forged) == 3
    assert all(line.startswith("named: ") and "signature at position" in line for line in forged)


async def test_a_tampering_that_is_not_found_is_counted_and_fails(
    gathered: Gathered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Copy, "with_file", lambda copy, path, content: copy)
    told: list[str] = []
    audited = await audit(gathered, RANDOM, Random(1), told.append)
    assert not audited.passed
    assert audited.named < audited.tampered
    assert "MISSED: one byte of the signature: not found" in told


async def test_a_tampering_that_is_named_elsewhere_is_counted_as_missed(copy: Copy) -> None:
    for one in of_log(copy, DEMO, Random(1)):
        assert (await one.named())[0]
        for wrong in (replace(one, positions=frozenset()), replace(one, kinds=frozenset()), replace(one, path="else")):
            assert not (await wrong.named())[0]


async def test_what_was_not_sound_before_is_said_and_nothing_is_tampered_with(
    gathered: Gathered, tmp_path: Path
) -> None:
    unsigned = copytree(gathered.archive, tmp_path / "arkiv")
    (unsigned / "beslut" / "0" / f"{0:020}-{4:020}.jsonl").unlink()
    for found in (
        replace(gathered, log=Log([*LOG.records[:-1], a_record(3)], LOG.decisions)),
        replace(gathered, archive=unsigned),
        replace(gathered, files=[replace(FILES[0], content=FILES[0].content[:-1])]),
    ):
        audited = await audit(found, 10, Random(1), lambda line: None)
        assert audited.unsound
        assert not audited.passed
        assert audited.tampered == 0


def test_nothing_audited_is_nothing_passed() -> None:
    assert not Audited().passed
