"""The queries behind auditors' pages read by index, however much there is beside what they ask for."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from plan_support import blocks

from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate

pytestmark = pytest.mark.servers
MANY = 30_000
AFTER = (-1, -1, -1)
MOST_BLOCKS = 100
"""Pages of 8 kB: of a hundred thousandfold what is asked for."""
BEFORE: Any = ([0], [MANY])
FILLED = f"""
insert into position select 0, {MANY}, 1, {MANY}, '';
insert into beslut
    select 0, n, 'h' || n, 'mora', 'mora.a.b', 'skydd', '', 'dom', 1000 * n, '', repeat('x', 200)::bytea, '', ''
    from generate_series(0, {MANY} - 1) n;
insert into spar select 0, n, slag, id from generate_series(0, {MANY} - 1) n
    cross join (values ('aktor', 'mora'), ('aktor', 'falun'), ('typ', 'skydd'), ('person', 'p')) as t (slag, id);
insert into spar select 0, 10 * n, 'arende', 'a' from generate_series(0, 9) n;
insert into register_oppning select 'a' || n % 20, 1000 * n, 0, n, 'u' || n / 20 % 50, 'l' || n, array['p' || n % 900]
    from generate_series(0, {MANY} - 1) n;
insert into register_oppnat select aktor, anvandare, personer[1], tid, partition, "offset" from register_oppning;
insert into register_samtycke select 'a' || n % 20, 1000 * n, 0, n, 'h' || n, 'p' || n % 900
    from generate_series(0, {MANY} - 1) n;
insert into register_undanhallet select 'a' || n % 20, 'd' || n % 700, 'g' || n % 9, 'K' || n % 11, 's', n, 1, 1
    from generate_series(0, {MANY} - 1) n;
insert into register_regel select 'a' || n % 20, 'K' || n % 40, 0, 10 * n, array[10 * n - 1, 10 * n]
    from generate_series(0, {MANY} - 1) n;
insert into leveranshandelse select 0, n, 'l' || n, 'h' || n, 'mottagen', n from generate_series(0, {MANY} - 1) n;
analyze;
"""


@pytest.fixture(scope="module")
def dsn(make_database: Any) -> str:
    return str(make_database("register_plans"))


@pytest.fixture
async def filled(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    await migrate(dsn, "projektion")
    async with await open_pool(dsn) as pool:
        if not await pool.fetchval("select count(*) from position"):
            await pool.execute(FILLED)
        yield pool


@pytest.mark.parametrize(
    ("query", "args"),
    [
        ("undanhallet", ("a7", "d77", "d78")),
        ("oppningar", ("a7", 0, 2**62, 20, *BEFORE, *AFTER)),
        ("oppningar", ("a7", 900 * MANY, 2**62, 20, *BEFORE, *AFTER)),
        ("oppningar", ("a7", 0, 2**62, 20, *BEFORE, 900 * MANY, 0, 0)),
        ("oppningar_av", ("a7", 0, 2**62, 20, *BEFORE, *AFTER, "u7")),
        ("oppnat", ("a7", 0, 2**62, *BEFORE, ["u7", "u27"], ["p7", "p27"])),
        ("samtycken", ("a7", 900 * MANY, 2**62, 20, *BEFORE, *AFTER)),
        ("citing", ("a7", "K7", 0, 9 * MANY, 10 * MANY, 20)),
    ],
)
async def test_the_register_is_read_by_index(filled: asyncpg.Pool, query: str, args: tuple[Any, ...]) -> None:
    assert 0 < await blocks(filled, "register", query, *args) < MOST_BLOCKS


@pytest.mark.parametrize("fran", [0, 500 * MANY, 999 * MANY])
async def test_days_are_found_in_the_log_by_halving(filled: asyncpg.Pool, fran: int) -> None:
    """What was before them costs nothing, nor does what came after."""
    for within in (("aktor", "mora"), (None, None)):
        args = ("typ", "skydd", 20, -1, -1, fran, fran + 5000, *within, None)
        assert 0 < await blocks(filled, "projection", "traced", *args) < 2 * MOST_BLOCKS


async def test_where_days_are_in_the_log_is_told_without_reading_them(filled: asyncpg.Pool) -> None:
    for span in ((0, 2**62), (500 * MANY, 999 * MANY)):
        assert 0 < await blocks(filled, "projection", "spans", *span) < 2 * MOST_BLOCKS


async def test_what_is_in_a_matter_is_found_from_the_matter(filled: asyncpg.Pool) -> None:
    """However many openings others have."""
    args = (20, -1, -1, 0, 2**62, "typ", "skydd", 0)
    assert 0 < await blocks(filled, "projection", "traced", "arende", "a", *args) < MOST_BLOCKS


async def test_deliveries_and_records_are_read_by_their_ids(filled: asyncpg.Pool) -> None:
    ids = [f"l{n}" for n in range(0, MANY, MANY // 10)]
    assert 0 < await blocks(filled, "projection", "happened_to", ids, ["mottagen"]) < MOST_BLOCKS
    places = list(range(0, MANY, MANY // 10))
    assert 0 < await blocks(filled, "projection", "judgements", [0] * len(places), places) < MOST_BLOCKS
