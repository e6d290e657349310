"""How soon what narrows access takes effect: the gate's store says when, and what waits is noted beside it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from projections import Gate, decision

from samverkanshub.adapters.memory import MemoryDatabase, MemoryGateStore, MemoryMatningar
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.adapters.postgres.matningar import PostgresMatningar
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.ports import DecisionRow, GateStore, Matningar, Vantande, Verkan

HOUR_MS = 3_600_000


@dataclass
class Kept:
    """The gate's side of a projection and where it is measured, with its clock."""

    store: GateStore
    matningar: Matningar
    passes: Callable[[int], Awaitable[object]]

    async def gate(self) -> Gate:
        return await Gate(self.store).assigned()

    async def verkan(self) -> Verkan:
        [found] = await self.matningar.verkan()
        return found


@pytest.fixture
async def kept(dsn: str) -> AsyncIterator[Kept]:
    async with AsyncExitStack() as opened:
        yield await in_postgres(dsn, opened) if dsn else in_memory()


def in_memory() -> Kept:
    database = MemoryDatabase()

    async def passes(ms: int) -> None:
        now = database.now_ms() + ms
        database.now_ms = lambda: now

    return Kept(MemoryGateStore(database), MemoryMatningar(database), passes)


async def in_postgres(dsn: str, opened: AsyncExitStack) -> Kept:
    await migrate(dsn, "projektion")
    pool = await opened.enter_async_context(await open_pool(dsn, by_key=True))

    async def passes(ms: int) -> None:
        await pool.execute(f"update verkan set tid = tid - {ms}, vid = vid - {ms} * interval '1 millisecond'")

    return Kept(PostgresGateStore(pool), PostgresMatningar(pool), passes)


async def appended(kept: Kept, ago_ms: int) -> int:
    """When a record was appended that is so old."""
    return await kept.matningar.nu() - ago_ms


def withdrawal(offset: int, tid: int) -> DecisionRow:
    return decision(offset, typ="samtycke_aterkallat", tid=tid)


async def test_before_any_gate_there_is_nothing_to_tell_and_with_one_no_delay(kept: Kept) -> None:
    assert await kept.matningar.verkan() == []
    await (await kept.gate()).writes(decisions=[decision(0)])
    assert await kept.verkan() == Verkan(0, -1, -1, 0, 0)


async def test_a_withdrawal_takes_effect_when_its_decision_is_kept(kept: Kept) -> None:
    gate = await kept.gate()
    await gate.writes(2, decisions=[decision(0), withdrawal(1, await appended(kept, 5_000))])
    await gate.writes(decisions=[withdrawal(2, await appended(kept, 1_000))])
    found = await kept.verkan()
    assert 1_000 <= found.senaste_ms < 5_000 <= found.storst_ms < HOUR_MS
    assert (found.vantar, found.aldst_ms) == (0, 0)


async def test_one_that_waits_grows_older_until_the_gate_has_come_to_it(kept: Kept) -> None:
    gate = await kept.gate()
    await gate.writes(decisions=[decision(0)])
    tid = await appended(kept, 2_000)
    await kept.matningar.vantar([Vantande(0, 1, tid), Vantande(0, 3, tid + 1_000)])
    found = await kept.verkan()
    assert (found.vantar, 2_000 <= found.aldst_ms < HOUR_MS) == (2, True)
    await kept.passes(HOUR_MS)
    assert (await kept.verkan()).aldst_ms >= HOUR_MS
    await gate.writes(decisions=[withdrawal(1, tid)])
    assert (await kept.verkan()).vantar == 1
    await gate.writes(2, decisions=[decision(2), withdrawal(3, tid)])
    found = await kept.verkan()
    assert (found.vantar, found.aldst_ms, found.senaste_ms >= 0) == (0, 0, True)


async def test_what_the_gate_has_judged_meanwhile_does_not_wait(kept: Kept) -> None:
    gate = await kept.gate()
    tid = await appended(kept, 2_000)
    await gate.writes(2, decisions=[withdrawal(0, tid), decision(1)])
    await kept.matningar.vantar([Vantande(0, 0, tid), Vantande(0, 1, tid)])
    found = await kept.verkan()
    assert (found.vantar, 0 <= found.senaste_ms < HOUR_MS) == (0, True)


async def test_of_what_is_a_day_past_the_last_alone_is_kept(kept: Kept) -> None:
    gate = await kept.gate()
    await gate.writes(2, decisions=[withdrawal(n, await appended(kept, 9_000 - 4_000 * n)) for n in (0, 1)])
    await kept.passes(25 * HOUR_MS)
    await kept.matningar.vantar([])
    found = await kept.verkan()
    assert (5_000 <= found.senaste_ms < 9_000, found.storst_ms) == (True, -1)
    await gate.writes(decisions=[withdrawal(2, await appended(kept, 1_000))])
    await kept.matningar.vantar([])
    assert 1_000 <= (await kept.verkan()).storst_ms < 5_000
