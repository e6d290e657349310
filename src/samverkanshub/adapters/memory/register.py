"""The auditors' register, in memory."""

from collections.abc import Iterable, Mapping, Sequence

from samverkanshub.ports import Infort, Oppnad, Registrerat, Till, Undanhallet


class MemoryRegister:
    """`Register` in memory."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget everything, as where a rebuild is put in place."""
        self._places: dict[int, int] = {}
        self._undanhallet: dict[tuple[str, str, str, str, str], tuple[int, int]] = {}
        self._oppningar: list[Oppnad] = []
        self._samtycken: list[Registrerat] = []
        self._regler: dict[tuple[str, str, int], list[int]] = {}

    async def place(self, partition: int) -> int:
        """The offset that is to be entered next; 0 where none is."""
        return self._places.get(partition, 0)

    async def places(self) -> Till:
        """How far each partition is entered."""
        return dict(self._places)

    async def keep(self, infort: Infort) -> bool:
        """Keep what was entered, all of it or nothing; False where somebody else has entered it."""
        if await self.place(infort.partition) != infort.start:
            return False
        self._places[infort.partition] = infort.end
        for key, (beslut, uppgifter) in infort.undanhallet.items():
            known = self._undanhallet.get(key, (0, 0))
            self._undanhallet[key] = (known[0] + beslut, known[1] + uppgifter)
        self._oppningar += infort.oppningar
        self._samtycken += infort.samtycken
        for (aktor, regel), offsets in infort.regler.items():
            self._regler.setdefault((aktor, regel, infort.partition), []).extend(offsets)
        return True

    async def undanhallet(self, aktor: str, fran: str, till: str) -> tuple[Till, Undanhallet]:
        """What an actor's decisions withheld on the days [fran, till), and how far that is entered."""
        found: dict[tuple[str, str, str, str], tuple[int, int]] = {}
        for (whose, dag, *rest), counted in self._undanhallet.items():
            if whose == aktor and fran <= dag < till:
                grupp, regel, skal = rest
                known = found.get((dag, grupp, regel, skal), (0, 0))
                found[dag, grupp, regel, skal] = (known[0] + counted[0], known[1] + counted[1])
        return dict(self._places), found

    async def oppningar(
        self, aktor: str, anvandare: str, span: tuple[int, int], before: Till, limit: int, after: tuple[int, int, int]
    ) -> list[Oppnad]:
        """An actor's openings, by one user where one is given, of the times in `span`, those after `after`."""
        found = (one for one in self._opened(aktor, span, before) if one.at > after)
        return sorted((one for one in found if anvandare in ("", one.anvandare)), key=lambda one: one.at)[:limit]

    async def oppnat(
        self, aktor: str, par: Sequence[tuple[str, str]], span: tuple[int, int], before: Till
    ) -> Mapping[tuple[str, str], int]:
        """How often each (user, person) was opened by and about."""
        found: dict[tuple[str, str], int] = {}
        for one in self._opened(aktor, span, before):
            for key in {(one.anvandare, person) for person in one.personer}.intersection(par):
                found[key] = found.get(key, 0) + 1
        return found

    def _opened(self, aktor: str, span: tuple[int, int], before: Till) -> Iterable[Oppnad]:
        within = (one for one in self._oppningar if one.aktor == aktor and span[0] <= one.tid < span[1])
        return (one for one in within if one.offset < before.get(one.partition, 0))

    async def samtycken(
        self, aktor: str, span: tuple[int, int], before: Till, limit: int, after: tuple[int, int, int]
    ) -> list[Registrerat]:
        """An actor's registrations of consents whose end is in `span`, those after `after`."""
        within = (one for one in self._samtycken if one.aktor == aktor and span[0] <= one.till < span[1])
        known = (one for one in within if one.offset < before.get(one.partition, 0) and one.at > after)
        return sorted(known, key=lambda one: one.at)[:limit]

    async def citing(self, aktor: str, regel: str, partition: int, span: tuple[int, int], limit: int) -> list[int]:
        """Offsets in `span` that an actor has a part in and that cite the rule, in order."""
        found = self._regler.get((aktor, regel, partition), ())
        return [offset for offset in found if span[0] <= offset < span[1]][:limit]
