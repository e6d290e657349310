"""The auditors' own questions, in the vault's database."""

from collections.abc import Sequence
from dataclasses import astuple

import asyncpg

from samverkanshub.adapters.postgres.database import Database
from samverkanshub.ports import AskedRow, IncidentRow


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

    async def decide(self, decided: IncidentRow) -> None:
        """Keep a decision on an incident; it has reached the disk at the return."""
        await self._db.fetch("decide", *astuple(decided))

    async def decided(self, handelse_ids: Sequence[str]) -> list[IncidentRow]:
        """Every authority's decisions on these incidents, in order."""
        return [IncidentRow(**row) for row in await self._db.fetch("decided", list(handelse_ids))]
