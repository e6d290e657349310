"""Judging a partition's records again from an empty state: what `decide` and `replay` have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.decision import Decision
from samverkanshub.pipeline.judging import Judge
from samverkanshub.pipeline.minne import Minne
from samverkanshub.pipeline.reading import Read
from samverkanshub.ports import ArtefactStore, DecisionRow


@dataclass(frozen=True, slots=True)
class Judged:
    """A record, its decision, and the row that a gate would write of it."""

    read: Read
    decision: Decision
    row: DecisionRow


class _Nothing:
    """A projection before record 0."""

    async def states(self, partition: int, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], bytes]:
        return {}


class Rejudging:
    """One partition from its beginning, record by record; everything it remembers is in memory."""

    def __init__(self, partition: int, artefacts: ArtefactStore, schemas: Schemas) -> None:
        self._judge = Judge(Minne(_Nothing(), partition), artefacts, schemas)
        self._seen: set[tuple[str, str]] = set()

    async def judge(self, read: Read) -> Judged:
        """The next record. Raises `Halt` where a gate would refuse the partition."""
        written = await self._judge.judge([read], self._seen)
        return Judged(read, written.decided[0], written.decisions[0])
