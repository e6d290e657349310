"""A journal read into records, and judged from its first line (docs/journal.md)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, Protocol
from uuid import UUID

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec import journal as form
from samverkanshub.codec import underskrift
from samverkanshub.codec.artefacts import digests
from samverkanshub.codec.envelope import EVENT_HEADER, PERSONS_HEADER
from samverkanshub.codec.formats import ID
from samverkanshub.codec.journal import EventForm, JournalFault, KarantanForm, LineFault, LineForm
from samverkanshub.codec.journal_envelope import envelope_of
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.events import HUB, REGELVERK
from samverkanshub.pipeline.activation import FORESLAGEN_AV, GODKAND_AV
from samverkanshub.pipeline.reading import Read, digest_of, read
from samverkanshub.pipeline.rejudging import Judged, Rejudging
from samverkanshub.ports import ArtefactStore, LogRecord

PARTITIONS: Final = 2**31
_SUM_BYTES: Final = 32


class Regelverken(Protocol):
    """Where a line's `regelverk` is found."""

    async def compiled(self, regelverk: str, nycklar: str) -> Mapping[str, bytes]:
        """The artefacts of a directory of YAML with a directory of public keys. Raises `JournalFault`."""

    async def stored(self, regelverk: str, wanted: Sequence[str]) -> Sequence[bytes]:
        """The artefacts with these digests in a directory of artefacts. Raises `JournalFault`."""


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal whose every line can be judged; its records stand in one partition."""

    partition: int
    reads: tuple[Read, ...]


async def read_journal(content: bytes, regelverken: Regelverken, store: ArtefactStore, schemas: Schemas) -> Journal:
    """Read the lines and put the artefacts they name in `store`. Raises `JournalFault` with everything at once."""
    lines = form.parse(content)
    named = [await _named(position, line, regelverken, store) for position, line in enumerate(lines)]
    partition = _partition(lines)

    def one(placed: tuple[int, LineForm]) -> Read:
        return _read(placed[0], placed[1], partition, schemas)

    return Journal(partition, tuple(form.gathered(one, list(enumerate(named)))))


async def judged(journal: Journal, store: ArtefactStore, schemas: Schemas) -> AsyncIterator[Judged]:
    """Every line's decision, in order. Raises `JournalFault` at a line where a gate would refuse the partition."""
    judging = Rejudging(journal.partition, store, schemas, signatures=underskrift.named)
    for position, one in enumerate(journal.reads):
        try:
            yield await judging.judge(one)
        except Halt as halt:
            raise JournalFault([form.at(position, f"{halt.detail} ({halt.code})")]) from halt


def _partition(lines: Sequence[LineForm]) -> int:
    """The partition that position 0 names: every decision cites it."""
    given = {at: line.partition for at, line in enumerate(lines) if isinstance(line, EventForm) and line.partition}
    late = [form.at(position, "`/partition` is said at position 0 only") for position in given if position]
    if late or not 0 <= given.get(0, 0) < PARTITIONS:
        raise JournalFault(late or [form.at(0, "`/partition` is out of range")])
    return given.get(0, 0)


# ------------------------------------------------------------------------------------------ the regelverk of a line


async def _named(position: int, line: LineForm, regelverken: Regelverken, store: ArtefactStore) -> LineForm:
    """A line that names a regelverk by its path, with the digests in it that the log would name it by."""
    if not isinstance(line, EventForm) or line.typ != REGELVERK:
        return line
    try:
        return await _activation(line, regelverken, store)
    except JournalFault as fault:
        raise JournalFault([form.at(position, f"`/regelverk`: {one}") for one in fault.faults]) from None


async def _activation(line: EventForm, regelverken: Regelverken, store: ArtefactStore) -> EventForm:
    sender = {"aktor": HUB if line.aktor is None and not line.lasargrupp else line.aktor}
    if "artefakter" in line.koder:
        for content in await regelverken.stored(line.regelverk, _digests(line)) if line.regelverk else ():
            await store.put(content)
        return _with(line, **sender)
    if not line.regelverk:
        raise JournalFault(["it names no directory"])
    artefacts = await regelverken.compiled(line.regelverk, line.nycklar)
    for content in artefacts.values():
        await store.put(content)
    named = [{"namn": name, "digest": digest} for name, digest in digests(artefacts).items()]
    by = {"foreslagen_av": FORESLAGEN_AV, "godkand_av": GODKAND_AV}
    return _with(line, **sender, koder={**by, **line.koder, "artefakter": named})


def _digests(line: EventForm) -> list[str]:
    given = line.koder["artefakter"]
    rows = given if isinstance(given, list) else []
    return [str(row["digest"]) for row in rows if isinstance(row, dict) and "digest" in row]


def _with(line: EventForm, **changed: Any) -> EventForm:
    return EventForm(**{name: getattr(line, name) for name in line.__struct_fields__} | changed)


# ------------------------------------------------------------------------------------------ a line's record


def _read(position: int, line: LineForm, partition: int, schemas: Schemas) -> Read:
    tid, summa = form.stamp(line.tid), form.unhex("/vardesumma", line.vardesumma)
    if len(summa) not in (0, _SUM_BYTES):
        raise LineFault("`/vardesumma` must be 32 bytes in hex")
    if isinstance(line, KarantanForm):
        found = _unreadable(line, LogRecord(partition, position, tid, None, _headers(line), b""))
    else:
        found = _event(line, position, partition, tid, schemas)
    return replace(found, vardesumma=summa) if summa else found


def _event(line: EventForm, position: int, partition: int, tid: int, schemas: Schemas) -> Read:
    if (line.regelverk or line.nycklar) and line.typ != REGELVERK:
        raise LineFault(f"`/regelverk` and `/nycklar` belong to a `{REGELVERK}`")
    envelope = envelope_of(line, position, schemas)
    value = envelopes.encode(envelope, schemas)
    key, headers = envelopes.key(envelope), envelopes.headers(envelope)
    return read(LogRecord(partition, position, tid, key, headers, value), schemas)


def _unreadable(line: KarantanForm, record: LogRecord) -> Read:
    if not ID.fullmatch(line.karantan):
        raise LineFault("`/karantan` must be a code, such as `ej-avro`")
    return Read(record, digest_of(record), None, None, line.karantan, vardesumma=sha256(record.value).digest())


def _headers(line: KarantanForm) -> tuple[tuple[str, bytes], ...]:
    named = [person if isinstance(person, str) else person.person_id for person in line.personer]
    try:
        persons = sorted({UUID(person).bytes for person in named})
    except ValueError:
        raise LineFault("`/personer` must be UUIDs") from None
    return ((PERSONS_HEADER, b"".join(persons)), (EVENT_HEADER, bytes(16)))
