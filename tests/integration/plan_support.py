"""What a named query costs the server."""

import re

import asyncpg

from samverkanshub.adapters.postgres.database import queries


async def blocks(pool: asyncpg.Pool, file: str, query: str, *args: object) -> int:
    """How many pages of tables and indexes a query reads; the planning of it left out."""
    told = await pool.fetchval(f"explain (analyze, buffers, format json) {queries(file)[query]}", *args)
    counted = re.findall(r'"Shared (?:Hit|Read) Blocks": (\d+)', str(told))
    return int(counted[0]) + int(counted[1])
