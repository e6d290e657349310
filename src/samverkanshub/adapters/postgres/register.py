"""The auditors' register, in the projection's database."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import asyncpg

from samverkanshub.adapters.postgres.database import Database, as_rows, can_be_an_id
from samverkanshub.ports import Infort, Oppnad, Registrerat, Till, Undanhallet

_UNDANHALLET: Final = ("aktor", "dag", "lasargrupp", "regel", "skal", "partition", "beslut", "uppgifter")
_OPPNING: Final = ("aktor", "tid", "partition", "offset", "anvandare", "leverans_id", "personer")
_SAMTYCKE: Final = ("aktor", "till", "partition", "offset", "handelse_id", "person_id")
_REGEL: Final = ("aktor", "regel", "partition", "sista", "platser")


class PostgresRegister:
    """`Register` over its database. `Unavailable` is `projektion`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "projektion", "register")

    async def place(self, partition: int) -> int:
        """The offset that is to be entered next; 0 where none is."""
        row = await self._db.one("place", partition)
        return 0 if row is None else int(row["position"])

    async def places(self) -> Till:
        """How far each partition is entered."""
        return _places(await self._db.fetch("places"))

    async def keep(self, infort: Infort) -> bool:
        """Keep what was entered, all of it or nothing; False where somebody else has entered it."""
        p = infort.partition
        async with self._db.transaction() as session:
            if await session.one("advance", p, infort.start, infort.end) is None:
                return False
            withheld = [(*key, p, *counted) for key, counted in sorted(infort.undanhallet.items())]
            await session.fetch("keep_undanhallet", as_rows(_UNDANHALLET, withheld))
            opened = as_rows(_OPPNING, [_columns_of(one, _OPPNING) for one in infort.oppningar])
            await session.fetch("keep_oppningar", opened)
            await session.fetch("keep_oppnat", opened)
            registered = as_rows(_SAMTYCKE, [_columns_of(one, _SAMTYCKE) for one in infort.samtycken])
            await session.fetch("keep_samtycken", registered)
            cited = [(*key, p, places[-1], list(places)) for key, places in sorted(infort.regler.items())]
            await session.fetch("keep_regler", as_rows(_REGEL, cited))
        return True

    async def undanhallet(self, aktor: str, fran: str, till: str) -> tuple[Till, Undanhallet]:
        """What an actor's decisions withheld on the days [fran, till), and how far that is entered."""
        async with self._db.moment() as session:
            places = _places(await session.fetch("places"))
            rows = await session.fetch("undanhallet", aktor, fran, till)
        by = ("dag", "lasargrupp", "regel", "skal")
        return places, {tuple(row[one] for one in by): (row["beslut"], row["uppgifter"]) for row in rows}

    async def oppningar(
        self, aktor: str, anvandare: str, span: tuple[int, int], before: Till, limit: int, after: tuple[int, int, int]
    ) -> list[Oppnad]:
        """An actor's openings, by one user where one is given, of the times in `span`, those after `after`."""
        if not can_be_an_id(anvandare):
            return []
        asked = (aktor, *span, limit, *_columns(before), *after)
        query = ("oppningar_av", *asked, anvandare) if anvandare else ("oppningar", *asked)
        return [_row(Oppnad, row) for row in await self._db.fetch(*query)]

    async def oppnat(
        self, aktor: str, par: Sequence[tuple[str, str]], span: tuple[int, int], before: Till
    ) -> Mapping[tuple[str, str], int]:
        """How often each (user, person) was opened by and about."""
        users, persons = [user for user, _ in par], [person for _, person in par]
        rows = await self._db.fetch("oppnat", aktor, *span, *_columns(before), users, persons)
        return {(row["anvandare"], row["person_id"]): row["antal"] for row in rows}

    async def samtycken(
        self, aktor: str, span: tuple[int, int], before: Till, limit: int, after: tuple[int, int, int]
    ) -> list[Registrerat]:
        """An actor's registrations of consents whose end is in `span`, those after `after`."""
        rows = await self._db.fetch("samtycken", aktor, *span, limit, *_columns(before), *after)
        return [_row(Registrerat, row) for row in rows]

    async def citing(self, aktor: str, regel: str, partition: int, span: tuple[int, int], limit: int) -> list[int]:
        """Offsets in `span` that an actor has a part in and that cite the rule, in order."""
        return [row["plats"] for row in await self._db.fetch("citing", aktor, regel, partition, *span, limit)]


def _columns_of(one: object, columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(one, column) for column in columns)


def _places(rows: Sequence[Any]) -> Till:
    return {row["partition"]: row["position"] for row in rows}


def _columns(before: Till) -> tuple[list[int], list[int]]:
    return list(before), list(before.values())


def _row(kind: type[Any], row: Any) -> Any:
    values = {field.name: row[field.name] for field in fields(kind)}
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
