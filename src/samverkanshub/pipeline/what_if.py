"""What if: the same records judged side by side as they were and as they would have been, and what differs (T1).

Nothing here writes anything. What begins the other history is taken to have happened just before the record at `start`,
at that record's position and time: it takes no position of its own, so that every record keeps its own.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import zip_longest
from typing import Final, Protocol
from uuid import uuid5

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.artefacts import digests, regelverk_digest
from samverkanshub.codec.envelope import Envelope, to_event
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.decision import Decision, Entry, Reason
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.events import REGELVERK, SAMTYCKE_ANDRAT, SAMTYCKE_ATERKALLAT, SAMTYCKE_LAMNAT
from samverkanshub.domain.fold import accepted
from samverkanshub.domain.ids import NAMESPACE, event_id
from samverkanshub.pipeline.activation import Approval, activation
from samverkanshub.pipeline.narrowing import is_event
from samverkanshub.pipeline.reading import Read, read
from samverkanshub.pipeline.rejudging import Judged, Rejudging
from samverkanshub.ports import ArtefactStore, LogReader, LogRecord, Span

CONSENTED: Final = (SAMTYCKE_LAMNAT, SAMTYCKE_ANDRAT)
WITHDRAWING: Final = ("registrerad", "vardnadshavare")
"""The roles of a consent that a withdrawal names."""
_SALT: Final = bytes(32)
_PARTS: Final = tuple(field.name for field in fields(Decision) if field.name not in ("entries", "regelverk"))


class Other(Protocol):
    """Another history: from which position on, and how it differs."""

    @property
    def start(self) -> int:
        """The first position that is judged otherwise."""

    def before(self, record: LogRecord) -> Read | None:
        """What is judged just before the record at `start`, at its place; None for nothing."""

    def instead(self, one: Read) -> Read:
        """A record from `start` on, as that history has it."""


# ------------------------------------------------------------------------------------------ what differs


@dataclass(frozen=True, slots=True)
class Utslag:
    """What a line of a decision says: the verdict, and why."""

    utslag: str
    skal: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a decision that would be another: to which reader group, of which item; both empty for the event.

    `fran` is what was decided and `till` what would be, None where there is no such line. `delar`: no line differs, but
    these parts of the decision do.
    """

    partition: int
    position: int
    handelse_id: str
    typ: str
    mottagare: str = ""
    vag: str = ""
    fran: Utslag | None = None
    till: Utslag | None = None
    delar: tuple[str, ...] = ()


async def changes(
    reads: AsyncIterator[Read], as_was: Rejudging, otherwise: Rejudging, other: Other, told: Callable[[int], object]
) -> AsyncIterator[Change]:
    """Every line that would differ, in log order. `told` is called with 1 for each record.

    Raises `Halt`, naming the position, where either cannot be judged, and where the other history cannot be: the gate
    would have refused what it begins with.
    """
    async for one in reads:
        try:
            was = await as_was.judge(one)
            would = await judged_otherwise(one, otherwise, other)
        except Halt as halt:
            raise Halt(f"at position {one.record.offset}: {halt.detail}", code=halt.code) from halt
        for change in differing(was, would):
            yield change
        told(1)


async def judged_otherwise(one: Read, judging: Rejudging, other: Other) -> Judged:
    """The next record as the other history has it. `Halt` (`ej-mojligt`) where it begins with what is refused."""
    offset = one.record.offset
    first = other.before(one.record) if offset == other.start else None
    if first is not None:
        decision = (await judging.judge(first)).decision
        if not accepted(decision):
            codes = ", ".join(reason.kod for entry in decision.entries for reason in entry.reasons if reason.nekar)
            raise Halt(f"the gate would have refused it ({codes})", code="ej-mojligt")
    return await judging.judge(other.instead(one) if offset >= other.start else one)


def differing(was: Judged, would: Judged) -> list[Change]:
    """The lines that differ between two decisions on one record, by recipient and item; which regelverk is none."""
    record, row = was.read.record, was.row
    place = Change(record.partition, record.offset, row.handelse_id, row.typ)
    found = list(_lines(place, was.decision, would.decision))
    parts = tuple(name for name in _PARTS if getattr(was.decision, name) != getattr(would.decision, name))
    return found or ([replace(place, delar=parts)] if parts else [])


def _lines(place: Change, was: Decision, would: Decision) -> Iterator[Change]:
    before, after = _by_place(was), _by_place(would)
    for mottagare, vag in sorted(before.keys() | after.keys()):
        old, new = before.get((mottagare, vag), Counter()), after.get((mottagare, vag), Counter())
        gone, come = (sorted(left.elements(), key=_order) for left in (old - new, new - old))
        for fran, till in zip_longest(gone, come):
            yield replace(place, mottagare=mottagare, vag=vag, fran=fran, till=till)


def _by_place(decision: Decision) -> dict[tuple[str, str], Counter[Utslag]]:
    found: dict[tuple[str, str], Counter[Utslag]] = {}
    for entry in decision.entries:
        found.setdefault((entry.mottagare, entry.vag), Counter())[_utslag(entry)] += 1
    return found


def _utslag(entry: Entry) -> Utslag:
    return Utslag(entry.verdict, entry.reasons)


def _order(one: Utslag) -> tuple[str, tuple[Reason, ...]]:
    return one.utslag, one.skal


# ------------------------------------------------------------------------------------------ another regelverk


class OtherRegelverk:
    """Another regelverk from a position on, as if it were activated there, and every later activation named it."""

    def __init__(self, artefacts: Mapping[str, bytes], start: int, schemas: Schemas) -> None:
        self.start = start
        self._artefacts = artefacts
        self._named = [{"namn": name, "digest": digest} for name, digest in sorted(digests(artefacts).items())]
        self._schemas = schemas

    def before(self, record: LogRecord) -> Read | None:
        """Its activation; none before the first record, which is one itself."""
        if record.offset == 0:
            return None
        id_ = str(uuid5(NAMESPACE, f"what-if\n{regelverk_digest(digests(self._artefacts))}\n{record.offset}"))
        approval = Approval(id_, "what-if.1", "what-if.2")
        return _placed(activation(self._artefacts, _SALT, approval), record, self._schemas)

    def instead(self, one: Read) -> Read:
        """An activation names it; all else is as it was."""
        if one.envelope is None or one.envelope.typ != REGELVERK:
            return one
        koder = {name: code for name, code in one.envelope.koder.items() if name != "bas"}
        envelope = replace(one.envelope, koder={**koder, "artefakter": self._named})
        return replace(one, envelope=envelope, event=to_event(envelope))


class Beside:
    """`ArtefactStore` of another regelverk's artefacts, and of those that there were."""

    def __init__(self, added: Mapping[str, bytes], store: ArtefactStore) -> None:
        named = digests(added)
        self._added = {named[name]: content for name, content in added.items()}
        self._store = store

    async def get(self, digest: str) -> bytes:
        """The artefact; raises `LookupError` where it is missing."""
        return self._added[digest] if digest in self._added else await self._store.get(digest)

    async def put(self, content: bytes) -> str:
        """Nothing is written."""
        raise NotImplementedError


# ------------------------------------------------------------------------------------------ without a consent


class Withdrawn:
    """A consent withdrawn at a position (K4), by whoever registered it and for the person and guardians it names."""

    def __init__(self, consent: Read, start: int, schemas: Schemas) -> None:
        envelope = consent.envelope
        if envelope is None or envelope.typ not in CONSENTED:
            raise Halt("the event is no consent", code="inget-samtycke")
        if start <= consent.record.offset:
            detail = f"the consent is given at {consent.record.offset}, and can be withdrawn after that only"
            raise Halt(detail, code="ej-mojligt")
        self.start = start
        self._consent = envelope
        self._schemas = schemas

    def before(self, record: LogRecord) -> Read | None:
        """The withdrawal."""
        given = self._consent
        id_ = str(uuid5(NAMESPACE, f"what-if\n{given.handelse_id}\n{record.offset}"))
        withdrawal = Envelope(
            id=id_,
            handelse_id=event_id(given.aktor, id_),
            typ=SAMTYCKE_ATERKALLAT,
            typversion=1,
            aktor=given.aktor,
            enhet=given.enhet,
            lasargrupp=given.lasargrupp,
            anvandare=given.anvandare,
            beslutssalt=_SALT,
            personer=tuple(person for person in given.personer if person.roll in WITHDRAWING),
            koder={"samtycke": given.handelse_id},
        )
        return _placed(withdrawal, record, self._schemas)

    def instead(self, one: Read) -> Read:
        """Every record is as it was."""
        return one


async def consent_in(reader: LogReader, span: Span, handelse_id: str, schemas: Schemas) -> Read | None:
    """The first record of an event in a partition; None where there is none."""
    async for record in reader.records(span.partition, span.start, span.end):
        if is_event(record, handelse_id):
            return read(record, schemas)
    return None


def _placed(envelope: Envelope, record: LogRecord, schemas: Schemas) -> Read:
    """An event as a record at the place of another."""
    value = envelopes.encode(envelope, schemas)
    key, headers = envelopes.key(envelope), envelopes.headers(envelope)
    return read(replace(record, key=key, headers=headers, value=value), schemas)
