"""Finds a decision to explain: as the projection keeps it, or as `decide` has printed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import msgspec

from samverkanshub.codec import states
from samverkanshub.codec.decisions import decode_decision
from samverkanshub.domain import forklaring
from samverkanshub.domain.decision import Entry, Grund, Reason
from samverkanshub.domain.errors import Halt, Refused
from samverkanshub.domain.events import Event
from samverkanshub.domain.forklaring import Mottagardel
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import ArendeState, OmradeState
from samverkanshub.pipeline.receipts import outcome_of
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.ports import Judgement, Projection, Unavailable

CONSENT: Final = {"samtycke": "samtycke från den eller dem som ska lämna det"}
"""A basis that is no provision of the catalogue."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as recorded, and what helps to read it. `tid` in ms; `digest` is the record's Merkle root in hex."""

    handelse_id: str
    typ: str
    aktor: str
    status: str
    partition: int
    position: int
    tid: int
    regelverk: str
    digest: str
    entries: tuple[Entry, ...]
    hints: tuple[str, ...] = ()
    kategorier: tuple[tuple[str, str], ...] = ()
    namn: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision in words, with all that T1 says it cites."""

    handelse_id: str
    typ: str
    aktor: str
    status: str
    partition: int
    position: int
    tid: int
    regelverk: str
    digest: str
    delar: tuple[Mottagardel, ...]
    tips: tuple[str, ...]


def explained(recorded: Recorded, mottagare: str = "") -> Explained:
    """The decision in words; `mottagare` (an actor, a unit or a reader group) leaves the others out."""
    same = {name: getattr(recorded, name) for name in Explained.__slots__ if name not in ("delar", "tips")}
    names = CONSENT | dict(recorded.namn)
    parts = forklaring.explain(recorded.entries, dict(recorded.kategorier), names, mottagare)
    return Explained(**same, delar=parts, tips=forklaring.tips(recorded.hints))


# ------------------------------------------------------------------------------------------ from the projection


async def recorded(projection: Projection, regelverk: Regelverken, handelse_id: str) -> Recorded | None:
    """The decision on an event's first occurrence, or None. Raises `Unavailable`.

    The record is read by itself; categories and names are added where they can be had.
    """
    judgement = await projection.judgement(handelse_id)
    if judgement is None:
        return None
    row, record = judgement.row, decode_decision(judgement.row.record)
    entries = tuple(post.entry for post in record.poster)
    return Recorded(
        handelse_id=handelse_id,
        typ=row.typ,
        aktor=row.aktor,
        status=row.status,
        partition=judgement.partition,
        position=row.offset,
        tid=row.tid,
        regelverk=record.place.regelverk,
        digest=row.digest.hex(),
        entries=entries,
        hints=tuple(outcome_of(judgement).get("hints", ())),
        kategorier=await _categories(projection, judgement, entries),
        namn=await _names(projection, regelverk, judgement.partition, record.place.regelverk),
    )


async def _categories(
    projection: Projection, judgement: Judgement, entries: Iterable[Entry]
) -> tuple[tuple[str, str], ...]:
    """By path, from the messages of the ärende: the decision's own, or the one whose delivery it is about."""
    row = judgement.row
    stored = await projection.state(judgement.partition, "arende", row.arende_id) if row.arende_id else None
    if stored is None:
        return ()
    arende, about = cast(ArendeState, states.decode("arende", stored)), {entry.leverans_id for entry in entries}
    wanted = {row.handelse_id} | {one.handelse_id for one in arende.leveranser if one.leverans_id in about}
    messages = [one.handelse for one in arende.meddelanden if one.handelse.handelse_id in wanted]
    return tuple(sorted(pair for message in messages for pair in _paths(message)))


def _paths(message: Event) -> Iterable[tuple[str, str]]:
    return ((uppgift.vag, uppgift.kategori) for uppgift in message.uppgifter)


async def _names(
    projection: Projection, regelverk: Regelverken, partition: int, digest: str
) -> tuple[tuple[str, str], ...]:
    """The provisions' names, if the regelverk that was judged by is the one in force; another's may say otherwise."""
    stored = await projection.state(partition, "omrade", str(partition))
    try:
        omrade = cast(OmradeState, states.decode("omrade", stored)) if stored else OmradeState(partition)
        found = await regelverk.named_by(omrade)
    except (Unavailable, Halt):
        return ()
    return _of_catalogue(found) if found.digest == digest else ()


def _of_catalogue(regelverk: Regelverk) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((row.id, f"{row.kalla}, {row.namn}") for row in regelverk.bestammelser))


# ------------------------------------------------------------------------------------------ as `decide` prints it


class _Post(msgspec.Struct, frozen=True):
    mottagare: str
    vag: str
    skal: tuple[Reason, ...]
    funktion: str = ""
    grunder: tuple[Grund, ...] = ()
    samtycken: tuple[str, ...] = ()
    leverans_id: str = ""
    frist: int = 0
    frist_slag: str = ""

    def entry(self) -> Entry:
        """The same as the gate decided it."""
        same = {name: getattr(self, name) for name in self.__struct_fields__ if name != "skal"}
        return Entry(**same, reasons=self.skal)


class _Line(msgspec.Struct, frozen=True):
    """A line of what `decide` prints, as far as it is read here (docs/journal.md)."""

    handelse_id: str
    typ: str
    aktor: str
    status: str
    partition: int
    position: int
    tid: int
    regelverk: str
    digest: str
    poster: tuple[_Post, ...]
    hints: tuple[str, ...] = ()

    def recorded(self) -> Recorded:
        """The same as the projection would tell it, without categories and names."""
        same: Mapping[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__ if name != "poster"}
        return Recorded(**same, entries=tuple(post.entry() for post in self.poster))


def printed_before(content: bytes, handelse_id: str) -> Recorded | None:
    """The first decision on an event that is no repeat, or None.

    Raises `Refused` for what `decide` has not printed, naming the line.
    """
    for number, text in enumerate(content.splitlines(), start=1):
        line = _line(text, number)
        if line.handelse_id == handelse_id and line.status != "upprepning":
            return line.recorded()
    return None


def _line(text: bytes, number: int) -> _Line:
    try:
        return msgspec.json.decode(text, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(f"line {number} is no decision as `decide` prints it", code="ej-beslut") from None
