"""What a proposed regelverk would mean, in words and numbers; never whom it would mean it for. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.brevord import said
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.verkan import Tal, Verkan
from samverkanshub.entrypoints.web import koder
from samverkanshub.entrypoints.web.lage import WELL
from samverkanshub.entrypoints.web.ord import antal, short
from samverkanshub.pipeline.kontroll import AVBRUTEN, FEL, KLAR, PAGAR
from samverkanshub.pipeline.verkan import DAGAR, FOR_LANG
from samverkanshub.pipeline.verkansprov import Funnet, Prov

UNKNOWN: Final = "okant"
RUBRIKER: Final[Mapping[str, str]] = {
    PAGAR: "pågår",
    KLAR: "klart",
    AVBRUTEN: "avbrutet",
    FEL: "gick inte att göra",
}
VARFOR: Final[Mapping[str, str]] = {
    FOR_LANG: "Loggen är längre än vad som prövas här. Pröva med `samverkanshub replay --what-if` i stället.",
    "artefakt-saknas": "En av regelverkens artefakter saknas i hubbens förråd.",
    "ej-mojligt": "Grinden skulle inte ha tagit emot regelverket.",
}
"""Why it could not be tried, where that can be told."""
NO_MUNICIPALITY: Final = "Ingen kommun"


@dataclass(frozen=True, slots=True)
class Talrad:
    """A row of a table: what it counts, and deliveries that come and go, with their items."""

    namn: str
    kommer: int
    bortfaller: int
    kommer_uppgifter: int
    bortfaller_uppgifter: int


@dataclass(frozen=True, slots=True)
class Taltabell:
    """A table of what comes and goes, by rule, by type of event, or by municipality."""

    id: str
    namn: str
    rader: tuple[Talrad, ...]


@dataclass(frozen=True, slots=True)
class Verkansord:
    """A trial as the page tells it. `slag` is `bra` or `okant`: that something would differ is no fault."""

    forslag: str
    startad: int
    pagar: bool
    slag: str
    rubrik: str
    gjort: int
    av: int
    rader: tuple[str, ...]
    tabeller: tuple[Taltabell, ...]


def told(prov: Prov, regelverk: Regelverk) -> Verkansord:
    """How a trial stands and what came of it; `regelverk` has the names of municipalities."""
    found = prov.funnet if prov.stand == KLAR else None
    return Verkansord(
        forslag=prov.forslag,
        startad=prov.startad,
        pagar=prov.stand == PAGAR,
        slag=WELL if found else UNKNOWN,
        rubrik=f"Prövning av regelverk {short(prov.digest)}: {RUBRIKER[prov.stand]}",
        gjort=min(prov.gjort, prov.av),
        av=prov.av,
        rader=_sentences(found) if found else tuple(filter(None, (VARFOR.get(prov.fel, ""),))),
        tabeller=_tables(found.verkan, regelverk) if found else (),
    )


def _sentences(found: Funnet) -> tuple[str, ...]:
    verkan = found.verkan
    return tuple(filter(None, (_judged(verkan), *_sums(verkan), *map(_cut, _shortened(found)))))


def _judged(verkan: Verkan) -> str:
    whole = f"{antal(verkan.handelser)} händelser de senaste {DAGAR} dagarna dömdes med båda regelverken"
    return f"{whole}. {antal(verkan.andrade)} av dem hade dömts annorlunda." if verkan.andrade else f"{whole}, lika."


def _sums(verkan: Verkan) -> tuple[str, ...]:
    alla = verkan.alla
    return (
        _if(alla.kommer, f"{antal(alla.kommer)} leveranser hade gått fram, helt eller med mer än de gjorde."),
        _if(alla.bortfaller, f"{antal(alla.bortfaller)} leveranser hade undanhållits, helt eller i del."),
        _if(verkan.godtas, f"{antal(verkan.godtas)} händelser som avvisades hade tagits emot."),
        _if(verkan.avvisas, f"{antal(verkan.avvisas)} händelser som togs emot hade avvisats."),
        _if(verkan.annars, f"{antal(verkan.annars)} händelser hade fått andra grunder, frister eller skyldigheter."),
    )


def _if(count: int, sentence: str) -> str:
    return sentence if count else ""


def _shortened(found: Funnet) -> tuple[tuple[int, int], ...]:
    return tuple((one.partition, one.end - one.start) for one in found.strackor if one.kortad)


def _cut(shortened: tuple[int, int]) -> str:
    omrade, count = shortened
    return f"Område {omrade} har fler poster än så under dagarna: bara de {antal(count)} senaste är prövade."


def _tables(verkan: Verkan, regelverk: Regelverk) -> tuple[Taltabell, ...]:
    names = {kommun: regelverk.katalog.aktorer[aktor].namn for kommun, aktor in regelverk.katalog.kommuner.items()}
    found = (
        _table("regler", "Efter regel som undanhåller", verkan.regler, koder.regel),
        _table("typer", "Efter slag av händelse", verkan.typer, lambda typ: said(typ, koder.TYPER)),
        _table(
            "kommuner", "Efter mottagarens kommun", verkan.kommuner, lambda id_: names.get(id_, id_) or NO_MUNICIPALITY
        ),
    )
    return tuple(one for one in found if one.rader)


def _table(id_: str, namn: str, counts: Mapping[str, Tal], words: Callable[[str], str]) -> Taltabell:
    rows = (
        Talrad(words(key), one.kommer, one.bortfaller, one.kommer_uppgifter, one.bortfaller_uppgifter)
        for key, one in counts.items()
    )
    return Taltabell(id_, namn, tuple(sorted(rows, key=lambda row: (-row.kommer - row.bortfaller, row.namn))))
