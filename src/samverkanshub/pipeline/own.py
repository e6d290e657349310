"""Events that the api makes on a caller's behalf about a delivery: openings and kvittenser.

The token says who; no signature is asked for. The id is drawn anew each time, so that each try is an event of its own,
unless the caller gives one: the same again is then the same event.
"""

import hmac
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.canonical import jcs
from samverkanshub.codec.cloudevents import checked_id
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain import ids
from samverkanshub.domain.errors import Conflict
from samverkanshub.domain.events import HUBS_OWN
from samverkanshub.domain.flows.flow import NOTICE, REMINDER
from samverkanshub.domain.tid import swedish_day
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.sealed import DECISION_SALT_BYTES, Entropy, Today, of_today
from samverkanshub.pipeline.tomda import Tomda
from samverkanshub.ports import Claim, Clock, InboxRow, Outdated, Unavailable, Vault


def only_tells(row: InboxRow) -> bool:
    """Has the row nothing to open or acknowledge, as notices, reminders and all that the hub itself tells (O4)?"""
    typ: str = msgspec.json.decode(row.body)["typ"]
    return row.slag in (NOTICE, REMINDER) or typ in HUBS_OWN


class OwnEvents:
    """Makes the claims of such events; whether they are kept in the vault is the caller's business."""

    def __init__(self, vault: Vault, schemas: Schemas, clock: Clock, entropy: Entropy, tomda: Tomda) -> None:
        self._vault = vault
        self._schemas = schemas
        self._clock = clock
        self._entropy = entropy
        self._tomda = tomda

    async def message(self, row: InboxRow) -> Envelope:
        """The envelope of the message that a delivery carries; its claim was durable before it came to the log."""
        claim = await self._vault.claimed(row.handelse_id)
        if claim is None:
            raise Unavailable("valv")
        return kuvert.decode(claim.value, self._schemas)

    async def claimed(self, caller: Caller, row: InboxRow, typ: str, koder: Mapping[str, Any], id: str = "") -> Claim:
        """The claim that stands for such an event. Raises `Conflict` where `id` was used before with other content."""
        made = await self.about(caller, row, typ, koder, id)
        try:
            standing = await self._vault.claim(made)
        except Outdated:
            # Somebody was erased since they were looked up: what is done with the delivery names them as it did before.
            made = await self.about(caller, row, typ, koder, made.id)
            standing = await self._vault.claim(made)
        if await self._tomda.is_nowhere(standing):
            standing = await self._vault.claim_anew(standing, made)
        if not hmac.compare_digest(standing.digest, made.digest):
            raise Conflict("`id` was used before with other content", falt="/id")
        return standing

    async def about(self, caller: Caller, row: InboxRow, typ: str, koder: Mapping[str, Any], id: str = "") -> Claim:
        """An event about a delivery, with the message's persons in their roles and their age classes of today."""
        id_ = checked_id({"id": id}) if id else self._random_id()
        concerned = await self._concerned(await self.message(row), row)
        envelope = Envelope(
            id=id_,
            handelse_id=ids.event_id(caller.aktor, id_),
            typ=typ,
            typversion=1,
            aktor=caller.aktor,
            enhet=caller.enhet,
            lasargrupp=caller.lasargrupp,
            anvandare=caller.anvandare,
            beslutssalt=self._entropy(DECISION_SALT_BYTES),
            arende_id=row.arende_id,
            personer=concerned.personer,
            koder=dict(koder),
        )
        return Claim(
            aktor=envelope.aktor,
            id=envelope.id,
            handelse_id=envelope.handelse_id,
            # Not salt nor age classes: a retry draws new ones, and is still the same event.
            digest=await self._vault.digest(jcs([typ, caller.lasargrupp, caller.anvandare, dict(koder)])),
            partitions=(row.partition,),
            key=kuvert.key(envelope),
            headers=kuvert.headers(envelope),
            value=kuvert.encode(envelope, self._schemas),
            nycklar=concerned.nycklar,
        )

    def _random_id(self) -> str:
        return str(UUID(bytes=self._entropy(16), version=4))

    async def _concerned(self, message: Envelope, row: InboxRow) -> Today:
        """Those whom the delivery concerns."""
        concerned = [listed for listed in message.personer if listed.person_id in row.person_ids]
        return await of_today(self._vault, concerned, swedish_day(self._clock.now_ms()))
