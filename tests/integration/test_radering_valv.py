"""G1 on a real vault: what an erasure leaves in it, in a backup of it, and after that backup is put back."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from samverkanshub.adapters.memory import MemoryKeys
from samverkanshub.adapters.postgres.ansprak import values_of
from samverkanshub.adapters.postgres.database import queries
from samverkanshub.adapters.postgres.nycklar import PostgresKeys
from samverkanshub.adapters.postgres.radering import PostgresErasing
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.codec import envelope as kuvert
from samverkanshub.pipeline import nycklar
from samverkanshub.pipeline.content import ERASED
from samverkanshub.pipeline.raderat_forst import ErasedFirst, Obeyed
from samverkanshub.ports import Claim, KnownPerson, Outdated, Unavailable

sys.path.append(str(Path(__file__).parents[1] / "unit" / "pipeline"))

from foreslagna import OTHER, hub_with_operators
from intakehub import BO, DISA, Whole
from raderade import YEARS_MS, Erasing, reported, service

pytestmark = pytest.mark.servers

ERASURE = "0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1"
KEPT = ("person", "fodd", "datanyckel", "ansprak", "hemlighet")


@dataclass
class Real:
    """The hub in memory over a real vault."""

    hub: Erasing
    pool: asyncpg.Pool
    wrapping: MemoryKeys

    def again(self) -> "ErasedFirst":
        """The vault as a process finds it that starts now."""
        whole = self.hub.whole
        fresh = PostgresVault(self.pool, self.wrapping)
        whole.vault = fresh
        radering = service(whole, PostgresErasing(self.pool))
        return ErasedFirst(fresh, Obeyed(radering, whole.projection, whole.hub.log, whole.hub.schemas, 1))

    async def backup(self) -> None:
        await self.pool.execute("drop schema if exists kopia cascade; create schema kopia")
        for table in KEPT:
            await self.pool.execute(f"create table kopia.{table} as select * from {table}")

    async def restore(self) -> None:
        await self.pool.execute(f"truncate radering, {', '.join(KEPT)}")
        for table in KEPT:
            await self.pool.execute(f"insert into {table} select * from kopia.{table}")


@pytest.fixture
async def real(empty: asyncpg.Pool) -> Real:
    wrapping = MemoryKeys()
    whole: Whole = await hub_with_operators(PostgresVault(empty, wrapping))
    row = await reported(whole)
    whole.hub.clock.ms += YEARS_MS
    erasing: Any = PostgresErasing(empty)
    return Real(Erasing(whole, service(whole, erasing), erasing, row), empty, wrapping)


async def test_g1_nothing_of_the_person_is_left_that_opens_anything(real: Real) -> None:
    [disa] = await real.hub.whole.vault.find([f"nr:{DISA}"])
    assert disa is not None
    await real.pool.execute("update ansprak set created = now() - interval '1 hour'")
    assert (await real.hub.erased()).dom == "godtas"
    assert await real.pool.fetchval("select count(*) from person where person_id = $1::uuid", disa.person_id) == 0
    subjects = {row["subject"] for row in await real.pool.fetch("select subject from datanyckel")}
    assert disa.person_id not in subjects
    assert f"handelse:{real.hub.row['handelse_id']}" not in subjects
    claims = await real.pool.fetch("select value, digest from ansprak where $1 = any (personer)", disa.person_id)
    assert claims
    for claim in claims:
        items = kuvert.decode(claim["value"], real.hub.whole.hub.schemas).uppgifter
        assert not [item.vag for item in items if item.person_id == disa.person_id and item.forseglat]
        assert claim["digest"] == b""
    opened = await real.hub.opened()
    assert opened["uppgifter"]["/beskrivning"] == ERASED
    assert {one["roll"]: one["nummer"] for one in opened["personer"]} == {"barn": ERASED, "vardnadshavare": BO}


async def test_g1_a_backup_is_readable_until_its_generation_is_destroyed_and_obeys_the_log_before_it_serves(
    real: Real,
) -> None:
    await real.pool.execute("update ansprak set created = now() - interval '1 hour'")
    await real.backup()
    assert (await real.hub.erased()).dom == "godtas"
    await real.restore()
    assert await PostgresVault(real.pool, real.wrapping).find([f"nr:{DISA}"]) != [None], "the backup still knows"
    assert await real.again().find([f"nr:{DISA}"]) == [None]
    assert (await real.hub.opened())["uppgifter"]["/beskrivning"] == ERASED
    assert await real.hub.erasing.pending() == []
    keys = PostgresKeys(real.pool, real.wrapping)
    await keys.rotate(1)
    await nycklar.rotate(keys, lambda _: None)
    await keys.destroy(1)
    rows = await real.pool.fetch("select subject, version, generation, wrapped from kopia.datanyckel")
    asked = [(f"datanyckel\0{row['subject']}\0{row['version']}", row["generation"], row["wrapped"]) for row in rows]
    assert rows
    assert set(await real.wrapping.unwrap(asked)) == {None}


def naming(who: KnownPerson, nr: int) -> Claim:
    """A claim that names somebody and seals by their key."""
    named = (("personer", bytes.fromhex(who.person_id.replace("-", ""))),)
    keys = frozenset({(who.key.subject, who.key.version)})
    return Claim("mora", f"{nr:08}-0000-4000-8000-000000000000", f"x{nr:02}", b"d", (0,), None, named, b"v", keys)


async def until_somebody_waits(connection: Any, waiting: "asyncio.Future[Any]", locktype: str) -> None:
    """Until the server says that another waits for a lock of this kind, or the other has not waited."""
    waits = "select count(*) from pg_locks where locktype = $1 and not granted"
    while not await connection.fetchval(waits, locktype) and not waiting.done():  # noqa: ASYNC110 -- the server's locks
        await asyncio.sleep(0)


async def test_no_claim_slips_past_whoever_begins_an_erasure(real: Real) -> None:
    """What is under way when the fence goes up is there to be seen when it is up; what comes later is refused."""
    vault, erasing = real.hub.whole.vault, real.hub.erasing
    [disa] = await vault.find([f"nr:{DISA}"])
    some = asyncio.Event()

    async def claimed(nr: int) -> str:
        try:
            await vault.claim(naming(disa, nr))
        except Unavailable:
            return ""
        some.set()
        return f"x{nr:02}"

    claims = [asyncio.ensure_future(claimed(nr)) for nr in range(40)]
    await some.wait()
    assert await erasing.begin(ERASURE, disa.person_id)
    seen = {one.claim.handelse_id for one in await erasing.naming(disa.person_id, "x", 100)}
    made = set(await asyncio.gather(*claims)) - {""}
    assert made
    assert made == seen
    assert await claimed(99) == ""


async def test_g1_two_that_approve_at_once_erase_once(real: Real) -> None:
    await real.pool.execute("update ansprak set created = now() - interval '1 hour'")
    forslag = await real.hub.proposed()
    tried = await asyncio.gather(*(real.hub.radering.godkann(OTHER, forslag) for _ in range(3)), return_exceptions=True)
    assert [one for one in tried if not isinstance(one, Exception)] != []
    assert await real.hub.whole.vault.find([f"nr:{DISA}"]) == [None]
    assert [row["steg"] for row in await real.pool.fetch("select steg from radering")] == ["utford"]


async def test_whoever_begins_an_erasure_waits_for_a_claim_that_is_being_made(real: Real) -> None:
    [disa] = await real.hub.whole.vault.find([f"nr:{DISA}"])
    async with real.pool.acquire() as making, asyncio.timeout(10):
        async with making.transaction():
            await making.fetchval(queries("vault")["claim"], *values_of(naming(disa, 1)))
            begun = asyncio.ensure_future(real.hub.erasing.begin(ERASURE, disa.person_id))
            await until_somebody_waits(making, begun, "advisory")
            assert not begun.done()
        assert await begun
    found = await real.hub.erasing.naming(disa.person_id, "x", 100)
    assert [one.claim.handelse_id for one in found] == ["x01"]


async def test_keys_are_not_destroyed_under_a_claim_that_is_being_made(real: Real) -> None:
    [disa] = await real.hub.whole.vault.find([f"nr:{DISA}"])
    async with real.pool.acquire() as making, asyncio.timeout(10):
        async with making.transaction():
            await making.fetchval(queries("vault")["claim"], *values_of(naming(disa, 1)))
            erased = asyncio.ensure_future(real.hub.erasing.erase(ERASURE, disa.person_id))
            await until_somebody_waits(making, erased, "transactionid")
            assert not erased.done()
        await erased
    with pytest.raises(Outdated):
        await real.hub.whole.vault.claim(naming(disa, 2))


async def test_a_claim_waits_for_keys_that_are_being_destroyed_and_is_then_refused(real: Real) -> None:
    vault = real.hub.whole.vault
    [disa] = await vault.find([f"nr:{DISA}"])
    async with real.pool.acquire() as erasing, asyncio.timeout(10):
        async with erasing.transaction():
            await erasing.execute("delete from datanyckel where subject = $1", disa.person_id)
            claimed = asyncio.ensure_future(vault.claim(naming(disa, 1)))
            await until_somebody_waits(erasing, claimed, "transactionid")
            assert not claimed.done()
        with pytest.raises(Outdated):
            await claimed
