"""`Uppfoljningar`: what is counted is kept once, together with how far, and read as figures (T4)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from samverkanshub.adapters.memory import MemoryUppfoljningar
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.uppfoljningar import PostgresUppfoljningar
from samverkanshub.domain.uppfoljning.arsrad import Arsrad
from samverkanshub.domain.uppfoljning.rakna import Plats
from samverkanshub.ports import Raknat, RaknatTill, Uppfoljningar

ANNA = Arsrad("kvinna", "vuxen", "mora", ("utsatt",), ("sexualbrott",), ("sip",), ("2026-01-01/hog",))
KALLE = Arsrad("man", "vuxen", misstankar=("anna/mora",))
SIP: Plats = ("meddelanden", "utfall", "sip_kallelse", "levererat")
OF_SIP = SIP[1:]


@pytest.fixture
async def kept(dsn: str) -> AsyncIterator[Uppfoljningar]:
    async with AsyncExitStack() as opened:
        if dsn:
            await migrate(dsn, "projektion")
            yield PostgresUppfoljningar(await opened.enter_async_context(await open_pool(dsn)))
        else:
            yield MemoryUppfoljningar()


def step(start: int, end: int, partition: int = 0, **values: Any) -> Raknat:
    return Raknat(partition, start, end, 1000 * end, values.get("rader", {}), values.get("tal", {}))


async def test_nothing_is_counted_at_first(kept: Uppfoljningar) -> None:
    assert (await kept.place(0), await kept.places(), await kept.years()) == (0, [], [])
    assert await kept.tal(2026, "meddelanden") == {}
    assert await kept.rows(0, [(2026, "anna")]) == {}


async def test_what_is_counted_is_kept_with_how_far(kept: Uppfoljningar) -> None:
    assert await kept.keep(step(0, 3, rader={(2026, "anna"): ANNA}, tal={(2026, SIP): 2}))
    assert await kept.places() == [RaknatTill(0, 3, 3000)]
    assert await kept.rows(0, [(2026, "anna"), (2025, "anna"), (2026, "bo")]) == {(2026, "anna"): ANNA}


async def test_a_step_is_kept_once_and_only_where_the_one_before_it_ended(kept: Uppfoljningar) -> None:
    first = step(0, 3, rader={(2026, "anna"): ANNA}, tal={(2026, SIP): 2})
    assert not await kept.keep(step(3, 5)), "nothing is counted before it"
    assert await kept.keep(first)
    for wrong in (first, step(2, 5, tal={(2026, SIP): 7}), step(4, 5, rader={(2026, "anna"): KALLE})):
        assert not await kept.keep(wrong)
    assert await kept.place(0) == 3
    assert await kept.tal(2026, "meddelanden") == {OF_SIP: 2}
    assert await kept.rows(0, [(2026, "anna")]) == {(2026, "anna"): ANNA}


async def test_persons_are_replaced_and_figures_are_added_to(kept: Uppfoljningar) -> None:
    await kept.keep(step(0, 1, rader={(2026, "anna"): ANNA}, tal={(2026, SIP): 2}))
    more = replace(ANNA, fragor=("samtycke", "sip"))
    await kept.keep(step(1, 2, rader={(2026, "anna"): more}, tal={(2026, SIP): 3}))
    assert await kept.rows(0, [(2026, "anna")]) == {(2026, "anna"): more}
    assert await kept.tal(2026, "meddelanden") == {OF_SIP: 5}


async def test_figures_may_fall_and_what_has_come_to_nothing_is_not_told(kept: Uppfoljningar) -> None:
    other: Plats = ("meddelanden", "utfall", "sip_kallelse", "i_delar")
    await kept.keep(step(0, 1, tal={(2026, SIP): 2, (2025, SIP): 1}))
    await kept.keep(step(1, 2, tal={(2026, SIP): -1, (2026, other): 1, (2025, SIP): -1}))
    assert await kept.tal(2026, "meddelanden") == {OF_SIP: 1, other[1:]: 1}
    assert await kept.years() == [2026]


async def test_years_and_counts_are_told_apart(kept: Uppfoljningar) -> None:
    place: Plats = ("utsatta", "kommun", "kvinna", "mora")
    await kept.keep(step(0, 1, tal={(2026, SIP): 1, (2024, SIP): 2, (2026, place): 3}))
    assert await kept.years() == [2024, 2026]
    assert await kept.tal(2026, "utsatta") == {place[1:]: 3}
    assert await kept.tal(2024, "meddelanden") == {OF_SIP: 2}
    assert await kept.tal(2025, "meddelanden") == {}


async def test_partitions_are_counted_each_by_itself_and_told_together(kept: Uppfoljningar) -> None:
    await kept.keep(step(0, 4, rader={(2026, "anna"): ANNA}, tal={(2026, SIP): 1}))
    assert await kept.keep(step(0, 2, partition=1, rader={(2026, "anna"): KALLE}, tal={(2026, SIP): 2}))
    assert await kept.places() == [RaknatTill(0, 4, 4000), RaknatTill(1, 2, 2000)]
    assert await kept.rows(1, [(2026, "anna")]) == {(2026, "anna"): KALLE}
    assert await kept.tal(2026, "meddelanden") == {OF_SIP: 3}
