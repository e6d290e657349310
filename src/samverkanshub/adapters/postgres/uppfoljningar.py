"""What the tables of follow-up are made of, in the projection's database."""

from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import Any, Final

import asyncpg

from samverkanshub.adapters.postgres.database import Database
from samverkanshub.domain.uppfoljning.arsrad import Arsrad
from samverkanshub.domain.uppfoljning.rakna import Arsdata, Lika
from samverkanshub.ports import Raknat, RaknatTill

_COLUMNS: Final = tuple(field.name for field in fields(Arsrad))


class PostgresUppfoljningar:
    """`Uppfoljningar` over their database. `Unavailable` is `projektion`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "projektion", "uppfoljningar")

    async def place(self, partition: int) -> int:
        """The offset that is to be counted next; 0 where none is."""
        row = await self._db.one("place", partition)
        return 0 if row is None else int(row["position"])

    async def rows(self, partition: int, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Arsrad]:
        """Persons' years by (year, person); those of whom nothing is counted are left out."""
        years, persons = [year for year, _ in keys], [person for _, person in keys]
        rows = await self._db.fetch("rows", partition, years, persons)
        return {(row["ar"], row["person_id"]): _arsrad(row) for row in rows}

    async def keep(self, raknat: Raknat) -> bool:
        """Keep what was counted, all of it or nothing; False where somebody else has counted it."""
        async with self._db.transaction() as session:
            place = (raknat.partition, raknat.start, raknat.end, raknat.tid)
            if await session.one("advance", *place) is None:
                return False
            persons = [(ar, raknat.partition, id_, *astuple(rad)) for (ar, id_), rad in sorted(raknat.rader.items())]
            await session.fetch("keep_persons", persons)
            messages = sorted(raknat.meddelanden.items())
            await session.fetch("keep_messages", [(ar, raknat.partition, *of, antal) for (ar, *of), antal in messages])
        return True

    async def years(self) -> list[int]:
        """The years of which anything is counted."""
        return [row["ar"] for row in await self._db.fetch("years")]

    async def data(self, ar: int) -> Arsdata:
        """All that is counted of a year, as it stood at one moment."""
        async with self._db.moment() as session:
            persons, messages = await session.fetch("persons", ar), await session.fetch("messages", ar)
        return Arsdata(tuple(Lika(**_tuples(row)) for row in persons), tuple(tuple(row) for row in messages))

    async def places(self) -> list[RaknatTill]:
        """How far each partition is counted."""
        return [RaknatTill(**row) for row in await self._db.fetch("places")]


def _arsrad(row: Any) -> Arsrad:
    known = _tuples(row)
    return Arsrad(**{name: known[name] for name in _COLUMNS})


def _tuples(row: Any) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
