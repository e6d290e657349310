"""Claims as the vault's table has them, and what the vault says to one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

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
