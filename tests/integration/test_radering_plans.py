"""G1: what it costs to see that the vault has obeyed, when it has obeyed many."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from plan_support import blocks

from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.adapters.postgres.radering import PostgresErasing
from samverkanshub.pipeline.olydda import Lydnad

pytestmark = pytest.mark.servers
MANY = 20_000
MOST_BLOCKS = 100
"""Pages of 8 kB: what finding a place in the log by halving takes, and a fraction of what holds every erasure."""
LET = '{"dom": "godtas", "atgard": {"omrade": "0"}}'
WHO = "'00000000-0000-4000-8000-' || lpad(n::text, 12, '0')"
LOG = f"""
insert into position select 0, {MANY}, 1, {MANY}, '';
insert into beslut
    select 0, n, 'h' || n, 'hub', '', 'radering', '', 'dom', 1000 * n, '', '', '', convert_to('{LET}', 'UTF8')
    from generate_series(0, {MANY} - 1) n;
insert into spar select 0, n, 'typ', 'radering' from generate_series(0, {MANY} - 1) n;
insert into spar select 0, n, 'person', {WHO} from generate_series(0, {MANY} - 1) n;
analyze;
"""
DONE = f"""
insert into radering (handelse_id, person_id, steg, nr, stand)
    select 'h' || n, ({WHO})::uuid, 'utford', n + 1, sha256(convert_to(n::text, 'UTF8'))
    from generate_series(0, {MANY} - 1) n;
analyze radering;
"""
STAND = sha256(str(MANY - 1).encode()).digest()


async def test_what_is_looked_at_each_time_does_not_grow_with_how_many_are_erased(
    make_database: Callable[[str], str],
) -> None:
    log, valv = make_database("radering_plans_logg"), make_database("radering_plans_valv")
    await migrate(log, "projektion")
    await migrate(valv, "valv")
    async with await open_pool(log) as of_log, await open_pool(valv, by_key=True) as of_valv:
        await of_log.execute(LOG)
        await of_valv.execute(DONE)
        projection = PostgresProjection(of_log, log)
        lydnad = Lydnad(projection, PostgresErasing(of_valv), 1)
        assert (await lydnad.look()).kvar == set()
        after_all = ("typ", "radering", 200, 0, MANY - 1, 0, 2**62, None, None, 0)
        assert await blocks(of_valv, "radering", "heeded", [], [], STAND) < MOST_BLOCKS / 5
        assert await blocks(of_log, "projection", "traced", *after_all) < MOST_BLOCKS
        await of_valv.execute("update radering set steg = 'begard', nr = null, stand = null where handelse_id = 'h7'")
        [left] = (await Lydnad(projection, PostgresErasing(of_valv), 1).look()).kvar
        assert left == ("h7", "00000000-0000-4000-8000-000000000007")
        await projection.close()
