"""Claims as the vault's table has them, what the vault says to one, and those that the log is held against."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from samverkanshub.adapters.postgres.database import Database, can_be_an_id
from samverkanshub.codec.envelope import persons_of
from samverkanshub.ports import Claim, Outdated, Unavailable


def is_made(said: str) -> bool:
    """Was it made, or does another stand? `Unavailable` for who is being erased, `Outdated` for a key that is gone."""
    if said == "raderas":
        raise Unavailable("valv")
    if said == "foraldrat":
        raise Outdated("valv")
    return said == "gjort"


def values_of(claim: Claim) -> tuple[object, ...]:
    """What `claim` in vault.sql is given."""
    names, values = [name for name, _ in claim.headers], [value for _, value in claim.headers]
    ids = (claim.aktor, claim.id, claim.handelse_id, claim.digest)
    persons = [UUID(person_id) for person_id in persons_of(claim.headers) or ()]
    keys = sorted(claim.nycklar)
    sealed_by = ([subject for subject, _ in keys], [version for _, version in keys])
    return (*ids, list(claim.partitions), claim.key, names, values, claim.value, persons, *sealed_by)


def claim_of(row: Mapping[str, Any]) -> Claim:
    """The claim of a row."""
    headers = tuple(zip(row["header_names"], row["header_values"], strict=True))
    ids = (row["aktor"], row["id"], row["handelse_id"], row["digest"])
    return Claim(*ids, tuple(row["partitions"]), row["key"], headers, row["value"])


class PostgresAnspraken:
    """`Anspraken` over the vault's database, of which nothing else is asked. `Unavailable` is `valv`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "valv", "ansprak")

    async def of(self, handelse_ids: Collection[str]) -> dict[str, Claim]:
        """The claims of these events; those that nobody made are left out."""
        rows = await self._db.fetch("of", sorted(filter(can_be_an_id, handelse_ids)))
        return {row["handelse_id"]: _compared(row) for row in rows}


def _compared(row: Mapping[str, Any]) -> Claim:
    ids = (row["aktor"], row["id"], row["handelse_id"])
    return Claim(*ids, b"", tuple(row["partitions"]), row["key"], (), row["value"])
