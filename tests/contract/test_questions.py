"""`Questions`: what auditors have asked is kept, in order, and stays."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import asyncpg
import pytest

from samverkanshub.adapters.memory import MemoryQuestions
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.questions import PostgresQuestions
from samverkanshub.ports import AskedRow, IncidentRow, Questions

ASKED = AskedRow(1_750_000_000_000, "mora", "granskare.1", "arende", "myndighet:mora", '{"handelse":"h1"}', 17)


@pytest.fixture
async def questions(dsn: str) -> AsyncIterator[Questions]:
    if not dsn:
        yield MemoryQuestions()
        return
    await migrate(dsn, "valv")
    async with await open_pool(dsn) as pool:
        yield PostgresQuestions(pool)


async def test_a_question_is_kept_as_it_was_asked(questions: Questions) -> None:
    await questions.keep(ASKED)
    [kept] = await questions.kept("myndighet:mora", 9)
    assert replace(kept, nr=0) == ASKED
    assert kept.nr > 0


async def test_questions_come_in_order_page_by_page_and_the_same_one_as_often_as_it_was_asked(
    questions: Questions,
) -> None:
    for rader in (0, 1, 1, 2):
        await questions.keep(replace(ASKED, rader=rader))
    first = await questions.kept("myndighet:mora", 3)
    rest = await questions.kept("myndighet:mora", 3, first[-1].nr)
    assert [[row.rader for row in page] for page in (first, rest)] == [[0, 1, 1], [2]]
    assert await questions.kept("myndighet:mora", 3, rest[-1].nr) == []


async def test_another_scope_has_its_own(questions: Questions) -> None:
    await questions.keep(ASKED)
    await questions.keep(replace(ASKED, omfattning="myndighet:falun"))
    assert [row.omfattning for row in await questions.kept("myndighet:falun", 9)] == ["myndighet:falun"]


async def test_decisions_on_an_incident_stand_in_order_beside_each_other(questions: Questions) -> None:
    first, second = (
        IncidentRow(tid, "h1", "mora", slag, "granskare.1") for tid, slag in ((2, "ej_anmald"), (1, "anmald"))
    )
    other = IncidentRow(3, "h2", "falun", "anmald", "granskare.1")
    for one in (first, other, second):
        await questions.decide(one)
    assert await questions.decided(["h1", "h3"]) == [first, second]
    assert await questions.decided(["h1", "h2"]) == [first, other, second]
    assert await questions.decided([]) == []


@pytest.mark.servers
@pytest.mark.parametrize(
    "act",
    [
        *("update granskning set rader = 0", "delete from granskning", "truncate granskning"),
        "delete from incidentbeslut",
    ],
)
async def test_the_database_itself_lets_nobody_change_what_is_kept(
    make_database: Callable[[str], str], act: str
) -> None:
    dsn = make_database("contract_questions")
    await migrate(dsn, "valv")
    async with await open_pool(dsn) as pool:
        await PostgresQuestions(pool).keep(ASKED)
        with pytest.raises(asyncpg.RaiseError):
            await pool.execute(act)
        assert len(await PostgresQuestions(pool).kept("myndighet:mora", 9)) == 1
