"""Who is logged in on the pages, in the vault's database."""

import asyncpg

from samverkanshub.adapters.postgres.database import Database
from samverkanshub.ports import Hos


class PostgresLogins:
    """`Logins` over the vault's database. `Unavailable` is `valv`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "valv", "logins")

    async def put(self, nyckel: bytes, vem: bytes, till: int, now: int, hos: Hos | None = None) -> None:
        """Keep a login until `till` (ms), in place of what the key had; forget those that have ended by `now`."""
        named = hos or Hos()
        await self._db.fetch("put", nyckel, vem, till, now, named.vem, named.session)

    async def drop_of(self, hos: Hos, fore: int) -> None:
        """Forget those kept before `fore` (ms) under both digests, where both are given, else under the one that is.

        One kept under whose it is alone is of any session of theirs.
        """
        await self._db.fetch("drop_of", hos.vem, hos.session, fore)

    async def prolong(self, nyckel: bytes, vem: bytes, till: int) -> None:
        """Keep what the key has until `till` (ms); nothing where it has nothing: who has logged out stays out."""
        await self._db.fetch("prolong", nyckel, vem, till)

    async def get(self, nyckel: bytes, now: int) -> bytes | None:
        """What was kept under the key, or None where nothing was or it has ended by `now`."""
        row = await self._db.one("get", nyckel, now)
        return None if row is None else bytes(row["vem"])

    async def drop(self, nyckel: bytes) -> None:
        """Forget it; nothing where there is none."""
        await self._db.fetch("drop", nyckel)
