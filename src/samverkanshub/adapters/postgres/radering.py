"""Erasure in the vault: a fence around a person, and then everything of theirs that only the vault holds, gone."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from samverkanshub.adapters.postgres.ansprak import claim_of
from samverkanshub.adapters.postgres.database import Database
from samverkanshub.ports import Claim, Heeded, Named, Raderas


class PostgresErasing:
    """`Erasing` over the vault's database. `Unavailable` is `valv`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "valv", "radering")

    async def begin(self, handelse_id: str, person_id: str) -> bool:
        """Put the fence up; False where this erasure of this person is begun, or done, already."""
        row = await self._db.one("begin", handelse_id, UUID(person_id))
        return row is not None and bool(row["gjort"])

    async def sent(self, handelse_id: str) -> bool:
        """Note that it is about to be appended; False where the fence is not up."""
        row = await self._db.one("sent", handelse_id)
        return row is not None and bool(row["gjort"])

    async def release(self, handelse_id: str) -> None:
        """Take the fence down; nothing where it is not up."""
        await self._db.fetch("release", handelse_id)

    async def erase(self, handelse_id: str, person_id: str) -> None:
        """Destroy the person's keys and mapping, for ever; nothing where that is done."""
        await self._db.fetch("erase", handelse_id, UUID(person_id))

    async def pending(self) -> list[Raderas]:
        """Those that are not done, the oldest first."""
        rows = await self._db.fetch("pending")
        return [Raderas(row["handelse_id"], str(row["person_id"]), row["steg"], row["alder"]) for row in rows]

    async def heeded(self, raderingar: Collection[tuple[str, str]], stod: bytes) -> Heeded:
        """Which of these have destroyed this person's keys; of a vault that once said it stood as `stod`."""
        asked = sorted(raderingar)
        events, persons = [event for event, _ in asked], [UUID(person_id) for _, person_id in asked]
        row = await self._db.one("heeded", events, persons, stod)
        assert row is not None
        done = zip(row["utforda"], map(str, row["personer"]), strict=True)
        return Heeded(frozenset(done), row["stand"], row["kand"])

    async def naming(self, person_id: str, after: str, limit: int) -> list[Named]:
        """The claims that name a person, in order of event id, those after one."""
        rows = await self._db.fetch("naming", UUID(person_id), after, limit)
        return [Named(claim_of(row), row["alder"]) for row in rows]

    async def blank(self, claim: Claim, *, own_key: bool) -> None:
        """Keep the claim's bytes as given, without its digest, and destroy the event's own key where that is asked."""
        await self._db.fetch("blank", claim.handelse_id, claim.value, own_key)

    async def done(self, handelse_id: str) -> None:
        """Note that every claim is blanked."""
        await self._db.fetch("done", handelse_id)
