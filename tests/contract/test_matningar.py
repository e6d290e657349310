"""`Matningar`: what `watch` measures of the topics is what is read of them, by the server's own clock."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial

import pytest

from samverkanshub.adapters.memory import MemoryDatabase, MemoryMatningar
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.matningar import PostgresMatningar
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.ports import Klocka, Matningar, Matrad, Unavailable

HOUR_MS = 3_600_000
CLOCK = Klocka("watch", -20, 3)
LOG = Matrad("samverkan.logg", 0, 12, 3_000, "grinden", 10, True, 1_790_000_000_000)
NOBODYS = Matrad("samverkan.notis.mora", 0, 4, 90)


@dataclass
class Kept:
    """Where measurements are kept, and how its clock goes on."""

    matningar: Matningar
    pass_hour: Callable[[], Awaitable[object]]
    set_back_hour: Callable[[], Awaitable[object]]


@pytest.fixture
async def kept(dsn: str) -> AsyncIterator[Kept]:
    async with AsyncExitStack() as opened:
        yield await in_postgres(dsn, opened) if dsn else in_memory()


def in_memory() -> Kept:
    database = MemoryDatabase()

    async def turned(ms: int) -> None:
        now = database.now_ms()
        database.now_ms = lambda: now + ms

    return Kept(MemoryMatningar(database), partial(turned, HOUR_MS), partial(turned, -HOUR_MS))


async def in_postgres(dsn: str, opened: AsyncExitStack) -> Kept:
    await migrate(dsn, "projektion")
    pool = await opened.enter_async_context(await open_pool(dsn))

    async def turned(hours: int) -> None:
        for table in ("matning", "klocka"):
            await pool.execute(f"update {table} set at = at - {hours} * interval '1 hour'")

    return Kept(PostgresMatningar(pool), partial(turned, 1), partial(turned, -1))


async def test_before_anything_is_measured_there_is_a_clock_alone(kept: Kept) -> None:
    found = await kept.matningar.fonster()
    assert (found.rader, found.klockor) == ((), ())
    assert abs(found.nu - time.time() * 1000) < HOUR_MS
    assert found.nu <= await kept.matningar.nu()


async def test_what_is_measured_is_read_as_it_was_with_when(kept: Kept) -> None:
    await kept.matningar.keep([NOBODYS, LOG], CLOCK, HOUR_MS)
    found = await kept.matningar.fonster()
    assert [replace(rad, tid=0) for rad in found.rader] == [LOG, NOBODYS]
    assert {found.nu - rad.tid < HOUR_MS for rad in found.rader} == {True}
    assert len({rad.tid for rad in found.rader}) == 1


async def test_measurements_come_the_oldest_first_and_leave_when_the_window_has_passed_them(kept: Kept) -> None:
    await kept.matningar.keep([LOG], CLOCK, 2 * HOUR_MS)
    await kept.pass_hour()
    await kept.matningar.keep([replace(LOG, slut=13)], CLOCK, 2 * HOUR_MS)
    assert [rad.slut for rad in (await kept.matningar.fonster()).rader] == [12, 13]
    await kept.matningar.keep([replace(LOG, slut=14)], CLOCK, HOUR_MS // 2)
    assert [rad.slut for rad in (await kept.matningar.fonster()).rader] == [13, 14]


async def test_what_a_clock_that_is_set_back_has_measured_ahead_goes_at_the_next_measurement(kept: Kept) -> None:
    await kept.matningar.keep([LOG], CLOCK, 2 * HOUR_MS)
    await kept.set_back_hour()
    await kept.matningar.keep([replace(LOG, slut=13)], CLOCK, 2 * HOUR_MS)
    assert [rad.slut for rad in (await kept.matningar.fonster()).rader] == [13]


async def test_what_was_measured_last_stays_for_as_long_as_nobody_measures(kept: Kept) -> None:
    """Its age goes on."""
    await kept.matningar.keep([LOG], CLOCK, 1)
    await kept.pass_hour()
    found = await kept.matningar.fonster()
    assert found.nu - found.rader[0].tid >= HOUR_MS


async def test_the_last_word_on_each_clock_stands_with_how_old_it_is(kept: Kept) -> None:
    await kept.matningar.keep([], CLOCK, HOUR_MS)
    await kept.matningar.keep([LOG], Klocka("watch", 700, 1), HOUR_MS)
    await kept.pass_hour()
    [found] = (await kept.matningar.fonster()).klockor
    assert (found.vem, found.fore_ms, found.inom_ms, found.age_ms >= HOUR_MS) == ("watch", 700, 1, True)


@pytest.mark.servers
async def test_without_a_server_the_projection_is_said_not_to_answer() -> None:
    async with await open_pool("postgresql://nobody@127.0.0.1:1/none") as pool:
        with pytest.raises(Unavailable, match="projektion"):
            await PostgresMatningar(pool).fonster()
