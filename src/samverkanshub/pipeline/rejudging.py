"""Judging a partition's records again from an empty state: what `decide` and `replay` have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from samverkanshub.codec.schemas import Schemas
from samverkanshub.codec.underskrift import Signatures, held
from samverkanshub.domain.decision import Decision
from samverkanshub.pipeline.judging import Judge
from samverkanshub.pipeline.minne import Minne
from samverkanshub.pipeline.reading import Read
from samverkanshub.ports import ArtefactStore, DecisionRow


@dataclass(frozen=True, slots=True)
class Judged:
    """A record, its decision, and the row that a gate would write of it.

    `karantan`: why it would be put in quarantine; empty where it would not.
    """

    read: Read
    decision: Decision
    row: DecisionRow
    karantan: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that judging goes on by: every state, encoded, by kind and id, and the (aktor, event id) that were taken."""

    states: tuple[tuple[str, str, bytes], ...] = ()
    seen: tuple[tuple[str, str], ...] = ()


_SEEN_BYTES: Final = 300
"""What it takes to remember one event by its actor and its id."""


class _Kept:
    """A projection in memory; without anything in it, as before record 0."""

    def __init__(self, standing: Standing) -> None:
        self.kept = {(kind, id_): state for kind, id_, state in standing.states}

    async def states(self, partition: int, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], bytes]:
        return {key: self.kept[key] for key in keys if key in self.kept}


class Rejudging:
    """One partition from its beginning, or from where it stood, record by record; all it remembers is in memory."""

    def __init__(
        self,
        partition: int,
        artefacts: ArtefactStore,
        schemas: Schemas,
        standing: Standing | None = None,
        signatures: Signatures = held,
    ) -> None:
        self._kept = _Kept(standing or Standing())
        self._minne = Minne(self._kept, partition)
        self._judge = Judge(self._minne, artefacts, schemas, signatures)
        self._seen = set(standing.seen) if standing else set()
        self._taken_up = standing is None

    async def judge(self, read: Read) -> Judged:
        """The next record. Raises `Halt` where a gate would refuse the partition."""
        if not self._taken_up:
            await self._judge.take_up()
            self._taken_up = True
        written = await self._judge.judge([read], self._seen)
        why = written.quarantine[0].reason if written.quarantine else ""
        return Judged(read, written.decided[0], written.decisions[0], why)

    def pack(self) -> int:
        """Encode what was changed, as a gate writes it, so that what is kept decoded besides stays within bounds.

        Returns about how many bytes are remembered.
        """
        self._kept.kept |= {(row.kind, row.id): row.state for row in self._minne.dirty()}
        self._minne.committed()
        return sum(map(len, self._kept.kept.values())) + len(self._seen) * _SEEN_BYTES

    def standing(self) -> Standing:
        """What to go on by after the last record that was judged."""
        self.pack()
        states = tuple((*key, state) for key, state in sorted(self._kept.kept.items()))
        return Standing(states, tuple(sorted(self._seen)))
