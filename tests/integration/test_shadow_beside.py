"""A projection made anew beside the one in use: what the gate and the api of that one notice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from contract.projections import Gate, decision
from samverkanshub.adapters.postgres.connect import migrate, open_pool
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.adapters.postgres.listener import CHANNEL
from samverkanshub.adapters.postgres.register import PostgresRegister
from samverkanshub.adapters.postgres.shadow import shadow
from samverkanshub.adapters.postgres.uppfoljningar import PostgresUppfoljningar
from samverkanshub.domain.uppfoljning.arsrad import Arsrad
from samverkanshub.ports import Infort, Oppnad, Raknat, Registrerat, Superseded

pytestmark = pytest.mark.servers


@pytest.fixture
async def dsn(make_database: Callable[[str], str]) -> str:
    made = make_database("integration_shadow")
    await migrate(made, "projektion")
    return made


@pytest.fixture
async def gate(dsn: str) -> AsyncIterator[Gate]:
    """One that has written to the projection in use."""
    async with await open_pool(dsn, by_key=True) as pool:
        found = await Gate(PostgresGateStore(pool)).assigned()
        await found.writes(decisions=[decision(0)])
        await found.writes(decisions=[decision(1)], withdrawn=["l"])
        yield found


@pytest.mark.parametrize("withdrawn", [(), ("l",)])
async def test_a_gate_is_superseded_by_the_new_one_though_it_finds_other_tables(
    dsn: str, gate: Gate, withdrawn: tuple[str, ...]
) -> None:
    async with shadow(dsn) as beside:
        new = await Gate(beside.store).assigned()
        for offset in range(2):
            await new.writes(decisions=[decision(offset)])
        assert await beside.swap(despite=True)
    with pytest.raises(Superseded):
        await gate.writes(decisions=[decision(2)], withdrawn=withdrawn)


async def test_what_the_database_refuses_of_the_gate_in_place_is_no_supersession(gate: Gate) -> None:
    with pytest.raises(asyncpg.UniqueViolationError):
        await gate.writes(decisions=[decision(0)])


async def test_who_counts_beside_the_gate_goes_on_in_the_new_one_over_the_connection_it_had(
    dsn: str, gate: Gate
) -> None:
    """Its statements are prepared, and the tables they were prepared for are others'."""
    opened = Oppnad(0, 0, 1, "mora", "u-1", "l1", ("anna", "bo"))
    registered = Registrerat(0, 0, "mora", 2, "h0", "anna")
    entered = Infort(0, 0, 1, {("mora", "d", "g", "K1", "s"): (1, 1)}, [opened], [registered], {("mora", "K1"): [0]})
    counted = Raknat(0, 0, 1, 1, {(2026, "anna"): Arsrad(vald=("sexualbrott",))}, {(2026, ("r", "b", "m", "v")): 1})
    async with await open_pool(dsn) as pool:
        assert await PostgresRegister(pool).keep(entered)
        assert await PostgresUppfoljningar(pool).keep(counted)
        async with shadow(dsn) as beside:
            new = await Gate(beside.store).assigned()
            for offset in range(2):
                await new.writes(decisions=[decision(offset)])
            assert await beside.swap(despite=True)
        assert await PostgresRegister(pool).keep(entered), "put in place empty"
        assert await PostgresRegister(pool).oppnat("mora", [("u-1", "bo")], (0, 9), {0: 1}) == {("u-1", "bo"): 1}
        assert await PostgresUppfoljningar(pool).keep(counted)
        assert await PostgresUppfoljningar(pool).tal(2026, "r") == {("b", "m", "v"): 1}


async def test_who_waits_for_the_one_in_use_is_told_nothing_of_the_new_one(dsn: str, gate: Gate) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    def hear(*said: Any) -> None:
        heard.put_nowait(said[-1])

    listening = await asyncpg.connect(dsn)
    try:
        await listening.add_listener(CHANNEL, hear)
        async with shadow(dsn) as beside:
            await (await Gate(beside.store).assigned()).writes(decisions=[decision(0)])
        await gate.writes(decisions=[decision(2)])
        async with asyncio.timeout(60):
            assert await heard.get() == "0:3"
    finally:
        await listening.close()
