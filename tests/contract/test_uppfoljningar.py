"""`Uppfoljningar`: what is counted is kept once, together with how far, and read as numbers of alike persons (T4)."""

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
from samverkanshub.domain.uppfoljning.rakna import Arsdata, Lika
from samverkanshub.ports import Raknat, RaknatTill, Uppfoljningar

ANNA = Arsrad("kvinna", "vuxen", "mora", ("utsatt",), ("sexualbrott",), ("sip",), ("2026-01-01/hog",))
KALLE = Arsrad("man", "vuxen", misstankar=("anna/mora",))
SIP = (2026, "sip_kallelse", "levererat", "mora")


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.servers)])
def dsn(request: pytest.FixtureRequest) -> str:
    """An empty database; empty for the implementation in memory."""
    return request.getfixturevalue("make_database")("contract_uppfoljningar") if request.param == "postgres" else ""


@pytest.fixture
async def kept(dsn: str) -> AsyncIterator[Uppfoljningar]:
    async with AsyncExitStack() as opened:
        if dsn:
            await migrate(dsn, "projektion")
            yield PostgresUppfoljningar(await opened.enter_async_context(await open_pool(dsn)))
        else:
            yield MemoryUppfoljningar()


def step(start: int, end: int, partition: int = 0, **values: Any) -> Raknat:
    return Raknat(partition, start, end, 1000 * end, values.get("rader", {}), values.get("meddelanden", {}))


async def test_nothing_is_counted_at_first(kept: Uppfoljningar) -> None:
    assert (await kept.place(0), await kept.places(), await kept.years()) == (0, [], [])
    assert await kept.data(2026) == Arsdata()
    assert await kept.rows(0, [(2026, "anna")]) == {}


async def test_what_is_counted_is_kept_with_how_far(kept: Uppfoljningar) -> None:
    assert await kept.keep(step(0, 3, rader={(2026, "anna"): ANNA}, meddelanden={SIP: 2}))
    assert await kept.places() == [RaknatTill(0, 3, 3000)]
    assert await kept.rows(0, [(2026, "anna"), (2025, "anna"), (2026, "bo")]) == {(2026, "anna"): ANNA}


async def test_a_step_is_kept_once_and_only_where_the_one_before_it_ended(kept: Uppfoljningar) -> None:
    first = step(0, 3, rader={(2026, "anna"): ANNA}, meddelanden={SIP: 2})
    assert not await kept.keep(step(3, 5)), "nothing is counted before it"
    assert await kept.keep(first)
    for wrong in (first, step(2, 5, meddelanden={SIP: 7}), step(4, 5, rader={(2026, "anna"): KALLE})):
        assert not await kept.keep(wrong)
    assert await kept.place(0) == 3
    assert (await kept.data(2026)).meddelanden == (("sip_kallelse", "levererat", "mora", 2),)
    assert await kept.rows(0, [(2026, "anna")]) == {(2026, "anna"): ANNA}


async def test_persons_are_replaced_and_messages_are_added_to(kept: Uppfoljningar) -> None:
    await kept.keep(step(0, 1, rader={(2026, "anna"): ANNA}, meddelanden={SIP: 2}))
    more = replace(ANNA, fragor=("samtycke", "sip"))
    await kept.keep(step(1, 2, rader={(2026, "anna"): more}, meddelanden={SIP: 3}))
    found = await kept.data(2026)
    assert found.personer == (Lika("kvinna", "vuxen", "mora", ("utsatt",), ("sexualbrott",), more.fragor, False, 1),)
    assert found.meddelanden == (("sip_kallelse", "levererat", "mora", 5),)


async def test_alike_persons_are_told_together_and_years_apart(kept: Uppfoljningar) -> None:
    rader = {(2026, "anna"): ANNA, (2026, "eva"): replace(ANNA, bedomningar=()), (2026, "kalle"): KALLE}
    await kept.keep(step(0, 1, rader={**rader, (2025, "bo"): KALLE}, meddelanden={(2024, *SIP[1:]): 1}))
    assert await kept.years() == [2024, 2025, 2026]
    alike = Lika("kvinna", "vuxen", "mora", ("utsatt",), ("sexualbrott",), ("sip",), False, 2)
    suspected = Lika("man", "vuxen", "okand", (), (), (), True, 1)
    assert await kept.data(2026) == Arsdata((alike, suspected))
    assert await kept.data(2025) == Arsdata((suspected,))


async def test_partitions_are_counted_each_by_itself_and_told_together(kept: Uppfoljningar) -> None:
    await kept.keep(step(0, 4, rader={(2026, "anna"): ANNA}, meddelanden={SIP: 1}))
    assert await kept.keep(step(0, 2, partition=1, rader={(2026, "anna"): KALLE}, meddelanden={SIP: 2}))
    assert await kept.places() == [RaknatTill(0, 4, 4000), RaknatTill(1, 2, 2000)]
    assert await kept.rows(1, [(2026, "anna")]) == {(2026, "anna"): KALLE}
    found = await kept.data(2026)
    assert sum(one.antal for one in found.personer) == 2
    assert found.meddelanden == (("sip_kallelse", "levererat", "mora", 3),)
