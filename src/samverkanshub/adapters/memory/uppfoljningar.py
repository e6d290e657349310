"""What the tables of follow-up are made of, in memory."""

from collections import Counter
from collections.abc import Sequence

from samverkanshub.domain.uppfoljning.arsrad import Arsrad
from samverkanshub.domain.uppfoljning.rakna import Arsdata, Lika
from samverkanshub.ports import Raknat, RaknatTill


class MemoryUppfoljningar:
    """`Uppfoljningar` in memory."""

    def __init__(self) -> None:
        self._places: dict[int, RaknatTill] = {}
        self._rows: dict[tuple[int, int, str], Arsrad] = {}
        self._messages: Counter[tuple[int, str, str, str]] = Counter()

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
        self._messages.update(raknat.meddelanden)
        return True

    async def years(self) -> list[int]:
        """The years of which anything is counted."""
        return sorted({ar for _, ar, _ in self._rows} | {ar for ar, *_ in self._messages})

    async def data(self, ar: int) -> Arsdata:
        """All that is counted of a year."""
        alike = Counter(_alike(rad) for (_, year, _), rad in self._rows.items() if year == ar)
        persons = sorted((*one, antal) for one, antal in alike.items())
        messages = sorted((*of, antal) for (year, *of), antal in self._messages.items() if year == ar)
        return Arsdata(tuple(Lika(*one) for one in persons), tuple(messages))  # type: ignore[arg-type]

    async def places(self) -> list[RaknatTill]:
        """How far each partition is counted."""
        return [place for _, place in sorted(self._places.items())]


_Alike = tuple[str, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...], bool]


def _alike(rad: Arsrad) -> _Alike:
    return rad.kon, rad.alder, rad.kommun, rad.grupper, rad.vald, rad.fragor, bool(rad.misstankar)
