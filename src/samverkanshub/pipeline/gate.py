"""The gate: one partition's records in order, each folded and decided, a batch written in one transaction.

DESIGN.md, "The gate's batch, exactly". At-least-once in, effect once out: the position in Postgres is the only truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from samverkanshub.codec import digests
from samverkanshub.codec.decisions import encode_decision, quarantine_decision
from samverkanshub.codec.envelope import Envelope, decode, persons_of, to_event
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain import gate as rules
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.errors import Halt, Undecodable
from samverkanshub.domain.events import REGELVERK, Event, Position
from samverkanshub.domain.fold import accepted, fold, freeze
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import Tillstand
from samverkanshub.pipeline import rows
from samverkanshub.pipeline.artefakter import load_regelverk
from samverkanshub.pipeline.minne import Minne
from samverkanshub.ports import (
    ArtefactStore,
    Batch,
    DecisionRow,
    DeliveryEvent,
    Failpoint,
    GateStore,
    InboxRow,
    LogReader,
    LogRecord,
    NoticeRow,
    NoticeSender,
    QuarantineRow,
)


@dataclass(slots=True)
class _Placed:
    """A partition this process owns: where it stands, and what it remembers within its epoch."""

    epoch: int
    position: int
    notified: int
    minne: Minne
    regelverk: Regelverk | None = None
    stale: bool = False


@dataclass(slots=True)
class _Written:
    """What a batch gathers before it is committed."""

    decisions: list[DecisionRow] = field(default_factory=list)
    inbox: list[InboxRow] = field(default_factory=list)
    quarantine: list[QuarantineRow] = field(default_factory=list)
    notices: list[NoticeRow] = field(default_factory=list)
    delivery_events: list[DeliveryEvent] = field(default_factory=list)
    seen: list[tuple[str, str, int]] = field(default_factory=list)
    last_digest: bytes = b""


@dataclass(frozen=True, slots=True)
class _Read:
    """A record and what it decodes to; `fault` is a stable code where it does not."""

    record: LogRecord
    digest: bytes
    envelope: Envelope | None
    event: Event | None
    fault: str = ""


class Gate:
    """Decides batches of records. One instance a process; any exception out of it means: stop the process."""

    def __init__(
        self,
        store: GateStore,
        log: LogReader,
        artefacts: ArtefactStore,
        notices: NoticeSender,
        schemas: Schemas,
        failpoint: Failpoint,
    ) -> None:
        self._store = store
        self._log = log
        self._artefacts = artefacts
        self._sender = notices
        self._schemas = schemas
        self._fail = failpoint
        self._placed: dict[int, _Placed] = {}

    # ------------------------------------------------------------------------------------------ assignment

    async def assign(self, partition: int) -> int:
        """Take the partition over: raise the epoch, check the log against the position, send what was not sent.

        Returns the offset to start from. Raises `Halt` where the log is shorter than the position or another log.
        """
        placement = await self._store.assign(partition)
        await self._check_log(partition, placement.position, placement.last_digest)
        placed = _Placed(placement.epoch, placement.position, placement.notified, Minne(self._store, partition))
        placed.regelverk = await self._active(placed)
        self._placed[partition] = placed
        await self._notify_backlog(partition, placed)
        return placed.position

    def revoke(self, partition: int) -> None:
        """Forget the partition: its cached states belong to an epoch that is over."""
        self._placed.pop(partition, None)

    async def _check_log(self, partition: int, position: int, digest: bytes) -> None:
        end = await self._log.end(partition)
        if end < position:
            raise Halt("the log is shorter than the position", code="logg-kortare-an-position", partition=partition)
        if position == 0:
            return
        last = await self._log.at(partition, position - 1)
        if last is None or _digest(last) != digest:
            raise Halt("the log is not the one that was judged", code="annan-logg", partition=partition)

    async def _active(self, placed: _Placed) -> Regelverk | None:
        omrade = await placed.minne.omrade()
        return await load_regelverk(self._artefacts, omrade.artefakter) if omrade.artefakter else None

    async def _notify_backlog(self, partition: int, placed: _Placed) -> None:
        if placed.notified < placed.position:
            pending = await self._store.notices(partition, placed.notified, placed.position)
            await self._notify(partition, placed, pending)

    async def _notify(self, partition: int, placed: _Placed, pending: Sequence[NoticeRow]) -> None:
        await self._fail("gate.fore-notis")
        await self._sender.send(pending)
        await self._fail("gate.efter-notis")
        await self._store.notified(partition, placed.epoch, placed.position)
        placed.notified = placed.position

    # ------------------------------------------------------------------------------------------ a batch

    async def batch(self, partition: int, records: Sequence[LogRecord]) -> None:
        """Judge the records, write everything in one transaction, send the notices. Safe to call again on failure."""
        if self._placed[partition].stale:
            await self.assign(partition)
        placed = self._placed[partition]
        await self._notify_backlog(partition, placed)
        fresh = [record for record in records if record.offset >= placed.position]
        if not fresh:
            return
        _require_dense(fresh, placed.position)
        placed.stale = True
        written = await self._judge(placed, [self._read(record) for record in fresh])
        await self._commit(partition, placed, fresh[-1].offset + 1, written)
        placed.stale = False
        await self._notify(partition, placed, written.notices)

    async def _commit(self, partition: int, placed: _Placed, end: int, written: _Written) -> None:
        await self._fail("gate.fore-commit")
        await self._store.commit(
            Batch(
                partition=partition,
                epoch=placed.epoch,
                position=placed.position,
                next_position=end,
                last_digest=written.last_digest,
                states=placed.minne.dirty(),
                seen=written.seen,
                decisions=written.decisions,
                inbox=written.inbox,
                quarantine=written.quarantine,
                notices=written.notices,
                delivery_events=written.delivery_events,
            )
        )
        await self._fail("gate.efter-commit")
        placed.position = end
        placed.minne.committed()

    def _read(self, record: LogRecord) -> _Read:
        digest = _digest(record)
        try:
            envelope = decode(record.value, self._schemas)
            return _Read(record, digest, envelope, to_event(envelope))
        except Undecodable as fault:
            return _Read(record, digest, None, None, fault.code)

    async def _judge(self, placed: _Placed, read: list[_Read]) -> _Written:
        written = _Written(last_digest=read[-1].digest)
        events = [one.event for one in read if one.event is not None]
        await placed.minne.prefetch(events)
        ids = [(event.aktor, event.handelse_id) for event in events]
        seen = await self._store.seen(read[0].record.partition, ids)
        for one in read:
            await self._one(placed, one, seen, written)
        return written

    async def _one(self, placed: _Placed, one: _Read, seen: set[tuple[str, str]], written: _Written) -> None:
        omrade = await placed.minne.omrade()
        position = Position(one.record.partition, one.record.offset, max(one.record.tid, omrade.tid))
        if one.event is None or one.envelope is None:
            await self._quarantine(placed, one, position, one.fault, written)
            return
        try:
            await self._decide(placed, one, one.envelope, one.event, position, seen, written)
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as fault:
            # The domain is pure: what it cannot fold today it cannot fold tomorrow, so waiting would not help.
            if one.event.typ == REGELVERK:
                raise Halt("the regelverk could not be activated", code="regelverk-olasbart") from fault
            await self._quarantine(placed, one, position, f"ej-vikbar-{type(fault).__name__}", written)

    async def _decide(
        self,
        placed: _Placed,
        one: _Read,
        envelope: Envelope,
        event: Event,
        position: Position,
        seen: set[tuple[str, str]],
        written: _Written,
    ) -> None:
        identity = (event.aktor, event.handelse_id)
        regelverk = await self._regelverk_for(placed, event, repeated=identity in seen)
        before = await placed.minne.tillstand(event)
        if identity in seen:
            decision = rules.repeated(event, regelverk.digest)
        else:
            decision = rules.decide(before, event, position, regelverk)
        after = fold(before, event, decision, position)
        rows_of = self._rows(decision, event, before, position, regelverk, one, envelope)
        placed.minne.put(after)
        if identity not in seen:
            seen.add(identity)
            written.seen.append((*identity, position.offset))
        _gather(written, rows_of)
        if event.typ == REGELVERK and accepted(decision) and not decision.upprepning:
            placed.regelverk = regelverk

    async def _regelverk_for(self, placed: _Placed, event: Event, *, repeated: bool) -> Regelverk:
        """The active regelverk; for an activation the one it names, which holds from its own position on."""
        if event.typ == REGELVERK and not repeated:
            named = tuple((a["namn"], a["digest"]) for a in event.koder["artefakter"])
            return await load_regelverk(self._artefacts, named)
        if placed.regelverk is None:
            raise Halt("no regelverk is active; record 0 must activate one", code="regelverk-saknas")
        return placed.regelverk

    def _rows(
        self,
        decision: Decision,
        event: Event,
        before: Tillstand,
        position: Position,
        regelverk: Regelverk,
        one: _Read,
        envelope: Envelope,
    ) -> _Written:
        salt = envelope.beslutssalt
        outcome = rows.outcome(decision, event, before, regelverk)
        status = "upprepning" if decision.upprepning else "dom"
        inbox = rows.inbox(decision, event, position, regelverk)
        notices = [] if decision.upprepning else rows.notices(inbox, event, before, regelverk)
        return _Written(
            decisions=[self._decision_row(decision, event.lasargrupp, position, one, salt, outcome, status)],
            inbox=inbox,
            notices=[replace(notice, offset=position.offset) for notice in notices],
            delivery_events=rows.delivery_events(decision, event, before, position),
        )

    def _decision_row(
        self,
        decision: Decision,
        lasargrupp: str,
        position: Position,
        one: _Read,
        salt: bytes,
        outcome: bytes,
        status: str,
    ) -> DecisionRow:
        encoded = encode_decision(decision, position.partition, position.offset, salt, self._schemas)
        return DecisionRow(
            offset=position.offset,
            handelse_id=decision.handelse_id,
            aktor=decision.aktor,
            lasargrupp=lasargrupp,
            typ=decision.typ,
            arende_id=decision.arende_id,
            status=status,
            tid=position.tid,
            record_digest=one.digest,
            record=encoded.record,
            digest=encoded.digest,
            outcome=outcome,
        )

    async def _quarantine(self, placed: _Placed, one: _Read, position: Position, fault: str, written: _Written) -> None:
        """B7: kept, its persons frozen, in the same transaction; without readable persons the partition stops."""
        persons = persons_of(one.record.headers)
        if not persons:
            raise Halt("a record without readable persons cannot be judged", code="karantan-utan-personer")
        digest = placed.regelverk.digest if placed.regelverk else ""
        row = self._quarantine_row(one, position, quarantine_decision(digest, fault))
        written.decisions.append(row)
        written.quarantine.append(QuarantineRow(position.offset, fault, persons, position.tid, one.digest))
        before = await placed.minne.persons(persons)
        placed.minne.put(freeze(before, persons, position))

    def _quarantine_row(self, one: _Read, position: Position, decision: Decision) -> DecisionRow:
        if one.event is not None:
            # Its sender asks by the event's id, and must read that it is to telephone (B1).
            decision = replace(decision, handelse_id=one.event.handelse_id, typ=one.event.typ, aktor=one.event.aktor)
        lasargrupp = one.event.lasargrupp if one.event else ""
        salt = sha256(one.record.value).digest()
        return self._decision_row(decision, lasargrupp, position, one, salt, rows.quarantined(), "karantan")


def _gather(written: _Written, more: _Written) -> None:
    written.decisions += more.decisions
    written.inbox += more.inbox
    written.notices += more.notices
    written.delivery_events += more.delivery_events


def _digest(record: LogRecord) -> bytes:
    return digests.record_digest(record.partition, record.offset, record.tid, record.key, record.headers, record.value)


def _require_dense(records: Sequence[LogRecord], position: int) -> None:
    for expected, record in enumerate(records, start=position):
        if record.offset != expected:
            raise Halt("the log has a gap", code="lucka-i-loggen", offset=expected)
