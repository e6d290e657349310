"""What of a log somebody asks about: between two offsets, about a person, or in an ärende."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol
from uuid import UUID

from samverkanshub.codec.envelope import EVENT_HEADER, persons_of
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import DecisionRow, LogReader, LogRecord, Span

NO_END: Final = 2**63 - 1
PAGE: Final = 500
"""Recorded decisions asked for at once."""


class Recorded(Protocol):
    """What the gate recorded: the projection, or an archive."""

    async def position(self, partition: int) -> int:
        """The offset that the gate would judge next; 0 where it has judged none."""

    async def judged(self, partition: int, start: int, end: int) -> Sequence[DecisionRow]:
        """The decisions on the records in [start, end), in log order; those that are not judged are left out."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Offsets in [start, until), of records that name one of these persons, and of decisions in one of these ärenden.

    Without persons, or without ärenden, of all. Persons and ärenden are sorted. `platser`: of these records alone,
    (partition, offset); None for all.
    """

    start: int = 0
    until: int = NO_END
    person_ids: tuple[str, ...] = ()
    arende_ids: tuple[str, ...] = ()
    platser: frozenset[tuple[int, int]] | None = None

    def covers(self, record: LogRecord) -> bool:
        """Does it ask about this record, as far as the record shows?"""
        if self.platser is not None and (record.partition, record.offset) not in self.platser:
            return False
        named = persons_of(record.headers) or ()
        return self.start <= record.offset < self.until and (
            not self.person_ids or not set(self.person_ids).isdisjoint(named)
        )

    def of_arende(self, *decisions: DecisionRow | None) -> bool:
        """Does it ask about the ärende that any of these decisions is in?"""
        return not self.arende_ids or any(row is not None and row.arende_id in self.arende_ids for row in decisions)


EVERYTHING: Final = Scope()


async def about(reader: LogReader, spans: Iterable[Span], person: str, scope: Scope) -> Scope:
    """The scope of a person: a person's id, or the id of an event, which stands for the person that it is about.

    Raises `Halt` (`finns-inte`) where the log has neither.
    """
    named = False
    async for record in _every(reader, spans):
        if is_event(record, person):
            return replace(scope, person_ids=_whom(record))
        named = named or person in (persons_of(record.headers) or ())
    if not named:
        raise Halt("the log has no such person or event", code="finns-inte")
    return replace(scope, person_ids=(person,))


def is_event(record: LogRecord, handelse_id: str) -> bool:
    """Is it a record of this event?"""
    return (EVENT_HEADER, UUID(handelse_id).bytes) in record.headers


def _whom(record: LogRecord) -> tuple[str, ...]:
    """The key is the person an event is about; one without it is about all that it names."""
    if record.key and len(record.key) == 16:
        return (str(UUID(bytes=record.key)),)
    found = persons_of(record.headers) or ()
    if not found:
        raise Halt("the event names nobody", code="finns-inte")
    return found


async def _every(reader: LogReader, spans: Iterable[Span]) -> AsyncIterator[LogRecord]:
    for span in spans:
        async for record in reader.records(span.partition, span.start, span.end):
            yield record


async def in_arende(recorded: Recorded, spans: Iterable[Span], handelse_id: str, scope: Scope) -> Scope:
    """The scope of the ärende that an event was decided in. Raises `Halt` (`finns-inte`) where there is none."""
    async for row in _decided(recorded, spans):
        if row.handelse_id == handelse_id and row.arende_id:
            return replace(scope, arende_ids=(row.arende_id,))
    raise Halt("no such event was decided in an ärende", code="finns-inte")


async def _decided(recorded: Recorded, spans: Iterable[Span]) -> AsyncIterator[DecisionRow]:
    for span in spans:
        for start in range(span.start, span.end, PAGE):
            for row in await recorded.judged(span.partition, start, min(start + PAGE, span.end)):
                yield row
