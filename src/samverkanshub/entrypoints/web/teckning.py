"""A timeline laid out: lanes, bars, marks and lines with their coordinates, in whole units of an SVG. Pure.

The axis is in order and not to scale: what came close together is kept apart, and long silences are shortened. Marks
that would touch are stacked in their lane, and only those with room beside them have their name written out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log2
from typing import Final

from samverkanshub.domain import tidslinje as bild
from samverkanshub.domain.brevord import said
from samverkanshub.domain.decision import REFUSED
from samverkanshub.domain.events import MESSAGES
from samverkanshub.domain.tidslinje import Handelse, Leverans, Stapel, Tidslinje, state_of

MARK: Final = 24
"""How wide and high a mark is, what may be pressed included."""
ROW: Final = 28
"""From one row of a lane to the next."""
PAD: Final = 10
"""Above the first and below the last row of a lane, and at both ends of the axis."""
EDGE: Final = 24
LEAST: Final = 14
"""Between two instants."""
WIDEST: Final = 2400
"""What silences add is made less where the axis would be wider."""
NARROWEST: Final = 640
AXIS: Final = 36
"""How high the axis is."""
LETTER: Final = 7
"""How wide a letter is, at most on average."""
TICK: Final = 84
"""How wide a date on the axis is."""
LINE: Final = 15
"""How high a line of a lane's name is."""
NAME: Final = 152
"""How wide the names of lanes are."""
FOR_EVER: Final = 2**62

SHAPES: Final[Mapping[str, str]] = {
    bild.UNDANHALLEN: "kors",
    bild.DELVIS: "halv",
    bild.LEVERERAD: "punkt",
    bild.OPPNAD: "ring",
    bild.KVITTERAD: "bock",
    bild.ESKALERAD: "trekant",
    bild.ATERKALLAD: "streckad",
}
"""How each state of a delivery is drawn."""


@dataclass(frozen=True, slots=True)
class Ord:
    """How types, states, purposes, what happened and units are said."""

    typ: Mapping[str, str]
    lage: Mapping[str, str]
    andamal: Mapping[str, str]
    skeende: Callable[[str], str] = str
    enhet: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Marke:
    """A mark: `x`, `y` are its middle. `val` is what pressing it chooses, empty where there is nothing to explain."""

    val: str
    x: int
    y: int
    form: str
    namn: str
    etikett: str = ""
    vald: bool = False
    andras: bool = False


@dataclass(frozen=True, slots=True)
class Bana:
    """A lane from `y`, with its name in lines that fit."""

    slag: str
    rader: tuple[str, ...]
    y: int
    hojd: int


@dataclass(frozen=True, slots=True)
class Stracka:
    """A stretch of the axis: a bar, or a shade."""

    slag: str
    x: int
    bredd: int
    y: int = 0
    hojd: int = 0
    namn: str = ""
    oppen: bool = False


@dataclass(frozen=True, slots=True)
class Linje:
    """From sender to recipient."""

    x: int
    y1: int
    y2: int
    slag: str


@dataclass(frozen=True, slots=True)
class Teckning:
    """The whole picture."""

    bredd: int
    hojd: int
    banor: tuple[Bana, ...]
    staplar: tuple[Stracka, ...]
    skuggor: tuple[Stracka, ...]
    linjer: tuple[Linje, ...]
    marken: tuple[Marke, ...]
    skala: tuple[tuple[int, int], ...]
    """Where on the axis a time (ms) is written."""


@dataclass(frozen=True, slots=True)
class _Lagd:
    """A mark before its lane is known to stand anywhere: `nyckel` is what a line is drawn between."""

    bana: str
    x: int
    rad: int
    marke: Marke
    nyckel: tuple[str, int]


def drawn(tidslinje: Tidslinje, ordlista: Ord, vald: str = "", andras: frozenset[str] = frozenset()) -> Teckning:
    """The picture. `vald` is the event that is explained; `andras` those that would have been decided otherwise."""
    axis = Axel.of(tidslinje)
    placed = _stacked(_marks(tidslinje, axis, ordlista, vald, andras))
    lanes = _lanes(tidslinje, placed, ordlista)
    tops = {key: lane.y for key, lane in lanes.items()}
    height = max((lane.y + lane.hojd for lane in lanes.values()), default=AXIS)
    marks = [_at(one, tops[one.bana]) for one in placed]
    return Teckning(
        bredd=axis.bredd,
        hojd=height,
        banor=tuple(lanes.values()),
        staplar=tuple(_bar(one, axis, tops[one.kedja], ordlista) for one in tidslinje.staplar),
        skuggor=tuple(_shade(one, axis, height) for one in tidslinje.skuggor),
        linjer=tuple(_lines(tidslinje, axis, placed, tops)),
        marken=tuple(_labelled(marks, axis.bredd)),
        skala=axis.ticks,
    )


# ------------------------------------------------------------------------------------------ the axis


@dataclass(frozen=True, slots=True)
class Axel:
    """Where each instant (ms) is."""

    places: Mapping[int, int]
    bredd: int

    @classmethod
    def of(cls, tidslinje: Tidslinje) -> "Axel":
        """Of every instant that the picture shows."""
        times = sorted(set(_times(tidslinje)))
        extras = [_silence(later - one) for one, later in pairwise(times)]
        room = max(WIDEST - 2 * EDGE - LEAST * len(extras), 0)
        share = min(1.0, room / (sum(extras) or 1))
        places, x = dict[int, int](), EDGE
        for tid, extra in zip(times, [0.0, *extras], strict=False):
            x += (LEAST if places else 0) + round(extra * share)
            places[tid] = x
        return cls(places, max(x + EDGE, NARROWEST))

    def x(self, tid: int) -> int:
        """Where it is; the end for what has none."""
        return self.places.get(tid, self.bredd)

    @property
    def ticks(self) -> tuple[tuple[int, int], ...]:
        """The instants that are written, those that have room: (x, ms)."""
        found, free = list[tuple[int, int]](), 0
        for tid, x in self.places.items():
            if x >= free and x + TICK <= self.bredd:
                found.append((x, tid))
                free = x + TICK
        return tuple(found)


def _times(tidslinje: Tidslinje) -> Iterable[int]:
    yield from (one.tid for one in tidslinje.handelser)
    yield from (one.tid for one in tidslinje.leveranser)
    for bar in tidslinje.staplar:
        yield from (tid for tid in (bar.fran, bild.ends(bar)) if tid)
        yield from (one.tid for one in (*bar.skeden, *bar.citerad))
    for shade in tidslinje.skuggor:
        yield from (one.tid for one in (shade.borjan, shade.slut) if one is not None)


def _silence(ms: int) -> float:
    """What a time between two instants adds: most of it for the first hours."""
    return min(48.0, 6 * log2(1 + ms / 60_000))


# ------------------------------------------------------------------------------------------ marks


def _marks(tidslinje: Tidslinje, axis: Axel, ordlista: Ord, vald: str, andras: frozenset[str]) -> list[_Lagd]:
    told = [_event(one, axis, ordlista, vald, andras) for one in tidslinje.handelser]
    carried = [_delivery(one, axis, ordlista, vald, andras) for one in tidslinje.leveranser]
    return sorted([*told, *carried], key=lambda one: (one.x, one.nyckel))


def _event(one: Handelse, axis: Axel, ordlista: Ord, vald: str, andras: frozenset[str]) -> _Lagd:
    name = ordlista.skeende(one.kod) if one.kod else said(one.typ, ordlista.typ)
    told = f"{name}, avvisad" if one.utslag == REFUSED else name
    marke = Marke(one.id, axis.x(one.tid), 0, event_shape(one), told, name, _same(one.id, vald), one.id in andras)
    return _Lagd(one.bana or UNKNOWN, marke.x, 0, marke, (one.id, one.position))


def event_shape(one: Handelse) -> str:
    """How an event is drawn: by what kind it is, or that it was refused."""
    if one.utslag == REFUSED:
        return "avvisad"
    if one.slag == bild.SKEENDE:
        return "skeende"
    if one.slag != bild.HANDELSE:
        return "incident"
    if one.typ in MESSAGES:
        return "meddelande"
    return "samtycke" if one.typ.startswith(("samtycke", "undantag")) else "handling"


def _delivery(one: Leverans, axis: Axel, ordlista: Ord, vald: str, andras: frozenset[str]) -> _Lagd:
    state = state_of(one, FOR_EVER)
    short = said(state, ordlista.lage)
    name = f"{said(one.typ, ordlista.typ)} till {ordlista.enhet(one.till) or UNKNOWN}: {short}"
    chosen, other = _same(one.handelse_id, vald), one.handelse_id in andras
    marke = Marke(one.handelse_id, axis.x(one.tid), 0, SHAPES[state], name, short, chosen, other)
    return _Lagd(one.till or UNKNOWN, marke.x, 0, marke, (f"#{one.handelse_id}", one.position))


def _same(id_: str, vald: str) -> bool:
    return bool(id_) and id_ == vald


UNKNOWN: Final = "okänd enhet"
"""The lane of what is not told whose it is."""


def _stacked(marks: Sequence[_Lagd]) -> list[_Lagd]:
    """Each in the first row of its lane in which it touches none."""
    free: dict[str, list[int]] = {}
    placed = []
    for one in marks:
        rows = free.setdefault(one.bana, [])
        row = next((at for at, end in enumerate(rows) if end <= one.x), len(rows))
        rows[row : row + 1] = [one.x + MARK + 2]
        placed.append(replace(one, rad=row))
    return placed


def _at(one: _Lagd, top: int) -> Marke:
    return replace(one.marke, y=top + PAD + one.rad * ROW + MARK // 2)


def _labelled(marks: Sequence[Marke], width: int) -> list[Marke]:
    """Names are written only where they touch neither the next mark of the row nor the end."""
    by_row: dict[int, list[Marke]] = {}
    for one in marks:
        by_row.setdefault(one.y, []).append(one)
    found = []
    for row in by_row.values():
        ordered = sorted(row, key=lambda one: one.x)
        ends = [*(one.x - MARK // 2 for one in ordered[1:]), width]
        found += [_with_label(one, end) for one, end in zip(ordered, ends, strict=True)]
    return sorted(found, key=lambda one: (one.x, one.y))


def _with_label(one: Marke, end: int) -> Marke:
    fits = one.x + MARK // 2 + 4 + LETTER * len(one.etikett) <= end
    return one if fits else replace(one, etikett="")


# ------------------------------------------------------------------------------------------ lanes, bars and lines


def _lanes(tidslinje: Tidslinje, placed: Sequence[_Lagd], ordlista: Ord) -> dict[str, Bana]:
    """Consents first, then units, then what is nobody's."""
    rows: dict[str, int] = {}
    for one in placed:
        rows[one.bana] = max(rows.get(one.bana, 0), one.rad + 1)
    consents = {one.kedja: consent_name(one, ordlista) for one in tidslinje.staplar}
    units = [name for name in (*tidslinje.enheter, UNKNOWN) if name in rows or name != UNKNOWN]
    named = [*consents.items(), *((name, ordlista.enhet(name)) for name in units)]
    found, y = dict[str, Bana](), AXIS
    for key, name in named:
        lines = in_lines(name)
        height = max(2 * PAD + rows.get(key, 1) * ROW, LINE * len(lines) + PAD)
        found[key] = Bana("samtycke" if key in consents else "enhet", lines, y, height)
        y += height
    return found


def consent_name(one: Stapel, ordlista: Ord) -> str:
    """A consent's lane, by its purpose where that is told."""
    return f"Samtycke: {said(one.andamal, ordlista.andamal)}" if one.andamal else "Samtycke"


def in_lines(name: str) -> tuple[str, ...]:
    """A lane's name in lines that fit beside it, broken after `.` and at spaces, and where a part is too long."""
    most, lines = (NAME - PAD) // LETTER, [""]
    for part in name.replace(".", ". ").split():
        glue = "" if lines[-1].endswith(".") else " "
        if lines[-1] and len(lines[-1] + glue + part) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]}{glue if lines[-1] else ''}{part}"
    return tuple(line[at : at + most] for line in lines for at in range(0, len(line) or 1, most))


def _bar(one: Stapel, axis: Axel, top: int, ordlista: Ord) -> Stracka:
    """Where its times are not told: from where decisions rest on it first to where they do last, with open ends."""
    known = one.position >= 0
    cited = [axis.x(cite.tid) for cite in one.citerad] or [EDGE]
    start, end = (axis.x(one.fran), axis.x(bild.ends(one))) if known else (cited[0], cited[-1])
    first = min(one.skeden, key=lambda skede: skede.tid, default=None)
    last = first.slag if first else ("upphor" if known else "okant")
    width = max(end - start, MARK)
    return Stracka(last, start, width, top + PAD + 4, MARK - 8, said(last, ordlista.lage), not known)


def _shade(one: bild.Skugga, axis: Axel, height: int) -> Stracka:
    start = axis.x(one.borjan.tid)
    end = axis.x(one.slut.tid) if one.slut is not None else axis.bredd
    return Stracka(one.slag, start, max(end - start, 4), AXIS, max(height - AXIS, 0), oppen=one.slut is None)


def _lines(tidslinje: Tidslinje, axis: Axel, placed: Sequence[_Lagd], tops: Mapping[str, int]) -> Iterable[Linje]:
    """From the mark of the event to that of each delivery of it."""
    rows = {one.nyckel: _at(one, tops[one.bana]).y for one in placed if not one.nyckel[0].startswith("#")}
    ends = [one for one in placed if one.nyckel[0].startswith("#")]
    for one in ends:
        start = rows.get((one.nyckel[0].removeprefix("#"), one.nyckel[1]))
        if start is not None:
            yield Linje(one.x, start, _at(one, tops[one.bana]).y, one.marke.form)
