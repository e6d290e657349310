"""Generations of the key-encryption key as files: for their owner alone, never overwritten, seen by every process."""

import asyncio
import stat
from pathlib import Path

import pytest

from samverkanshub.adapters.files import remove
from samverkanshub.adapters.kek_files import KekFiles
from samverkanshub.domain.errors import Halt

TID = 1_790_000_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    KekFiles(tmp_path / "kek").begin()
    return tmp_path / "kek"


async def test_a_generation_that_another_process_makes_wraps_from_then_on(path: Path) -> None:
    here, there = KekFiles(path), KekFiles(path)
    assert (await here.wrap([]))[0] == 1
    await there.make(2, TID)
    assert (await here.wrap([]))[0] == 2
    assert stat.S_IMODE((path.parent / "kek.2").stat().st_mode) == 0o600


def test_another_process_knows_what_is_destroyed_and_a_lost_file_that_turns_up_opens_again(path: Path) -> None:
    here, kept = KekFiles(path), path.read_bytes()
    _, [sealed] = asyncio.run(here.wrap([("a", b"x")]))
    asyncio.run(here.make(2, TID))
    asyncio.run(here.destroy(1))
    assert stat.S_IMODE((path.parent / "kek.1.forlorad").stat().st_mode) == 0o600
    assert asyncio.run(KekFiles(path).unwrap([("a", 1, sealed)])) == [None]
    path.write_bytes(kept)
    assert asyncio.run(KekFiles(path).unwrap([("a", 1, sealed)])) == [b"x"]
    assert asyncio.run(here.gone()) == frozenset()


def test_a_file_of_today_is_the_first_generation_and_as_old_as_it_says(path: Path) -> None:
    [first] = asyncio.run(KekFiles(path).generations())
    assert (first.nr, first.tid) == (1, path.stat().st_mtime_ns // 1_000_000)
    assert len(path.read_bytes()) == 32


async def test_other_files_beside_it_are_no_generations(path: Path) -> None:
    for name in ("kek.bak", "kek.02", "kek.1", "kek.2.old", "xkek.3", ".kek.9"):
        (path.parent / name).write_bytes(bytes(40))
    assert [one.nr for one in await KekFiles(path).generations()] == [1]


@pytest.mark.parametrize("content", [b"", bytes(32), bytes(41)])
async def test_a_generation_of_another_form_is_refused(path: Path, content: bytes) -> None:
    (path.parent / "kek.2").write_bytes(content)
    with pytest.raises(Halt, match="must hold 32 bytes, and generation 2 a time too"):
        await KekFiles(path).wrap([])


async def test_without_any_file_nothing_opens(path: Path) -> None:
    _, [sealed] = await KekFiles(path).wrap([("a", b"x")])
    remove(path)
    for asked in (KekFiles(path).generations(), KekFiles(path).wrap([]), KekFiles(path).unwrap([("a", 1, sealed)])):
        with pytest.raises(Halt, match="`SAMVERKAN_KEK_FIL` cannot be read"):
            await asked


async def test_a_place_that_cannot_be_written_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("samverkanshub.adapters.kek_files.write_once", full)
    with pytest.raises(Halt, match="cannot have a new generation beside it: No space left"):
        await KekFiles(path).make(2, TID)
