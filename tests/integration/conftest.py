"""A vault on a real server, empty for each test."""

from collections.abc import AsyncIterator, Callable
from typing import Final

import asyncpg
import pytest

from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate

EMPTIED: Final = """
truncate person, fodd, datanyckel, hemlighet, ansprak, radering, uppslag, omslagsnyckel;
insert into omslagsnyckel (nr) values (1);
insert into uppslag (version, nyast) values (1, true);
"""
"""As after its migrations."""


@pytest.fixture(scope="module")
async def vault_pool(
    make_database: Callable[[str], str], request: pytest.FixtureRequest
) -> AsyncIterator[asyncpg.Pool]:
    """The vault of a module's tests."""
    dsn = make_database(f"integration_{request.module.__name__.removeprefix('test_')}")
    await migrate(dsn, "valv")
    async with await open_pool(dsn, by_key=True) as opened:
        yield opened


@pytest.fixture
async def empty(vault_pool: asyncpg.Pool) -> asyncpg.Pool:
    """The same, with nothing in it."""
    await vault_pool.execute(EMPTIED)
    return vault_pool
