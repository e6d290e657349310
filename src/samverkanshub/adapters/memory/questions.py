"""The auditors' own questions, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from samverkanshub.ports import AskedRow, IncidentRow


class MemoryQuestions:
    """`Questions` in memory."""

    def __init__(self) -> None:
        self._rows: list[AskedRow] = []
        self._decided: list[IncidentRow] = []

    async def keep(self, asked: AskedRow) -> None:
        """Keep a question."""
        self._rows.append(replace(asked, nr=len(self._rows) + 1))

    async def kept(self, omfattning: str, limit: int, after: int = 0) -> list[AskedRow]:
        """The questions asked about a scope, in order; those after number `after`."""
        return [row for row in self._rows[after:] if row.omfattning == omfattning][:limit]

    async def decide(self, decided: IncidentRow) -> None:
        """Keep a decision on an incident."""
        self._decided.append(decided)

    async def decided(self, handelse_ids: Sequence[str]) -> list[IncidentRow]:
        """Every authority's decisions on these incidents, in order."""
        return [one for one in self._decided if one.handelse_id in handelse_ids]
