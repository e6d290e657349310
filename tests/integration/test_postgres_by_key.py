"""Statements that are planned once a connection: no plan may read more of a table than the rows that are asked for."""

from collections.abc import Callable

import asyncpg
import pytest

from samverkanshub.adapters.postgres.connect import migrate, open_pool
from samverkanshub.adapters.postgres.database import queries

pytestmark = pytest.mark.servers

READS_WHOLE_TABLES = ("Seq Scan on", "Hash Join", "Hash Anti Join", "Hash Semi Join", "Merge")


@pytest.fixture
def dsn(make_database: Callable[[str], str]) -> str:
    return make_database("integration_by_key")


@pytest.mark.parametrize(("database", "sql"), [("projektion", "gate_store"), ("valv", "vault")])
async def test_a_plan_made_on_empty_tables_goes_by_key(dsn: str, database: str, sql: str) -> None:
    await migrate(dsn, database)
    async with await open_pool(dsn, by_key=True) as pool:
        whole = {name: await _plan(pool, query) for name, query in queries(sql).items()}
    assert not [name for name, plan in whole.items() if any(part in plan for part in READS_WHOLE_TABLES)], whole


async def _plan(pool: asyncpg.Pool, query: str) -> str:
    async with pool.acquire() as connection:
        wanted = len((await connection.prepare(query)).get_parameters())
        await connection.execute(f"prepare asked as {query}")
        rows = await connection.fetch(f"explain execute asked ({', '.join(['null'] * wanted)})")
        await connection.execute("deallocate asked")
        return "\n".join(row[0] for row in rows)


async def test_a_lookup_names_all_of_the_key(dsn: str) -> None:
    """Not only the partition, of which there is one."""
    await migrate(dsn, "projektion")
    async with await open_pool(dsn, by_key=True) as pool:
        for name, column in (("states", "id"), ("seen", "handelse_id"), ("make_room", "plikt_id")):
            plan = await _plan(pool, queries("gate_store")[name])
            conditions = [line for line in plan.splitlines() if "Cond" in line]
            assert any(f"({column} =" in line for line in conditions), name


async def test_other_pools_plan_as_the_server_likes(dsn: str) -> None:
    async with await open_pool(dsn) as pool:
        assert await pool.fetchval("show plan_cache_mode") == "auto"
