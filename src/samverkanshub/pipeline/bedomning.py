"""Bedömning: what would become of a message, were it sent now. Asked before, so that nobody has to send to find out.

Nothing is appended, claimed or kept, and nobody is made in the vault: a person not known yet is judged as one of whom
nothing is known. The answer says no more than the outcome would (docs/bedomning.md, what an asker could learn).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.cloudevents import CloudEvent, parse
from samverkanshub.codec.envelope import Envelope, to_event
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.errors import HubError, Refused
from samverkanshub.domain.events import MESSAGES, Event, Position
from samverkanshub.domain.gate import decide
from samverkanshub.domain.tid import swedish_day
from samverkanshub.pipeline import rows
from samverkanshub.pipeline.checked import Checked, admit, check, check_unsigned
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.intake import encoded, named_arende
from samverkanshub.pipeline.minne import Minne
from samverkanshub.pipeline.opaque import Opaque
from samverkanshub.pipeline.outcome import Told, as_told
from samverkanshub.pipeline.partitions import Partitions
from samverkanshub.pipeline.protected import Names
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.pipeline.sealed import Entropy
from samverkanshub.pipeline.sealed import envelope as sealed_envelope
from samverkanshub.pipeline.som_givet import number_for, warnings
from samverkanshub.ports import Clock, DataKey, KnownPerson, LogEnd, Projection, Ring, Unavailable, Vault

HYPOTHETICAL: Final = "hypotes"
"""The status of an answer about something that has not been sent."""
_KEY_BYTES: Final = 32
_log = structlog.get_logger("samverkanshub.bedomning")


@dataclass(frozen=True, slots=True)
class _Framed:
    """A message as the gate would read it, and the partition it would go to."""

    envelope: Envelope
    event: Event
    partition: int


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the gate would decide, standing where it stands."""

    decision: Decision
    position: Position
    outcome: dict[str, Any]


class Bedomning:
    """Judges what is not sent. `wait_s`, `entropy`, `omraden` and `reader` as for intake and delivery."""

    def __init__(
        self,
        vault: Vault,
        projection: Projection,
        regelverk: Regelverken,
        schemas: Schemas,
        clock: Clock,
        ring: Ring,
        wait_s: float = 5.0,
        entropy: Entropy = os.urandom,
        omraden: int = 1,
        reader: LogEnd | None = None,
    ) -> None:
        self._vault = vault
        self._projection = projection
        self._regelverk = regelverk
        self._schemas = schemas
        self._clock = clock
        self._ring = ring
        self._wait_s = wait_s
        self._entropy = entropy
        self._reader = reader
        self._opaque = Opaque(vault)
        self._partitions = Partitions(projection, omraden)

    async def assess(self, caller: Caller, body: bytes) -> dict[str, Any]:
        """What would become of the message in these bytes, a CloudEvent as for intake, signed or not.

        Shaped as an outcome, `status` being `hypotes`. `aktuell` is false where the gate has not judged all that the
        log holds. Raises as `Intake.publish` does, and `Refused` (`ej-meddelande`) for what is no message.
        """
        given = parse(body, unsigned=True)
        try:
            return await self._assess(caller, given)
        except (HubError, Unavailable) as error:
            error.ring = number_for(given, self._ring)
            raise

    async def _assess(self, caller: Caller, given: CloudEvent) -> dict[str, Any]:
        if given.typ not in MESSAGES:
            raise Refused(
                "`type` is no message, so there is nothing to ask about it", falt="/type", code="ej-meddelande"
            )
        admit(given, caller, self._schemas)
        framed = await self._framed(caller, given)
        names = Names(self._projection, self._reader, self._wait_s)
        current = await names.caught_up(framed.partition)
        judged = await self._judged(framed)
        self._tell(caller, framed, judged.position)
        told = Told(framed.partition, judged.decision.arende_id, framed.envelope.beslutssalt, judged.outcome)
        # Neither ärende nor partition: which it would be tells whether others know the person.
        return {
            "bedomning": framed.event.handelse_id,
            "typ": given.typ,
            "status": HYPOTHETICAL,
            "tid": judged.position.tid,
            "aktuell": current,
            "varningar": list(warnings(given.data)),
        } | await as_told(framed.event, told, (), names, self._ring)

    def _tell(self, caller: Caller, framed: _Framed, position: Position) -> None:
        """Who asked about what type: asking leaves no other trace. Never about whom."""
        _log.info(
            "bedomning",
            bedomning=framed.event.handelse_id,
            aktor=caller.aktor,
            lasargrupp=caller.lasargrupp,
            anvandare=caller.anvandare,
            typ=framed.event.typ,
            partition=position.partition,
            position=position.offset,
        )

    # ------------------------------------------------------------------------------------------ as intake would

    async def _framed(self, caller: Caller, given: CloudEvent) -> _Framed:
        regelverk = await self._regelverk.current()
        today = swedish_day(self._clock.now_ms())
        checking = check if given.signatur else check_unsigned
        checked = checking(given, caller, regelverk, self._schemas, today)
        arende_id = await named_arende(checked, self._opaque)
        omrade = regelverk.katalog.aktorer[caller.aktor].omrade
        known = await self._persons(checked, omrade)
        subject = self._throw_away(self._random_id())
        envelope = sealed_envelope(given, checked, known, subject, arende_id, today, self._entropy)
        partition, *_ = await self._partitions.of(checked, known, arende_id, omrade)
        return self._placed(envelope, partition)

    def _placed(self, envelope: Envelope, partition: int) -> _Framed:
        """Under an id of its own, so that no id that follows from it is that of anything real; read as from the log."""
        anew = replace(envelope, handelse_id=self._random_id())
        event = to_event(kuvert.decode(encoded(anew, self._schemas), self._schemas))
        return _Framed(anew, event, partition)

    async def _persons(self, checked: Checked, omrade: int) -> Sequence[KnownPerson]:
        once = list(dict.fromkeys(checked.lookups))
        found = dict(zip(once, await self._vault.find(once), strict=True))
        known = {lookup: person or self._nobody(lookup, omrade) for lookup, person in found.items()}
        return [known[lookup] for lookup in checked.lookups]

    def _nobody(self, lookup: str, omrade: int) -> KnownPerson:
        """Somebody of whom nothing is known, as intake would make them, for this question alone."""
        person_id = self._random_id()
        number = lookup.removeprefix("nr:") if lookup.startswith("nr:") else ""
        return KnownPerson(person_id, omrade, number, self._throw_away(person_id))

    def _throw_away(self, subject: str) -> DataKey:
        return DataKey(subject, 1, self._entropy(_KEY_BYTES))

    def _random_id(self) -> str:
        return str(UUID(bytes=self._entropy(16), version=4))

    # ------------------------------------------------------------------------------------------ as the gate would

    async def _judged(self, framed: _Framed) -> _Judged:
        """The gate's own rules on one moment of the projection: every state is of the same position."""
        async with self._projection.snapshot() as view:
            offset = await view.position(framed.partition)
            minne = Minne(view, framed.partition)
            omrade, before = await minne.omrade(), await minne.tillstand(framed.event)
        regelverk = await self._regelverk.named_by(omrade)
        position = Position(framed.partition, offset, max(self._clock.now_ms(), omrade.tid))
        decision = decide(before, framed.event, position, regelverk)
        outcome = msgspec.json.decode(rows.outcome(decision, framed.event, before, regelverk))
        return _Judged(decision, position, outcome)
