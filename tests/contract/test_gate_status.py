"""`GateStatus` and `Projection.gate_states`: what a worker tells of its partitions is what health reads."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from contract.projections import Gate, Stores, in_memory, in_postgres
from samverkanshub.ports import IGANG, VAGRAD, GateState


@pytest.fixture
async def stores(dsn: str) -> AsyncIterator[Stores]:
    async with in_postgres(dsn) if dsn else in_memory() as found:
        yield found


async def told(stores: Stores) -> list[tuple[int, str, str]]:
    return [(found.partition, found.state, found.code) for found in await stores.projection.gate_states()]


async def test_nothing_is_known_of_a_gate_that_has_not_reported(stores: Stores) -> None:
    await Gate(stores.gate).assigned()
    assert await told(stores) == []


async def test_the_last_word_on_each_partition_stands(stores: Stores) -> None:
    await stores.status.report(1, IGANG, "")
    await stores.status.report(0, IGANG, "")
    await stores.status.report(1, VAGRAD, "annan-logg")
    assert await told(stores) == [(0, IGANG, ""), (1, VAGRAD, "annan-logg")]
    await stores.status.report(1, IGANG, "")
    assert await told(stores) == [(0, IGANG, ""), (1, IGANG, "")]


async def test_a_report_says_how_long_ago_it_was_made(stores: Stores) -> None:
    await stores.status.report(0, IGANG, "")
    [found] = await stores.projection.gate_states()
    assert isinstance(found, GateState)
    assert found.age_ms >= 0


async def test_a_report_changes_nothing_of_the_gates_position(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await stores.status.report(0, VAGRAD, "annan-logg")
    await gate.writes()


@pytest.mark.servers
async def test_the_age_is_told_by_the_servers_clock_alone(request: pytest.FixtureRequest) -> None:
    dsn = request.getfixturevalue("make_database")("contract_gate_status_age")
    async with in_postgres(dsn) as stores:
        await stores.status.report(0, IGANG, "")
        connection = await asyncpg.connect(dsn)
        await connection.execute("update gate_status set at = at - interval '1 hour'")
        await connection.close()
        assert (await stores.projection.gate_states())[0].age_ms >= 3_600_000
        await stores.status.report(0, IGANG, "")
        assert (await stores.projection.gate_states())[0].age_ms < 3_600_000
