"""A gate paused in a transaction, a server that goes away, a connection that dies at the worst moment."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from contract.projections import Gate, decision
from samverkanshub.adapters.memory import MemoryKeys
from samverkanshub.adapters.postgres import gate_store
from samverkanshub.adapters.postgres import projection as projection_module
from samverkanshub.adapters.postgres.connect import migrate, open_pool
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.adapters.postgres.listener import CHANNEL
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.adapters.servers.places import LOOPBACK
from samverkanshub.adapters.servers.postgres import EmbeddedPostgres
from samverkanshub.ports import StateRow, Superseded, Unavailable

pytestmark = pytest.mark.servers

NOBODY_LISTENS = f"postgresql://samverkan:x@{LOOPBACK}:1/projektion"
LISTENING = "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen %'"
END_THE_OTHERS = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


@pytest.fixture
def empty(make_database: Callable[[str], str]) -> str:
    return make_database("integration_outages")


@pytest.fixture
async def dsn(empty: str) -> str:
    await migrate(empty, "projektion")
    return empty


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    async with await open_pool(dsn) as opened:
        yield opened


@asynccontextmanager
async def direct(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def dying_after(dsn: str, last_words: bytes) -> AsyncIterator[str]:
    """The DSN of a proxy that passes on what holds `last_words`, waits for the answer, and gives it to nobody."""
    host, port = re.search(r"@([^:/]+):(\d+)/", dsn).groups()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection(host, int(port))
        answers = asyncio.create_task(_pump(to_reader, writer))
        while sent := await reader.read(65536):
            to_writer.write(sent)
            if last_words in sent:
                answers.cancel()
                await asyncio.wait([answers])
                await to_reader.read(1)
                break
        for end in (to_writer, writer):
            end.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    async with server:
        yield dsn.replace(f"{host}:{port}", f"{LOOPBACK}:{server.sockets[0].getsockname()[1]}")


async def until_listening(admin: asyncpg.Connection, wanted: int) -> None:
    """Until so many connections listen."""
    async with asyncio.timeout(60):
        while True:
            if await admin.fetchval(LISTENING) == wanted:
                return
            await asyncio.sleep(0.01)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while got := await reader.read(65536):
        writer.write(got)


async def test_a_standby_gets_past_a_gate_that_was_paused_in_its_transaction(
    pool: asyncpg.Pool, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = await Gate(PostgresGateStore(pool)).assigned()
    held, resumed = asyncio.Event(), asyncio.Event()

    async def pause(*_: object) -> None:
        held.set()
        await resumed.wait()

    monkeypatch.setattr(gate_store, "_withdraw", pause)
    writing = asyncio.create_task(paused.writes(decisions=[decision(0)], withdrawn=["l"]))
    await held.wait()
    monkeypatch.undo()
    async with await open_pool(dsn) as standbys_own:
        standby = await Gate(PostgresGateStore(standbys_own)).assigned()
        assert (standby.position, standby.epoch) == (0, paused.epoch + 1)
        resumed.set()
        with pytest.raises(Unavailable):
            await writing
        with pytest.raises(Superseded):
            await paused.writes(decisions=[decision(0)])
        await standby.writes(decisions=[decision(0, typ="skydd")])
    assert await pool.fetchval("select typ from beslut") == "skydd"


async def test_a_commit_whose_answer_is_lost_is_unavailable_and_the_next_assignment_tells_what_became_of_it(
    pool: asyncpg.Pool, dsn: str
) -> None:
    async with dying_after(dsn, CHANNEL.encode()) as proxied, await open_pool(proxied) as own:
        gate = await Gate(PostgresGateStore(own)).assigned()
        with pytest.raises(Unavailable):
            await gate.writes(decisions=[decision(0)])
    again = await Gate(PostgresGateStore(pool)).assigned()
    assert again.position == 1
    await again.writes(decisions=[decision(1)])


async def test_a_connection_lost_before_the_commit_writes_nothing(pool: asyncpg.Pool, dsn: str) -> None:
    async with dying_after(dsn, b"insert into tillstand") as proxied, await open_pool(proxied) as own:
        gate = await Gate(PostgresGateStore(own)).assigned()
        with pytest.raises(Unavailable):
            await gate.writes(decisions=[decision(0)])
    assert (await Gate(PostgresGateStore(pool)).assigned()).position == 0


async def test_connections_that_the_server_ended_are_made_again(pool: asyncpg.Pool, dsn: str) -> None:
    gate = await Gate(PostgresGateStore(pool)).assigned()
    async with direct(dsn) as admin:
        await admin.execute(END_THE_OTHERS)
    for _ in range(2):  # the first may still find the dead connection, and says so as an outage
        try:
            await gate.writes(states=[StateRow("person", "p", b"s")])
            break
        except Unavailable:
            continue
    assert gate.position == 1


async def test_waiters_outlive_the_connection_that_listens_for_them(
    pool: asyncpg.Pool, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_module, "LOOK_AGAIN_S", 3600.0)  # so that only being told can wake them
    gate = await Gate(PostgresGateStore(pool)).assigned()
    projection = PostgresProjection(pool, dsn)
    waiting = asyncio.create_task(projection.wait_judged(0, 1, 60))
    async with direct(dsn) as admin:
        await until_listening(admin, 1)
        await admin.execute(END_THE_OTHERS)
        await gate_writes_whatever(gate)
        await until_listening(admin, 1)
    await gate.writes()
    assert await waiting
    await projection.close()


async def gate_writes_whatever(gate: Gate) -> None:
    try:
        await gate.writes()
    except Unavailable:
        await gate.writes()


async def test_a_closed_projection_leaves_no_connection_behind(pool: asyncpg.Pool, dsn: str) -> None:
    projection = PostgresProjection(pool, dsn)
    assert not await projection.wait_judged(0, 0, 0.3)
    await projection.close()
    async with direct(dsn) as admin:
        await until_listening(admin, 0)


async def test_a_server_that_does_not_answer_is_named_and_who_waits_is_told_no() -> None:
    async with await open_pool(NOBODY_LISTENS) as pool:
        projection = PostgresProjection(pool, NOBODY_LISTENS)
        with pytest.raises(Unavailable, match="`projektion`"):
            await projection.judgement("h0")
        with pytest.raises(Unavailable, match="`projektion`"):
            await PostgresGateStore(pool).assign(0)
        with pytest.raises(Unavailable, match="`valv`"):
            await PostgresVault(pool, MemoryKeys()).digest(b"content")
        assert not await projection.wait_judged(0, 0, 0.3)
        await projection.close()
    with pytest.raises(Unavailable, match="`valv`"):
        await migrate(NOBODY_LISTENS, "valv")


async def test_too_many_connections_are_an_outage(dsn: str) -> None:
    async with direct(dsn) as admin:
        role = await admin.fetchval("select 'fa_' || current_database()")
        await admin.execute(f"drop role if exists {role}; create role {role} login password 'x' connection limit 0")
        crowded = re.sub(r"//[^@]*@", f"//{role}:x@", dsn)
        try:
            async with await open_pool(crowded) as other:
                with pytest.raises(Unavailable):
                    await PostgresGateStore(other).assign(0)
        finally:
            await admin.execute(f"drop role {role}")


async def test_a_wrong_password_is_a_fault_to_mend_and_no_outage(dsn: str) -> None:
    async with await open_pool(re.sub(r"//([^:]*):[^@]*@", r"//\1:wrong@", dsn)) as pool:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await PostgresGateStore(pool).assign(0)


async def test_everything_goes_on_after_the_server_was_away(data_directory: Path) -> None:
    server = EmbeddedPostgres(data_directory / "postgres-restarted", 0)
    await server.start()
    try:
        dsn = await server.create("projektion")
        await migrate(dsn, "projektion")
        async with await open_pool(dsn) as pool:
            gate, projection = await Gate(PostgresGateStore(pool)).assigned(), PostgresProjection(pool, dsn)
            await gate.writes(decisions=[decision(0)])
            waiting = asyncio.create_task(projection.wait_judged(0, 1, 60))
            await server.stop()
            with pytest.raises(Unavailable):
                await gate.writes()
            with pytest.raises(Unavailable):
                await projection.judgement("h0")
            await server.start()
            again = await Gate(PostgresGateStore(pool)).assigned()
            assert (again.position, again.epoch) == (1, 2)
            await again.writes(decisions=[decision(1)])
            assert await waiting
            assert await projection.judgement("h0") is not None
            await projection.close()
    finally:
        await server.stop()


async def test_what_has_been_told_of_waits_for_no_disk_and_all_else_does(dsn: str) -> None:
    """A decision is on disk before its recipient hears of it; that it was heard of may be lost with the server."""
    async with await open_pool(dsn) as own:
        gate = await Gate(PostgresGateStore(own)).assigned()
        await gate.writes(decisions=[decision(0)])
        await PostgresGateStore(own).notified(0, gate.epoch, 1)
        assert await own.fetchval("select notified from position") == 1
        assert await own.fetchval("show synchronous_commit") == "on"
