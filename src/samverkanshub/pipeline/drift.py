"""How each reader of the hub's topics keeps up, judged over the window that `watch` has measured. Kafka is not asked.

An age is told by the database's clock, so that it goes on while everything else is dead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from samverkanshub import topics
from samverkanshub.domain import halsa
from samverkanshub.domain.halsa import OKANT, Matning
from samverkanshub.pipeline.matning import GRIND, SILENT_MS
from samverkanshub.ports import Fonster, Matrad


@dataclass(frozen=True, slots=True)
class Lasarlage:
    """How a reader stands with a partition: `slag` as `domain.halsa` judges it, and how far it is behind."""

    namn: str
    slag: str
    plats: int
    efter: int
    sekunder: float


@dataclass(frozen=True, slots=True)
class Dellage:
    """A partition: how long and large it is, records a second over the window, and its readers."""

    amne: str
    partition: int
    slut: int
    byte: int
    takt: float
    lasare: tuple[Lasarlage, ...]


@dataclass(frozen=True, slots=True)
class Amneslage:
    """The topics as they were last measured, `alder_ms` ago (-1: never), with every reader judged now."""

    alder_ms: int
    delar: tuple[Dellage, ...]

    @property
    def gammal(self) -> bool:
        """Was it measured too long ago to say how anybody stands?"""
        return not 0 <= self.alder_ms <= SILENT_MS


def judged(fonster: Fonster, positions: Mapping[int, int]) -> Amneslage:
    """The topics as the window shows them; the gate is where its `positions` say, which may be further than measured.

    Partitions and readers that the last measurement did not find are no more.
    """
    if not fonster.rader:
        return Amneslage(-1, ())
    last = fonster.rader[-1].tid
    # Measured in the future, by a clock that was set back since: when, nobody knows.
    found = Amneslage(fonster.nu - last if last <= fonster.nu else -1, ())
    rows = sorted(fonster.rader, key=lambda rad: (rad.amne, rad.partition, rad.tid))
    parts = [list(of) for _, of in groupby(rows, key=lambda rad: (rad.amne, rad.partition))]
    now = None if found.gammal else fonster.nu
    return Amneslage(found.alder_ms, tuple(_part(of, fonster.nu, now, positions) for of in parts if of[-1].tid == last))


def _part(rows: Sequence[Matrad], nu: int, judged_at: int | None, positions: Mapping[int, int]) -> Dellage:
    last = rows[-1]
    names = sorted({rad.lasare for rad in rows if rad.tid == last.tid} - {""})
    windows = [[rad for rad in rows if rad.lasare == name] for name in names]
    readers = tuple(_reader(window, nu, judged_at, positions) for window in windows)
    return Dellage(last.amne, last.partition, last.slut, last.byte, _rate(rows[0], last), readers)


def _rate(first: Matrad, last: Matrad) -> float:
    """Records a second over the window."""
    return 1000 * (last.slut - first.slut) / (last.tid - first.tid) if last.tid > first.tid else 0.0


def _reader(rows: Sequence[Matrad], nu: int, judged_at: int | None, positions: Mapping[int, int]) -> Lasarlage:
    last = rows[-1]
    gate = last.lasare == GRIND and last.amne == topics.LOGG
    place = max(last.plats, positions.get(last.partition, -1)) if gate else last.plats
    behind = max(last.slut - max(place, 0), 0)
    slag = OKANT if judged_at is None else halsa.bedomd(_window(rows), judged_at)
    return Lasarlage(last.lasare, slag, place, behind, halsa.sekunder_efter(behind, last.forsta or nu, nu))


def _window(rows: Sequence[Matrad]) -> list[Matning]:
    """Who was never heard from in the window counts as heard from when it began."""
    found, heard = list[Matning](), rows[0].tid
    for rad in rows:
        heard = rad.tid if rad.hors else heard
        found.append(Matning(rad.tid, rad.slut, rad.plats, heard))
    return found
