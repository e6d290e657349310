"""When persons were born, wrapped by itself: made of the numbers of those of whom it is not there yet."""

from uuid import UUID

import asyncpg

from samverkanshub.adapters.postgres.database import Database
from samverkanshub.adapters.postgres.personrad import after as after_id
from samverkanshub.adapters.postgres.personrad import born_of, born_purpose
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.ports import KeyWrapping


class PostgresFodda:
    """`BirthCare` over the vault's database. `Unavailable` is `valv`, and `kek` of who holds the generations."""

    def __init__(self, pool: asyncpg.Pool, wrapping: KeyWrapping) -> None:
        self._db = Database(pool, "valv", "fodda")
        self._vault = PostgresVault(pool, wrapping)
        self._wrapping = wrapping

    async def missing(self) -> int:
        """How many persons have a number, and no birth that a generation which is here opens."""
        row = await self._db.one("unread", await self._there())
        return int(row["antal"]) if row else 0

    async def fill(self, after: str, limit: int) -> str:
        """Make it of so many persons, those after one; the last of them, empty where there is none left."""
        gone = sorted(await self._wrapping.gone())
        rows = await self._db.fetch("missing", after_id(after), limit, gone, await self._there())
        known = [person for person in await self._vault.known(rows) if person is not None]
        nr, wrapped = await self._wrapping.wrap([(born_purpose(one.person_id), born_of(one)) for one in known])
        if known:
            # The vault may not know it yet: made just now, or the vault restored from before it was.
            await self._db.fetch("enter", nr)
            await self._db.fetch("put", [UUID(one.person_id) for one in known], wrapped, nr, gone)
        return str(rows[-1]["person_id"]) if rows else ""

    async def _there(self) -> list[int]:
        return [one.nr for one in await self._wrapping.generations()]
