"""`Register`: what is entered is kept once, together with how far, and read by an actor's own auditors."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from samverkanshub.adapters.memory import MemoryRegister
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.register import PostgresRegister
from samverkanshub.ports import Infort, Oppnad, Register, Registrerat

EVER = (0, 2**62)
FIRST = (-1, -1, -1)
ALL = {0: 100, 1: 100}


@pytest.fixture
async def kept(dsn: str) -> AsyncIterator[Register]:
    async with AsyncExitStack() as opened:
        if dsn:
            await migrate(dsn, "projektion")
            yield PostgresRegister(await opened.enter_async_context(await open_pool(dsn)))
        else:
            yield MemoryRegister()


def step(start: int, end: int, partition: int = 0, **brought: Any) -> Infort:
    given: dict[str, Any] = {"undanhallet": {}, "oppningar": [], "samtycken": [], "regler": {}}
    return Infort(partition, start, end, **(given | brought))


def opening(offset: int, tid: int, anvandare: str = "u-1", *personer: str, partition: int = 0) -> Oppnad:
    return Oppnad(partition, offset, tid, "mora", anvandare, f"l{offset}", personer or ("anna",))


def consent(offset: int, till: int, partition: int = 0, aktor: str = "mora") -> Registrerat:
    return Registrerat(partition, offset, aktor, till, f"h{offset}", "anna")


async def test_nothing_is_entered_at_first(kept: Register) -> None:
    assert (await kept.place(0), await kept.places()) == (0, {})
    assert await kept.undanhallet("mora", "", "9") == ({}, {})
    assert await kept.oppningar("mora", "", EVER, ALL, 9, FIRST) == []
    assert await kept.oppnat("mora", [("u-1", "anna")], EVER, ALL) == {}
    assert await kept.samtycken("mora", EVER, ALL, 9, FIRST) == []
    assert await kept.citing("mora", "K1", 0, EVER, 9) == []


async def test_a_step_is_kept_once_and_only_where_the_one_before_it_ended(kept: Register) -> None:
    first = step(0, 3, oppningar=[opening(1, 10)], regler={("mora", "K1"): [1]})
    assert not await kept.keep(step(3, 5)), "nothing is entered before it"
    assert await kept.keep(first)
    for wrong in (first, step(2, 5, regler={("mora", "K1"): [2]}), step(4, 5, oppningar=[opening(4, 40)])):
        assert not await kept.keep(wrong)
    assert await kept.places() == {0: 3}
    assert await kept.oppningar("mora", "", EVER, ALL, 9, FIRST) == [opening(1, 10)]
    assert await kept.citing("mora", "K1", 0, EVER, 9) == [1]


async def test_what_was_withheld_is_added_up_and_is_each_actors_own(kept: Register) -> None:
    mora, falun = (
        ("mora", "2026-01-02", "mora.a.b", "K1", "annat-andamal"),
        ("falun", "2026-01-02", "falun.a.b", "K1", "annat-andamal"),
    )
    await kept.keep(step(0, 2, undanhallet={mora: (1, 3), falun: (1, 1)}))
    await kept.keep(step(2, 4, undanhallet={mora: (2, 2)}))
    other = (*mora[:4], "aterkallad")
    await kept.keep(step(0, 4, partition=1, undanhallet={mora: (1, 1), other: (1, 2)}))
    own = {mora[1:]: (4, 6), other[1:]: (1, 2)}
    assert await kept.undanhallet("mora", "2026-01-02", "2026-01-03") == ({0: 4, 1: 4}, own)
    assert (await kept.undanhallet("mora", "2026-01-01", "2026-01-02"))[1] == {}
    assert (await kept.undanhallet("mora", "2026-01-03", "2026-01-04"))[1] == {}


async def test_openings_come_in_the_order_of_time_page_by_page(kept: Register) -> None:
    await kept.keep(step(0, 9, oppningar=[opening(1, 10), opening(3, 30), opening(4, 30, "u-2")]))
    await kept.keep(step(0, 9, partition=1, oppningar=[opening(2, 20, partition=1)]))
    page = await kept.oppningar("mora", "", EVER, ALL, 2, FIRST)
    assert [one.at for one in page] == [(10, 0, 1), (20, 1, 2)]
    assert [one.at for one in await kept.oppningar("mora", "", EVER, ALL, 9, page[-1].at)] == [(30, 0, 3), (30, 0, 4)]
    assert await kept.oppningar("mora", "u-2", EVER, ALL, 9, FIRST) == [opening(4, 30, "u-2")]
    assert [one.tid for one in await kept.oppningar("mora", "", (20, 30), ALL, 9, FIRST)] == [20]
    assert await kept.oppningar("falun", "", EVER, ALL, 9, FIRST) == []
    assert await kept.oppningar("mora", "u\0", EVER, ALL, 9, FIRST) == []


async def test_what_is_entered_since_who_asks_looked_how_far_is_left_out(kept: Register) -> None:
    """Who asks reads that itself, and would count it twice."""
    entered = {"oppningar": [opening(1, 10), opening(5, 50)], "samtycken": [consent(1, 10), consent(5, 50)]}
    await kept.keep(step(0, 9, **entered))
    assert [one.offset for one in await kept.oppningar("mora", "", EVER, {0: 5}, 9, FIRST)] == [1]
    assert [one.offset for one in await kept.oppningar("mora", "u-1", EVER, {0: 5}, 9, FIRST)] == [1]
    assert await kept.oppnat("mora", [("u-1", "anna")], EVER, {0: 5}) == {("u-1", "anna"): 1}
    assert [one.offset for one in await kept.samtycken("mora", EVER, {0: 5}, 9, FIRST)] == [1]
    assert await kept.oppningar("mora", "", EVER, {1: 5}, 9, FIRST) == []


async def test_openings_are_counted_by_user_and_person(kept: Register) -> None:
    some = [opening(1, 10), opening(2, 20, "u-1", "anna", "bo"), opening(3, 30, "u-2"), opening(4, 40)]
    await kept.keep(step(0, 9, oppningar=some))
    asked = [("u-1", "anna"), ("u-1", "bo"), ("u-2", "bo")]
    assert await kept.oppnat("mora", asked, EVER, ALL) == {("u-1", "anna"): 3, ("u-1", "bo"): 1}
    assert await kept.oppnat("mora", asked, (20, 40), ALL) == {("u-1", "anna"): 1, ("u-1", "bo"): 1}
    assert await kept.oppnat("falun", asked, EVER, ALL) == {}


async def test_consents_come_by_when_they_end_page_by_page(kept: Register) -> None:
    made = [consent(1, 30), consent(2, 10), consent(3, 20, aktor="falun"), consent(4, 20)]
    await kept.keep(step(0, 9, samtycken=made))
    page = await kept.samtycken("mora", EVER, ALL, 2, FIRST)
    assert page == [made[1], made[3]]
    assert await kept.samtycken("mora", EVER, ALL, 2, page[-1].at) == [made[0]]
    assert await kept.samtycken("mora", (10, 20), ALL, 9, FIRST) == [made[1]]


async def test_places_that_cite_a_rule_come_in_order_and_within_a_span(kept: Register) -> None:
    await kept.keep(step(0, 5, regler={("mora", "K1"): [0, 2, 4], ("falun", "K1"): [3], ("mora", "K3"): [1]}))
    await kept.keep(step(5, 9, regler={("mora", "K1"): [5, 8]}))
    await kept.keep(step(0, 9, partition=1, regler={("mora", "K1"): [7]}))
    assert await kept.citing("mora", "K1", 0, EVER, 9) == [0, 2, 4, 5, 8]
    assert await kept.citing("mora", "K1", 0, (2, 8), 9) == [2, 4, 5]
    assert await kept.citing("mora", "K1", 0, (1, 9), 2) == [2, 4]
    assert await kept.citing("mora", "K1", 1, EVER, 9) == [7]
    assert await kept.citing("mora", "K9", 0, EVER, 9) == []
