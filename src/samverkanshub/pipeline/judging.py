"""Judges a batch in memory: every record folded and decided in order, and the rows that follow gathered."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Final

from samverkanshub.codec.decisions import encode_decision, quarantine_decision
from samverkanshub.codec.envelope import Envelope, persons_of
from samverkanshub.codec.schemas import Schemas
from samverkanshub.codec.underskrift import Signatures, held
from samverkanshub.domain import gate as rules
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.errors import Halt, HubError
from samverkanshub.domain.events import HUB, OROSANMALAN, REGELVERK, Event, Position
from samverkanshub.domain.flows import karantan
from samverkanshub.domain.flows.flow import activates
from samverkanshub.domain.fold import fold, freeze
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import OmradeState, Tillstand
from samverkanshub.domain.tid import iso_day
from samverkanshub.pipeline import rows
from samverkanshub.pipeline.artefakter import load_regelverk
from samverkanshub.pipeline.minne import Minne
from samverkanshub.pipeline.reading import Read
from samverkanshub.pipeline.receipts import QUARANTINED
from samverkanshub.pipeline.spar import traces, traces_of_unread
from samverkanshub.ports import ArtefactStore, DecisionRow, DeliveryEvent, InboxRow, NoticeRow, QuarantineRow, TraceRow

TURN: Final = 4
"""Records judged before others get their turn: what is being written waits for this process between two answers."""
UNFOLDABLE = (
    ArithmeticError, AssertionError, AttributeError, HubError, LookupError, RuntimeError, StopIteration, TypeError,
    ValueError,
)  # fmt: skip
"""What the pure domain may raise on a record it cannot fold. It will not fold it tomorrow: waiting would not help."""


@dataclass(slots=True)
class Written:
    """The rows of a batch, gathered before they are committed."""

    decisions: list[DecisionRow] = field(default_factory=list)
    inbox: list[InboxRow] = field(default_factory=list)
    quarantine: list[QuarantineRow] = field(default_factory=list)
    notices: list[NoticeRow] = field(default_factory=list)
    delivery_events: list[DeliveryEvent] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    traces: list[TraceRow] = field(default_factory=list)
    seen: list[tuple[str, str, int]] = field(default_factory=list)
    decided: list[Decision] = field(default_factory=list)
    """The decisions themselves, in the order of their rows; not written."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """One event's decision, with what it was made from."""

    decision: Decision
    event: Event
    before: Tillstand
    position: Position
    regelverk: Regelverk


class Judge:
    """Judges one partition's records; `regelverk` is the active one, None before record 0.

    `signatures` says what is wrong with a record's signature: all of it is checked, unless it is only tried.
    """

    def __init__(self, minne: Minne, artefacts: ArtefactStore, schemas: Schemas, signatures: Signatures = held) -> None:
        self.regelverk: Regelverk | None = None
        self._signatures = signatures
        self._minne = minne
        self._artefacts = artefacts
        self._schemas = schemas

    async def take_up(self) -> None:
        """Load the regelverk that the partition's state says is active. `Halt` where an artefact is missing."""
        omrade = await self._minne.omrade()
        if omrade.artefakter:
            self.regelverk = await load_regelverk(self._artefacts, omrade.artefakter)

    async def judge(self, batch: list[Read], seen: set[tuple[str, str]]) -> Written:
        """Judge the records in order. `seen`: which (aktor, event id) among them the partition took before."""
        written = Written()
        await self._minne.prefetch([one.event for one in batch if one.event is not None])
        for number, one in enumerate(batch, start=1):
            await self._one(one, seen, written)
            if number % TURN == 0:
                await asyncio.sleep(0)
        return written

    async def _one(self, one: Read, seen: set[tuple[str, str]], written: Written) -> None:
        omrade = await self._minne.omrade()
        position = Position(one.record.partition, one.record.offset, max(one.record.tid, omrade.tid))
        if one.event is None or one.envelope is None:
            await self._quarantine(one, position, one.fault, written)
            return
        if one.event.typ != REGELVERK and not self._listed(one):
            await self._quarantine(one, position, "okant-schema", written)
            return
        repeated = (one.event.aktor, one.event.handelse_id) in seen
        regelverk = await self._regelverk_for(one.event, omrade, repeated=repeated)
        unsigned = "" if repeated else self._signatures(one.envelope, regelverk.katalog, iso_day(position.tid))
        if unsigned:
            await self._quarantine(one, position, unsigned, written, freezes=False)
            return
        before = await self._minne.tillstand(one.event)
        try:
            after, more = self._event(one, one.envelope, one.event, before, position, regelverk, repeated=repeated)
        except Halt:
            raise
        except UNFOLDABLE as fault:
            if one.event.typ == REGELVERK:
                raise Halt("the regelverk could not be activated", code="regelverk-olasbart") from fault
            await self._quarantine(one, position, f"ej-vikbar-{type(fault).__name__.lower()}", written)
            return
        self._keep(one.event, after, more, regelverk, seen, written)

    def _listed(self, one: Read) -> bool:
        """Does the active regelverk list the schemas it was written with? So an older and a newer program agree."""
        # What comes before any regelverk stops the partition below.
        return self.regelverk is None or self.regelverk.lists(one.scheman)

    def _event(
        self,
        one: Read,
        envelope: Envelope,
        event: Event,
        before: Tillstand,
        position: Position,
        regelverk: Regelverk,
        *,
        repeated: bool,
    ) -> tuple[Tillstand, Written]:
        """The pure part: the state after the event, and the rows that its decision makes."""
        if repeated:
            decision = rules.repeated(event, regelverk.digest)
        else:
            decision = rules.decide(before, event, position, regelverk)
        judged = _Judged(decision, event, before, position, regelverk)
        return fold(before, event, decision, position), self._rows(judged, one, envelope)

    def _keep(
        self,
        event: Event,
        after: Tillstand,
        more: Written,
        regelverk: Regelverk,
        seen: set[tuple[str, str]],
        written: Written,
    ) -> None:
        self._minne.put(after)
        _gather(written, more)
        if (event.aktor, event.handelse_id) not in seen:
            seen.add((event.aktor, event.handelse_id))
            written.seen.append((event.aktor, event.handelse_id, more.decisions[0].offset))
        if event.typ == REGELVERK:
            self.regelverk = regelverk

    async def _regelverk_for(self, event: Event, omrade: OmradeState, *, repeated: bool) -> Regelverk:
        """The active regelverk; for an activation the one it names, which holds from its own position on."""
        if event.typ == REGELVERK and not repeated and activates(event, omrade):
            named = tuple((a["namn"], a["digest"]) for a in event.koder["artefakter"])
            return await load_regelverk(self._artefacts, named)
        if self.regelverk is None:
            raise Halt("no regelverk is active; record 0 must activate one", code="regelverk-saknas")
        return self.regelverk

    # ------------------------------------------------------------------------------------------ rows

    def _rows(self, judged: _Judged, one: Read, envelope: Envelope) -> Written:
        decision, event, position = judged.decision, judged.event, judged.position
        outcome = rows.outcome(decision, event, judged.before, judged.regelverk)
        row = self._decision_row(decision, position, one, envelope.beslutssalt, outcome)
        inbox = rows.inbox(decision, event, position, judged.regelverk)
        notices = rows.notices(decision, inbox, event, judged.before, position, judged.regelverk)
        return Written(
            decided=[decision],
            decisions=[replace(row, status="upprepning" if decision.upprepning else "dom")],
            inbox=inbox,
            notices=notices,
            delivery_events=rows.delivery_events(decision, event, judged.before, position),
            withdrawn=list(decision.aterkallade),
            traces=traces(decision, event, position.offset, notices, judged.before, judged.regelverk.katalog),
        )

    def _decision_row(
        self, decision: Decision, position: Position, one: Read, salt: bytes, outcome: bytes
    ) -> DecisionRow:
        encoded = encode_decision(decision, position.partition, position.offset, salt, self._schemas)
        return DecisionRow(
            offset=position.offset,
            handelse_id=decision.handelse_id,
            aktor=decision.aktor,
            lasargrupp=one.event.lasargrupp if one.event else "",
            typ=decision.typ,
            arende_id=decision.arende_id,
            status=QUARANTINED,
            tid=position.tid,
            record_digest=one.digest,
            record=encoded.record,
            digest=encoded.digest,
            outcome=outcome,
        )

    # ------------------------------------------------------------------------------------------ quarantine

    async def _quarantine(
        self, one: Read, position: Position, fault: str, written: Written, *, freezes: bool = True
    ) -> None:
        """B7: kept, its persons frozen, in the same transaction; without readable persons the partition stops.

        What cannot be decoded and names nobody may be an activation of a regelverk, and stops the partition too.
        What decodes as the hub's own gives nobody anything and takes nothing back: it freezes nobody. Nor does what is
        not known to be its sender's: whoever could write it could else freeze anybody.
        """
        persons = persons_of(one.record.headers)
        if persons is None or (not persons and one.event is None):
            raise Halt("a record without readable persons cannot be judged", code="karantan-utan-personer")
        decision = quarantine_decision(self.regelverk.digest if self.regelverk else "", fault)
        before = await self._minne.persons(persons)
        if one.event is not None:
            # Its sender asks by the event's id, and must read that it is to telephone (B1).
            decision = replace(decision, handelse_id=one.event.handelse_id, typ=one.event.typ, aktor=one.event.aktor)
        if one.event is not None and one.event.typ == OROSANMALAN:
            before = await self._minne.tillstand(one.event)
            decision = self._clocked(decision, one.event, before, position, written)
        told = [notice for notice in written.notices if notice.offset == position.offset]
        written.traces += traces_of_unread(decision, persons, position.offset, told)
        row = self._decision_row(decision, position, one, one.vardesumma, rows.quarantined())
        written.decided.append(decision)
        written.decisions.append(row)
        frozen = persons if freezes else ()
        written.quarantine.append(QuarantineRow(position.offset, fault, frozen, position.tid, one.digest))
        if one.event is None or one.event.aktor != HUB:
            after = freeze(before, frozen, position)
            self._minne.put(karantan.fold(after, one.event, decision) if one.event is not None else after)

    def _clocked(
        self, decision: Decision, event: Event, before: Tillstand, position: Position, written: Written
    ) -> Decision:
        """O4: with the clock of a report that nobody has got, which its sender reads of."""
        if self.regelverk is None:
            return decision
        try:
            clocked = karantan.clocked(before, event, decision, position, self.regelverk)
            written.notices += rows.notices(clocked, (), event, before, position, self.regelverk)
        except UNFOLDABLE:  # What stopped the rules may stop this too, and nothing stops the partition.
            return decision
        written.delivery_events += rows.delivery_events(clocked, event, before, position)
        return clocked


def _gather(written: Written, more: Written) -> None:
    written.decided += more.decided
    written.decisions += more.decisions
    written.inbox += more.inbox
    written.notices += more.notices
    written.delivery_events += more.delivery_events
    written.withdrawn += more.withdrawn
    written.traces += more.traces
