"""Statements that are planned once a connection: no plan may read more of a table than the rows that are asked for."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import pytest

from samverkanshub.adapters.postgres.connect import migrate, open_pool
from samverkanshub.adapters.postgres.database import queries

pytestmark = pytest.mark.servers

READS_WHOLE_TABLES = ("Seq Scan", "Hash Join", "Merge Join")
INDEXES = """
    select i.indexrelid::regclass::text as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_index i join pg_attribute a on a.attrelid = i.indexrelid group by i.indexrelid
"""


@pytest.fixture
def dsn(make_database: Callable[[str], str]) -> str:
    return make_database("integration_by_key")


@pytest.mark.parametrize(("database", "sql"), [("projektion", "gate_store"), ("valv", "vault")])
async def test_a_plan_made_on_empty_tables_goes_by_key(dsn: str, database: str, sql: str) -> None:
    await migrate(dsn, database)
    async with await open_pool(dsn, by_key=True) as pool:
        indexes = {row["name"]: row["columns"] for row in await pool.fetch(INDEXES)}
        plans = {name: await _plan(pool, query) for name, query in queries(sql).items()}
    whole = {name: [node for node in plan if _reads_whole(node, indexes)] for name, plan in plans.items()}
    assert not {name: nodes for name, nodes in whole.items() if nodes}


async def _plan(pool: asyncpg.Pool, query: str) -> list[dict[str, Any]]:
    """Its nodes, without the nodes below."""
    async with pool.acquire() as connection:
        wanted = len((await connection.prepare(query)).get_parameters())
        await connection.execute(f"prepare asked as {query}")
        given = f"({', '.join(['null'] * wanted)})" if wanted else ""
        told = await connection.fetchval(f"explain (format json) execute asked {given}")
        await connection.execute("deallocate asked")
    return list(_nodes(json.loads(told)[0]["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    below = node.pop("Plans", ())
    yield node
    for one in below:
        yield from _nodes(one)


def _reads_whole(node: dict[str, Any], indexes: dict[str, list[str]]) -> bool:
    """Does it find rows by no key, by none that the index begins with, or by the partition, of which there is one?"""
    if "Index Name" not in node:
        return node["Node Type"] in READS_WHOLE_TABLES
    columns, condition = indexes[node["Index Name"]], node.get("Index Cond", "")
    named = [column for column in columns if re.search(rf'\("?{column}"? [=<>]', condition)]
    return named[:1] != columns[:1] or named == ["partition"] != columns


async def test_a_lookup_names_all_of_the_key(dsn: str) -> None:
    """Not only the first of its columns, which have few values."""
    await migrate(dsn, "projektion")
    async with await open_pool(dsn, by_key=True) as pool:
        for name, column in (("states", "id"), ("seen", "handelse_id"), ("make_room", "plikt_id")):
            plan = await _plan(pool, queries("gate_store")[name])
            assert any(f"({column} =" in node.get("Index Cond", "") for node in plan), name


async def test_a_delivery_is_withdrawn_by_its_id(dsn: str) -> None:
    await migrate(dsn, "projektion")
    async with await open_pool(dsn, by_key=True) as pool:
        plan = await _plan(pool, queries("gate_store")["withdraw"])
    used = {node["Index Name"] for node in plan if "Index Name" in node}
    assert used == {"inkorg_leverans", "leveranshandelse_leverans"}


async def test_other_pools_plan_as_the_server_likes(dsn: str) -> None:
    async with await open_pool(dsn) as pool:
        assert await pool.fetchval("show plan_cache_mode") == "auto"
