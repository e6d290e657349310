"""The auditors' own questions, in memory."""

from dataclasses import replace

from samverkanshub.ports import AskedRow


class MemoryQuestions:
    """`Questions` in memory."""

    def __init__(self) -> None:
        self._rows: list[AskedRow] = []

    async def keep(self, asked: AskedRow) -> None:
        """Keep a question."""
        self._rows.append(replace(asked, nr=len(self._rows) + 1))

    async def kept(self, omfattning: str, limit: int, after: int = 0) -> list[AskedRow]:
        """The questions asked about a scope, in order; those after number `after`."""
        return [row for row in self._rows[after:] if row.omfattning == omfattning][:limit]
