"""`Jamforelser` and `Anspraken`: how far the log is held against the claims, what was found, and the claims."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import pytest
from projections import Gate, decision

from samverkanshub.adapters.memory import (
    MemoryAnspraken,
    MemoryDatabase,
    MemoryErasing,
    MemoryGateStore,
    MemoryJamforelser,
    MemoryKeys,
    MemoryVault,
)
from samverkanshub.adapters.postgres.ansprak import PostgresAnspraken
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.adapters.postgres.jamforelser import PostgresJamforelser
from samverkanshub.adapters.postgres.matningar import PostgresMatningar
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.radering import PostgresErasing
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.ports import (
    SENASTE_FYND,
    Anspraken,
    Ansprakslage,
    Claim,
    Erasing,
    Fynd,
    GateStore,
    Jamforelser,
    Jamfort,
    Vault,
)

HOUR_MS = 3_600_000
PERSON = "5c9c2b1e-90d1-4a7e-8b4e-6a1f3c2d9b10"
CLAIM = Claim(
    aktor="mora",
    id="6d9b6a3e-3f0e-4c39-8f2e-1f5b1a7c9d10",
    handelse_id="0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1",
    digest=b"\1" * 32,
    partitions=(0, 3),
    key=b"\2" * 16,
    headers=(("personer", bytes.fromhex(PERSON.replace("-", ""))), ("handelse", b"")),
    value=b"\0\xffvalue",
)
COMPARED = replace(CLAIM, digest=b"", headers=())


@dataclass
class Kept:
    """What was found, the gate's side of the same projection, and how the server's clock goes on."""

    jamforelser: Jamforelser
    store: GateStore
    nu: Callable[[], Awaitable[int]]
    passes: Callable[[int], Awaitable[object]]

    async def judged(self, *ago_ms: int) -> None:
        """Records so old are judged."""
        now = await self.nu()
        rows = [decision(offset, tid=now - ms) for offset, ms in enumerate(ago_ms)]
        await (await Gate(self.store).assigned()).writes(len(rows), decisions=rows)

    async def lage(self) -> Ansprakslage:
        [found] = await self.jamforelser.jamforda()
        return found


@pytest.fixture
async def kept(dsn: str) -> AsyncIterator[Kept]:
    async with AsyncExitStack() as opened:
        yield await in_postgres(dsn, opened) if dsn else in_memory()


def in_memory() -> Kept:
    database = MemoryDatabase()

    async def nu() -> int:
        return database.now_ms()

    async def passes(ms: int) -> None:
        now = database.now_ms() + ms
        database.now_ms = lambda: now

    return Kept(MemoryJamforelser(database), MemoryGateStore(database), nu, passes)


async def in_postgres(dsn: str, opened: AsyncExitStack) -> Kept:
    await migrate(dsn, "projektion")
    pool = await opened.enter_async_context(await open_pool(dsn, by_key=True))

    async def passes(ms: int) -> None:
        await pool.execute(f"update ansprak_fynd set funnet = funnet - {ms} * interval '1 millisecond'")

    return Kept(PostgresJamforelser(pool), PostgresGateStore(pool), PostgresMatningar(pool).nu, passes)


async def test_before_anything_is_judged_there_is_nothing_to_tell(kept: Kept) -> None:
    assert (await kept.jamforelser.jamforda(), await kept.jamforelser.place(0)) == ([], 0)


async def test_what_is_judged_is_left_until_it_is_compared_and_its_age_is_told(kept: Kept) -> None:
    await kept.judged(2 * HOUR_MS, HOUR_MS, 60_000)
    first = await kept.lage()
    assert (first.kvar, first.antal, first.funnet_ms, first.senaste) == (3, 0, -1, ())
    assert 2 * HOUR_MS <= first.kvar_ms < 3 * HOUR_MS
    assert await kept.jamforelser.keep(Jamfort(0, 0, 2, ()))
    then = await kept.lage()
    assert (then.kvar, 60_000 <= then.kvar_ms < HOUR_MS) == (1, True)
    assert await kept.jamforelser.keep(Jamfort(0, 2, 3, ()))
    assert await kept.lage() == Ansprakslage(0, 0, 0, {})


async def test_a_step_is_kept_once_and_only_where_the_one_before_it_ended(kept: Kept) -> None:
    await kept.judged(*[0] * 5)
    first = Jamfort(0, 0, 3, (Fynd(1, "annan-post"),))
    assert not await kept.jamforelser.keep(Jamfort(0, 3, 5, ())), "nothing is compared before it"
    assert await kept.jamforelser.keep(first)
    for wrong in (first, Jamfort(0, 2, 5, (Fynd(4, "annan-post"),)), Jamfort(0, 4, 5, ())):
        assert not await kept.jamforelser.keep(wrong)
    assert (await kept.jamforelser.place(0), (await kept.lage()).fynd) == (3, {"annan-post": 1})


async def test_what_was_found_is_counted_by_how_it_departs_and_the_last_are_told_one_by_one(kept: Kept) -> None:
    await kept.judged(*[0] * 40)
    found = [Fynd(offset, "inget-ansprak" if offset % 2 else "annat-omrade") for offset in range(25)]
    await kept.jamforelser.keep(Jamfort(0, 0, 30, found[:20]))
    await kept.passes(HOUR_MS)
    assert HOUR_MS <= (await kept.lage()).funnet_ms < 2 * HOUR_MS
    await kept.jamforelser.keep(Jamfort(0, 30, 40, [replace(one, offset=one.offset + 11) for one in found[20:]]))
    told = await kept.lage()
    assert (dict(told.fynd), told.antal) == ({"annat-omrade": 13, "inget-ansprak": 12}, 25)
    assert [one.offset for one in told.senaste] == [35, 34, 33, 32, 31, 19, 18, 17, 16, 15]
    assert len(told.senaste) == SENASTE_FYND
    assert told.funnet_ms < HOUR_MS, "the last that was found"


async def test_partitions_are_told_apart(kept: Kept) -> None:
    await kept.judged(0, 0)
    gate = await Gate(kept.store, 1).assigned()
    await gate.writes(decisions=[decision(0)])
    await kept.jamforelser.keep(Jamfort(1, 0, 1, (Fynd(0, "annan-post"),)))
    assert [(one.partition, one.kvar, one.antal) for one in await kept.jamforelser.jamforda()] == [(0, 2, 0), (1, 0, 1)]


# ------------------------------------------------------------------------------------------------------------- claims


@dataclass
class Claimed:
    """A vault, what erases in it, and its claims as they are held against the log."""

    vault: Vault
    erasing: Erasing
    anspraken: Anspraken


@pytest.fixture
async def claimed(dsn: str) -> AsyncIterator[Claimed]:
    if not dsn:
        memory = MemoryVault()
        yield Claimed(memory, MemoryErasing(memory), MemoryAnspraken(memory))
        return
    await migrate(dsn, "valv")
    async with await open_pool(dsn, by_key=True) as pool:
        yield Claimed(PostgresVault(pool, MemoryKeys()), PostgresErasing(pool), PostgresAnspraken(pool))


async def test_claims_are_found_by_their_events_and_those_of_nobody_are_left_out(claimed: Claimed) -> None:
    await claimed.vault.claim(CLAIM)
    wanted = {CLAIM.handelse_id, PERSON, "a\0b"}
    assert await claimed.anspraken.of(wanted) == {CLAIM.handelse_id: COMPARED}
    assert await claimed.anspraken.of(()) == {}


async def test_g1_a_claim_is_compared_while_somebody_whom_it_names_is_being_erased_and_as_it_is_left(
    claimed: Claimed,
) -> None:
    """Nothing is appended by it, which is what the fence is against."""
    await claimed.vault.claim(CLAIM)
    await claimed.erasing.begin("radering", PERSON)
    assert await claimed.anspraken.of([CLAIM.handelse_id]) == {CLAIM.handelse_id: COMPARED}
    await claimed.erasing.erase("radering", PERSON)
    await claimed.erasing.blank(replace(CLAIM, value=b"blank"), own_key=False)
    assert await claimed.anspraken.of([CLAIM.handelse_id]) == {CLAIM.handelse_id: replace(COMPARED, value=b"blank")}
