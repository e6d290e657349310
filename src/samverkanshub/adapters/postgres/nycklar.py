"""How what the vault keeps is wrapped: generations of the key-encryption key, and what each has wrapped."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from asyncpg.exceptions import ForeignKeyViolationError

from samverkanshub.adapters.postgres.database import Database, Session
from samverkanshub.adapters.postgres.personrad import born_purpose
from samverkanshub.domain.errors import Conflict, Halt
from samverkanshub.ports import Generation, KeyWrapping


def key_purpose(subject: str, version: int) -> str:
    """What a wrapped data key is bound to."""
    return f"datanyckel\0{subject}\0{version}"


def secret_purpose(name: str) -> str:
    """What a wrapped secret is bound to."""
    return f"hemlighet\0{name}"


class PostgresKeys:
    """`KeyCare` over the vault's database. `Unavailable` is `valv`, and `kek` of who holds the generations."""

    def __init__(self, pool: asyncpg.Pool, wrapping: KeyWrapping) -> None:
        self._db = Database(pool, "valv", "nycklar")
        self._wrapping = wrapping

    async def wrapped(self) -> Mapping[int, int]:
        """How many keys and secrets are wrapped by each generation."""
        return {row["nr"]: row["antal"] for row in await self._db.fetch("generations")}

    async def data_keys(self) -> Mapping[int, int]:
        """How many data keys are wrapped by each generation that any is."""
        return {row["generation"]: row["antal"] for row in await self._db.fetch("data_keys")}

    async def births(self) -> Mapping[int, int]:
        """Of how many persons it is wrapped by each generation when they were born."""
        return {row["generation"]: row["antal"] for row in await self._db.fetch("births")}

    async def secrets(self) -> Mapping[str, int]:
        """The vault's secrets by name, and which generation wraps each."""
        return {row["name"]: row["generation"] for row in await self._db.fetch("secrets")}

    async def rotate(self, tid: int) -> Generation:
        """Make a new generation, by which all is wrapped from now on."""
        known = [one.nr for one in await self._wrapping.generations()]
        made = await self._wrapping.make(max(*known, *(await self._wrapping.gone()), *(await self.wrapped())) + 1, tid)
        await self._db.fetch("enter", made.nr)
        return made

    async def rewrap(self, limit: int) -> int:
        """Wrap so many keys anew by the newest generation, secrets first, then births; how many it was."""
        *older, newest = [one.nr for one in await self._wrapping.generations()]
        await self._db.fetch("enter", newest)
        async with self._db.transaction() as session:
            done = await self._secrets(session, older) or await self._births(session, older, limit)
            return done or await self._keys(session, older, limit)

    async def _secrets(self, session: Session, older: Sequence[int]) -> int:
        rows = await session.fetch("secrets_to_rewrap", older)
        nr, wrapped = await self._anew([(secret_purpose(row["name"]), row) for row in rows])
        await session.fetch("rewrap_secrets", nr, [row["name"] for row in rows], wrapped)
        return len(rows)

    async def _births(self, session: Session, older: Sequence[int], limit: int) -> int:
        rows = await session.fetch("births_to_rewrap", older, limit)
        nr, wrapped = await self._anew([(born_purpose(str(row["person_id"])), row) for row in rows])
        await session.fetch("rewrap_births", nr, [row["person_id"] for row in rows], wrapped)
        return len(rows)

    async def _keys(self, session: Session, older: Sequence[int], limit: int) -> int:
        rows = await session.fetch("keys_to_rewrap", older, limit)
        nr, wrapped = await self._anew([(key_purpose(row["subject"], row["version"]), row) for row in rows])
        subjects, versions = [row["subject"] for row in rows], [row["version"] for row in rows]
        await session.fetch("rewrap_keys", nr, subjects, versions, wrapped)
        return len(rows)

    async def _anew(self, rows: Sequence[tuple[str, Any]]) -> tuple[int, list[bytes]]:
        plain = await self._wrapping.unwrap([(purpose, row["generation"], row["wrapped"]) for purpose, row in rows])
        return await self._wrapping.wrap(
            [(purpose, _there(one)) for (purpose, _), one in zip(rows, plain, strict=True)]
        )

    async def destroy(self, nr: int) -> None:
        """Destroy a generation that wraps nothing any more: its row first, so that nothing comes under it again."""
        if nr == (await self._wrapping.generations())[-1].nr:
            raise Conflict("the newest generation wraps all that is new", code="omslag-anvands")
        try:
            await self._db.fetch("strike", nr)
        except ForeignKeyViolationError:
            raise Conflict("keys are wrapped by this generation", code="omslag-anvands") from None
        await self._wrapping.destroy(nr)


def _there(plain: bytes | None) -> bytes:
    if plain is None:
        raise Halt("a generation of the key-encryption key went away while it was used", code="fel-kek")
    return plain
