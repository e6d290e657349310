"""`Kanarier`: what becomes of canaries is counted as it was noted, by the server's own clock."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from samverkanshub.adapters.memory import MemoryDatabase, MemoryKanarier
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.kanarier import PostgresKanarier
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.ports import STEG, Kanarielage, Kanarier, Unavailable, Ute

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
GRANS_MS = 30_000


@dataclass
class Kept:
    """Where canaries are noted, and how its clock goes on."""

    kanarier: Kanarier
    passes: Callable[[int], Awaitable[object]]

    async def arrives(self, id: str, after_ms: int = 0) -> None:
        """One is sent, and has done every step so long after."""
        await self.kanarier.sand(0, id)
        for steg in STEG[:-1]:
            await self.kanarier.steg(0, id, steg, 7)
        await self.passes(after_ms)
        await self.kanarier.steg(0, id, STEG[-1], 7)

    async def lage(self) -> Kanarielage:
        [found] = await self.kanarier.lage(GRANS_MS)
        return found

    async def counts(self) -> tuple[int, int, int, int]:
        """Sent, arrived, lost, on their way."""
        found = await self.lage()
        return found.sanda, found.framme, found.forlorade, found.ute


@pytest.fixture
async def kept(dsn: str) -> AsyncIterator[Kept]:
    async with AsyncExitStack() as opened:
        yield await in_postgres(dsn, opened) if dsn else in_memory()


def in_memory() -> Kept:
    database = MemoryDatabase()

    async def passes(ms: int) -> None:
        now = database.now_ms() + ms
        database.now_ms = lambda: now

    return Kept(MemoryKanarier(database), passes)


async def in_postgres(dsn: str, opened: AsyncExitStack) -> Kept:
    await migrate(dsn, "projektion")
    pool = await opened.enter_async_context(await open_pool(dsn))

    async def passes(ms: int) -> None:
        aged = ", ".join(f"{one} = {one} - {ms} * interval '1 millisecond'" for one in ("sand", *STEG))
        await pool.execute(f"update kanarie set {aged}")

    return Kept(PostgresKanarier(pool), passes)


async def test_before_any_is_sent_there_is_nothing_to_tell(kept: Kept) -> None:
    assert (await kept.kanarier.lage(GRANS_MS), await kept.kanarier.ute()) == ([], [])
    await kept.kanarier.samla(GRANS_MS)
    assert await kept.kanarier.lage(GRANS_MS) == []


async def test_one_is_sent_once_whoever_says_so(kept: Kept) -> None:
    first = await kept.kanarier.sand(0, "h")
    assert first
    assert await kept.kanarier.sand(0, "h") is None
    assert (await kept.kanarier.steg(0, "h", "loggad", 3)) >= first
    assert await kept.kanarier.ute() == [Ute(0, "h", 3)]
    assert await kept.counts() == (1, 0, 0, 1)


async def test_one_that_has_done_every_step_has_arrived_with_how_long_each_took(kept: Kept) -> None:
    await kept.arrives("h", 400)
    found = await kept.lage()
    assert await kept.counts() == (1, 1, 0, 0)
    assert len(found.steg) == len(STEG)
    assert 400 <= found.steg[-1] == found.senaste_ms == found.p99_ms < MINUTE_MS
    assert 0 <= found.framme_for_ms <= found.sand_for_ms < MINUTE_MS
    assert await kept.kanarier.ute() == []


async def test_the_first_time_a_step_is_done_counts(kept: Kept) -> None:
    await kept.arrives("h")
    await kept.passes(MINUTE_MS)
    await kept.kanarier.steg(0, "h", STEG[-1])
    assert (await kept.lage()).senaste_ms < MINUTE_MS


async def test_one_that_has_not_come_in_time_is_lost_and_stays_so_if_it_comes_later(kept: Kept) -> None:
    await kept.kanarier.sand(0, "h")
    await kept.kanarier.steg(0, "h", "loggad", 3)
    await kept.passes(GRANS_MS + 1_000)
    assert await kept.counts() == (1, 0, 1, 0)
    assert (await kept.lage()).framme_for_ms == -1
    await kept.kanarier.steg(0, "h", STEG[-1])
    assert await kept.counts() == (1, 0, 1, 0)
    assert (await kept.lage()).framme_for_ms < MINUTE_MS


async def test_one_that_is_found_to_have_arrived_counts_and_tells_of_no_time(kept: Kept) -> None:
    await kept.kanarier.sand(0, "h")
    await kept.passes(9_000)
    await kept.kanarier.framme(0, "h", GRANS_MS)
    await kept.passes(HOUR_MS)
    await kept.kanarier.framme(0, "h", GRANS_MS)
    found = await kept.lage()
    assert await kept.counts() == (1, 1, 0, 0)
    assert (found.steg, found.senaste_ms, found.p99_ms) == ((), -1, -1)


async def test_one_that_is_found_when_it_was_lost_already_stays_lost_also_in_the_sums(kept: Kept) -> None:
    for id_ in ("found", "last"):
        await kept.kanarier.sand(0, id_)
        await kept.kanarier.steg(0, id_, "loggad", 3)
        await kept.passes(GRANS_MS + 1_000)
    assert await kept.counts() == (2, 0, 2, 0)
    for id_ in ("found", "last"):
        await kept.kanarier.framme(0, id_, GRANS_MS)
    assert await kept.counts() == (2, 0, 2, 0)
    assert await kept.kanarier.ute() == []
    await kept.passes(25 * HOUR_MS)
    await kept.kanarier.samla(GRANS_MS)
    assert await kept.counts() == (2, 0, 2, 0)


async def test_partitions_are_told_each_by_itself_and_the_longest_hundredth_of_the_last_hour(kept: Kept) -> None:
    await kept.arrives("slow", 20_000)
    await kept.passes(HOUR_MS)
    await kept.arrives("h1", 5_000)
    await kept.arrives("h2", 1_000)
    await kept.kanarier.sand(1, "other")
    first, second = await kept.kanarier.lage(GRANS_MS)
    assert (first.partition, first.sanda, second.partition, second.sanda) == (0, 3, 1, 1)
    assert 5_000 <= first.p99_ms < 20_000
    assert 1_000 <= first.senaste_ms < 5_000


async def test_what_is_older_than_a_day_is_kept_as_sums_but_for_the_last_to_arrive(kept: Kept) -> None:
    await kept.arrives("h1")
    await kept.arrives("late", GRANS_MS + 1_000)
    await kept.kanarier.sand(0, "never")
    await kept.kanarier.steg(0, "never", "loggad", 9)
    await kept.arrives("h2")
    await kept.passes(25 * HOUR_MS)
    before = await kept.lage()
    await kept.kanarier.samla(GRANS_MS)
    await kept.kanarier.samla(GRANS_MS)
    found = await kept.lage()
    assert await kept.counts() == (4, 2, 2, 0)
    assert (found.steg, found.senaste_ms) == (before.steg, before.senaste_ms)
    assert found.framme_for_ms >= 25 * HOUR_MS
    assert await kept.kanarier.ute() == []


async def test_those_lost_are_told_of_the_last_hour_too(kept: Kept) -> None:
    await kept.arrives("old", GRANS_MS + 1_000)
    await kept.passes(HOUR_MS)
    await kept.kanarier.sand(0, "lost")
    await kept.passes(GRANS_MS + 1_000)
    await kept.arrives("h")
    found = await kept.lage()
    assert (found.framme, found.forlorade, found.forlorade_timme) == (1, 2, 1)


async def test_how_long_none_has_arrived_is_told_from_the_first_that_was_sent(kept: Kept) -> None:
    await kept.kanarier.sand(0, "first")
    await kept.passes(HOUR_MS)
    await kept.kanarier.sand(0, "second")
    found = await kept.lage()
    assert found.framme_for_ms == -1
    assert found.sand_for_ms < MINUTE_MS < HOUR_MS <= found.utan_ms < HOUR_MS + MINUTE_MS
    await kept.kanarier.steg(0, "second", STEG[-1])
    found = await kept.lage()
    assert found.utan_ms < MINUTE_MS


async def test_those_of_which_the_log_never_answered_are_looked_for_an_hour(kept: Kept) -> None:
    await kept.kanarier.sand(0, "unanswered")
    await kept.kanarier.sand(0, "answered")
    await kept.kanarier.steg(0, "answered", "loggad", 4)
    assert {one.handelse_id for one in await kept.kanarier.ute()} == {"unanswered", "answered"}
    await kept.passes(HOUR_MS + 1_000)
    assert await kept.kanarier.ute() == [Ute(0, "answered", 4)]


@pytest.mark.servers
async def test_without_a_server_the_projection_is_said_not_to_answer() -> None:
    async with await open_pool("postgresql://nobody@127.0.0.1:1/none") as pool:
        with pytest.raises(Unavailable, match="projektion"):
            await PostgresKanarier(pool).lage(GRANS_MS)
