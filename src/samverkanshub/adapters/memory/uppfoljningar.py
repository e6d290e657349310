"""What the tables of follow-up are made of, in memory."""

from collections import Counter
from collections.abc import Sequence

from samverkanshub.domain.uppfoljning.arsrad import Arsrad
from samverkanshub.domain.uppfoljning.rakna import Plats, Ruta
from samverkanshub.ports import Raknat, RaknatTill


class MemoryUppfoljningar:
    """`Uppfoljningar` in memory."""

    def __init__(self) -> None:
        self._places: dict[int, RaknatTill] = {}
        self._rows: dict[tuple[int, int, str], Arsrad] = {}
        self._tal: Counter[tuple[int, Plats]] = Counter()

    async def place(self, partition: int) -> int:
        """The offset that is to be counted next; 0 where none is."""
        return self._places[partition].position if partition in self._places else 0

    async def rows(self, partition: int, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Arsrad]:
        """Persons' years by (year, person); those of whom nothing is counted are left out."""
        found = ((key, self._rows.get((partition, *key))) for key in keys)
        return {key: row for key, row in found if row is not None}

    async def keep(self, raknat: Raknat) -> bool:
        """Keep what was counted, all of it or nothing; False where somebody else has counted it."""
        if await self.place(raknat.partition) != raknat.start:
            return False
        self._places[raknat.partition] = RaknatTill(raknat.partition, raknat.end, raknat.tid)
        self._rows |= {(raknat.partition, *key): rad for key, rad in raknat.rader.items()}
        self._tal.update(raknat.tal)
        return True

    async def years(self) -> list[int]:
        """The years of which anything is counted."""
        return sorted({ar for (ar, _), antal in self._tal.items() if antal})

    async def tal(self, ar: int, rakning: str) -> dict[Ruta, int]:
        """The figures of a count in a year, those that are not zero."""
        found = ((plats, antal) for (year, plats), antal in self._tal.items() if year == ar and antal)
        return {(blad, mitt, varde): antal for (of, blad, mitt, varde), antal in found if of == rakning}

    async def places(self) -> list[RaknatTill]:
        """How far each partition is counted."""
        return [place for _, place in sorted(self._places.items())]
