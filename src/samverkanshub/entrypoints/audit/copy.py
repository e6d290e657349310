"""A copy of a log in memory, with random records after it, signed by a key of its own: what the audit tampers with."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from samverkanshub.adapters.memory import MemoryGuard, MemoryTree
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.codec import checkpoint
from samverkanshub.codec.decisions import encode_quarantine
from samverkanshub.codec.digests import record_digest
from samverkanshub.codec.keys import SEED_BYTES, private_key, to_pem
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.pipeline.notary import Notary
from samverkanshub.ports import DecisionRow, LeafRow, LogRecord
from samverkanshub.verifier import Artefacts, Key, Sources, Verified, read_key, verify

NAME: Final = "audit.localhost"
UNREADABLE: Final = "olasbar"
VALUE_BYTES: Final = 200
PARTITION: Final = 0


@dataclass(frozen=True, slots=True)
class Log:
    """Records and the decisions on them, from offset 0."""

    records: Sequence[LogRecord]
    decisions: Sequence[DecisionRow]

    async def position(self, partition: int) -> int:
        """How many are judged."""
        return len(self.decisions)

    async def leaves(self, partition: int, start: int, end: int) -> list[LeafRow]:
        """What the notary asks for."""
        rows = self.decisions[start:end]
        return [LeafRow(row.offset, row.record_digest, row.digest) for row in rows]


@dataclass(frozen=True, slots=True)
class Copy:
    """A log and what was published of it; itself what the verifier reads all of that from."""

    log: Log
    files: Mapping[str, bytes]
    key: Key
    regelverk: Artefacts | None = None
    """What the log names, to hold its senders' signatures by."""

    async def read(self, path: str) -> bytes | None:
        """A published file."""
        return self.files.get(path)

    async def records(self, partition: int, start: int, end: int) -> AsyncIterator[LogRecord]:
        """The records in [start, end)."""
        for record in self.log.records[start:end]:
            yield record

    async def judged(self, partition: int, start: int, end: int) -> Sequence[DecisionRow]:
        """The decisions on the records in [start, end)."""
        return self.log.decisions[start:end]

    async def verified(self) -> Verified:
        """What the verifier says of it."""
        return await verify(Sources(PARTITION, self, self.key, self, self, regelverk=self.regelverk))

    def with_file(self, path: str, content: bytes) -> "Copy":
        """With one file changed."""
        return replace(self, files={**self.files, path: content})

    def with_record(self, record: LogRecord) -> "Copy":
        """With the record at its offset changed."""
        return replace(self, log=replace(self.log, records=_with(self.log.records, record)))

    def with_decision(self, row: DecisionRow) -> "Copy":
        """With the decision on its offset changed."""
        return replace(self, log=replace(self.log, decisions=_with(self.log.decisions, row)))


def _with(rows: Sequence[LogRecord | DecisionRow], changed: LogRecord | DecisionRow) -> list:  # type: ignore[type-arg]
    return [*rows[: changed.offset], changed, *rows[changed.offset + 1 :]]


def lengthened(log: Log, count: int, random: Random) -> Log:
    """With so many random records after it, which nobody can read and the gate would put in quarantine."""
    records, decisions = list(log.records), list(log.decisions)
    regelverk, tid = random.randbytes(32).hex(), decisions[-1].tid
    for offset in range(len(records), len(records) + count):
        record = LogRecord(PARTITION, offset, tid, None, (), random.randbytes(VALUE_BYTES))
        records.append(record)
        decisions.append(_quarantined(record, regelverk))
    return Log(records, decisions)


def _quarantined(record: LogRecord, regelverk: str) -> DecisionRow:
    place = (record.partition, record.offset)
    encoded = encode_quarantine(*place, regelverk, UNREADABLE, record.value, default_schemas())
    return DecisionRow(
        offset=record.offset,
        handelse_id="",
        aktor="",
        lasargrupp="",
        typ="",
        arende_id="",
        status="karantan",
        tid=record.tid,
        record_digest=record_digest(*place, record.tid, record.key, record.headers, record.value),
        record=encoded.record,
        digest=encoded.digest,
        outcome=b"{}",
    )


async def published(log: Log, random: Random, regelverk: Artefacts | None = None) -> Copy:
    """The log as the notary publishes it, with a key made for this."""
    signer, tree = FileSigner(to_pem(private_key(random.randbytes(SEED_BYTES)))), MemoryTree()
    notary = Notary(log, {PARTITION: tree}, MemoryGuard(), signer, _no_failpoint, NAME)
    while (await notary.round())[PARTITION].size < len(log.decisions):
        continue
    key = read_key(checkpoint.verifier_key(checkpoint.origin(NAME, PARTITION), signer.public))
    return Copy(log, {**tree.files, "checkpoint": tree.checkpoint()}, key, regelverk)


async def _no_failpoint(name: str) -> None: ...
