"""The vault's database holds nothing that opens without the key-encryption key."""

import asyncio
import hashlib
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from samverkanshub.adapters.memory import MemoryKeys
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.vault import TOKEN_GRACE_MS, PostgresVault
from samverkanshub.adapters.servers.postgres import EmbeddedPostgres
from samverkanshub.adapters.wrapping import Wrapping
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import Claim

pytestmark = pytest.mark.servers

KEK = bytes(range(32))
NUMBER = "197103119298"
TABLES = ("hemlighet", "datanyckel", "person", "ansprak", "token")


@pytest.fixture
def dsn(make_database: Callable[[str], str]) -> str:
    return make_database("integration_vault")


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    await migrate(dsn, "valv")
    async with await open_pool(dsn) as opened:
        yield opened


async def everything(pool: asyncpg.Pool) -> bytes:
    """Every row of every table, with bytes as bytes."""
    rows = [row for table in TABLES for row in await pool.fetch(f"select * from {table}")]
    values = (value for row in rows for value in row.values())
    return b"\n".join(bytes(value) if isinstance(value, bytes) else str(value).encode() for value in values)


async def test_no_number_nor_unkeyed_digest_of_one_is_stored(pool: asyncpg.Pool) -> None:
    vault = PostgresVault(pool, MemoryKeys(KEK))
    [person] = await vault.persons([f"nr:{NUMBER}"], omrade=0)
    stored = await everything(pool)
    assert person.person_id.encode() in stored, "the search does see what is stored"
    for clear in (NUMBER, NUMBER[2:], f"nr:{NUMBER}"):
        assert clear.encode() not in stored
        assert hashlib.sha256(clear.encode()).digest() not in stored
        assert hashlib.sha1(clear.encode()).digest() not in stored


async def test_no_key_or_secret_is_stored_in_the_clear(pool: asyncpg.Pool) -> None:
    vault = PostgresVault(pool, MemoryKeys(KEK))
    [person] = await vault.persons([f"nr:{NUMBER}"], omrade=0)
    kept = [person.key.key, (await vault.subject_key("arende:1")).key, await vault.secret("alias")]
    stored = await everything(pool)
    assert not [key for key in kept if key in stored]


async def test_another_process_with_the_same_kek_reads_the_same(pool: asyncpg.Pool) -> None:
    one, other = PostgresVault(pool, MemoryKeys(KEK)), PostgresVault(pool, MemoryKeys(KEK))
    assert await one.persons([f"nr:{NUMBER}"], 0) == await other.persons([f"nr:{NUMBER}"], 0)
    assert await one.digest(b"content") == await other.digest(b"content")
    assert await one.secret("alias") == await other.secret("alias")


async def test_processes_that_start_at_once_agree_on_everything(pool: asyncpg.Pool) -> None:
    vaults = [PostgresVault(pool, MemoryKeys(KEK)) for _ in range(20)]
    persons = await asyncio.gather(*(vault.persons([f"nr:{NUMBER}", "ref:mora:1"], 0) for vault in vaults))
    assert all(found == persons[0] for found in persons)
    assert len(set(await asyncio.gather(*(vault.digest(b"content") for vault in vaults)))) == 1


async def test_another_kek_opens_nothing_and_says_which_setting_is_wrong(pool: asyncpg.Pool) -> None:
    await PostgresVault(pool, MemoryKeys(KEK)).persons([f"nr:{NUMBER}"], omrade=0)
    with pytest.raises(Halt, match="`kek`") as raised:
        await PostgresVault(pool, MemoryKeys(bytes(32))).persons([f"nr:{NUMBER}"], omrade=0)
    assert raised.value.code == "fel-kek"


async def test_a_key_moved_to_another_subject_does_not_open(pool: asyncpg.Pool) -> None:
    vault = PostgresVault(pool, MemoryKeys(KEK))
    await vault.subject_key("arende:1")
    await vault.subject_key("arende:2")
    await pool.execute(
        "update datanyckel set wrapped = (select wrapped from datanyckel where subject = 'arende:1')"
        " where subject = 'arende:2'"
    )
    with pytest.raises(Halt):
        await vault.subject_key("arende:2")


@pytest.mark.parametrize("kek", [b"", bytes(16), bytes(33)])
def test_a_kek_of_the_wrong_length_is_refused_at_start(kek: bytes) -> None:
    with pytest.raises(ValueError, match="`kek` must be 32 bytes"):
        Wrapping(kek)


async def test_a_person_without_any_key_gets_another_and_does_not_become_somebody_else(pool: asyncpg.Pool) -> None:
    vault = PostgresVault(pool, MemoryKeys(KEK))
    [person] = await vault.persons([f"nr:{NUMBER}"], omrade=0)
    await pool.execute("delete from datanyckel where subject = $1", person.person_id)
    assert await vault.by_ids([person.person_id]) == {}
    [now] = await vault.persons([f"nr:{NUMBER}"], omrade=0)
    assert (now.person_id, now.key.version) == (person.person_id, 2)


async def test_tokens_long_expired_are_forgotten(pool: asyncpg.Pool) -> None:
    vault = PostgresVault(pool, MemoryKeys(KEK))
    for aktor in ("mora", "falun"):
        await vault.use_token(aktor, "old", 1_000)
    await vault.use_token("mora", "new", 1_001 + TOKEN_GRACE_MS)
    kept = {tuple(row) for row in await pool.fetch("select aktor, jti from token")}
    assert kept == {("mora", "new"), ("falun", "old")}, "an actor's use touches its own alone"


async def test_the_vault_commits_to_disk_whatever_the_database_says(dsn: str, pool: asyncpg.Pool) -> None:
    name = dsn.rpartition("/")[2]
    await pool.execute(f"alter database {name} set synchronous_commit = off")
    async with await open_pool(dsn) as fresh:
        assert await fresh.fetchval("show synchronous_commit") == "on"


async def test_new_persons_are_on_disk_when_the_claim_that_names_them_is(pool: asyncpg.Pool) -> None:
    vault = PostgresVault(pool, MemoryKeys(KEK))
    await vault.persons([f"nr:{NUMBER}"], omrade=0)
    written = await pool.fetchval("select pg_current_wal_insert_lsn()::text")
    await vault.claim(Claim("mora", "1", "h1", b"d", (0,), None, (), b"v"))
    assert await pool.fetchval("select pg_current_wal_flush_lsn() >= $1::text::pg_lsn", written)
    assert await pool.fetchval("show synchronous_commit") == "on", "for whatever comes after on the connection"


async def test_a_person_stays_though_the_server_dies_before_the_claim_that_names_them(
    data_directory: Path,
) -> None:
    """Else the claim, made after it has come back, would name somebody whose key nobody has."""
    server = EmbeddedPostgres(data_directory / "postgres-died", 0)
    await server.start()
    try:
        dsn = await server.create("valv")
        await migrate(dsn, "valv")
        async with await open_pool(dsn) as pool:
            vault = PostgresVault(pool, MemoryKeys(KEK))
            await vault.secret("alias")
            [person] = await vault.persons([f"nr:{NUMBER}"], omrade=0)
            os.kill(server.child.pid, signal.SIGQUIT)
        await server.child.exited()
        await server.start()
        async with await open_pool(server.dsn("valv")) as pool:
            assert (await PostgresVault(pool, MemoryKeys(KEK)).by_ids([person.person_id])) == {person.person_id: person}
    finally:
        await server.stop()
