"""A restore begins nowhere but in an empty place, with keys and guard in place; what a drill came to is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from samverkanshub.adapters.kopia import CHECKPOINTS, Kopia
from samverkanshub.adapters.tree_files import GuardFiles
from samverkanshub.codec import checkpoint
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.tlog import Head
from samverkanshub.entrypoints.kopia.drill import Drilled
from samverkanshub.entrypoints.kopia.restore import restore
from samverkanshub.settings import Settings

HEAD = Head(7, bytes(32))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings.from_env({"SAMVERKAN_DATA": str(tmp_path / "hub")})
    made.data.mkdir()
    for place in (made.kek_fil, made.notarie_nyckel):
        place.write_bytes(bytes(32))
    return made


@pytest.fixture
def backup(tmp_path: Path, settings: Settings) -> Path:
    kept = Kopia(tmp_path / "kopia")
    kept.begin()
    origin = checkpoint.origin(settings.loggnamn, 0)
    kept.keep_file(f"{CHECKPOINTS}/0", checkpoint.signed(origin, HEAD, bytes(32), lambda body: bytes(64)))
    kept.finish(5, {0: 0})
    return tmp_path / "kopia"


async def refused(settings: Settings, backup: Path) -> str:
    with pytest.raises(Halt) as halt:
        await restore(settings, {}, backup, lambda what: pytest.fail("it began"))
    return halt.value.code


async def test_into_servers_of_ones_own(settings: Settings, backup: Path) -> None:
    assert await refused(replace(settings, kafka="kafka:9092"), backup) == "kopia-egna-servrar"


@pytest.mark.parametrize("name", ["kafka", "postgres", "trad"])
async def test_over_something(settings: Settings, backup: Path, name: str) -> None:
    (settings.data / name).mkdir()
    assert await refused(settings, backup) == "kopia-ej-tomt"


@pytest.mark.parametrize("name", ["kek_fil", "notarie_nyckel"])
async def test_without_a_key(settings: Settings, backup: Path, name: str) -> None:
    getattr(settings, name).unlink()
    assert await refused(settings, backup) == "kopia-utan-nyckel"


async def test_without_the_guard_or_with_one_that_was_taken_back(settings: Settings, backup: Path) -> None:
    assert await refused(settings, backup) == "vakt-saknas"
    guard = GuardFiles(settings.vakt)
    guard.raise_to(checkpoint.origin(settings.loggnamn, 0), Head(6, bytes(32)))
    assert await refused(settings, backup) == "vakt-saknas"


@pytest.mark.parametrize("renamed", [False, True])
async def test_what_is_in_place_lets_it_begin(settings: Settings, backup: Path, renamed: bool) -> None:
    """With a guard that knows of it, or where the log is given another name."""
    if renamed:
        settings = replace(settings, loggnamn="hub.example/ny")
    else:
        GuardFiles(settings.vakt).raise_to(checkpoint.origin(settings.loggnamn, 0), HEAD)

    class Began(Exception):
        pass

    def say(what: str) -> None:
        raise Began

    with pytest.raises(Began):
        await restore(settings, {}, backup, say)


def test_the_drills_last_line_counts_what_came_back_and_what_did_not() -> None:
    found = Drilled(backup_s=0.5, lost=2, lost_s=1.5, records=190, vault_s=1.0, log_s=2.0, serving_s=3.0)
    found.see("verify", right=True)
    assert found.lines()[-1] == "drill: 190 records restored in 6.0 s, 2 lost, 0 faults"
    found.see("replay", right=False)
    assert found.lines()[:2] == ["ok: verify", "FAULT: replay"]
    assert found.lines()[-1] == "drill: 190 records restored in 6.0 s, 2 lost, 1 faults"
