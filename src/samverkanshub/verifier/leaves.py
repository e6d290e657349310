"""Every leaf of the published bundles: against its tile, the record in the log and the decision in the database."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from samverkanshub.codec.decisions import DecisionRecord, decode_decision
from samverkanshub.codec.digests import record_digest
from samverkanshub.codec.schemas import Schemas, default_schemas
from samverkanshub.domain.errors import Halt, Undecodable
from samverkanshub.domain.merkle import leaf_hash
from samverkanshub.verifier.columns import Clock, Columns
from samverkanshub.verifier.columns import fault as fault_of_columns
from samverkanshub.verifier.published import Published
from samverkanshub.verifier.report import DECISION, LEAF, RECORD, Finding
from samverkanshub.verifier.tree import Row, path_of, read_part

LEAF_BYTES: Final = 64
_LENGTH_BYTES: Final = 2
_STEP: Final = _LENGTH_BYTES + LEAF_BYTES
_PREFIX: Final = LEAF_BYTES.to_bytes(_LENGTH_BYTES, "big")
_HALF: Final = LEAF_BYTES // 2
_GAP: Final = "logg-med-lucka"
"""The code with which a reader of the log says that records which were there are gone."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the signed tree holds of a position: the digests of the record there, and of the decision on it."""

    position: int
    record: bytes
    decision: bytes


# ------------------------------------------------------------------------------------------ against the tiles


@dataclass(frozen=True, slots=True)
class Bundle:
    """The entries published beside a tile of leaf hashes. `cut`: of a larger one that has taken their place."""

    row: Row
    content: bytes | None
    cut: bool

    @property
    def path(self) -> str:
        """Where they are published."""
        return path_of("entries", self.row.index, len(self.row.hashes))

    def leaves(self) -> tuple[list[Leaf], Finding | None]:
        """The leaves that are those hashed in the tile, and what is wrong with the next where not all are."""
        found: list[Leaf] = []
        for number, expected in enumerate(self.row.hashes):
            entry = self._entry(number)
            finding = self._fault(entry, number, expected)
            if finding:
                return found, finding
            found.append(Leaf(self.row.first(number), entry[_LENGTH_BYTES : _LENGTH_BYTES + _HALF], entry[-_HALF:]))
        return found, self._end()

    def _entry(self, number: int) -> bytes:
        return (self.content or b"")[number * _STEP : (number + 1) * _STEP]

    def _fault(self, entry: bytes, number: int, expected: bytes) -> Finding | None:
        if self.content is None:
            return self._finding(number, "is missing")
        if len(entry) != _STEP or entry[:_LENGTH_BYTES] != _PREFIX:
            return self._finding(number, f"is no leaf of {LEAF_BYTES} bytes")
        if leaf_hash(entry[_LENGTH_BYTES:]) == expected:
            return None
        if self.row.known:
            return self._finding(number, "is not the leaf hashed in the tile")
        return self.row.wrong("a hash is not that of the leaf, and the tree not the one signed", number)

    def _end(self) -> Finding | None:
        if self.cut or len(self.content or b"") == len(self.row.hashes) * _STEP:
            return None
        return self._finding(len(self.row.hashes) - 1, "has bytes after the last leaf")

    def _finding(self, number: int, why: str) -> Finding:
        return Finding(LEAF, self.row.first(number), why, self.path)


async def bundle_of(published: Published, row: Row) -> Bundle:
    """The entries of a tile of leaf hashes, as published."""
    return Bundle(row, *await read_part(published, "entries", row.index, len(row.hashes)))


# ------------------------------------------------------------------------------------------ against the log


class Record(Protocol):
    """A record as the log holds it; `tid` is its timestamp in ms."""

    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def tid(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...
    @property
    def value(self) -> bytes: ...


class Records(Protocol):
    """The log."""

    def records(self, partition: int, start: int, end: int) -> AsyncIterator[Record]:
        """Records in [start, end), in order."""


class AgainstLog:
    """Holds leaves, in order and from `start`, against the records of a partition. Close it at the end."""

    def __init__(self, log: Records, partition: int, start: int, end: int) -> None:
        self._reading = log.records(partition, start, end)

    async def close(self) -> None:
        """Stop reading."""
        if isinstance(self._reading, AsyncGenerator):
            await self._reading.aclose()

    async def hold(self, leaves: Sequence[Leaf]) -> tuple[dict[int, Record], Finding | None]:
        """The next leaves: their records by position, and what is wrong with the first whose record is another."""
        found: dict[int, Record] = {}
        for leaf in leaves:
            record = await self._next(leaf)
            if isinstance(record, str):
                return found, Finding(RECORD, leaf.position, record)
            found[leaf.position] = record
        return found, None

    async def _next(self, leaf: Leaf) -> Record | str:
        """The record of a leaf, or what is wrong with it."""
        try:
            record = await anext(self._reading, None)
        except Halt as halt:
            if halt.code != _GAP:
                raise
            return "is no longer in the log"
        if record is None or record.offset != leaf.position:
            return "is not in the log"
        found = record_digest(record.partition, record.offset, record.tid, record.key, record.headers, record.value)
        return record if found == leaf.record else "is not the one in the leaf"


# ------------------------------------------------------------------------------------------ against the decisions


class Judgement(Columns, Protocol):
    """A decision as it is kept: its record, and what stands beside it."""

    @property
    def offset(self) -> int: ...
    @property
    def record_digest(self) -> bytes: ...
    @property
    def record(self) -> bytes: ...
    @property
    def digest(self) -> bytes: ...


class Decisions(Protocol):
    """The decisions."""

    async def judged(self, partition: int, start: int, end: int) -> Sequence[Judgement]:
        """The decisions on the records in [start, end), in log order; those that are not judged are left out."""


class AgainstDecisions:
    """Holds leaves that follow each other, from `start` on, against the decisions of a partition."""

    def __init__(self, decisions: Decisions, partition: int, start: int) -> None:
        self._decisions = decisions
        self._partition = partition
        self._schemas = default_schemas()
        self._clock = Clock(known=start == 0)

    async def hold(
        self, leaves: Sequence[Leaf], records: Mapping[int, Record]
    ) -> tuple[dict[int, Judgement], Finding | None]:
        """Their decisions, and what is wrong with the first that is another. `records`: those of the leaves."""
        if not leaves:
            return {}, None
        rows = await self._decisions.judged(self._partition, leaves[0].position, leaves[-1].position + 1)
        found = {row.offset: row for row in rows}
        for leaf in leaves:
            why = self._fault(found.get(leaf.position), leaf, records.get(leaf.position))
            if why:
                return found, Finding(DECISION, leaf.position, why)
        return found, None

    def _fault(self, row: Judgement | None, leaf: Leaf, record: Record | None) -> str:
        if row is None:
            return "is not in the database"
        decision = _decoded(row.record, self._schemas)
        if decision is None:
            return "is no decision record"
        if decision.digest != leaf.decision:
            return "is not the one in the leaf"
        if (decision.place.partition, decision.place.offset) != (self._partition, leaf.position):
            return "belongs to another place of the log"
        if (row.digest, row.record_digest) != (leaf.decision, leaf.record):
            return "stands beside other digests than those in the leaf"
        return fault_of_columns(row, decision, record, self._clock, self._schemas)


def _decoded(content: bytes, schemas: Schemas) -> DecisionRecord | None:
    try:
        return decode_decision(content, schemas)
    except Undecodable:
        return None
