"""The vault, in memory: the same answers as the real one, and nothing sealed."""

import hashlib
import hmac
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from uuid import UUID

from samverkanshub.codec.envelope import persons_of
from samverkanshub.domain.events import HUB
from samverkanshub.domain.personnummer import birth_part
from samverkanshub.ports import (
    BEGARD,
    RADERAD,
    SKICKAD,
    Claim,
    DataKey,
    Heeded,
    KnownPerson,
    Named,
    Outdated,
    Raderas,
    SecretLost,
    Unavailable,
)

MAPPING = "valv.person"
"""The secret that persons are looked up by."""


class MemoryVault:
    """`Vault` in memory. `entropy` gives so many random bytes, for ids, keys and secrets."""

    def __init__(self, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._entropy = entropy
        self._by_lookup: dict[str, KnownPerson] = {}
        self._keys: dict[str, DataKey] = {}
        self._lost: set[tuple[str, int]] = set()
        self._claims: dict[tuple[str, str], Claim] = {}
        self._secrets: dict[str, bytes] = {}
        self.lost_secrets: set[str] = set()
        """Those that nobody can open."""
        self._tokens: dict[tuple[str, str], int] = {}
        self.raderingar: dict[tuple[str, str], Raderas] = {}
        """Erasures by event and person, those that are done with the step `utford`."""

    async def persons(self, lookups: Sequence[str], omrade: int) -> list[KnownPerson]:
        """Find or make the person behind each lookup, in order."""
        self._require_free([one.person_id for one in await self.find(lookups) if one])
        return [self._known(lookup) or self._make(lookup, omrade) for lookup in lookups]

    async def find(self, lookups: Sequence[str]) -> list[KnownPerson | None]:
        """The person behind each lookup, in order; None where nobody is known by it."""
        if lookups and MAPPING in self.lost_secrets:
            raise SecretLost(MAPPING, 1)
        return [self._known(lookup) for lookup in lookups]

    def _known(self, lookup: str) -> KnownPerson | None:
        known = self._by_lookup.get(lookup)
        if known is not None and self._is_lost(known.key):
            known = self._by_lookup[lookup] = replace(known, key=self._next(known.key))
        return known

    def _is_lost(self, key: DataKey) -> bool:
        return (key.subject, key.version) in self._lost

    def _next(self, key: DataKey) -> DataKey:
        return DataKey(key.subject, key.version + 1, self._entropy(32))

    def _every_key(self) -> list[DataKey]:
        return [*self._keys.values(), *(person.key for person in self._by_lookup.values())]

    async def lose(self) -> None:
        """Lose every data key, and nothing else, as a generation that is lost does."""
        self._lost |= {(key.subject, key.version) for key in self._every_key()}

    def _make(self, lookup: str, omrade: int) -> KnownPerson:
        person_id = str(UUID(bytes=self._entropy(16), version=4))
        number = lookup.removeprefix("nr:") if lookup.startswith("nr:") else ""
        person = KnownPerson(person_id, omrade, number, DataKey(person_id, 1, self._entropy(32)))
        self._by_lookup[lookup] = person
        return person

    async def by_ids(self, person_ids: Sequence[str]) -> dict[str, KnownPerson]:
        """The persons with these ids; those unknown, or whose key is lost, are left out."""
        known = (person for person in self._by_lookup.values() if not self._is_lost(person.key))
        return {person.person_id: person for person in known if person.person_id in person_ids}

    async def born(self, person_ids: Sequence[str]) -> dict[str, str]:
        """What age class and legal sex follow from, of those of whom it is known."""
        known = await self.by_ids(person_ids)
        return {id: birth_part(one.nummer) for id, one in known.items() if one.nummer}

    async def subject_key(self, subject: str) -> DataKey:
        """Find or make the data key of something that is no person."""
        key = self._keys.setdefault(subject, DataKey(subject, 1, self._entropy(32)))
        if self._is_lost(key):
            key = self._keys[subject] = self._next(key)
        return key

    async def keys(self, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], DataKey]:
        """The data keys by (subject, version); those that nobody has are left out."""
        own = {(key.subject, key.version): key for key in self._every_key() if not self._is_lost(key)}
        return {name: key for name, key in own.items() if name in wanted}

    async def erased(self, person_ids: Collection[str]) -> frozenset[str]:
        """Which of these persons have been erased."""
        gone = {one.person_id for one in self.raderingar.values() if one.steg not in (BEGARD, SKICKAD)}
        return frozenset(gone & set(person_ids))

    def _require_free(self, named: Collection[str], own: str = "") -> None:
        for one in self.raderingar.values():
            if one.steg in (BEGARD, SKICKAD) and one.person_id in named and one.handelse_id != own:
                raise Unavailable("valv")

    async def claim(self, claim: Claim) -> Claim:
        """Keep the claim unless (aktor, id) is taken; returns the one that stands."""
        self._require_free(persons_of(claim.headers) or (), claim.handelse_id)
        standing = self._claims.get((claim.aktor, claim.id)) or self._claimed(claim.handelse_id)
        if standing is None:
            if len(await self.keys(claim.nycklar)) < len(claim.nycklar):
                raise Outdated("valv")
            kept = replace(claim, partitions=tuple(claim.partitions), headers=tuple(claim.headers), nycklar=frozenset())
            standing = self._claims[claim.aktor, claim.id] = kept
        return standing

    async def claim_anew(self, tomt: Claim, claim: Claim) -> Claim:
        """Keep a claim in the place of one that was blanked; returns the one that stands."""
        mine = {} if tomt.digest or tomt.aktor == HUB else self._claims
        blanked = next((key for key, one in mine.items() if one == tomt), None)
        if blanked is None:
            return await self.claim(claim)
        before = self._claims.pop(blanked)
        try:
            return await self.claim(claim)
        except Unavailable:
            self._claims[blanked] = before
            raise

    async def claimed(self, handelse_id: str) -> Claim | None:
        """The claim of an event, or None."""
        found = self._claimed(handelse_id)
        if found is not None:
            self._require_free(persons_of(found.headers) or (), handelse_id)
        return found

    def _claimed(self, handelse_id: str) -> Claim | None:
        return next((claim for claim in self._claims.values() if claim.handelse_id == handelse_id), None)

    def claims(self) -> list[Claim]:
        """Every claim."""
        return list(self._claims.values())

    def keep(self, claim: Claim) -> None:
        """Put a claim in the place of what it was."""
        self._claims[claim.aktor, claim.id] = claim

    def forget(self, subject: str) -> None:
        """Lose the keys of a subject, and the person whose they are."""
        self._keys.pop(subject, None)
        self._by_lookup = {key: one for key, one in self._by_lookup.items() if one.person_id != subject}

    async def digest(self, content: bytes) -> bytes:
        """HMAC-SHA256 of content under the vault's claim key."""
        return hmac.new(await self.secret("valv.ansprak"), content, hashlib.sha256).digest()

    async def secret(self, name: str) -> bytes:
        """Find or make a 64-byte secret by name. Raises `SecretLost`."""
        if name in self.lost_secrets:
            raise SecretLost(name, 1)
        return self._secrets.setdefault(name, self._entropy(64))

    async def lost(self) -> list[SecretLost]:
        """The secrets that nobody can open any more, by name."""
        return [SecretLost(name, 1) for name in sorted(self.lost_secrets)]

    async def use_token(self, aktor: str, jti: str, expires_ms: int) -> bool:
        """Record a token id as used; False where it was used before."""
        if (aktor, jti) in self._tokens:
            return False
        self._tokens[aktor, jti] = expires_ms
        return True


UTFORD = "utford"


class MemoryErasing:
    """`Erasing` over a vault in memory. `age_ms` is how old everything in it is."""

    def __init__(self, vault: MemoryVault, age_ms: int = 10**9) -> None:
        self._vault = vault
        self.age_ms = age_ms

    async def begin(self, handelse_id: str, person_id: str) -> bool:
        """Put the fence up; False where this erasure of this person is begun, or done, already."""
        if (handelse_id, person_id) in self._vault.raderingar:
            return False
        self._vault.raderingar[handelse_id, person_id] = Raderas(handelse_id, person_id, BEGARD, self.age_ms)
        return True

    async def sent(self, handelse_id: str) -> bool:
        """Note that it is about to be appended; False where the fence is not up."""
        return bool(self._step(handelse_id, (BEGARD, SKICKAD), SKICKAD))

    def _step(self, handelse_id: str, before: tuple[str, ...], after: str, person_id: str = "") -> list[Raderas]:
        """Those of the event, or one of them, that were so far and are now this far, the last of all."""
        named = [one for one in self._vault.raderingar.values() if one.handelse_id == handelse_id]
        found = [one for one in named if one.steg in before and person_id in ("", one.person_id)]
        for one in found:
            del self._vault.raderingar[handelse_id, one.person_id]
            self._vault.raderingar[handelse_id, one.person_id] = replace(one, steg=after)
        return found

    async def release(self, handelse_id: str) -> None:
        """Take the fence down; nothing where it is not up."""
        for one in self._step(handelse_id, (BEGARD, SKICKAD), BEGARD):
            del self._vault.raderingar[handelse_id, one.person_id]

    async def erase(self, handelse_id: str, person_id: str) -> None:
        """Destroy the person's key and mapping."""
        await self.begin(handelse_id, person_id)
        self._step(handelse_id, (BEGARD, SKICKAD), RADERAD, person_id)
        self._vault.forget(person_id)

    async def pending(self) -> list[Raderas]:
        """Those that are not done."""
        left = (one for one in self._vault.raderingar.values() if one.steg != UTFORD)
        return [replace(one, alder_ms=self.age_ms) for one in left]

    async def heeded(self, raderingar: Collection[tuple[str, str]], stod: bytes) -> Heeded:
        """Which of these have destroyed this person's keys; of a vault that once said it stood as `stod`."""
        gone = [which for which, one in self._vault.raderingar.items() if one.steg in (RADERAD, UTFORD)]
        stands = [b""]
        for id_, _ in gone:
            stands.append(hashlib.sha256(stands[-1] + id_.encode()).digest())
        return Heeded(frozenset(gone) & frozenset(raderingar), stands[-1], stod in stands)

    async def naming(self, person_id: str, after: str, limit: int) -> list[Named]:
        """The claims that name a person, in order of event id, those after one."""
        found = [claim for claim in self._vault.claims() if person_id in (persons_of(claim.headers) or ())]
        later = sorted((claim for claim in found if claim.handelse_id > after), key=lambda claim: claim.handelse_id)
        return [Named(claim, self.age_ms) for claim in later[:limit]]

    async def blank(self, claim: Claim, *, own_key: bool) -> None:
        """Keep the claim's bytes as given, without its digest; nothing where nobody whom it names is erased."""
        was = next((one for one in self._vault.claims() if one.handelse_id == claim.handelse_id), None)
        if was is None or len(claim.value) > len(was.value):
            return
        if await self._vault.erased(persons_of(was.headers) or ()):
            self._vault.keep(replace(was, value=claim.value, digest=b""))
            if own_key:
                self._vault.forget(f"handelse:{claim.handelse_id}")

    async def done(self, handelse_id: str) -> None:
        """Note that every claim is blanked; in what order they were done stays."""
        for which, one in self._vault.raderingar.items():
            if one.handelse_id == handelse_id and one.steg == RADERAD:
                self._vault.raderingar[which] = replace(one, steg=UTFORD)
