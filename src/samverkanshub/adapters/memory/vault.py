"""The vault, in memory: the same answers as the real one, and nothing sealed."""

import hashlib
import hmac
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from samverkanshub.ports import Claim, DataKey, KnownPerson


class MemoryVault:
    """`Vault` in memory. `entropy` gives so many random bytes, for ids, keys and secrets."""

    def __init__(self, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._entropy = entropy
        self._by_lookup: dict[str, KnownPerson] = {}
        self._keys: dict[str, DataKey] = {}
        self._claims: dict[tuple[str, str], Claim] = {}
        self._secrets: dict[str, bytes] = {}
        self._tokens: dict[tuple[str, str], int] = {}

    async def persons(self, lookups: Sequence[str], omrade: int) -> list[KnownPerson]:
        """Find or make the person behind each lookup, in order."""
        return [self._by_lookup.get(lookup) or self._make(lookup, omrade) for lookup in lookups]

    async def find(self, lookups: Sequence[str]) -> list[KnownPerson | None]:
        """The person behind each lookup, in order; None where nobody is known by it."""
        return [self._by_lookup.get(lookup) for lookup in lookups]

    def _make(self, lookup: str, omrade: int) -> KnownPerson:
        person_id = str(UUID(bytes=self._entropy(16), version=4))
        number = lookup.removeprefix("nr:") if lookup.startswith("nr:") else ""
        person = KnownPerson(person_id, omrade, number, DataKey(person_id, 1, self._entropy(32)))
        self._by_lookup[lookup] = person
        return person

    async def by_ids(self, person_ids: Sequence[str]) -> dict[str, KnownPerson]:
        """The persons with these ids; those unknown are left out."""
        return {person.person_id: person for person in self._by_lookup.values() if person.person_id in person_ids}

    async def subject_key(self, subject: str) -> DataKey:
        """Find or make the data key of something that is no person."""
        return self._keys.setdefault(subject, DataKey(subject, 1, self._entropy(32)))

    async def claim(self, claim: Claim) -> Claim:
        """Keep the claim unless (aktor, id) is taken; returns the one that stands."""
        standing = self._claims.get((claim.aktor, claim.id)) or await self.claimed(claim.handelse_id)
        if standing is None:
            kept = replace(claim, partitions=tuple(claim.partitions), headers=tuple(claim.headers))
            standing = self._claims[claim.aktor, claim.id] = kept
        return standing

    async def claimed(self, handelse_id: str) -> Claim | None:
        """The claim of an event, or None."""
        return next((claim for claim in self._claims.values() if claim.handelse_id == handelse_id), None)

    async def digest(self, content: bytes) -> bytes:
        """HMAC-SHA256 of content under the vault's claim key."""
        return hmac.new(await self.secret("valv.ansprak"), content, hashlib.sha256).digest()

    async def secret(self, name: str) -> bytes:
        """Find or make a 64-byte secret by name."""
        return self._secrets.setdefault(name, self._entropy(64))

    async def use_token(self, aktor: str, jti: str, expires_ms: int) -> bool:
        """Record a token id as used; False where it was used before."""
        if (aktor, jti) in self._tokens:
            return False
        self._tokens[aktor, jti] = expires_ms
        return True
