"""A database is brought to the code's version once, by one starter at a time, and never backwards."""

import asyncio
from collections.abc import Callable
from dataclasses import astuple, replace
from hashlib import sha256
from uuid import UUID

import asyncpg
import pytest

from samverkanshub.adapters.memory import MemoryDatabase, MemoryGateStore
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import Migration, migrate, migrations
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.adapters.postgres.radering import PostgresErasing
from samverkanshub.codec.states import encode
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.events import Event
from samverkanshub.domain.overtagande import Overlamning
from samverkanshub.domain.state import (
    ArendeState,
    Leverans,
    Meddelande,
    OmradeState,
    PersonState,
    Plikt,
    Steg,
    Tillstand,
)
from samverkanshub.pipeline.minne import Minne
from samverkanshub.ports import AgedPerson, DueRow, Heeded

pytestmark = pytest.mark.servers

FIRST = Migration(1, "0001_first", "create table one (a integer)")
SECOND = Migration(2, "0002_second", "create table two (a integer); insert into two values (1)")
BROKEN = Migration(3, "0003_broken", "create table three (a integer); select 1 / 0")


@pytest.fixture
def dsn(make_database: Callable[[str], str]) -> str:
    return make_database("integration_migrations")


async def value(dsn: str, query: str, *arguments: object) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query, *arguments)
    finally:
        await connection.close()


@pytest.mark.parametrize("databas", ["projektion", "valv"])
async def test_every_starter_at_once_ends_with_the_same_database(dsn: str, databas: str) -> None:
    newest = migrations(databas)[-1].version
    assert await asyncio.gather(*(migrate(dsn, databas) for _ in range(6))) == [newest] * 6
    assert await migrate(dsn, databas) == newest
    assert await value(dsn, "select count(*) from schema_version") == newest


@pytest.mark.parametrize("databas", ["projektion", "valv"])
def test_migrations_are_numbered_from_one_without_gaps(databas: str) -> None:
    assert [migration.version for migration in migrations(databas)] == list(range(1, len(migrations(databas)) + 1))


async def test_only_what_is_missing_is_applied(dsn: str) -> None:
    assert await migrate(dsn, "valv", [FIRST]) == 1
    assert await migrate(dsn, "valv", [FIRST, SECOND]) == 2
    assert await migrate(dsn, "valv", [FIRST, SECOND]) == 2
    assert await value(dsn, "select count(*) from two") == 1


async def test_one_whose_number_comes_after_a_gap_is_applied_and_one_in_the_gap_too(dsn: str) -> None:
    third, fourth = replace(SECOND, version=3), Migration(4, "0004_fourth", "create table four (a integer)")
    await migrate(dsn, "projektion", [FIRST, third])
    late = Migration(2, "0002_late", "create table late (a integer)")
    assert await migrate(dsn, "projektion", [FIRST, late, third, fourth]) == 4
    for table in ("late", "four"):
        assert await value(dsn, f"select count(*) from {table}") == 0


async def test_who_has_judged_before_gates_told_of_themselves_is_expected_to_be_heard_from(dsn: str) -> None:
    await migrate(dsn, "projektion", migrations("projektion")[:1])
    await value(dsn, "insert into position values (3, 9, 1, 9, '') returning 1")
    await migrate(dsn, "projektion")
    assert await value(dsn, "select partition from gate_status where state = 'igang' and at <= now()") == 3


async def test_erasures_from_before_they_stood_on_each_other_do_so_and_the_next_on_them(dsn: str) -> None:
    """G1: else a vault restored from before them would stand as one from after."""
    await migrate(dsn, "valv", migrations("valv")[:13])
    for at, (erasure, steg) in enumerate((("b", "utford"), ("a", "raderad"), ("c", "skickad"))):
        row = "insert into radering values ($1, $2, $3, now() + $4 * interval '1 s') returning 1"
        await value(dsn, row, erasure, UUID(int=1), steg, at)
    await migrate(dsn, "valv")
    async with await open_pool(dsn) as pool:
        erasing = PostgresErasing(pool)
        before = sha256(sha256(b"b").digest() + b"a").digest()
        who = str(UUID(int=1))
        told = await erasing.heeded([(id_, who) for id_ in "abc"], b"")
        assert told == Heeded(frozenset({("a", who), ("b", who)}), before, True)
        await erasing.erase("c", who)
        told = await erasing.heeded([("c", who)], before)
        assert told == Heeded(frozenset({("c", who)}), sha256(before + b"c").digest(), True)


async def test_what_was_due_before_there_was_a_watch_is_found_in_the_states(dsn: str) -> None:
    """O4, K8: as a projection made again from the log would have it."""
    await migrate(dsn, "projektion", migrations("projektion")[:2])
    steps = (Steg("paminnelse", 10), Steg("region", 30))
    open_one = Plikt("p1", "o4.kvittens", "h", "mora.barn-unga", "v", steps, tagna=("paminnelse",))
    arende = ArendeState("a", "barnskydd", "barn", plikter=(open_one, replace(open_one, id="p2", uppfylld=20)))
    for kind, id_, state in (("arende", "a", arende), ("person", "barn", PersonState("barn", "12-14"))):
        await value(dsn, "insert into tillstand values (0, $1, $2, $3) returning 1", kind, id_, encode(state))
    await migrate(dsn, "projektion")
    async with await open_pool(dsn) as pool:
        projection = PostgresProjection(pool, dsn)
        assert await projection.due(0, 99, 9) == [DueRow("a", "p1", "region", 30, "barn")]
        assert await projection.growing(0, "", 9) == [AgedPerson("barn", "12-14")]


async def test_what_was_owed_before_duties_were_listed_is_listed_as_a_projection_made_anew_has_it(dsn: str) -> None:
    """H2: each state gives in SQL the rows that the gate writes for it."""
    await migrate(dsn, "projektion", migrations("projektion")[:3])
    steps = (Steg("paminnelse", 10), Steg("region", 30))
    fallen = Plikt("p3", "h2.innehavare", "h", "vc", steg=(Steg("enhetschef", 20),), tagna=("enhetschef",))
    duties = (
        Plikt("p1", "o4.kvittens", "h", "mora.barn-unga", "vc", steps, aven=("mora.socialjour",)),
        Plikt("p2", "h2.kvittens", "h", "mora.barn-unga", "vc", steps, uppfylld=20),
        fallen,
        replace(fallen, id="p4", tagna=()),
        Plikt("p5", "s3.information", "h", "vc"),
        Plikt("p6", "o4.kvittens", "unread", "", "vc", steps),
    )
    codes = {"kommun": "mora", "vistelsekommun": "orsa", "akut_fara": True}
    sent = Meddelande(1, 1, Event("h", "orosanmalan", "vc", "vc.enhet", "vc.enhet.g", "u", koder=codes))
    got = Leverans("l", "h", "orosanmalan", "mora.barn-unga.mottagning", "meddelande", 1, 1, "vc.enhet")
    asked = Overlamning("o", "vc.enhet", "mora.vinr", 2)
    arende = ArendeState(
        "a", "barnskydd", "barn", (), "bup.enhet", (got,), (sent,), plikter=duties, overlamningar=(asked,)
    )
    bare = ArendeState("b", "barnskydd", "barn", plikter=duties)
    for one in (arende, bare, ArendeState("c", "sip", "barn")):
        query = "insert into tillstand values (0, 'arende', $1, $2) returning 1"
        await value(dsn, query, one.arende_id, encode(one))
    await migrate(dsn, "projektion")
    minne = Minne(MemoryGateStore(MemoryDatabase()), 0)
    minne.put(Tillstand(OmradeState(0), {}, {"a": arende, "b": bare}))
    expected = sorted((0, *astuple(row)) for row in minne.duties().listed)
    connection = await asyncpg.connect(dsn)
    try:
        found = await connection.fetch("select * from oppen_plikt")
    finally:
        await connection.close()
    assert sorted(tuple(row) for row in found) == expected
    assert {row[2] for row in expected} == {"p1", "p3", "p5", "p6"}
    assert {row[6:] for row in expected} == {(0, ""), (1, "mora,orsa"), (0, "okand")}


async def test_a_migration_that_fails_leaves_the_database_as_it_was(dsn: str) -> None:
    await migrate(dsn, "valv", [FIRST])
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(dsn, "valv", [FIRST, SECOND, BROKEN])
    assert await value(dsn, "select max(version) from schema_version") == 1
    assert await value(dsn, "select to_regclass('two')") is None


async def test_a_database_newer_than_the_code_is_refused_and_left_alone(dsn: str) -> None:
    await migrate(dsn, "valv", [FIRST, SECOND])
    with pytest.raises(Halt, match="`valv` has version 2, newer than 1") as raised:
        await migrate(dsn, "valv", [FIRST])
    assert raised.value.code == "nyare-schema"


async def test_the_projections_database_is_not_taken_for_the_vault(dsn: str) -> None:
    await migrate(dsn, "projektion")
    with pytest.raises(Halt) as raised:
        await migrate(dsn, "valv")
    assert raised.value.code == "fel-databas"
    assert await value(dsn, "select to_regclass('person')") is None
