"""The vault: every key wrapped under a key-encryption key, every number sealed under its person's own key."""

import hashlib
import hmac
import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

import asyncpg

from samverkanshub.adapters.postgres.ansprak import claim_of, is_made, values_of
from samverkanshub.adapters.postgres.database import Database, Session, can_be_an_id
from samverkanshub.adapters.postgres.nycklar import key_purpose, secret_purpose
from samverkanshub.adapters.postgres.personrad import (
    FIRST_VERSION,
    KEY_BYTES,
    born_of,
    born_purpose,
    new_person,
    person_of,
    sealed_lookup,
)
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import Claim, DataKey, KeyWrapping, KnownPerson, SecretLost, Unavailable

SECRET_BYTES: Final = 64
TOKEN_GRACE_MS: Final = 3_600_000
"""A used token is forgotten when the same actor uses one that expires this much later: tokens live for minutes."""
_MAPPING: Final = "valv.person"
_CLAIMS: Final = "valv.ansprak"
_TURNS: Final = 3
"""Tries to make somebody: another may be first, and the newest mapping key may become another."""

T = TypeVar("T")


class PostgresVault:
    """`Vault` over a database of its own; what `wrapping` wraps by stands nowhere in it. `Unavailable` is `valv`.

    Every write has reached the disk (`synchronous_commit`) when a method returns, but for new persons: nobody hears of
    one before there is a claim that names it, and what was written before a claim is on disk when the claim is.
    """

    def __init__(self, pool: asyncpg.Pool, wrapping: KeyWrapping) -> None:
        self._db = Database(pool, "valv", "vault")
        self._wrapping = wrapping
        self._entered: set[int] = set()
        self._secrets: dict[str, bytes] = {}
        self._mapping: tuple[int, ...] = ()
        """The versions of the mapping key, as they were when last asked for."""

    async def nu(self) -> int:
        """What time the server's own clock shows (ms)."""
        row = await self._db.one("nu")
        return int(row["nu"]) if row else 0

    async def persons(self, lookups: Sequence[str], omrade: int) -> list[KnownPerson]:
        """Find or make the person behind each lookup, in order; those who are missing are made all at once."""
        found = await self._looked_up(lookups, free=True)
        missing = [lookup for lookup in dict.fromkeys(lookups) if lookup not in found]
        found |= await self._make(missing, omrade) if missing else {}
        return [_present(found, lookup) for lookup in lookups]

    async def find(self, lookups: Sequence[str]) -> list[KnownPerson | None]:
        """The person behind each lookup, in order; None where nobody is known by it."""
        found = await self._looked_up(lookups)
        return [found.get(lookup) for lookup in lookups]

    async def _looked_up(self, lookups: Sequence[str], *, free: bool = False) -> dict[str, KnownPerson]:
        """By every version of the mapping key; where somebody is missing a version may have come since it was asked.

        `free`: `Unavailable` where one of them is being erased.
        """
        known = self._mapping or await self._versions() if lookups else ()
        found = await self._by_lookup(lookups, known, free)
        if len(found) < len(set(lookups)) and (now := await self._versions()) != known:
            found = await self._by_lookup(lookups, now, free)
        return found

    async def _versions(self) -> tuple[int, ...]:
        """The versions of the mapping key in use, the newest last."""
        self._mapping = tuple(row["version"] for row in await self._db.fetch("mapping"))
        return self._mapping

    async def _by_lookup(self, lookups: Sequence[str], versions: Sequence[int], free: bool) -> dict[str, KnownPerson]:
        keys = await self._mapping_keys(versions)
        digests = {digest_of(key, lookup): lookup for key in keys for lookup in lookups}
        rows = await self._db.fetch("persons_by_lookup", list(digests)) if digests else []
        if free and any(row["raderas"] for row in rows):
            raise Unavailable("valv")
        known = zip(rows, await self.known(rows), strict=True)
        found = {digests[row["lookup"]]: (row, person) for row, person in known}
        return {lookup: person or await self._keyed_anew(row, lookup) for lookup, (row, person) in found.items()}

    async def _mapping_keys(self, versions: Sequence[int]) -> list[bytes]:
        """Of every version: by fewer than all somebody who is known would be taken for nobody."""
        try:
            return [await self.secret(mapping_name(version)) for version in versions]
        except SecretLost:
            # Whoever mends it makes another version the only one.
            self._mapping = ()
            raise

    async def _keyed_anew(self, row: Mapping[str, Any], lookup: str) -> KnownPerson:
        """Whose key is lost is who they were all the same: another version of it, and number or reference under that.

        What protects a person follows their id. Somebody who was made in their place would have none of it.
        """
        person = new_person(lookup, row["omrade"], str(row["person_id"]), row["version"] + 1)
        async with self._db.session() as session:
            generation, [wrapped], [fodd] = await self._wrap_persons(session, [person])
            given = (row["version"], person.key.version, *sealed_lookup(person, lookup), wrapped, generation, fodd)
            if await session.one("give_key", row["person_id"], *given):
                return person
        # Somebody else gave them one first, or has erased them.
        rows = await self._db.fetch("persons_by_lookup", [row["lookup"]])
        for one in await self.known(rows):
            if one is not None:
                return one
        raise Unavailable("valv")

    async def _make(self, missing: Sequence[str], omrade: int) -> dict[str, KnownPerson]:
        for _ in range(_TURNS):
            made = {lookup: new_person(lookup, omrade) for lookup in missing}
            if await self._put(made, omrade, self._mapping[-1]) == len(made):
                return made
            # Somebody else made one of them first, or another version has become the newest.
            found = await self._looked_up(missing)
            if len(found) == len(missing):
                return found
        return found

    async def _put(self, made: Mapping[str, KnownPerson], omrade: int, version: int) -> int:
        """How many of them were made."""
        key, persons = await self.secret(mapping_name(version)), list(made.values())
        async with self._db.session() as session:
            generation, wrapped, born = await self._wrap_persons(session, persons)
            ids, digests = [UUID(one.person_id) for one in persons], [digest_of(key, lookup) for lookup in made]
            numbers, references = zip(*(sealed_lookup(one, lookup) for lookup, one in made.items()), strict=True)
            names = (list(numbers), wrapped, omrade, FIRST_VERSION, generation, version, list(references), born)
            given = (ids, digests, *names)
            return len(await session.fetch("put_persons", *given))

    async def _wrap_persons(
        self, session: Session, persons: Sequence[KnownPerson]
    ) -> tuple[int, list[bytes], list[bytes | None]]:
        """Each one's key, and when each was born, None where that is not known; and the generation that did it."""
        numbered = [one for one in persons if one.nummer]
        keys = [(_purpose(one.key), one.key.key) for one in persons]
        births = [(born_purpose(one.person_id), born_of(one)) for one in numbered]
        generation, wrapped = await self._wrap(session, [*keys, *births])
        born = dict(zip((one.person_id for one in numbered), wrapped[len(keys) :], strict=True))
        return generation, wrapped[: len(keys)], [born.get(one.person_id) for one in persons]

    async def _wrap(self, session: Session, items: Sequence[tuple[str, bytes]]) -> tuple[int, list[bytes]]:
        """Wrapped by the newest generation, which is entered in the vault when it is first used here."""
        generation, wrapped = await self._wrapping.wrap(items)
        if generation not in self._entered:
            await session.fetch("enter", generation)
            self._entered.add(generation)
        return generation, wrapped

    async def known(self, rows: Sequence[Mapping[str, Any]]) -> list[KnownPerson | None]:
        """The person of each row; None where the key can be had no more."""
        keyed = [(str(row["person_id"]), row) for row in rows if row["wrapped"] is not None]
        keys = {key.subject: key for key in await self._data_keys(keyed) if key}
        return [person_of(row, key) if (key := keys.get(str(row["person_id"]))) else None for row in rows]

    async def _data_keys(self, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> list[DataKey | None]:
        named = [(subject, row["version"]) for subject, row in rows]
        wrapped = [
            (key_purpose(*name), row["generation"], row["wrapped"]) for name, (_, row) in zip(named, rows, strict=True)
        ]
        keys = await self._wrapping.unwrap(wrapped)
        return [DataKey(*name, key) if key is not None else None for name, key in zip(named, keys, strict=True)]

    async def by_ids(self, person_ids: Sequence[str]) -> dict[str, KnownPerson]:
        """The persons with these ids; those unknown (or erased) are left out."""
        rows = await self._db.fetch("persons_by_id", [id for id in person_ids if _is_uuid(id)])
        return {person.person_id: person for person in await self.known(rows) if person}

    async def born(self, person_ids: Sequence[str]) -> dict[str, str]:
        """What age class and legal sex follow from, of those of whom it is known."""
        rows = await self._db.fetch("born", [id for id in person_ids if _is_uuid(id)])
        ids = [str(row["person_id"]) for row in rows]
        wrapped = [(born_purpose(id), row["generation"], row["wrapped"]) for id, row in zip(ids, rows, strict=True)]
        opened = await self._wrapping.unwrap(wrapped)
        return {id: part.decode() for id, part in zip(ids, opened, strict=True) if part is not None}

    async def subject_key(self, subject: str) -> DataKey:
        """Find or make the data key of something that is no person (`arende:<id>`, `handelse:<id>`)."""
        async with self._db.session() as session:
            row = await session.one("subject_key", subject)
            key = await self._subject_key(subject, row) if row else None
            if key is None:
                await self._put_subject_key(session, subject, row["version"] + 1 if row else FIRST_VERSION)
                key = await self._subject_key(subject, _stands(await session.one("subject_key", subject)))
        return _there(key)

    async def _subject_key(self, subject: str, row: Mapping[str, Any]) -> DataKey | None:
        [key] = await self._data_keys([(subject, row)])
        return key

    async def _put_subject_key(self, session: Session, subject: str, version: int) -> None:
        generation, [wrapped] = await self._wrap(session, [(key_purpose(subject, version), os.urandom(KEY_BYTES))])
        await session.fetch("put_subject_key", subject, version, wrapped, generation)

    async def keys(self, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], DataKey]:
        """The data keys by (subject, version); those that nobody has any more are left out. Makes none."""
        rows = await self._db.fetch("keys", sorted({subject for subject, _ in wanted}))
        rows = [row for row in rows if (row["subject"], row["version"]) in wanted]
        found = await self._data_keys([(row["subject"], row) for row in rows])
        return {(key.subject, key.version): key for key in found if key}

    async def erased(self, person_ids: Collection[str]) -> frozenset[str]:
        """Which of these persons have been erased."""
        rows = await self._db.fetch("erased", [id for id in person_ids if _is_uuid(id)])
        return frozenset(str(row["person_id"]) for row in rows)

    async def claim(self, claim: Claim) -> Claim:
        """Commit the claim unless (aktor, id) is taken; returns the one that stands."""
        return await self._claimed(claim, "claim", *values_of(claim))

    async def claim_anew(self, tomt: Claim, claim: Claim) -> Claim:
        """Commit a claim in the place of one that was blanked, of the same event; returns the one that stands."""
        return await self._claimed(claim, "claim_anew", tomt.value, *values_of(claim))

    async def _claimed(self, claim: Claim, query: str, *values: object) -> Claim:
        async with self._db.session() as session:
            if is_made(_stands(await session.one(query, *values))["svar"]):
                return claim
            row = await session.one("standing", claim.aktor, claim.id, claim.handelse_id)
        return claim_of(_stands(row))

    async def claimed(self, handelse_id: str) -> Claim | None:
        """The claim of an event, or None."""
        row = await self._db.one("claimed", handelse_id) if can_be_an_id(handelse_id) else None
        if row is not None and row["raderas"]:
            raise Unavailable("valv")
        return None if row is None else claim_of(row)

    async def digest(self, content: bytes) -> bytes:
        """HMAC-SHA256 of content under the vault's claim key."""
        return _hmac(await self.secret(_CLAIMS), content)

    async def secret(self, name: str) -> bytes:
        """Find or make a 64-byte secret by name, the same for ever (so it is asked for once a process).

        Raises `SecretLost`.
        """
        if name not in self._secrets:
            self._secrets[name] = await self._secret(name)
        return self._secrets[name]

    async def _secret(self, name: str) -> bytes:
        purpose = secret_purpose(name)
        async with self._db.session() as session:
            row = await session.one("secret", name)
            if row is None:
                generation, [wrapped] = await self._wrap(session, [(purpose, os.urandom(SECRET_BYTES))])
                await session.fetch("put_secret", name, wrapped, generation)
                row = await session.one("secret", name)
        row = _stands(row)
        [secret] = await self._wrapping.unwrap([(purpose, row["generation"], row["wrapped"])])
        if secret is None:
            raise SecretLost(name, row["generation"])
        return secret

    async def lost(self) -> list[SecretLost]:
        """The secrets that nobody can open any more, by name."""
        rows = await self._db.fetch("secrets_of", sorted(await self._wrapping.gone()))
        return [SecretLost(row["name"], row["generation"]) for row in sorted(rows, key=lambda row: str(row["name"]))]

    async def use_token(self, aktor: str, jti: str, expires_ms: int) -> bool:
        """Record a token id as used until it expires; False where it was used before."""
        return await self._db.one("use_token", aktor, jti, expires_ms, expires_ms - TOKEN_GRACE_MS) is not None


def _purpose(key: DataKey) -> str:
    return key_purpose(key.subject, key.version)


def mapping_name(version: int) -> str:
    """The secret that is a version of the mapping key."""
    return _MAPPING if version == 1 else f"{_MAPPING}.{version}"


def digest_of(key: bytes, lookup: str) -> bytes:
    """What stands for a lookup in the vault."""
    return _hmac(key, lookup.encode())


def _hmac(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, hashlib.sha256)


def _is_uuid(id: str) -> bool:
    try:
        return str(UUID(id)) == id
    except ValueError:
        return False


def _present(found: Mapping[str, KnownPerson], lookup: str) -> KnownPerson:
    if lookup not in found:
        raise Halt("a person of the vault has lost its key", code="person-utan-nyckel")
    return found[lookup]


def _there(key: T | None) -> T:
    if key is None:
        raise Halt("`kek` has lost the generation that wraps what is asked for", code="fel-kek")
    return key


def _stands(row: Any | None) -> Any:
    if row is None:
        raise Halt("the vault lost what it had just kept", code="valv-motsager-sig")
    return row
