"""How a process comes to its two databases: `migrate` first, then a pool for each."""

from types import MappingProxyType
from typing import Any, Final

import asyncpg

from samverkanshub.adapters.postgres.database import connect_arguments
from samverkanshub.adapters.postgres.migrations import migrate

__all__ = ["POOL_SIZE", "migrate", "open_pool"]

POOL_SIZE: Final = 4


BY_KEY: Final = MappingProxyType(
    {
        "plan_cache_mode": "force_generic_plan",
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
    }
)
"""Each statement is planned once a connection, where the server would plan anew for each length of an array.

A plan made while a table is small has to be right when it is large: so nothing but indexes."""


async def open_pool(dsn: str, *, read_only: bool = False, schema: str = "", by_key: bool = False) -> asyncpg.Pool:
    """A pool that connects when it is first used, and again after the server has been away.

    Opening never waits for the server, so that a process can start, and say so, without it. With `read_only` the
    server refuses to write anything; with a `schema` its tables are meant; `by_key` is for who finds every row by key.
    """
    arguments = connect_arguments(schema)
    if read_only:
        arguments["server_settings"]["default_transaction_read_only"] = "on"
    if by_key:
        arguments["server_settings"].update(BY_KEY)
    pool: asyncpg.Pool = await asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=POOL_SIZE,
        max_inactive_connection_lifetime=0,
        reset=_nothing_to_reset,
        **arguments,
    )
    return pool


async def _nothing_to_reset(connection: Any) -> None:
    """Pooled connections carry no session state: this saves a round trip each time one is handed back."""
