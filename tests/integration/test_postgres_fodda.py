"""K8, G1: when somebody was born stands apart from their number on a real vault, and goes with them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from gate_support import until

from samverkanshub.adapters.kek_files import KekFiles
from samverkanshub.adapters.memory import MemoryKeys
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.fodda import PostgresFodda
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.nycklar import PostgresKeys
from samverkanshub.adapters.postgres.radering import PostgresErasing
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.pipeline import nycklar
from samverkanshub.pipeline.fodda import UNKNOWN, Fodda
from samverkanshub.ports import KeyWrapping, KnownPerson, Unavailable

pytestmark = pytest.mark.servers

# Skatteverket publishes these as test numbers (dataset b4de7df7-63c0-4e7e-bb59-1f156a591763): nobody has them.
NUMBERS = ["nr:197103119298", "nr:197507109291", "nr:197609099259"]
BORN = ["197103110090", "197507100090", "197609090050"]
TID = 1_790_000_000_000
NEVER_S = 3600.0
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


@asynccontextmanager
async def kept(one: Fodda, every_s: float) -> AsyncIterator[Fodda]:
    """As an api keeps it, that would look again at once where somebody did not answer."""
    failed: list[Exception] = []
    task = asyncio.create_task(one.keep(failed.append, every_s, again_s=0.0))
    try:
        yield one
    finally:
        task.cancel()
        await asyncio.wait({task})
    assert failed == []


async def from_before(pool: asyncpg.Pool, wrapping: KeyWrapping) -> list[KnownPerson]:
    """Persons, and somebody of a reference, as they were before it was kept apart."""
    persons = await PostgresVault(pool, wrapping).persons([*NUMBERS, "ref:mora:barn-17"], 0)
    await pool.execute("truncate fodd")
    return persons


async def test_of_those_from_before_it_is_made_once_however_many_make_it(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    persons = await from_before(empty, wrapping)
    vault, ids = PostgresVault(empty, wrapping), [one.person_id for one in persons]
    assert await vault.born(ids) == {}
    await asyncio.gather(*(Fodda(PostgresFodda(empty, wrapping)).round() for _ in range(4)))
    assert await vault.born(ids) == dict(zip(ids, BORN, strict=False))
    before = await empty.fetch("select wrapped from fodd order by person_id")
    await Fodda(PostgresFodda(empty, wrapping)).round()
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
        async def missing(self) -> int:
            return await fodda.missing()

        async def fill(self, after: str, limit: int) -> str:
            if refusals:
                raise refusals.pop()
            return await fodda.fill(after, 1)

    async with kept(Fodda(Seldom()), every_s=NEVER_S) as one:
        await until(lambda: one.saknas == 0)
    assert len(await PostgresVault(empty, wrapping).born([one.person_id for one in persons])) == 3


async def test_g1_it_goes_with_the_person_and_nobody_makes_it_again(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    first, *others, _ = await PostgresVault(empty, wrapping).persons([*NUMBERS, "ref:mora:barn-17"], 0)
    await PostgresErasing(empty).erase(ERASURE, first.person_id)
    await Fodda(PostgresFodda(empty, wrapping)).round()
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


@pytest.fixture
def kek(tmp_path: Path) -> KekFiles:
    files = KekFiles(tmp_path / "kek")
    files.begin()
    return files


async def in_the_middle(pool: asyncpg.Pool, kek: KekFiles) -> list[KnownPerson]:
    """Persons of a vault in the middle of a rotation: births are of the second generation, and keys of the first."""
    persons = await PostgresVault(pool, kek).persons(NUMBERS, 0)
    keys = PostgresKeys(pool, kek)
    await keys.rotate(TID)
    assert [await keys.rewrap(50) for _ in range(2)] == [1, 3], "the mapping key, and then births"
    assert (await keys.births(), await keys.data_keys()) == ({2: 3}, {1: 3})
    return persons


@pytest.mark.parametrize("destroyed", [True, False])
async def test_k8_what_went_with_a_generation_in_the_middle_of_a_rotation_is_made_again(
    empty: asyncpg.Pool, kek: KekFiles, tmp_path: Path, *, destroyed: bool
) -> None:
    """Numbers are readable by the older one: nobody need stop growing older."""
    persons = await in_the_middle(empty, kek)
    ids = [one.person_id for one in persons]
    (tmp_path / "kek.2").rename(tmp_path / "elsewhere")
    one = Fodda(PostgresFodda(empty, kek))
    await one.round()
    assert one.saknas == 3, "it is not here"
    assert await PostgresKeys(empty, kek).births() == {2: 3}, "nor is it lost: nothing is made in its place"
    assert await nycklar.loss(PostgresKeys(empty, kek), 2) == nycklar.Forlust(("valv.person",), 0, 3)
    if destroyed:
        await kek.make(3, TID)
        (tmp_path / "elsewhere").rename(tmp_path / "kek.2")
        await kek.destroy(2)
    else:
        await kek.lose(2)
    vault = PostgresVault(empty, kek)
    assert await vault.born(ids) == {}
    await one.round()
    assert one.saknas == 0
    assert await vault.born(ids) == dict(zip(ids, BORN, strict=True))
    assert await PostgresKeys(empty, kek).births() == {3 if destroyed else 1: 3}


async def test_what_can_be_read_is_not_made_again(empty: asyncpg.Pool, kek: KekFiles) -> None:
    """Also by who saw it missing and comes late."""
    [person] = await PostgresVault(empty, kek).persons(NUMBERS[:1], 0)
    before = await empty.fetchrow("select * from fodd")
    late = PostgresFodda(empty, kek)
    await late._db.fetch("put", [before["person_id"]], [b"late"], 1, [])
    assert await empty.fetchrow("select * from fodd") == before
    assert await PostgresVault(empty, kek).born([person.person_id]) == {person.person_id: BORN[0]}


async def test_whose_own_key_is_lost_too_is_counted_and_passed_by(
    empty: asyncpg.Pool, kek: KekFiles, tmp_path: Path
) -> None:
    """They get it with their next key, when their number is named again."""
    await PostgresVault(empty, kek).persons(NUMBERS[:2], 0)
    await PostgresKeys(empty, kek).rotate(TID)
    await PostgresKeys(empty, kek).rewrap(50)
    lost = (await empty.fetch("select person_id from person order by person_id limit 1"))[0]["person_id"]
    await empty.execute("update fodd set generation = 2")
    await empty.execute("update datanyckel set generation = 2 where subject = $1", str(lost))
    (tmp_path / "kek.2").unlink()
    await kek.lose(2)
    fodda = PostgresFodda(empty, kek)
    assert await fodda.missing() == 2
    assert await fodda.fill("", 1) != str(lost), "nobody waits for them"
    assert await fodda.missing() == 1
    assert await fodda.fill("", 1) == ""


async def test_k8_it_is_made_by_a_generation_that_the_vault_does_not_know_yet(
    empty: asyncpg.Pool, kek: KekFiles
) -> None:
    """Of a vault restored from before a rotation, or before anything else was wrapped by the one that is new."""
    persons = await from_before(empty, kek)
    await kek.make(2, TID)
    assert await empty.fetch("select nr from omslagsnyckel") == [(1,)]
    await Fodda(PostgresFodda(empty, kek)).round()
    assert await PostgresKeys(empty, kek).births() == {2: 3}
    assert len(await PostgresVault(empty, kek).born([one.person_id for one in persons])) == 3


async def test_k8_of_whom_an_older_api_makes_meanwhile_it_is_made_at_the_next_look(
    empty: asyncpg.Pool, kek: KekFiles
) -> None:
    async with kept(Fodda(PostgresFodda(empty, kek)), every_s=0.05) as one:
        await until(lambda: one.saknas == 0)
        persons = await from_before(empty, kek)
        fodda, vault = PostgresFodda(empty, kek), PostgresVault(empty, kek)

        async def made() -> bool:
            return await fodda.missing() == 0

        await until(made)
        assert len(await vault.born([one.person_id for one in persons])) == 3


async def test_a_fault_is_told_and_does_not_end_it(empty: asyncpg.Pool, kek: KekFiles) -> None:
    """Nor is it taken for nobody missing: meanwhile it is not known."""
    one, failed = Fodda(PostgresFodda(empty, kek)), list[Exception]()
    await one.round()
    assert one.saknas == 0
    await from_before(empty, kek)
    await empty.execute("alter table fodd rename to undan")
    task = asyncio.create_task(one.keep(failed.append, every_s=0.05))
    try:
        await until(lambda: bool(failed))
        assert (one.saknas, type(failed[0])) == (UNKNOWN, asyncpg.UndefinedTableError)
        await empty.execute("alter table undan rename to fodd")
        await until(lambda: one.saknas == 0)
    finally:
        await empty.execute("alter table if exists undan rename to fodd")
        task.cancel()
        await asyncio.wait({task})


async def test_one_round_is_bounded_and_where_nobody_is_missing_it_only_counts(
    empty: asyncpg.Pool, kek: KekFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samverkanshub.pipeline.fodda.BATCH", 1)
    monkeypatch.setattr("samverkanshub.pipeline.fodda.MOST", 2)
    await from_before(empty, kek)
    care = PostgresFodda(empty, kek)
    asked: list[str] = []

    class Heard:
        async def missing(self) -> int:
            return await care.missing()

        async def fill(self, after: str, limit: int) -> str:
            asked.append(after)
            return await care.fill(after, limit)

    one = Fodda(Heard())
    assert (await one.round(), one.saknas, len(asked)) == (True, 1, 2)
    await one.round()
    assert (one.saknas, asked[2] > asked[1]) == (0, True)
    before = len(asked)
    assert (await one.round(), len(asked)) == (False, before)
