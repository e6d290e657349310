"""Data keys of persons made anew: what comes is sealed by another, and each still opens what it sealed."""

import os

import asyncpg

from samverkanshub.adapters.postgres.database import Database
from samverkanshub.adapters.postgres.nycklar import key_purpose
from samverkanshub.adapters.postgres.personrad import KEY_BYTES, after, batch, lookup_of, sealed_lookup
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.ports import DataKey, KeyWrapping, KnownPerson, Omgang


class PostgresDataKeys:
    """Makes them anew over the vault's database. `Unavailable` is `valv`, and `kek` of who holds the generations."""

    def __init__(self, pool: asyncpg.Pool, wrapping: KeyWrapping) -> None:
        self._db = Database(pool, "valv", "datanycklar")
        self._vault = PostgresVault(pool, wrapping)
        self._wrapping = wrapping

    async def renew(self, days: int, limit: int, efter: str = "") -> Omgang:
        """Give so many persons whose key is older than so many days another, in one transaction; those after one's id.

        Who has lost theirs gets another when they are named again, and not here.
        """
        async with self._db.transaction() as session:
            rows = await session.fetch("old", days, limit, after(efter))
            known = [(row, one) for row, one in zip(rows, await self._vault.known(rows), strict=True) if one]
            made = [(_next(one), lookup_of(row, one)) for row, one in known]
            keys = [person.key for person, _ in made]
            subjects, versions = [key.subject for key in keys], [key.version for key in keys]
            purposes = [key_purpose(key.subject, key.version) for key in keys]
            nr, wrapped = await self._wrapping.wrap(list(zip(purposes, [key.key for key in keys], strict=True)))
            await session.fetch("add", subjects, versions, wrapped, nr)
            sealed = [sealed_lookup(person, lookup) for person, lookup in made]
            ids = [row["person_id"] for row, _ in known]
            await session.fetch("renew", ids, versions, [one[0] for one in sealed], [one[1] for one in sealed])
        return batch(rows, len(known))


def _next(person: KnownPerson) -> KnownPerson:
    key = DataKey(person.person_id, person.key.version + 1, os.urandom(KEY_BYTES))
    return KnownPerson(person.person_id, person.omrade, person.nummer, key)
