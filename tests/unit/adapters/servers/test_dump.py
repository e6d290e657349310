"""A dump's program is not given the password where everybody reads it, and is named when it fails or is missing."""

from pathlib import Path

import pytest

from samverkanshub.adapters.servers import dump as module
from samverkanshub.adapters.servers.child import ServerFailed
from samverkanshub.adapters.servers.dump import dump, load

DSN = "postgresql://hub:s%C3%A4mre%40@127.0.0.1:5432/valv?sslmode=verify-full"
TOLD = """#!/bin/sh
echo "$@" > {said}
echo "$PGPASSWORD" >> {said}
exit {status}
"""


def program(path: Path, name: str, status: int = 0) -> Path:
    place, said = path / name, path / "sagt"
    place.write_text(TOLD.format(said=said, status=status))
    place.chmod(0o755)
    return said


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


async def test_the_password_stands_in_no_command_line(directory: Path) -> None:
    said = program(directory, "pg_dump")
    await dump(DSN, directory / "valv.dump", None)
    words, password = said.read_text().splitlines()
    assert "--dbname postgresql://hub@127.0.0.1:5432/valv?sslmode=verify-full " in words
    assert password == "sämre@"
    assert (directory / "valv.dump").stat().st_mode & 0o777 == 0o600


async def test_a_dump_overwrites_nothing(directory: Path) -> None:
    program(directory, "pg_dump")
    (directory / "valv.dump").write_text("en annan")
    with pytest.raises(FileExistsError):
        await dump(DSN, directory / "valv.dump", None)
    assert (directory / "valv.dump").read_text() == "en annan"


async def test_a_program_that_fails_is_named_and_not_quoted(directory: Path) -> None:
    program(directory, "pg_restore", status=3)
    with pytest.raises(ServerFailed, match=r"^`pg_restore` ended with status 3$"):
        await load(DSN, directory / "valv.dump", None)


async def test_a_program_that_is_missing_is_named(directory: Path) -> None:
    with pytest.raises(ServerFailed, match="`pg_restore` is not on the path"):
        await load(DSN, directory / "valv.dump", None)


def test_the_embedded_servers_own_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "programs", lambda directory, who: directory / "bin")
    assert module._program("pg_dump", tmp_path) == str(tmp_path / "bin" / "pg_dump")
