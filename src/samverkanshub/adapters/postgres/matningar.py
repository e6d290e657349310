"""What `watch` measures of the topics, in the projection's database."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Final

import asyncpg

from samverkanshub.adapters.postgres.database import Database, Session
from samverkanshub.ports import Fonster, Klocka, Matrad, Vantande, Verkan

_COLUMNS: Final = ("amne", "partition", "slut", "byte", "lasare", "plats", "hors", "forsta")


class PostgresMatningar:
    """`Matningar` over their database, whose clock says when. `Unavailable` is `projektion`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "projektion", "matningar")

    async def nu(self) -> int:
        """What time the server's clock shows."""
        async with self._db.session() as session:
            return await _nu(session)

    async def keep(self, rader: Sequence[Matrad], klocka: Klocka, fonster_ms: int) -> None:
        """Keep a measurement, and forget those made longer ago than the window."""
        columns = [list(map(attrgetter(name), rader)) for name in _COLUMNS]
        await self._db.fetch("keep", fonster_ms, klocka.vem, klocka.fore_ms, klocka.inom_ms, *columns)

    async def fonster(self) -> Fonster:
        """All that is kept, as it stood at one moment."""
        async with self._db.moment() as session:
            rows, clocks = await session.fetch("rader"), await session.fetch("klockor")
            now = await _nu(session)
        return Fonster(now, tuple(Matrad(**row) for row in rows), tuple(Klocka(**row) for row in clocks))

    async def vantar(self, poster: Sequence[Vantande]) -> None:
        """Note records that narrow access and wait for the gate; forget those a day past."""
        columns = [list(map(attrgetter(name), poster)) for name in ("partition", "offset", "tid")]
        await self._db.fetch("vantar", *columns)

    async def verkan(self) -> list[Verkan]:
        """How soon what narrows access takes effect, by partition."""
        return [Verkan(**row) for row in await self._db.fetch("verkan")]


async def _nu(session: Session) -> int:
    row: Any = await session.one("nu")
    return int(row["nu"])
