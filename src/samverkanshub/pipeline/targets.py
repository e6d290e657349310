"""What an act is about: a delivery, a message or an ärende, as its sender names it, to ärende and persons.

An act names nobody; the persons of what it names stand in its envelope, so that they are frozen with it should it not
be readable (B7), and bring their age classes of today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec import states
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Conflict, NotFound
from samverkanshub.domain.events import ON_ARENDE, ON_DELIVERY, ON_MESSAGE, SAMTAL, Event, Person
from samverkanshub.domain.state import ArendeState
from samverkanshub.domain.tid import swedish_day
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.opaque import Opaque
from samverkanshub.pipeline.own import only_tells
from samverkanshub.pipeline.receipts import JUDGED, QUARANTINED
from samverkanshub.pipeline.sealed import of_today
from samverkanshub.ports import Clock, Projection, Unavailable, Vault


@dataclass(frozen=True, slots=True)
class Target:
    """The ärende that an act is in, and whom it concerns; `nycklar` are those persons' keys, by subject and version."""

    arende_id: str
    personer: tuple[Person, ...]
    nycklar: frozenset[tuple[str, int]] = frozenset()


class Targets:
    """Finds what acts name. `NotFound` for what is not the caller's, exactly as for what does not exist (T3)."""

    def __init__(self, vault: Vault, projection: Projection, opaque: Opaque, schemas: Schemas, clock: Clock) -> None:
        self._vault = vault
        self._projection = projection
        self._opaque = opaque
        self._schemas = schemas
        self._clock = clock

    async def of(self, caller: Caller, event: Event) -> Target | None:
        """What the act names; None for a type of event that is no act."""
        if event.typ in ON_DELIVERY:
            return await self._delivery(caller, str(event.koder["leverans"]))
        if event.typ in ON_MESSAGE:
            return await self._message(caller, str(event.koder["meddelande"]), event.typ)
        if event.typ in ON_ARENDE:
            return await self._arende(await self._opaque.arende(str(event.koder["arende"]), caller.aktor))
        return None

    async def _delivery(self, caller: Caller, leverans_id: str) -> Target:
        row = await self._projection.delivery(leverans_id)
        if row is None or row.lasargrupp != caller.lasargrupp or only_tells(row):
            raise NotFound("`leverans` is none of the caller's deliveries", falt="/data/leverans")
        return await self._target(row.arende_id, await self._listed(row.handelse_id), row.person_ids)

    async def _message(self, caller: Caller, handelse_id: str, typ: str) -> Target:
        """Raises `Unavailable` while the gate has not judged the message, `Conflict` where it could not read it.

        Of a report that it could not read a call is noted all the same (O4).
        """
        claim = await self._vault.claimed(handelse_id)
        sent = kuvert.decode(claim.value, self._schemas) if claim else None
        if sent is None or sent.aktor != caller.aktor or sent.lasargrupp != caller.lasargrupp:
            raise NotFound("`meddelande` is none of the caller's messages", falt="/data/meddelande")
        judgement = await self._projection.judgement(handelse_id)
        row = judgement.row if judgement is not None else None
        unread = row is not None and row.status == QUARANTINED
        clocked = row is not None and unread and typ == SAMTAL and bool(row.arende_id)
        if unread and not clocked:
            # There is nothing to act on, nor will be: once the fault is mended its sender sends anew.
            raise Conflict("`meddelande` could not be read", falt="/data/meddelande", code="meddelande-i-karantan")
        if row is None or (row.status != JUDGED and not clocked):
            raise Unavailable("grind")
        if not row.arende_id:
            raise NotFound("`meddelande` is none of the caller's messages", falt="/data/meddelande")
        everybody = [listed.person_id for listed in sent.personer]
        return await self._target(row.arende_id, sent.personer, everybody)

    async def _arende(self, arende_id: str) -> Target:
        for info in await self._projection.positions():
            stored = await self._projection.state(info.partition, "arende", arende_id)
            if stored is not None:
                whose = cast(ArendeState, states.decode("arende", stored)).person_id
                about = (Person(whose, "registrerad"),) if whose else ()
                return await self._target(arende_id, about, [whose])
        raise Unavailable("projektion")

    async def _listed(self, handelse_id: str) -> tuple[Person, ...]:
        claim = await self._vault.claimed(handelse_id)
        return kuvert.decode(claim.value, self._schemas).personer if claim else ()

    async def _target(self, arende_id: str, listed: Sequence[Person], concerned: Sequence[str]) -> Target:
        wanted = [one for one in listed if one.person_id in concerned]
        found = await of_today(self._vault, wanted, swedish_day(self._clock.now_ms()))
        return Target(arende_id, found.personer, found.nycklar)
