"""What a proposed regelverk would mean for the latest events: judged by the one in force and by the other, and counted.

Nothing is written. The log is judged from its beginning, since decisions rest on all that was before them; side by side
from where the days begin that are asked about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.codec.artefacts import regelverk_from
from samverkanshub.codec.schemas import Schemas
from samverkanshub.codec.underskrift import unasked
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.verkan import Verkan
from samverkanshub.pipeline.narrowing import Recorded
from samverkanshub.pipeline.reading import read
from samverkanshub.pipeline.rejudging import Rejudging, Standing
from samverkanshub.pipeline.what_if import Beside, OtherRegelverk, judged_otherwise
from samverkanshub.ports import ArtefactStore, LogReader

DAGAR: Final = 30
DAY_MS: Final = 86_400_000
MOST_BYTES: Final = 1_000_000_000
"""What may be remembered of an område: every person, ärende and event of its log is, while it is judged."""
MOST_JUDGED: Final = 200_000
"""Records that are judged both ways: of more, the latest."""
KEPT_EVERY: Final = 5_000
"""Records between two times that what is remembered is packed."""
FOR_LANG: Final = "for-lang"


@dataclass(frozen=True, slots=True)
class Stracka:
    """Which records of an område are judged both ways: [start, end); `kortad` where the days hold more than these."""

    partition: int
    start: int
    end: int
    kortad: bool


async def stretch(recorded: Recorded, partition: int, since_ms: int, most: int = MOST_JUDGED) -> Stracka:
    """Those judged since a time (ms), at most the latest so many. Raises `Unavailable`."""
    end = await recorded.position(partition)
    first = await _first_since(recorded, partition, since_ms, end)
    return Stracka(partition, max(first, end - most), end, first < end - most)


async def _first_since(recorded: Recorded, partition: int, since_ms: int, end: int) -> int:
    """The first record judged since a time, by halves: the log's time never goes back."""
    low, high = 0, end
    while low < high:
        middle = (low + high) // 2
        rows = await recorded.judged(partition, middle, middle + 1)
        if rows and rows[0].tid < since_ms:
            low = middle + 1
        else:
            high = middle
    return low


_Sida = tuple[Rejudging, OtherRegelverk]


class Provning:
    """Judges stretches both ways. `told` is called with 1 for each record judged, by whichever regelverk."""

    def __init__(
        self,
        reader: LogReader,
        artefacts: ArtefactStore,
        schemas: Schemas,
        forslag: Mapping[str, bytes],
        nu: Mapping[str, bytes],
        told: Callable[[int], object],
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._reader = reader
        self._artefacts = artefacts
        self._schemas = schemas
        self._forslag = forslag
        self._nu = nu
        self._kommun = municipality(regelverk_from(nu).katalog, regelverk_from(forslag).katalog)
        self._told = told
        self._most_bytes = most_bytes

    async def count(self, stracka: Stracka, verkan: Verkan) -> None:
        """Add what would be otherwise. Raises `Unavailable`, and `Halt`: `for-lang` where too much is to remember."""
        was = Rejudging(stracka.partition, self._artefacts, self._schemas, signatures=unasked)
        beside: tuple[_Sida, _Sida] | None = None
        async for record in self._reader.records(stracka.partition, 0, stracka.end):
            one = read(record, self._schemas)
            if beside is None and record.offset >= stracka.start:
                beside = self._from(stracka, was.standing() if record.offset else None)
                was = Rejudging(stracka.partition, self._artefacts, self._schemas, signatures=unasked)
            if beside is None:
                await was.judge(one)
            else:
                nu, forslag = [await judged_otherwise(one, *sida) for sida in beside]
                verkan.add(nu.decision, forslag.decision, self._kommun)
            if not (record.offset + 1) % KEPT_EVERY:
                self._require_room(was, *(judging for judging, _ in beside or ()))
            self._told(1)

    def _require_room(self, *judging: Rejudging) -> None:
        if sum(one.pack() for one in judging) > self._most_bytes:
            raise Halt("the log holds more than is remembered here", code=FOR_LANG)

    def _from(self, stracka: Stracka, standing: Standing | None) -> tuple[_Sida, _Sida]:
        """Both from where it stood: by the regelverk in force, whatever the log's own was then, and by the proposed."""
        nu, forslag = (self._side(found, stracka, standing) for found in (self._nu, self._forslag))
        return nu, forslag

    def _side(self, found: Mapping[str, bytes], stracka: Stracka, standing: Standing | None) -> _Sida:
        judging = Rejudging(
            stracka.partition, Beside(found, self._artefacts), self._schemas, standing, signatures=unasked
        )
        return judging, OtherRegelverk(found, stracka.start, self._schemas)


def municipality(nu: Katalog, forslag: Katalog) -> Callable[[str], str]:
    """The municipality of a reader group by either directory: its actor's own; empty for what is no municipality's."""
    known: dict[str, str] = {}
    for katalog in (forslag, nu):
        own = {aktor: kommun for kommun, aktor in katalog.kommuner.items()}
        units = {id_: own.get(enhet.aktor, "") for id_, enhet in katalog.enheter.items()}
        known |= {id_: units.get(grupp.enhet, "") for id_, grupp in katalog.lasargrupper.items()}
    return lambda grupp: known.get(grupp, "")
