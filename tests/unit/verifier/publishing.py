"""A small log, judged and noted by the real notary, for the verifier's tests to hold against and to tamper with."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from samverkanshub.adapters.memory import MemoryGuard, MemoryTree
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.codec import checkpoint
from samverkanshub.codec.decisions import encode_decision
from samverkanshub.codec.digests import record_digest
from samverkanshub.codec.envelope import Envelope, encode
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.decision import Decision, Entry, Reason
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.merkle import leaf_hash
from samverkanshub.pipeline.notary import Notary
from samverkanshub.ports import DecisionRow, LeafRow, LogRecord
from samverkanshub.verifier import Checkpoint, Key, Sources, Verified, read_key, verify

NAME = "hub.example"
ORIGIN = "hub.example/omrade/0"
SIGNER = FileSigner(to_pem(private_key(bytes(range(32)))))
VKEY = checkpoint.verifier_key(ORIGIN, SIGNER.public)
KEY: Key = read_key(VKEY)
SCHEMAS = default_schemas()
START = 1_780_000_000_000


@dataclass
class Files:
    """What is published; `asked` is what was read of it."""

    content: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def read(self, path: str) -> bytes | None:
        if path in self.content:
            self.asked.append(path)
        return self.content.get(path)

    def with_(self, path: str, content: bytes | None) -> "Files":
        """With one file changed, or gone."""
        rest = {name: kept for name, kept in self.content.items() if name != path}
        return Files(rest if content is None else {**rest, path: content})

    def flipped(self, path: str, at: int, bit: int = 0) -> "Files":
        """With one bit of a file the other way."""
        return self.with_(path, flip(self.content[path], at, bit))


def flip(content: bytes, at: int, bit: int = 0) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1 :]


@dataclass
class Leaves:
    """What the notary is told of: leaves, and how far the gate has come."""

    rows: Sequence[LeafRow]
    end: int = 0

    async def position(self, partition: int) -> int:
        return self.end

    async def leaves(self, partition: int, start: int, end: int) -> list[LeafRow]:
        return list(self.rows[start:end])


async def never(name: str) -> None: ...


def noted(rows: Sequence[LeafRow], *sizes: int) -> Files:
    """The files of a log that was signed at these sizes."""
    return signed_at(rows, *sizes)[-1]


def signed_at(rows: Sequence[LeafRow], *sizes: int) -> list[Files]:
    """The files as they were at each of these sizes."""
    tree, told = MemoryTree(), Leaves(rows)
    notary = Notary(told, {0: tree}, MemoryGuard(), SIGNER, never, NAME)  # type: ignore[arg-type]
    found = []
    for size in sizes:
        told.end = size
        asyncio.run(notary.round())
        found.append(Files({**tree.files, "checkpoint": tree.checkpoint()}))
    return found


def leaf_rows(count: int, other_from: int | None = None) -> list[LeafRow]:
    """Leaves of nothing in particular; from a position on they are those of another history."""
    changed = count if other_from is None else other_from
    names = [f"{offset}{'!' if offset >= changed else ''}" for offset in range(count)]
    return [LeafRow(n, leaf_hash(f"r{name}".encode()), leaf_hash(f"d{name}".encode())) for n, name in enumerate(names)]


def checked(files: Files, **given: Any) -> Verified:
    """Verify published files, and what else is given."""
    return asyncio.run(verify(Sources(0, files, KEY, **given)))


# ------------------------------------------------------------------------------------------ with log and decisions


def event_of(offset: int) -> str:
    return f"5f0c7e1e-3b0a-5f0e-9a50-{offset:012x}"


def an_envelope(offset: int, **given: Any) -> Envelope:
    named = {"aktor": "mora", "enhet": "mora.e1", "lasargrupp": "mora.e1.utsatt", "anvandare": "sally"}
    plain = {"typ": "avvikelse", "typversion": 1, "beslutssalt": offset.to_bytes(32, "big")}
    return Envelope(**{"id": event_of(offset), "handelse_id": event_of(offset), **named, **plain, **given})


def a_record(offset: int, **given: Any) -> LogRecord:
    """The record at an offset; `given` is of its envelope."""
    headers = (("personer", b"\0" * 16), ("handelse", offset.to_bytes(16, "big")))
    return LogRecord(0, offset, START + offset, b"\1" * 16, headers, encode(an_envelope(offset, **given), SCHEMAS))


def digest_of(record: LogRecord) -> bytes:
    return record_digest(record.partition, record.offset, record.tid, record.key, record.headers, record.value)


def a_decision(
    offset: int, *, partition: int = 0, place: int | None = None, own: Reason | None = None, **row: Any
) -> DecisionRow:
    """The decision on the record at an offset; `place`: where its record says that it stands; `row`: its columns."""
    entries = [Entry(f"mora.e{n}", "/behov/0", (Reason("B2", "samtycke-saknas", True),)) for n in range(3)]
    event = row.get("handelse_id", event_of(offset))
    decision = Decision(event, "", "", "ab" * 32, (*([Entry("", "", (own,))] if own else []), *entries))
    at = offset if place is None else place
    encoded = encode_decision(decision, partition, at, offset.to_bytes(32, "big"), SCHEMAS)
    given = {"record_digest": digest_of(a_record(offset)), "record": encoded.record, "digest": encoded.digest}
    names = {"aktor": "mora", "lasargrupp": "mora.e1.utsatt", "typ": "avvikelse", "arende_id": event_of(0)}
    plain = {"handelse_id": event, "status": "dom", "tid": START + offset, "outcome": b"{}"}
    return DecisionRow(**{"offset": offset, **plain, **names, **given, **row})


@dataclass
class Log:
    """The log; `gap`: it says that records are gone where one is missing."""

    kept: list[LogRecord]
    gap: bool = False

    async def records(self, partition: int, start: int, end: int) -> AsyncIterator[LogRecord]:
        expected = start
        for record in self.kept:
            if self.gap and record.offset != expected:
                raise Halt("gone", code="logg-med-lucka")
            if start <= record.offset < end:
                yield record
            expected += 1


@dataclass
class Decisions:
    """The decisions."""

    kept: list[DecisionRow]

    async def judged(self, partition: int, start: int, end: int) -> list[DecisionRow]:
        return [row for row in self.kept if start <= row.offset < end]


@dataclass
class Hub:
    """A log, its decisions and what was published of them."""

    log: Log
    decisions: Decisions
    files: Files

    def checked(self) -> Verified:
        return checked(self.files, log=self.log, decisions=self.decisions)

    def change_record(self, offset: int, change: Callable[[LogRecord], LogRecord]) -> None:
        self.log.kept[offset] = change(self.log.kept[offset])

    def change_decision(self, offset: int, **columns: Any) -> None:
        self.decisions.kept[offset] = replace(self.decisions.kept[offset], **columns)


def a_hub(count: int, decide: Callable[[int], DecisionRow] = a_decision) -> Hub:
    rows = [decide(offset) for offset in range(count)]
    leaves = [LeafRow(row.offset, row.record_digest, row.digest) for row in rows]
    return Hub(Log([a_record(offset) for offset in range(count)]), Decisions(rows), noted(leaves, count))


@dataclass
class SeenInMemory:
    """The checkpoints seen."""

    kept: list[Checkpoint] = field(default_factory=list)
    conflicts: list[Checkpoint] = field(default_factory=list)

    def last(self, origin: str) -> bytes:
        return self.kept[-1].note if self.kept else b""

    def keep(self, checkpoint: Checkpoint) -> None:
        self.kept.append(checkpoint)

    def keep_conflict(self, checkpoint: Checkpoint) -> None:
        self.conflicts.append(checkpoint)
