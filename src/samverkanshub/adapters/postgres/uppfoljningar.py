"""What the tables of follow-up are made of, in the projection's database."""

from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import Any, Final

import asyncpg

from samverkanshub.adapters.postgres.database import Database, as_rows
from samverkanshub.domain.uppfoljning.arsrad import Arsrad
from samverkanshub.domain.uppfoljning.rakna import Ruta
from samverkanshub.ports import Raknat, RaknatTill

_COLUMNS: Final = tuple(field.name for field in fields(Arsrad))

_PERSON: Final = ("ar", "partition", "person_id", *_COLUMNS)
_TAL: Final = ("ar", "rakning", "blad", "mitt", "varde", "partition", "antal")


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
            await session.fetch("keep_persons", as_rows(_PERSON, persons))
            figures = [(ar, *at, raknat.partition, antal) for (ar, at), antal in sorted(raknat.tal.items())]
            await session.fetch("keep_figures", as_rows(_TAL, figures))
        return True

    async def years(self) -> list[int]:
        """The years of which anything is counted."""
        return [row["ar"] for row in await self._db.fetch("years")]

    async def tal(self, ar: int, rakning: str) -> dict[Ruta, int]:
        """The figures of a count in a year, those that are not zero."""
        rows = await self._db.fetch("figures", ar, rakning)
        return {(row["blad"], row["mitt"], row["varde"]): row["antal"] for row in rows}

    async def places(self) -> list[RaknatTill]:
        """How far each partition is counted."""
        return [RaknatTill(**row) for row in await self._db.fetch("places")]


def _arsrad(row: Any) -> Arsrad:
    known: dict[str, Any] = {name: row[name] for name in _COLUMNS}
    for name, value in known.items():
        known[name] = tuple(value) if isinstance(value, list) else value
    return Arsrad(**known)
