"""An answer to an auditor's question as a table in words. Pure: from rows of codes and ids to cells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from samverkanshub.domain.brevord import KATEGORIER, ROLLER, said
from samverkanshub.domain.decision import REFUSED, WITHHELD
from samverkanshub.domain.events import HUB
from samverkanshub.entrypoints.web import koder
from samverkanshub.entrypoints.web.fragor import NAMN
from samverkanshub.entrypoints.web.ord import alder, antal, tidpunkt
from samverkanshub.pipeline.granskning.fraga import Sida

SHORT: Final = 8
"""So many characters of an id tell it from others in a table."""
SOON_MS: Final = 24 * 3_600_000
"""When a clock has so long left it is marked."""

ITEMS: Final = "*"
"""Under what a row has the rows of its items; the name of no column."""
_OF_ITEM: Final = frozenset({"vag", "kategori", "rad"})

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its lines, whether it is a number, and how it is marked: nothing, `bra`, `fel` or `okant`."""

    rader: tuple[str, ...]
    tal: bool = False
    marke: str = ""


@dataclass(frozen=True, slots=True)
class Tabellrad:
    """A row: its cells, and the event that it leads on to, empty where it leads nowhere."""

    celler: tuple[Cell, ...]
    handelse: str
    att_besluta: bool = False
    """Is it an incident that nobody of the authority has decided on?"""


@dataclass(frozen=True, slots=True)
class Tabell:
    """A table: a heading a column, and whether it is one of numbers."""

    rubriker: tuple[tuple[str, bool], ...]
    rader: tuple[Tabellrad, ...]


Make = Callable[[Row, int], Cell]
"""Makes a cell of a row, at a time (ms)."""


def told(fraga: str, sida: Sida, nu: int) -> Tabell:
    """The page of an answer in words. `nu` (ms) is what clocks are held against."""
    columns = KOLUMNER.get(fraga, _BESLUT)
    rows = tuple(_row(fraga, columns, row, nu) for row in together(sida.rader))
    kinds = rows[0].celler if rows else ()
    tal = [cell.tal for cell in kinds] or [False] * len(columns)
    return Tabell(tuple(zip((name for name, _ in columns), tal, strict=True)), rows)


def together(rows: Iterable[Row]) -> list[Row]:
    """Items of one event to one recipient, with one outcome for one reason, as one row that lists them.

    Each stands where its first item stood; a row that is about no item stands alone.
    """
    found: dict[object, list[Row]] = {}
    for at, row in enumerate(rows):
        same = repr([(name, row[name]) for name in sorted(row) if name not in _OF_ITEM]) if row.get("vag") else at
        found.setdefault(same, []).append(row)
    return [{**of[0], ITEMS: of} for of in found.values()]


def _row(fraga: str, columns: Sequence[tuple[str, Make]], row: Row, nu: int) -> Tabellrad:
    waiting = fraga == "incidenter" and not row.get("beslut")
    return Tabellrad(tuple(make(row, nu) for _, make in columns), str(row.get("handelse", "")), waiting)


# --------------------------------------------------------------------------------------------------------------- cells


def text(name: str) -> Make:
    """A value as it is."""
    return lambda row, _: Cell(_lines(str(row.get(name, ""))))


def number(name: str) -> Make:
    """A whole number."""
    return lambda row, _: Cell((antal(row.get(name, 0)),), tal=True)


def when(name: str) -> Make:
    """A time; nothing where there is none."""
    return lambda row, _: Cell((tidpunkt(row[name]),) if row.get(name) else ())


def word(name: str, table: Mapping[str, str]) -> Make:
    """A code in words."""
    return lambda row, _: Cell(_lines(said(row.get(name, ""), table)))


def who(name: str) -> Make:
    """A reader group by its id, another's unit by its role in words."""
    return lambda row, _: Cell(_lines(enhet(row.get(name, ""))))


def short(name: str) -> Make:
    """The beginning of an alias."""
    return lambda row, _: Cell(_lines(str(row.get(name, ""))[:SHORT]))


def enhet(name: str) -> str:
    """How a unit is told: by its id where it may be named, else by its role."""
    return "hubben" if name == HUB else ROLLER.get(name, name)


def _event(row: Row, _: int) -> Cell:
    what = koder.TYPER.get(row.get("typ", ""), str(row.get("typ", "")))
    kind = row.get("slag", "")
    return Cell((what, koder.SLAG.get(kind, kind)) if kind not in ("", "beslut") else (what,))


def _recipient(row: Row, _: int) -> Cell:
    function = row.get("funktion", "")
    return Cell(_lines(enhet(row.get("mottagare", "")), said(function, koder.FUNKTIONER) if function else ""))


def _outcome(row: Row, _: int) -> Cell:
    verdict = row.get("utslag", "")
    return Cell(_lines(said(verdict, koder.UTSLAG) if verdict else "", *(one.get("vag", "") for one in row[ITEMS])))


def _why(row: Row, _: int) -> Cell:
    rules = ", ".join(row.get("regler", ()))
    return Cell(_lines(rules, *reasons(row)))


def reasons(row: Row) -> list[str]:
    """The reasons of a row as sentences; one that has none and is the id of a basis says that the basis applies."""
    stops = row.get("utslag", "") in (WITHHELD, REFUSED)
    bases = {grund.split(" ", 1)[0] for grund in row.get("grunder", ())}
    said_of = ((kod, koder.mening(kod, nekar=stops)) for kod in row.get("skal", ()))
    return [f"Bestämmelsen {kod} är tillämplig." if kod == text and kod in bases else text for kod, text in said_of]


def _shared(row: Row, _: int) -> Cell:
    kind, typ = row.get("slag", ""), row.get("typ", "")
    return Cell(_lines(koder.SLAG.get(kind, kind), koder.TYPER.get(typ, typ)))


def _item(row: Row, _: int) -> Cell:
    """What each item is of, with its path."""
    told = ((said(one.get("kategori", ""), KATEGORIER) if one.get("kategori") else "", one) for one in row[ITEMS])
    return Cell(_lines(*(f"{kind} {one.get('vag', '')}".strip() for kind, one in told)))


def _basis(row: Row, _: int) -> Cell:
    return Cell(_lines(", ".join(row.get("regler", ())), *(one.split(" ", 1)[0] for one in row.get("grunder", ()))))


def _regel(row: Row, _: int) -> Cell:
    return Cell((koder.regel(row.get("regel", "")),))


def _reason(row: Row, _: int) -> Cell:
    return Cell((koder.mening(row.get("skal", ""), nekar=True),))


def _left(row: Row, nu: int) -> Cell:
    left = row.get("slutar", 0) - nu
    return Cell((alder(left),), marke="okant" if left < 7 * SOON_MS else "")


def _clock(row: Row, nu: int) -> Cell:
    """When an incident is to be notified at the latest, and how long that is."""
    due = row.get("frist", 0)
    if row.get("beslut"):
        return Cell((tidpunkt(due),))
    if due <= nu:
        return Cell((tidpunkt(due), f"gick ut för {alder(nu - due)} sedan"), marke="fel")
    return Cell((tidpunkt(due), f"{alder(due - nu)} kvar"), marke="okant" if due - nu < SOON_MS else "")


def _decided(row: Row, _: int) -> Cell:
    if not row.get("beslut"):
        return Cell(("Inte beslutat",), marke="okant")
    by = f"{tidpunkt(row['beslutat'])}, {row['beslutat_av']}"
    return Cell((koder.ANMALAN.get(row["beslut"], row["beslut"]), by), marke="bra")


def _persons(row: Row, _: int) -> Cell:
    return Cell(tuple(one[:SHORT] for one in row.get("personer", ())))


def _chosen(row: Row, _: int) -> Cell:
    return Cell(tuple(said(kod, koder.URVAL) for kod in row.get("urval", ())))


def _asked(row: Row, _: int) -> Cell:
    """What was asked about, a line each; a number is kept as a digest alone, and told as asked about."""
    try:
        what = msgspec.json.decode(row.get("parametrar") or "{}", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Cell(())
    return Cell(tuple("ett personnummer" if name == "nummer" else f"{name}: {value}" for name, value in what.items()))


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


_BESLUT: Final[tuple[tuple[str, Make], ...]] = (
    ("Tid", when("tid")),
    ("Händelse", _event),
    ("Från", who("avsandare")),
    ("Till", _recipient),
    ("Utslag", _outcome),
    ("Varför", _why),
    ("Ärende", short("arende")),
)
KOLUMNER: Final[Mapping[str, tuple[tuple[str, Make], ...]]] = {
    "person": (
        ("Tid", when("tid")),
        ("Vad", _shared),
        ("Från", who("avsandare")),
        ("Till", who("mottagare")),
        ("Uppgift", _item),
        ("Stöd", _basis),
    ),
    "undanhallet": (
        ("Månad", text("manad")),
        ("Regel", _regel),
        ("Skäl", _reason),
        ("Avsändare", who("avsandare")),
        ("Beslut", number("beslut")),
        ("Uppgifter", number("uppgifter")),
    ),
    "slutar": (
        ("Slutar", when("slutar")),
        ("Kvar", _left),
        ("Ändamål", word("andamal", koder.ANDAMAL)),
        ("Registrerat", when("tid")),
        ("Av", who("avsandare")),
        ("Person", short("person")),
    ),
    "incidenter": (
        ("Känd sedan", when("tid")),
        ("Händelse", _event),
        ("Varför", _why),
        ("Hos", who("mottagare")),
        ("Berör", _persons),
        ("Anmäls senast", _clock),
        ("Beslut", _decided),
    ),
    "oppningar": (
        ("Tid", when("tid")),
        ("Användare", text("anvandare")),
        ("Läsargrupp", text("lasargrupp")),
        ("Utslag", word("utslag", koder.UTSLAG)),
        ("Ses över", _chosen),
        ("Person", _persons),
    ),
    "fragor": (
        ("Tid", when("tid")),
        ("Aktör", text("aktor")),
        ("Användare", text("anvandare")),
        ("Fråga", word("fraga", NAMN)),
        ("Om", _asked),
        ("Rader", number("rader")),
    ),
}
"""The columns of each question's table; those of decisions for the rest."""
