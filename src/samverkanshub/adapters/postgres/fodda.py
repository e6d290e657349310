"""When persons were born, wrapped by itself: made of the numbers of those of whom it is not there yet."""

from uuid import UUID

import asyncpg

from samverkanshub.adapters.postgres.database import Database
from samverkanshub.adapters.postgres.personrad import born_of, born_purpose
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.ports import KeyWrapping


class PostgresFodda:
    """`BirthCare` over the vault's database. `Unavailable` is `valv`, and `kek` of who holds the generations."""

    def __init__(self, pool: asyncpg.Pool, wrapping: KeyWrapping) -> None:
        self._db = Database(pool, "valv", "fodda")
        self._vault = PostgresVault(pool, wrapping)
        self._wrapping = wrapping

    async def fill(self, after: str, limit: int) -> str:
        """Make it of so many persons, those after one; the last of them, empty where there is none left."""
        rows = await self._db.fetch("missing", UUID(after) if after else UUID(int=0), limit)
        known = [person for person in await self._vault.known(rows) if person is not None]
        nr, wrapped = await self._wrapping.wrap([(born_purpose(one.person_id), born_of(one)) for one in known])
        await self._db.fetch("put", [UUID(one.person_id) for one in known], wrapped, nr)
        return str(rows[-1]["person_id"]) if rows else ""
