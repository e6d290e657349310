"""K8, G1: when somebody was born stands apart from their number on a real vault, and goes with them."""

import asyncio
from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest

from samverkanshub.adapters.memory import MemoryKeys
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.fodda import PostgresFodda
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.nycklar import PostgresKeys
from samverkanshub.adapters.postgres.radering import PostgresErasing
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.pipeline import nycklar
from samverkanshub.pipeline.fodda import births
from samverkanshub.ports import KnownPerson, Unavailable

pytestmark = pytest.mark.servers

# Skatteverket publishes these as test numbers (dataset b4de7df7-63c0-4e7e-bb59-1f156a591763): nobody has them.
NUMBERS = ["nr:197103119298", "nr:197507109291", "nr:197609099259"]
BORN = ["197103110090", "197507100090", "197609090050"]
ERASURE = "0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1"


@pytest.fixture(scope="module")
async def pool(make_database: Callable[[str], str]) -> AsyncIterator[asyncpg.Pool]:
    dsn = make_database("integration_fodda")
    await migrate(dsn, "valv")
    async with await open_pool(dsn, by_key=True) as opened:
        yield opened


@pytest.fixture
async def empty(pool: asyncpg.Pool) -> asyncpg.Pool:
    await pool.execute("truncate person, fodd, datanyckel, hemlighet, radering, omslagsnyckel")
    await pool.execute("insert into omslagsnyckel (nr) values (1)")
    return pool


async def from_before(pool: asyncpg.Pool, wrapping: MemoryKeys) -> list[KnownPerson]:
    """Persons, and somebody of a reference, as they were before it was kept apart."""
    persons = await PostgresVault(pool, wrapping).persons([*NUMBERS, "ref:mora:barn-17"], 0)
    await pool.execute("truncate fodd")
    return persons


async def test_of_those_from_before_it_is_made_once_however_many_make_it(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    persons = await from_before(empty, wrapping)
    vault, ids = PostgresVault(empty, wrapping), [one.person_id for one in persons]
    assert await vault.born(ids) == {}
    await asyncio.gather(*(births(PostgresFodda(empty, wrapping)) for _ in range(4)))
    assert await vault.born(ids) == dict(zip(ids, BORN, strict=False))
    before = await empty.fetch("select wrapped from fodd order by person_id")
    await births(PostgresFodda(empty, wrapping))
    assert await empty.fetch("select wrapped from fodd order by person_id") == before


async def test_whose_key_is_lost_stops_nobody_elses(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    first, *_ = sorted(await from_before(empty, wrapping), key=lambda one: one.person_id)
    await empty.execute("delete from datanyckel where subject = $1", first.person_id)
    fodda, after = PostgresFodda(empty, wrapping), ""
    while after := await fodda.fill(after, 1):
        pass
    assert await empty.fetchval("select count(*) from fodd") == 3 - bool(first.nummer)


async def test_a_vault_that_does_not_answer_is_waited_for(empty: asyncpg.Pool) -> None:
    wrapping, refusals = MemoryKeys(), [Unavailable("valv")] * 2
    persons = await from_before(empty, wrapping)
    fodda = PostgresFodda(empty, wrapping)

    class Seldom:
        async def fill(self, after: str, limit: int) -> str:
            if refusals:
                raise refusals.pop()
            return await fodda.fill(after, 1)

    await births(Seldom(), again_s=0.0)
    assert len(await PostgresVault(empty, wrapping).born([one.person_id for one in persons])) == 3


async def test_g1_it_goes_with_the_person_and_nobody_makes_it_again(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    first, *others, _ = await PostgresVault(empty, wrapping).persons([*NUMBERS, "ref:mora:barn-17"], 0)
    await PostgresErasing(empty).erase(ERASURE, first.person_id)
    await births(PostgresFodda(empty, wrapping))
    found = {str(row["person_id"]) for row in await empty.fetch("select person_id from fodd")}
    assert found == {one.person_id for one in others}


async def test_g1_in_a_backup_it_is_readable_until_its_generation_is_destroyed(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    [person] = await PostgresVault(empty, wrapping).persons(NUMBERS[:1], 0)
    [(wrapped, generation)] = [tuple(row) for row in await empty.fetch("select wrapped, generation from fodd")]
    purpose = f"fodd\0{person.person_id}"
    assert await wrapping.unwrap([(purpose, generation, wrapped)]) == [BORN[0].encode()]
    keys = PostgresKeys(empty, wrapping)
    await keys.rotate(1)
    await nycklar.rotate(keys, lambda _: None)
    await keys.destroy(generation)
    assert await wrapping.unwrap([(purpose, generation, wrapped)]) == [None]
    assert await PostgresVault(empty, wrapping).born([person.person_id]) == {person.person_id: BORN[0]}


async def test_no_number_stands_there_nor_anything_that_opens_content(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    [person] = await PostgresVault(empty, wrapping).persons(NUMBERS[:1], 0)
    row = await empty.fetchrow("select * from fodd")
    opened = await wrapping.unwrap([(f"fodd\0{person.person_id}", row["generation"], row["wrapped"])])
    assert opened == [BORN[0].encode()]
    assert person.nummer.encode() not in opened[0]
    assert person.key.key not in opened[0]
    assert person.nummer[:8].encode() not in b"".join(value for value in row if isinstance(value, bytes))
