"""Mapping key and data keys made anew on a real vault: nobody becomes two, and what was sealed still opens."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from samverkanshub.adapters.memory import MemoryKeys
from samverkanshub.adapters.postgres.database import queries
from samverkanshub.adapters.postgres.datanycklar import PostgresDataKeys
from samverkanshub.adapters.postgres.nycklar import PostgresKeys
from samverkanshub.adapters.postgres.radering import PostgresErasing
from samverkanshub.adapters.postgres.uppslag import PostgresMapping
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.pipeline import nycklar
from samverkanshub.ports import Omgang, SecretLost

pytestmark = pytest.mark.servers

NUMBERS = ["nr:197103119298", "nr:197507109291", "nr:197609099259"]
REFERENCE = "ref:mora:barn-17"


async def test_everybody_is_found_while_and_after_it_is_made_anew_numbers_and_references(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    old, mapping = PostgresVault(empty, wrapping), PostgresMapping(empty, wrapping)
    known = await old.persons([*NUMBERS, REFERENCE], 0)
    before = await empty.fetch("select person_id, lookup from person order by person_id")
    assert await mapping.begin() == 2
    while True:
        for vault in (old, PostgresVault(empty, wrapping)):
            assert await vault.persons([*NUMBERS, REFERENCE], 5) == known
            assert await vault.find([REFERENCE, *NUMBERS]) == [known[-1], *known[:-1]]
        if not (await mapping.make_anew(1)).till:
            break
    assert await mapping.versions() == {1: 0, 2: 4}
    assert await mapping.retire() == [1]
    assert await PostgresVault(empty, wrapping).persons([*NUMBERS, REFERENCE], 5) == known
    assert await old.persons([*NUMBERS, REFERENCE], 5) == known
    after = await empty.fetch("select person_id, lookup from person order by person_id")
    assert [row["person_id"] for row in after] == [row["person_id"] for row in before]
    assert not {row["lookup"] for row in after} & {row["lookup"] for row in before}
    assert await empty.fetchval("select count(*) from hemlighet where name = 'valv.person'") == 0


async def test_nobody_is_made_by_the_old_key_once_there_is_a_new_one(empty: asyncpg.Pool) -> None:
    """A process that has not heard of it would else make somebody that others, who have, do not find."""
    wrapping = MemoryKeys()
    old, mapping = PostgresVault(empty, wrapping), PostgresMapping(empty, wrapping)
    assert await old.find(NUMBERS[:1]) == [None]
    await mapping.begin()
    by_the_old = ([UUID(int=1)], [b"digest"], [b""], [b"key"], 0, 1, 1, 1, [b"reference"], [None])
    assert await empty.fetch(queries("vault")["put_persons"], *by_the_old) == []
    [made] = await old.persons(NUMBERS[:1], 0)
    assert await mapping.versions() == {1: 0, 2: 1}
    assert await PostgresVault(empty, wrapping).persons(NUMBERS[:1], 0) == [made]


async def test_who_is_named_by_many_while_it_is_begun_is_one(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    mapping = PostgresMapping(empty, wrapping)
    vaults = [PostgresVault(empty, wrapping) for _ in range(8)]
    await asyncio.gather(*(vault.find(["nr:0"]) for vault in vaults))
    lookups = [f"ref:mora:{turn}" for turn in range(12)]

    async def named(vault: PostgresVault) -> list[str]:
        return [(await vault.persons([lookup], 0))[0].person_id for lookup in lookups]

    begun, *found = await asyncio.gather(mapping.begin(), *(named(vault) for vault in vaults))
    assert begun == 2
    assert all(ids == found[0] for ids in found)
    assert await empty.fetchval("select count(*) from person") == len(lookups)
    told: list[int] = []
    assert not await nycklar.remap(mapping, told.append), "what was begun is gone on with"
    assert list(await mapping.versions()) == [2]
    assert [one.person_id for one in await vaults[0].persons(lookups, 0)] == found[0]
    assert await nycklar.remap(mapping, told.append)
    assert await mapping.versions() == {3: len(lookups)}


async def test_a_person_whose_lookup_cannot_be_made_anew_keeps_the_old_key(empty: asyncpg.Pool) -> None:
    """A local reference from before references were kept sealed."""
    wrapping = MemoryKeys()
    vault, mapping = PostgresVault(empty, wrapping), PostgresMapping(empty, wrapping)
    [known] = await vault.persons([REFERENCE], 0)
    await empty.execute("update person set referens = ''")
    await nycklar.remap(mapping, lambda _: None)
    assert await mapping.versions() == {1: 1, 2: 0}
    assert await PostgresVault(empty, wrapping).persons([REFERENCE], 0) == [known]


async def test_who_has_lost_their_key_is_one_person_also_with_a_new_mapping_key(empty: asyncpg.Pool) -> None:
    """Somebody made in their place by the new mapping key would have nothing of what protects them."""
    wrapping = MemoryKeys()
    [known] = await PostgresVault(empty, wrapping).persons(NUMBERS[:1], 0)
    await wrapping.make(2, 0)
    await PostgresKeys(empty, wrapping).rewrap(1)
    await wrapping.destroy(1)
    await PostgresMapping(empty, wrapping).begin()
    [now] = await PostgresVault(empty, wrapping).persons(NUMBERS[:1], 0)
    assert (now.person_id, now.key.version) == (known.person_id, 2)
    assert await empty.fetchval("select count(*) from person") == 1
    assert (await PostgresMapping(empty, wrapping).make_anew(10)).antal == 1
    assert await PostgresMapping(empty, wrapping).retire() == [1]
    assert await PostgresVault(empty, wrapping).persons(NUMBERS[:1], 0) == [now]


async def forgotten(pool: asyncpg.Pool, wrapping: MemoryKeys, lookups: list[str]) -> None:
    """Persons whose keys are lost, and whose ids are before everybody else's."""
    await PostgresVault(pool, wrapping).persons(lookups, 0)
    await pool.execute(BEFORE_ALL)
    await wrapping.make(2, 0)
    await PostgresKeys(pool, wrapping).rewrap(1)
    await wrapping.destroy(1)


BEFORE_ALL = """
with moved as (
    update person p set person_id = ('00000000-0000-4000-8000-' || lpad(nr::text, 12, '0'))::uuid
    from (select person_id, row_number() over () as nr from person) as o where o.person_id = p.person_id
    returning o.person_id as before, p.person_id as now
)
update datanyckel d set subject = moved.now::text from moved where d.subject = moved.before::text
"""


async def test_any_number_of_persons_who_have_lost_their_key_keep_nobody_after_them_waiting(
    empty: asyncpg.Pool,
) -> None:
    """More than two batches of them, before everybody else."""
    wrapping, lost = MemoryKeys(), 2 * nycklar.BATCH + 7
    await forgotten(empty, wrapping, [f"ref:mora:{nr}" for nr in range(lost)])
    mapping, keys = PostgresMapping(empty, wrapping), PostgresDataKeys(empty, wrapping)
    known = await PostgresVault(empty, wrapping).persons([*NUMBERS, REFERENCE], 0)
    told: list[int] = []
    assert await nycklar.remap(mapping, told.append)
    assert sum(told) == len(known)
    assert await mapping.versions() == {1: lost, 2: len(known)}
    assert await PostgresVault(empty, wrapping).persons([*NUMBERS, REFERENCE], 0) == known
    await empty.execute("update datanyckel set skapad = now() - interval '2 days'")

    async def step(after: str) -> Omgang:
        return await keys.renew(1, nycklar.BATCH, after)

    made = await nycklar.through(step, lambda _: None)
    assert (made.antal, made.forbi) == (len(known), lost)
    now = await PostgresVault(empty, wrapping).persons([*NUMBERS, REFERENCE], 0)
    assert [one.key.version for one in now] == [2] * len(known)


async def lose_the_mapping_key(pool: asyncpg.Pool, wrapping: MemoryKeys) -> int:
    """The generation that wraps the mapping key alone, as of a rotation that was ended after its first step."""
    await PostgresVault(pool, wrapping).secret("valv.person")
    await wrapping.make(2, 0)
    await PostgresKeys(pool, wrapping).rewrap(1)
    lost = wrapping._made.pop(2)
    await wrapping.lose(2)
    assert lost
    return 2


async def test_with_the_mapping_key_lost_nobody_is_looked_up_or_made_and_that_is_said(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    await PostgresVault(empty, wrapping).persons(NUMBERS, 0)
    generation = await lose_the_mapping_key(empty, wrapping)
    for lookups in (NUMBERS, ["ref:mora:ny"]):
        vault = PostgresVault(empty, wrapping)
        for verb in (vault.find(lookups), vault.persons(lookups, 0)):
            with pytest.raises(SecretLost, match=r"docs/radering\.md") as refused:
                await verb
            assert (refused.value.namn, refused.value.generation) == ("valv.person", generation)
    assert await empty.fetchval("select count(*) from person") == len(NUMBERS)
    assert await empty.fetch("select name, generation from hemlighet") == [("valv.person", generation)]
    assert [(one.namn, one.generation) for one in await vault.lost()] == [("valv.person", generation)]


async def test_a_lost_mapping_key_is_replaced_by_what_persons_own_keys_seal(empty: asyncpg.Pool) -> None:
    """By whoever says so; and a process that has met with it goes on at once."""
    wrapping = MemoryKeys()
    known = await PostgresVault(empty, wrapping).persons([*NUMBERS, REFERENCE], 0)
    await lose_the_mapping_key(empty, wrapping)
    serving, mapping = PostgresVault(empty, wrapping), PostgresMapping(empty, wrapping)
    with pytest.raises(SecretLost):
        await serving.find(NUMBERS)
    assert await mapping.lost() == {1}
    assert await nycklar.remap(mapping, lambda _: None)
    assert await mapping.versions() == {2: len(known)}
    assert await mapping.lost() == frozenset()
    assert await serving.persons([*NUMBERS, REFERENCE], 0) == known
    assert await serving.lost() == []


async def test_whoever_cannot_be_moved_from_a_lost_mapping_key_keeps_everybody_from_being_looked_up(
    empty: asyncpg.Pool,
) -> None:
    """They would be taken for somebody new, without what protects them."""
    wrapping = MemoryKeys()
    await PostgresVault(empty, wrapping).persons([*NUMBERS, REFERENCE], 0)
    await empty.execute("update person set referens = ''")
    await lose_the_mapping_key(empty, wrapping)
    mapping = PostgresMapping(empty, wrapping)
    for _ in range(2):
        await nycklar.remap(mapping, lambda _: None)
        assert await mapping.lost() == {1}
    with pytest.raises(SecretLost):
        await PostgresVault(empty, wrapping).find(NUMBERS)


async def test_no_reference_is_stored_in_the_clear(empty: asyncpg.Pool) -> None:
    await PostgresVault(empty, MemoryKeys()).persons([REFERENCE], 0)
    [row] = await empty.fetch("select * from person")
    assert not [name for name, value in row.items() if b"barn-17" in (value if isinstance(value, bytes) else b"")]


async def test_a_new_data_key_seals_what_comes_and_the_old_opens_what_it_sealed(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    vault, keys = PostgresVault(empty, wrapping), PostgresDataKeys(empty, wrapping)
    known = await vault.persons([*NUMBERS, REFERENCE], 0)
    assert (await keys.renew(1, 10)).till == "", "none is older than a day"
    await empty.execute("update datanyckel set skapad = now() - interval '2 days'")
    first = await keys.renew(1, 3)
    second = await keys.renew(1, 3, first.till)
    assert [first.antal, second.antal, (await keys.renew(1, 3, second.till)).antal] == [3, 1, 0]
    now = await PostgresVault(empty, wrapping).persons([*NUMBERS, REFERENCE], 0)
    assert [(one.person_id, one.nummer, one.key.version) for one in now] == [
        (one.person_id, one.nummer, 2) for one in known
    ]
    assert not {one.key.key for one in now} & {one.key.key for one in known}
    wanted = {(one.person_id, version) for one in known for version in (1, 2)}
    assert await vault.keys(wanted) == {(one.key.subject, one.key.version): one.key for one in (*known, *now)}
    await nycklar.remap(PostgresMapping(empty, wrapping), lambda _: None)
    assert await PostgresVault(empty, wrapping).persons([*NUMBERS, REFERENCE], 0) == now
    assert await vault.by_ids([known[0].person_id]) == {known[0].person_id: now[0]}


async def test_who_is_erased_while_given_another_key_has_none_left(empty: asyncpg.Pool) -> None:
    wrapping = MemoryKeys()
    [known] = await PostgresVault(empty, wrapping).persons(NUMBERS[:1], 0)
    await empty.execute("update datanyckel set skapad = now() - interval '2 days'")
    await asyncio.gather(
        PostgresDataKeys(empty, wrapping).renew(1, 10),
        PostgresErasing(empty).erase("0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1", known.person_id),
    )
    assert await empty.fetchval("select count(*) from datanyckel where subject = $1", known.person_id) == 0
