"""Intake: an event is checked, claimed in the vault, appended, and answered (DESIGN.md, answers to a publisher).

The claim is durable before the append, so that the same id with the same content gives the same event and bytes after
any crash. Once appended, the answer is never an error.
"""

import hmac
import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.canonical import jcs
from samverkanshub.codec.cloudevents import CloudEvent, parse
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain import ids
from samverkanshub.domain.consent_form import GIVEN, exempt_in
from samverkanshub.domain.errors import Conflict, HubError, Refused, Undecodable
from samverkanshub.domain.events import (
    AVVIKELSE,
    OROSANMALAN,
    SAMTYCKE_ANDRAT,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_MAKULERAT,
    UNDANTAG_ANMALT,
)
from samverkanshub.domain.tid import swedish_day
from samverkanshub.pipeline.append import Appender
from samverkanshub.pipeline.checked import Checked, admit, check
from samverkanshub.pipeline.held import Held
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.opaque import Opaque
from samverkanshub.pipeline.partitions import Partitions
from samverkanshub.pipeline.reading import schema_ids
from samverkanshub.pipeline.receipts import Receipt, once_appended, receipt
from samverkanshub.pipeline.rulebook import Regelverken, in_force
from samverkanshub.pipeline.sealed import Entropy
from samverkanshub.pipeline.sealed import envelope as sealed_envelope
from samverkanshub.pipeline.som_givet import by_request_id, narrows, number_for, warnings
from samverkanshub.pipeline.targets import Targets
from samverkanshub.pipeline.tomda import Tomda
from samverkanshub.ports import (
    Appended,
    Claim,
    Clock,
    DataKey,
    Failpoint,
    Judgement,
    KnownPerson,
    Log,
    LogEnd,
    Outdated,
    Projection,
    Ring,
    Unavailable,
    Vault,
)

REFERS: frozenset[str] = frozenset({SAMTYCKE_ANDRAT, SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT})
"""Types that name an earlier consent."""
_TURNS: Final = 3
"""Tries to claim: somebody whom it names may be erased meanwhile, and is then somebody new."""


class Intake:
    """Takes events in. `wait_s` is how long a publisher waits for the gate; `entropy` gives bytes fit for keys.

    `omraden` is how many partitions the log has, one a samverkansområde; `held_ms` how old the oldest judgement without
    a signed checkpoint may be before only reports and what narrows access are taken in, 0 for any age.
    `reader` tells how far the log has come; without one, what was blanked with an erasure is taken to be in it.
    """

    def __init__(
        self,
        vault: Vault,
        log: Log,
        projection: Projection,
        regelverk: Regelverken,
        schemas: Schemas,
        clock: Clock,
        ring: Ring,
        failpoint: Failpoint,
        wait_s: float = 5.0,
        entropy: Entropy = os.urandom,
        omraden: int = 1,
        held_ms: int = 0,
        reader: LogEnd | None = None,
    ) -> None:
        self._vault = vault
        self._projection = projection
        self._regelverk = regelverk
        self._schemas = schemas
        self._clock = clock
        self._ring = ring
        self._fail = failpoint
        self._entropy = entropy
        self._appender = Appender(log, projection, failpoint, wait_s)
        self._opaque = Opaque(vault)
        self._targets = Targets(vault, projection, self._opaque, schemas, clock)
        self._partitions = Partitions(projection, omraden)
        self._held = Held(projection, clock, held_ms)
        self._tomda = Tomda(projection, reader, wait_s)

    async def publish(self, caller: Caller, body: bytes) -> Receipt:
        """Take one CloudEvent. Raises `Refused`, `NotFound`, `Conflict` or `Unavailable`, all before the append.

        For an orosanmälan the error's `ring` names a telephone (B1).
        """
        given = parse(body)
        try:
            return await self._take(caller, given)
        except (HubError, Unavailable) as error:
            error.ring = number_for(given, self._ring)
            raise

    async def _take(self, caller: Caller, given: CloudEvent) -> Receipt:
        admit(given, caller, self._schemas)
        # Not salts nor signature: a retry draws new ones, and is still the same event.
        digest = await self._vault.digest(jcs([caller.aktor, given.typ, given.version, given.data]))
        standing, tomt = await self._standing(ids.event_id(caller.aktor, given.id), caller)
        if standing is not None:
            self._require_same(standing, digest, caller)
            known = await once_appended(self._known(caller, given, standing), None)
            if known is not None:
                return known
        if not (given.typ == OROSANMALAN or await self._narrows(caller, given)):
            await self._held.require_signed()
        claim = standing or await self._claim(caller, given, digest, tomt)
        return await self._append(caller, given, claim)

    async def _standing(self, handelse_id: str, caller: Caller) -> tuple[Claim | None, Claim | None]:
        """The claim that an event has; or else the blanked one in whose place the caller may make another."""
        found = await self._vault.claimed(handelse_id)
        if found is None or not self._is_of(found, caller) or not await self._tomda.is_nowhere(found):
            return found, None
        return None, found

    def _is_of(self, standing: Claim, caller: Caller) -> bool:
        return kuvert.decode(standing.value, self._schemas).lasargrupp == caller.lasargrupp

    def _require_same(self, standing: Claim, digest: bytes, caller: Caller) -> None:
        if not hmac.compare_digest(standing.digest, digest) or not self._is_of(standing, caller):
            raise Conflict("`id` was used before with other content", falt="/id")

    # ------------------------------------------------------------------------------------------ a new event

    async def _claim(self, caller: Caller, given: CloudEvent, digest: bytes, tomt: Claim | None) -> Claim:
        """B1: who was looked up and then erased is looked up once more, and is somebody new: nothing waits for that."""
        for _ in range(_TURNS - 1):
            try:
                return await self._claim_once(caller, given, digest, tomt)
            except Outdated:
                continue
        return await self._claim_once(caller, given, digest, tomt)

    async def _claim_once(self, caller: Caller, given: CloudEvent, digest: bytes, tomt: Claim | None) -> Claim:
        regelverk = await self._regelverk.current()
        today = swedish_day(self._clock.now_ms())
        checked = check(given, caller, regelverk, self._schemas, today)
        target = await self._targets.of(caller, checked.event)
        arende_id = target.arende_id if target else await named_arende(checked, self._opaque)
        omrade = regelverk.katalog.aktorer[caller.aktor].omrade
        known = await self._persons(checked, omrade)
        await self._check_consent(checked, known, caller)
        subject = await self._subject(checked, arende_id)
        envelope = sealed_envelope(given, checked, known, subject, arende_id, today, self._entropy)
        envelope = replace(envelope, personer=target.personer) if target else envelope
        partitions = await self._partitions.of(checked, known, arende_id, omrade)
        await self._require_listed(envelope, partitions)
        await self._fail("api.fore-ansprak")
        keys = {(key.subject, key.version) for key in (*(who.key for who in known), subject) if key}
        made = self._claim_of(envelope, digest, partitions, keys | (target.nycklar if target else set()))
        claim = await (self._vault.claim_anew(tomt, made) if tomt else self._vault.claim(made))
        await self._fail("api.efter-ansprak")
        if claim is not made:
            self._require_same(claim, digest, caller)
        return claim

    async def _require_listed(self, envelope: Envelope, partitions: Sequence[int]) -> None:
        """B7: what a partition's gate may not read yet would freeze its persons; its sender tries again later.

        Asked last before the claim, since another regelverk may have come into force while the event was sealed.
        """
        scheman = schema_ids(envelope, self._schemas)
        for partition in partitions:
            if not (await in_force(self._regelverk, self._projection, partition)).lists(scheman):
                raise Unavailable("regelverk")

    def _claim_of(
        self, envelope: Envelope, digest: bytes, partitions: tuple[int, ...], nycklar: Collection[tuple[str, int]]
    ) -> Claim:
        return Claim(
            aktor=envelope.aktor,
            id=envelope.id,
            handelse_id=envelope.handelse_id,
            digest=digest,
            partitions=partitions,
            key=kuvert.key(envelope),
            headers=kuvert.headers(envelope),
            value=encoded(envelope, self._schemas),
            nycklar=frozenset(nycklar),
        )

    async def _persons(self, checked: Checked, omrade: int) -> list[KnownPerson]:
        once = list(dict.fromkeys(checked.lookups))
        found = dict(zip(once, await self._vault.persons(once, omrade), strict=True)) if once else {}
        return [found[lookup] for lookup in checked.lookups]

    async def _subject(self, checked: Checked, arende_id: str) -> DataKey | None:
        """A1: what concerns no person is sealed under a key of the ärende, or of the event where it names none."""
        if all(uppgift.person_index >= 0 for uppgift in checked.walked.uppgifter):
            return None
        subject = f"arende:{arende_id}" if arende_id else f"handelse:{checked.event.handelse_id}"
        return await self._vault.subject_key(subject)

    async def _check_consent(self, checked: Checked, known: Sequence[KnownPerson], caller: Caller) -> None:
        """K4: the consent named is one of the same person; only who registered it may change or annul it.

        The gate says no as well, but who withdraws is answered before that, and must not believe what did not happen.
        """
        if checked.event.typ not in REFERS:
            return
        earlier = await self._vault.claimed(str(checked.event.koder["samtycke"]))
        registered = {p.person_id for p, who in zip(known, checked.event.personer, strict=True) if _is_about(who.roll)}
        others = checked.event.typ == SAMTYCKE_ATERKALLAT
        if (
            earlier is None
            or not (others or earlier.aktor == caller.aktor)
            or not self._names(checked, earlier, registered)
        ):
            detail = "`samtycke` is no consent of this person that the caller may change"
            raise Refused(detail, falt="/data/samtycke", code="okant-samtycke")
        if checked.event.typ != SAMTYCKE_ANDRAT and await self._appender.judgement(earlier.handelse_id) is None:
            await self._see_to(earlier)

    async def _see_to(self, earlier: Claim) -> None:
        """K4: claimed and perhaps never appended: put where its end can end it, and what it was changed from.

        G1: one that was blanked is let lie, since its sender may claim it anew. Where it never came to the log there is
        nothing to end, and who would end it is told so. Raises `Refused` and, while the gate is behind, `Unavailable`.
        """
        if earlier.digest:
            await self._appender.append(earlier)
        elif await self._tomda.is_nowhere(earlier):
            detail = "`samtycke` was never taken into the log, and somebody whom it names has been erased"
            raise Refused(detail, falt="/data/samtycke", code="okant-samtycke")

    def _names(self, checked: Checked, earlier: Claim, registered: set[str]) -> bool:
        """Is it a consent of this person; where it is to be annulled, an exemption will do (K3)?"""
        named = GIVEN | {UNDANTAG_ANMALT} if checked.event.typ == SAMTYCKE_MAKULERAT else GIVEN
        envelope = kuvert.decode(earlier.value, self._schemas)
        whose = {person.person_id for person in envelope.personer if _is_about(person.roll)}
        return envelope.typ in named and whose == registered

    # ------------------------------------------------------------------------------------------ append and answer

    async def _known(self, caller: Caller, given: CloudEvent, standing: Claim) -> Receipt | None:
        """The answer to a retry of what the gate has judged everywhere; None where it must be appended once more."""
        judgement = await self._appender.judgement(standing.handelse_id)
        if judgement is None or len(standing.partitions) > 1:
            return None
        return await self._answer(caller, given, standing, judgement)

    async def _append(self, caller: Caller, given: CloudEvent, claim: Claim) -> Receipt:
        on_its_way = Receipt(202, claim.handelse_id, varningar=warnings(given.data), ring=number_for(given, self._ring))
        place = await self._appender.append(claim)
        return await once_appended(self._judged(caller, given, claim, place), on_its_way)

    async def _judged(self, caller: Caller, given: CloudEvent, claim: Claim, place: Appended) -> Receipt:
        if await self._narrows(caller, given) and not by_request_id(given.data):
            return await self._answer(caller, given, claim, await self._appender.judgement(claim.handelse_id))
        return await self._answer(caller, given, claim, await self._appender.judged(claim.handelse_id, place))

    async def _narrows(self, caller: Caller, given: CloudEvent) -> bool:
        """Does it only narrow access? To annul what exempts undoes that (K4), a consent's too: that widens, and waits.

        Of another actor's, which is refused in any case, nothing is told by waiting (T3).
        """
        if given.typ != SAMTYCKE_MAKULERAT:
            return narrows(given.typ, given.data)
        earlier = await self._vault.claimed(str(given.data.get("samtycke")))
        if earlier is None or earlier.aktor != caller.aktor:
            return True
        return not exempt_in(kuvert.to_event(kuvert.decode(earlier.value, self._schemas)))

    async def _answer(self, caller: Caller, given: CloudEvent, claim: Claim, judgement: Judgement | None) -> Receipt:
        return await receipt(
            claim.handelse_id,
            judgement,
            caller.aktor,
            self._opaque,
            warnings(given.data),
            number_for(given, self._ring),
        )


async def named_arende(checked: Checked, opaque: Opaque) -> str:
    """The ärende whose alias an avvikelse names; empty where none is named. Raises `NotFound`."""
    alias = checked.event.koder.get("arende")
    if checked.event.typ != AVVIKELSE or not alias:
        return ""
    return await opaque.arende(alias, checked.event.aktor)


def _is_about(roll: str) -> bool:
    return roll == "registrerad"


def encoded(envelope: Envelope, schemas: Schemas) -> bytes:
    """The envelope's bytes. What the log could not hold is refused before anything is claimed."""
    try:
        return kuvert.encode(envelope, schemas)
    except Undecodable as fault:
        raise Refused(fault.detail, falt="/data", code=fault.code) from fault
