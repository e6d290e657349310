"""The auditors' own questions, in the vault's database."""

import asyncpg

from samverkanshub.adapters.postgres.database import Database
from samverkanshub.ports import AskedRow


class PostgresQuestions:
    """`Questions` over the vault's database. `Unavailable` is `valv`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "valv", "questions")

    async def keep(self, asked: AskedRow) -> None:
        """Keep a question; it has reached the disk at the return."""
        who = (asked.aktor, asked.anvandare)
        await self._db.fetch("keep", asked.tid, *who, asked.fraga, asked.omfattning, asked.parametrar, asked.rader)

    async def kept(self, omfattning: str, limit: int, after: int = 0) -> list[AskedRow]:
        """The questions asked about a scope, in order; those after number `after`."""
        return [AskedRow(**row) for row in await self._db.fetch("kept", omfattning, limit, after)]
