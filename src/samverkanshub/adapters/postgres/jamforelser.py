"""How far the log is held against what intake claimed, and what was found, in the projection's database."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from samverkanshub.adapters.postgres.database import Database
from samverkanshub.ports import SENASTE_FYND, Ansprakslage, Fynd, Jamfort


class PostgresJamforelser:
    """`Jamforelser` over their database, whose clock says when. `Unavailable` is `projektion`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "projektion", "jamforelser")

    async def place(self, partition: int) -> int:
        """The offset that is to be compared next; 0 where none is."""
        row = await self._db.one("place", partition)
        return 0 if row is None else int(row["position"])

    async def keep(self, jamfort: Jamfort) -> bool:
        """Keep what was found, all of it or nothing; False where somebody else has compared it."""
        async with self._db.transaction() as session:
            if await session.one("advance", jamfort.partition, jamfort.start, jamfort.end) is None:
                return False
            places, what = [one.offset for one in jamfort.fynd], [one.vad for one in jamfort.fynd]
            await session.fetch("keep", jamfort.partition, places, what)
        return True

    async def jamforda(self) -> list[Ansprakslage]:
        """How each partition of which anything is judged stands."""
        async with self._db.moment() as session:
            places = await session.fetch("places")
            counts, latest = await session.fetch("counts"), await session.fetch("latest", SENASTE_FYND)
        return [_lage(place, _of(place, counts), _of(place, latest)) for place in places]


def _of(place: Any, rows: Sequence[Any]) -> list[Any]:
    """Those of the same partition."""
    return [row for row in rows if row["partition"] == place["partition"]]


def _lage(place: Any, counts: Sequence[Any], latest: Sequence[Any]) -> Ansprakslage:
    return Ansprakslage(
        **place,
        fynd={row["vad"]: row["antal"] for row in counts},
        funnet_ms=min((row["funnet_ms"] for row in counts), default=-1),
        senaste=tuple(Fynd(row["offset"], row["vad"]) for row in latest),
    )
