"""A timeline in words: the same as the picture shows, as tables, and how it stood at one position. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain import tidslinje as bild
from samverkanshub.domain.brevord import said
from samverkanshub.domain.decision import REFUSED
from samverkanshub.domain.tidslinje import Handelse, Leverans, Skede, Stapel, Tidslinje
from samverkanshub.entrypoints.web import koder
from samverkanshub.entrypoints.web.ord import tidpunkt
from samverkanshub.entrypoints.web.svar import enhet
from samverkanshub.entrypoints.web.teckning import FOR_EVER, Ord

LAGEN: Final = {
    bild.UNDANHALLEN: "undanhölls",
    bild.DELVIS: "levererades i delar",
    bild.LEVERERAD: "levererades",
    bild.OPPNAD: "öppnad",
    bild.KVITTERAD: "kvitterad",
    bild.ESKALERAD: "eskalerad",
    bild.ATERKALLAD: "återkallad",
}
SLUT: Final = {
    bild.ANDRAT: "ändrat",
    bild.ATERKALLAT: "återkallat",
    bild.ERSATT: "ersatt av ett senare",
    bild.MAKULERAT: "makulerat",
}
PERIODER: Final = {bild.SKYDDAD: "Skyddade personuppgifter", bild.MISSTANKT: "Registrerad misstanke"}
TECKEN: Final = (
    ("meddelande", "meddelande"),
    ("samtycke", "samtycke, ändring, slut eller undantag"),
    ("handling", "annan händelse"),
    ("skeende", "något hände med en leverans"),
    ("incident", "incident"),
    ("avvisad", "händelse som avvisades"),
    ("punkt", "levererad"),
    ("halv", "levererad i delar"),
    ("kors", "undanhållen"),
    ("ring", "öppnad"),
    ("bock", "kvitterad"),
    ("trekant", "eskalerad"),
    ("streckad", "återkallad"),
)
"""What each shape means."""
UNTOLD: Final = "står inte i det du får läsa"


def _happened(kod: str) -> str:
    return LAGEN.get(kod) or koder.mening(kod, nekar=False)


ORD: Final = Ord(koder.TYPER, {**LAGEN, **SLUT}, koder.ANDAMAL, _happened, enhet)
"""The words of the picture."""


@dataclass(frozen=True, slots=True)
class Rad:
    """A row of a table: its cells, what choosing it explains, whether it is chosen, or would have been otherwise."""

    celler: tuple[str, ...]
    val: str = ""
    vald: bool = False
    andras: bool = False


@dataclass(frozen=True, slots=True)
class Tabell:
    """A table of the page."""

    id: str
    namn: str
    rubriker: tuple[str, ...]
    rader: tuple[Rad, ...]


def tables(tidslinje: Tidslinje, vald: str = "", andras: frozenset[str] = frozenset()) -> tuple[Tabell, ...]:
    """The picture as tables, those that have any rows."""

    def row(val: str, *cells: str) -> Rad:
        return Rad(cells, val, bool(val) and val == vald, bool(val) and val in andras)

    found = (
        Tabell("samtycken", "Samtycken", _OF_CONSENTS, _rows(tidslinje.staplar, lambda one: _consent(one, row))),
        Tabell("handelser", "Händelser", _OF_EVENTS, _rows(tidslinje.handelser, lambda one: _event(one, row))),
        Tabell(
            "leveranser", "Leveranser", _OF_DELIVERIES, _rows(tidslinje.leveranser, lambda one: _delivery(one, row))
        ),
        Tabell("perioder", "Perioder", _OF_PERIODS, _rows(tidslinje.skuggor, lambda one: _period(one, row))),
    )
    return tuple(one for one in found if one.rader)


_OF_CONSENTS: Final = ("Ändamål", "Från", "Till", "Läge", "Beslut som vilar på det")
_OF_EVENTS: Final = ("Tid", "Plats i loggen", "Händelse", "Av")
_OF_DELIVERIES: Final = ("Tid", "Vad", "Från", "Till", "Levererade", "Undanhållna", "Läge")
_OF_PERIODS: Final = ("Vad", "Från", "Till")
Make = Callable[..., Rad]


def _rows(found: Iterable[object], made: Callable[..., Rad]) -> tuple[Rad, ...]:
    return tuple(made(one) for one in found)


def _consent(one: Stapel, row: Make) -> Rad:
    known = one.position >= 0
    start, end = (tidpunkt(one.fran), tidpunkt(one.till)) if known else (UNTOLD, UNTOLD)
    ended = ", ".join(f"{SLUT[skede.slag]} {tidpunkt(skede.tid)}" for skede in one.skeden)
    purpose = said(one.andamal, koder.ANDAMAL) if one.andamal else UNTOLD
    return row(
        one.id if known else "", purpose, start, end, ended or ("upphör då" if known else UNTOLD), str(len(one.citerad))
    )


def event_name(one: Handelse) -> str:
    """An event, or what happened, in words."""
    if one.slag == bild.SKEENDE:
        return f"{said(one.typ, koder.TYPER)}: {_happened(one.kod)}"
    name = said(one.typ, koder.TYPER) if one.typ else "Incident att granska"
    return f"{name} (avvisad)" if one.utslag == REFUSED else name


def _event(one: Handelse, row: Make) -> Rad:
    place = "" if one.slag == bild.SKEENDE else str(one.position)
    return row(one.id, tidpunkt(one.tid), place, event_name(one), enhet(one.av))


def _delivery(one: Leverans, row: Make) -> Rad:
    numbers = (str(one.levererade), str(one.undanhallna))
    what = (said(one.typ, koder.TYPER), enhet(one.fran), enhet(one.till))
    return row(one.handelse_id, tidpunkt(one.tid), *what, *numbers, LAGEN[bild.state_of(one, FOR_EVER)])


def _period(one: bild.Skugga, row: Make) -> Rad:
    end = tidpunkt(one.slut.tid) if one.slut is not None else "pågår"
    return row("", PERIODER[one.slag], tidpunkt(one.borjan.tid), end)


# ------------------------------------------------------------------------------------------ at one position


@dataclass(frozen=True, slots=True)
class Da:
    """What was known at a position: sentences about consents and periods, and each delivery with how it stood."""

    plats: Skede
    samtycken: tuple[str, ...]
    perioder: tuple[str, ...]
    leveranser: tuple[str, ...]


def then(tidslinje: Tidslinje, val: str) -> Da | None:
    """What was known when a chosen event was judged, that included; None where the picture does not show its place."""
    at = next((one for one in tidslinje.handelser if one.id == val and one.slag != bild.SKEENDE), None)
    if at is None:
        return None
    known = bild.known_at(tidslinje, at.position, at.tid)
    consents = (f"{said(one.andamal, koder.ANDAMAL)}, till {tidpunkt(one.till)}" for one in known.staplar)
    carried = (
        f"{said(one.typ, koder.TYPER)} till {enhet(one.till)}: {LAGEN[state]}" for one, state in known.leveranser
    )
    place = Skede(at.position, at.tid, at.typ)
    return Da(place, tuple(consents), tuple(PERIODER[slag] for slag in known.skuggor), tuple(carried))


def typ(kod: str) -> str:
    """A type of event in words."""
    return said(kod, koder.TYPER)
