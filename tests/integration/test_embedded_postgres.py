"""The embedded PostgreSQL: who may use it, what it keeps, and where it runs from."""

import asyncio
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from samverkanshub.adapters.servers import postgres as embedded
from samverkanshub.adapters.servers.child import ServerFailed, Who
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.adapters.servers.postgres import EmbeddedPostgres

pytestmark = pytest.mark.servers
STRANGER = 65_000


@pytest.fixture
def directory() -> Iterator[Path]:
    path = temporary_data("samverkanshub-test-")
    yield path
    shutil.rmtree(path)


async def test_nobody_gets_in_without_the_password(postgres_server: EmbeddedPostgres) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://samverkan:fel@127.0.0.1:{postgres_server.port}/postgres")


def test_the_password_is_for_its_owner_alone(postgres_server: EmbeddedPostgres) -> None:
    password = postgres_server.directory / embedded.PASSWORD
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert password.stat().st_uid == os.getuid()
    assert not (postgres_server.directory / "making").exists()


async def test_a_database_is_made_once_and_dropped_for_good(postgres_server: EmbeddedPostgres) -> None:
    dsn = await postgres_server.create("prov_igen")
    assert await postgres_server.create("prov_igen") == dsn
    held = await asyncpg.connect(dsn)
    await postgres_server.drop("prov_igen")
    await postgres_server.drop("prov_igen")
    await held.close()
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(dsn)


def test_who_has_its_directory_knows_where_it_listens(postgres_server: EmbeddedPostgres, tmp_path: Path) -> None:
    assert embedded.listens(postgres_server.data) == postgres_server.port
    left = tmp_path / "postmaster.pid"
    left.write_text((postgres_server.data / "postmaster.pid").read_text())
    assert embedded.listens(tmp_path) is None, "nobody runs there"
    left.unlink()
    assert embedded.listens(tmp_path) is None


async def test_a_name_that_is_none_is_refused(postgres_server: EmbeddedPostgres) -> None:
    with pytest.raises(ValueError, match="`database`"):
        await postgres_server.create('x"; drop database postgres; --')


async def test_an_error_in_a_statement_leaves_no_value_in_the_servers_log(postgres_server: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(await postgres_server.create("prov_logg"))
    await connection.execute("create table t (v text primary key)")
    for _ in range(2):
        try:
            await connection.execute("insert into t values ('hemlig-uppgift')")
        except asyncpg.UniqueViolationError:
            break
    await connection.close()
    log = (postgres_server.directory / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "hemlig-uppgift" not in log


def test_what_it_kept_is_there_after_a_restart_on_another_port(directory: Path) -> None:
    async def keep() -> None:
        server = EmbeddedPostgres(directory / "pg", 0)
        await server.start()
        try:
            connection = await asyncpg.connect(await server.create("prov"))
            await connection.execute("create table if not exists t (v int); insert into t values (1)")
            rows.append(await connection.fetchval("select count(*) from t"))
            await connection.close()
        finally:
            await server.stop()

    rows: list[int] = []
    for _ in range(2):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(keep())
        loop.close()
    assert rows == [1, 2]


def test_programs_that_its_user_cannot_reach_are_copied(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "closed_to", lambda path, uid: path.parent)
    there = embedded.programs(directory, Who(STRANGER, STRANGER))
    assert there.is_relative_to(directory)
    for program in ("postgres", "initdb"):
        said = subprocess.run([there / program, "--version"], capture_output=True, text=True, check=True).stdout
        assert " 16." in said
    assert embedded.programs(directory, Who(STRANGER, STRANGER)) == there


def test_the_present_user_runs_the_wheels_own_programs(directory: Path) -> None:
    assert embedded.programs(directory, Who()) == embedded.wheel() / "bin"


def test_a_data_directory_that_its_user_cannot_reach_is_named(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "run_as", lambda: Who(STRANGER, STRANGER))
    closed = directory / "stangd"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "pg", 0)
    loop = asyncio.new_event_loop()
    with pytest.raises(ServerFailed, match=f"`SAMVERKAN_DATA` lies in `{closed}`"):
        loop.run_until_complete(server.start())
    loop.close()
