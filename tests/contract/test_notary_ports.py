"""What the notary reads of the projection, and what it tells health and intake there."""

from asyncio import sleep, timeout
from collections.abc import AsyncIterator
from time import time

import pytest

from contract.projections import Gate, Stores, decision, in_memory, in_postgres
from samverkanshub.ports import IGANG, VAGRAD, VANTAR, LeafRow, Signing


@pytest.fixture
async def stores(dsn: str) -> AsyncIterator[Stores]:
    async with in_postgres(dsn) if dsn else in_memory() as found:
        yield found


async def judged(stores: Stores, *age_ms: int) -> None:
    """Decisions on offsets from 0, each on a record that came so long ago."""
    gate = await Gate(stores.gate).assigned()
    now_ms = int(time() * 1000)
    rows = [
        decision(offset, tid=now_ms - age, record_digest=b"r%d" % offset, digest=b"d%d" % offset)
        for offset, age in enumerate(age_ms)
    ]
    await gate.writes(len(rows), decisions=rows)


async def test_nothing_is_judged_of_a_partition_without_a_gate(stores: Stores) -> None:
    assert await stores.projection.position(0) == 0
    assert await stores.projection.leaves(0, 0, 10) == []
    assert await stores.projection.signing() == []


async def test_leaves_are_read_by_offset_in_order(stores: Stores) -> None:
    await judged(stores, 0, 0, 0, 0)
    assert await stores.projection.position(0) == 4
    assert await stores.projection.leaves(0, 1, 3) == [LeafRow(1, b"r1", b"d1"), LeafRow(2, b"r2", b"d2")]
    assert len(await stores.projection.leaves(0, 0, 100)) == 4
    assert await stores.projection.leaves(1, 0, 100) == []


async def test_the_last_word_on_each_partition_stands(stores: Stores) -> None:
    await stores.notary.report(1, 5, IGANG, "")
    await stores.notary.report(0, 7, IGANG, "")
    await stores.notary.report(1, 5, VAGRAD, "annat-trad")
    found = await stores.projection.notary_states()
    assert [(s.partition, s.size, s.state, s.code) for s in found] == [(0, 7, IGANG, ""), (1, 5, VAGRAD, "annat-trad")]
    assert all(state.age_ms >= 0 for state in found)


async def of(stores: Stores, partition: int = 0) -> Signing:
    [found] = [one for one in await stores.projection.signing() if one.partition == partition]
    return found


async def test_what_was_never_signed_is_as_old_as_its_first_record(stores: Stores) -> None:
    await judged(stores, 90_000, 1_000)
    found = await of(stores)
    assert (found.position, found.size, found.unwell_ms) == (2, 0, 0)
    assert 90_000 <= found.unsigned_ms < 600_000


async def test_the_oldest_unsigned_record_counts(stores: Stores) -> None:
    await judged(stores, 90_000, 10_000, 1_000)
    await stores.notary.report(0, 1, VAGRAD, "x")
    assert 10_000 <= (await of(stores)).unsigned_ms < 90_000


@pytest.mark.parametrize("size", [2, 7])
async def test_what_is_signed_whole_has_no_age(stores: Stores, size: int) -> None:
    await judged(stores, 90_000, 10_000)
    await stores.notary.report(0, size, IGANG, "")
    found = await of(stores)
    assert (found.position, found.size, found.unsigned_ms) == (2, size, 0)


async def test_a_record_of_a_clock_ahead_has_no_age(stores: Stores) -> None:
    await judged(stores, -90_000)
    assert (await of(stores)).unsigned_ms == 0


async def test_each_partition_that_either_speaks_of_is_told_of_once(stores: Stores) -> None:
    await judged(stores, 0)
    await stores.notary.report(0, 1, IGANG, "")
    await stores.notary.report(1, 4, VANTAR, "")
    found = await stores.projection.signing()
    assert [(one.partition, one.position, one.size) for one in found] == [(0, 1, 1), (1, 0, 4)]


async def test_it_is_unwell_for_as_long_as_it_has_not_said_that_it_goes_on(stores: Stores) -> None:
    """However often it says that it waits or refuses."""
    await stores.notary.report(0, 1, IGANG, "")
    async with timeout(30):
        while (await of(stores)).unwell_ms < 1_000:
            await stores.notary.report(0, 1, VAGRAD, "annat-trad")
            await sleep(0.05)
            await stores.notary.report(0, 1, VANTAR, "")
    await stores.notary.report(0, 1, IGANG, "")
    assert (await of(stores)).unwell_ms < 1_000
