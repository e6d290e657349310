"""Rotation of the key-encryption key on a real vault, and what a backup of it then holds."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from samverkanshub import bootstrap
from samverkanshub.adapters.kek_files import KekFiles
from samverkanshub.adapters.memory import MemoryKeys
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.nycklar import PostgresKeys
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.domain.errors import Conflict
from samverkanshub.pipeline import nycklar
from samverkanshub.ports import SecretLost, Unavailable
from samverkanshub.settings import Settings

pytestmark = pytest.mark.servers

KEK = bytes(range(32))
NUMBERS = ["nr:197103119298", "nr:197507109291", "nr:197609099259"]
TID = 1_790_000_000_000


async def rotated(keys: PostgresKeys) -> None:
    await keys.rotate(TID)
    await nycklar.rotate(keys, lambda _: None)


async def test_everything_reads_the_same_while_and_after_it_is_rotated(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys(KEK)
    vault, keys = PostgresVault(empty, wrapping), PostgresKeys(empty, wrapping)
    persons, subject, secret = (
        await vault.persons(NUMBERS, 0),
        await vault.subject_key("arende:1"),
        await vault.secret("alias"),
    )
    assert await keys.wrapped() == {1: 9}, "three persons and their births, an ärende, alias and mapping"
    await keys.rotate(TID)
    while await keys.rewrap(1):
        fresh = PostgresVault(empty, wrapping)
        assert await fresh.persons(NUMBERS, 0) == persons
        assert await fresh.subject_key("arende:1") == subject
        assert await fresh.secret("alias") == secret
    assert await keys.wrapped() == {1: 0, 2: 9}


async def test_a_rotation_that_was_ended_is_gone_on_with(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys(KEK)
    keys = PostgresKeys(empty, wrapping)
    await PostgresVault(empty, wrapping).persons(NUMBERS, 0)
    await keys.rotate(TID)
    await keys.rewrap(1)
    told: list[int] = []
    await nycklar.rotate(keys, told.append)
    assert sum(told) == 6
    assert await keys.wrapped() == {1: 0, 2: 7}


async def test_what_is_new_while_it_is_rotated_comes_under_the_new_one(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys(KEK)
    vault, keys = PostgresVault(empty, wrapping), PostgresKeys(empty, wrapping)
    await vault.persons(NUMBERS[:1], 0)
    made, _ = await asyncio.gather(
        asyncio.gather(*(vault.persons([f"ref:mora:{turn}"], 0) for turn in range(20))),
        rotated(keys),
    )
    while await keys.rewrap(50):
        pass
    assert (await keys.wrapped())[1] == 0
    found = await PostgresVault(empty, wrapping).by_ids([one.person_id for [one] in made])
    assert sorted(found) == sorted(one.person_id for [one] in made)


async def test_a_generation_that_wraps_anything_is_not_destroyed(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys(KEK)
    vault, keys = PostgresVault(empty, wrapping), PostgresKeys(empty, wrapping)
    [person] = await vault.persons(NUMBERS[:1], 0)
    await keys.rotate(TID)
    for nr in (1, 2):
        with pytest.raises(Conflict) as refused:
            await keys.destroy(nr)
        assert refused.value.code == "omslag-anvands"
    assert await vault.by_ids([person.person_id]) == {person.person_id: person}


async def test_a_backup_opens_until_its_generation_is_destroyed(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys(KEK)
    vault, keys = PostgresVault(empty, wrapping), PostgresKeys(empty, wrapping)
    [person] = await vault.persons(NUMBERS[:1], 0)
    backup = [tuple(row) for row in await empty.fetch("select subject, version, wrapped, generation from datanyckel")]
    await rotated(keys)
    [(subject, version, wrapped, generation)] = backup
    purpose = f"datanyckel\0{subject}\0{version}"
    assert await wrapping.unwrap([(purpose, generation, wrapped)]) == [person.key.key]
    await keys.destroy(generation)
    assert await wrapping.unwrap([(purpose, generation, wrapped)]) == [None]
    assert await vault.by_ids([person.person_id]) == {person.person_id: person}


@pytest.mark.parametrize("name", ["alias", "markor", "valv.person", "valv.ansprak"])
async def test_no_secret_is_made_in_the_place_of_one_that_is_lost(empty: asyncpg.Pool, name: str) -> None:
    """Nor is the row touched: should the generation's file come back it opens what it was."""
    wrapping = MemoryKeys()
    before = await PostgresVault(empty, wrapping).secret(name)
    await PostgresVault(empty, wrapping).subject_key("arende:1")
    await wrapping.make(2, TID)
    kept = wrapping._made.pop(1)
    await wrapping.lose(1)
    assert await nycklar.loss(PostgresKeys(empty, wrapping), 1) == nycklar.Forlust((name,), 1)
    vault = PostgresVault(empty, wrapping)
    for _ in range(2):
        with pytest.raises(SecretLost, match=r"docs/radering\.md") as refused:
            await vault.secret(name)
        assert (refused.value.namn, refused.value.generation) == (name, 1)
    assert [(one.namn, one.generation) for one in await vault.lost()] == [(name, 1)]
    assert await PostgresKeys(empty, wrapping).secrets() == {name: 1}
    other = await vault.secret("nagot-annat")
    wrapping._made[1] = kept
    assert await vault.secret(name) == before
    assert await vault.lost() == []
    assert await PostgresVault(empty, wrapping).secret("nagot-annat") == other


async def test_whoever_starts_a_hub_is_told_of_secrets_that_are_lost(
    make_database: Callable[[str], str], tmp_path: Path
) -> None:
    """Of a vault of files: until its generation is said lost, one that is not here is one that is not mounted yet."""
    dsn, kek = make_database("integration_nycklar_start"), KekFiles(tmp_path / "kek")
    kek.begin()
    await migrate(dsn, "valv")
    settings = Settings(valv=dsn, kek_fil=tmp_path / "kek")
    async with await open_pool(dsn, by_key=True) as pool:
        await kek.make(2, TID)
        await PostgresVault(pool, kek).secret("alias")
        await kek.make(3, TID)
    assert await bootstrap.lost_secrets(settings) == []
    (tmp_path / "kek.2").rename(tmp_path / "elsewhere")
    assert await bootstrap.lost_secrets(settings) == []
    await KekFiles(tmp_path / "kek").lose(2)
    [lost] = await bootstrap.lost_secrets(settings)
    assert str(lost) == (
        "the vault's secret `alias` is wrapped by generation 2 of the key-encryption key, which is destroyed or said "
        "lost: see docs/radering.md, Förlorade hemligheter"
    )
    (tmp_path / "elsewhere").rename(tmp_path / "kek.2")
    assert await bootstrap.lost_secrets(settings) == []


async def test_of_a_generation_that_is_only_missing_nothing_is_lost(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    await PostgresVault(empty, wrapping).secret("alias")
    await wrapping.make(2, TID)
    wrapping._made.pop(1)
    vault = PostgresVault(empty, wrapping)
    assert await vault.lost() == []
    with pytest.raises(Unavailable, match="`kek`") as refused:
        await vault.secret("alias")
    assert not isinstance(refused.value, SecretLost)


async def test_nothing_can_be_wrapped_by_a_generation_that_is_destroyed(empty: asyncpg.Pool) -> None:
    """A process that looked at the generations just before must not leave a key that nobody can read."""
    wrapping = MemoryKeys(KEK)
    keys = PostgresKeys(empty, wrapping)
    await rotated(keys)
    await keys.destroy(1)
    late = "insert into datanyckel (subject, version, wrapped, generation) values ('arende:1', 1, '', 1)"
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await empty.execute(late)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await PostgresVault(empty, MemoryKeys(KEK)).subject_key("arende:1")
    await keys.rewrap(1)
    assert await keys.wrapped() == {2: 0}, "it does not come back"


async def test_a_vault_that_is_restored_from_before_a_rotation_takes_the_new_generation_up(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys(KEK)
    await wrapping.make(2, TID)
    await PostgresVault(empty, wrapping).persons(NUMBERS, 0)
    assert await PostgresKeys(empty, wrapping).wrapped() == {1: 0, 2: 7}
