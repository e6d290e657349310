"""The mapping key made anew: every person's lookup under another version of it, while the hub runs."""

import asyncpg

from samverkanshub.adapters.postgres.database import Database
from samverkanshub.adapters.postgres.personrad import after, batch, lookup_of
from samverkanshub.adapters.postgres.vault import PostgresVault, digest_of, mapping_name
from samverkanshub.ports import KeyWrapping, Omgang


class PostgresMapping:
    """`MappingCare` over the vault's database. `Unavailable` is `valv`."""

    def __init__(self, pool: asyncpg.Pool, wrapping: KeyWrapping) -> None:
        self._db = Database(pool, "valv", "uppslag")
        self._vault = PostgresVault(pool, wrapping)

    async def versions(self) -> dict[int, int]:
        """The versions in use, and how many persons are looked up by each."""
        return {row["version"]: row["antal"] for row in await self._db.fetch("in_use")}

    async def lost(self) -> frozenset[int]:
        """The versions whose key is lost."""
        lost = {one.namn for one in await self._vault.lost()}
        return frozenset(version for version in await self.versions() if mapping_name(version) in lost)

    async def begin(self) -> int:
        """Make another version the newest; persons are looked up by the older ones too, as long as any is."""
        version = max(await self.versions()) + 1
        await self._vault.secret(mapping_name(version))
        async with self._db.transaction() as session:
            await session.fetch("turn")
            await session.fetch("begin", version)
        return version

    async def make_anew(self, limit: int, efter: str = "") -> Omgang:
        """Make the lookups of so many persons anew by the newest version, in one transaction; those after one's id."""
        newest = max(await self.versions())
        key = await self._vault.secret(mapping_name(newest))
        async with self._db.transaction() as session:
            rows = await session.fetch("to_make_anew", newest, limit, after(efter))
            known = [(row, one) for row, one in zip(rows, await self._vault.known(rows), strict=True) if one]
            ids = [row["person_id"] for row, _ in known]
            await session.fetch("make_anew", newest, ids, [digest_of(key, lookup_of(*one)) for one in known])
        return batch(rows, len(known))

    async def retire(self) -> list[int]:
        """Take away the older versions that nobody is looked up by any more, and destroy them."""
        async with self._db.transaction() as session:
            gone = sorted(row["version"] for row in await session.fetch("retire"))
            await session.fetch("forget", [mapping_name(version) for version in gone])
        return gone
