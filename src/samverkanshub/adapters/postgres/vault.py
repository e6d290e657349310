"""The vault: every key wrapped under the key-encryption key, every number sealed under its person's own key."""

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4  # noqa: TID251 -- random person ids are made here, at the edge

import asyncpg

from samverkanshub.adapters.postgres.database import Database, Session, can_be_an_id
from samverkanshub.adapters.postgres.wrapping import Wrapping
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import Claim, DataKey, KnownPerson

SECRET_BYTES: Final = 64
KEY_BYTES: Final = 32
FIRST_VERSION: Final = 1
TOKEN_GRACE_MS: Final = 3_600_000
"""A used token is forgotten when the same actor uses one that expires this much later: tokens live for minutes."""
_MAPPING: Final = "valv.person"
_CLAIMS: Final = "valv.ansprak"
_NUMBER: Final = "nr:"


class PostgresVault:
    """`Vault` over a database of its own. `kek` is 32 bytes that stand nowhere in it. `Unavailable` is `valv`.

    Every write has reached the disk (`synchronous_commit`) when a method returns, but for new persons: nobody hears of
    one before there is a claim that names it, and what was written before a claim is on disk when the claim is.
    """

    def __init__(self, pool: asyncpg.Pool, kek: bytes) -> None:
        self._db = Database(pool, "valv", "vault")
        self._kek = Wrapping(kek)
        self._secrets: dict[str, bytes] = {}

    async def nu(self) -> int:
        """What time the server's own clock shows (ms)."""
        row = await self._db.one("nu")
        return int(row["nu"]) if row else 0

    async def persons(self, lookups: Sequence[str], omrade: int) -> list[KnownPerson]:
        """Find or make the person behind each lookup, in order; those who are missing are made all at once."""
        mapping = await self.secret(_MAPPING)
        digests = {lookup: _hmac(mapping, lookup.encode()) for lookup in lookups}
        if not digests:
            return []
        async with self._db.session() as session:
            found = await self._by_lookup(session, digests)
            missing = {lookup: digest for lookup, digest in digests.items() if digest not in found}
            if missing:
                found |= await self._make(session, missing, omrade)
        return [_present(found, digests[lookup]) for lookup in lookups]

    async def find(self, lookups: Sequence[str]) -> list[KnownPerson | None]:
        """The person behind each lookup, in order; None where nobody is known by it."""
        mapping = await self.secret(_MAPPING)
        digests = {lookup: _hmac(mapping, lookup.encode()) for lookup in lookups}
        async with self._db.session() as session:
            found = await self._by_lookup(session, digests)
        return [found.get(digests[lookup]) for lookup in lookups]

    async def _by_lookup(self, session: Session, digests: Mapping[str, bytes]) -> dict[bytes, KnownPerson]:
        rows = await session.fetch("persons_by_lookup", list(digests.values()))
        return {row["lookup"]: self._known(row) for row in rows}

    async def _make(self, session: Session, missing: Mapping[str, bytes], omrade: int) -> dict[bytes, KnownPerson]:
        made = {digest: _new_person(lookup, omrade) for lookup, digest in missing.items()}
        rows = [self._row(digest, person) for digest, person in made.items()]
        columns = [list(column) for column in zip(*rows, strict=True)]
        kept = await session.fetch("put_persons", *columns, omrade, FIRST_VERSION)
        # Where somebody else made one of them first, that one stands.
        return made if len(kept) == len(made) else await self._by_lookup(session, missing)

    def _row(self, digest: bytes, person: KnownPerson) -> tuple[UUID, bytes, bytes, bytes]:
        key, number = person.key, person.nummer.encode()
        sealed = Wrapping(key.key).wrap(f"nummer\0{person.person_id}", number) if number else b""
        wrapped = self._kek.wrap(_key_purpose(person.person_id, FIRST_VERSION), key.key)
        return UUID(person.person_id), digest, sealed, wrapped

    def _known(self, row: Mapping[str, Any]) -> KnownPerson:
        person_id = str(row["person_id"])
        key = self._data_key(person_id, row)
        sealed = row["nummer"]
        number = Wrapping(key.key).unwrap(f"nummer\0{person_id}", sealed).decode() if sealed else ""
        return KnownPerson(person_id, row["omrade"], number, key)

    def _data_key(self, subject: str, row: Mapping[str, Any]) -> DataKey:
        version = row["version"]
        return DataKey(subject, version, self._kek.unwrap(_key_purpose(subject, version), row["wrapped"]))

    async def by_ids(self, person_ids: Sequence[str]) -> dict[str, KnownPerson]:
        """The persons with these ids; those unknown (or erased) are left out."""
        rows = await self._db.fetch("persons_by_id", [id for id in person_ids if _is_uuid(id)])
        return {person.person_id: person for person in map(self._known, rows)}

    async def subject_key(self, subject: str) -> DataKey:
        """Find or make the data key of something that is no person (`arende:<id>`, `handelse:<id>`)."""
        async with self._db.session() as session:
            row = await session.one("subject_key", subject)
            if row is None:
                fresh = self._kek.wrap(_key_purpose(subject, FIRST_VERSION), os.urandom(KEY_BYTES))
                await session.fetch("put_subject_key", subject, FIRST_VERSION, fresh)
                row = await session.one("subject_key", subject)
        return self._data_key(subject, _stands(row))

    async def claim(self, claim: Claim) -> Claim:
        """Commit the claim unless (aktor, id) is taken; returns the one that stands."""
        async with self._db.session() as session:
            if await session.one("claim", *_claim_values(claim)) is not None:
                return claim
            row = await session.one("standing", claim.aktor, claim.id, claim.handelse_id)
        return _claim(_stands(row))

    async def claimed(self, handelse_id: str) -> Claim | None:
        """The claim of an event, or None."""
        row = await self._db.one("claimed", handelse_id) if can_be_an_id(handelse_id) else None
        return None if row is None else _claim(row)

    async def digest(self, content: bytes) -> bytes:
        """HMAC-SHA256 of content under the vault's claim key."""
        return _hmac(await self.secret(_CLAIMS), content)

    async def secret(self, name: str) -> bytes:
        """Find or make a 64-byte secret by name, the same for ever (so it is asked for once a process)."""
        if name not in self._secrets:
            self._secrets[name] = await self._secret(name)
        return self._secrets[name]

    async def _secret(self, name: str) -> bytes:
        purpose = f"hemlighet\0{name}"
        async with self._db.session() as session:
            row = await session.one("secret", name)
            if row is None:
                await session.fetch("put_secret", name, self._kek.wrap(purpose, os.urandom(SECRET_BYTES)))
                row = await session.one("secret", name)
        return self._kek.unwrap(purpose, _stands(row)["wrapped"])

    async def use_token(self, aktor: str, jti: str, expires_ms: int) -> bool:
        """Record a token id as used until it expires; False where it was used before."""
        return await self._db.one("use_token", aktor, jti, expires_ms, expires_ms - TOKEN_GRACE_MS) is not None


def _new_person(lookup: str, omrade: int) -> KnownPerson:
    person_id = str(uuid4())
    number = lookup.removeprefix(_NUMBER) if lookup.startswith(_NUMBER) else ""
    return KnownPerson(person_id, omrade, number, DataKey(person_id, FIRST_VERSION, os.urandom(KEY_BYTES)))


def _hmac(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, hashlib.sha256)


def _key_purpose(subject: str, version: int) -> str:
    return f"datanyckel\0{subject}\0{version}"


def _is_uuid(id: str) -> bool:
    try:
        return str(UUID(id)) == id
    except ValueError:
        return False


def _present(found: Mapping[bytes, KnownPerson], digest: bytes) -> KnownPerson:
    if digest not in found:
        raise Halt("a person of the vault has lost its key", code="person-utan-nyckel")
    return found[digest]


def _stands(row: Any | None) -> Any:
    if row is None:
        raise Halt("the vault lost what it had just kept", code="valv-motsager-sig")
    return row


def _claim_values(claim: Claim) -> tuple[object, ...]:
    names, values = [name for name, _ in claim.headers], [value for _, value in claim.headers]
    ids = (claim.aktor, claim.id, claim.handelse_id, claim.digest)
    return (*ids, list(claim.partitions), claim.key, names, values, claim.value)


def _claim(row: Mapping[str, Any]) -> Claim:
    headers = tuple(zip(row["header_names"], row["header_values"], strict=True))
    ids = (row["aktor"], row["id"], row["handelse_id"], row["digest"])
    return Claim(*ids, tuple(row["partitions"]), row["key"], headers, row["value"])
