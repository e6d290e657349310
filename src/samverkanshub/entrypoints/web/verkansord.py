"""What a proposed regelverk would mean, in words and numbers; never whom it would mean it for. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.brevord import said
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.uppfoljning.granser import GRANSER
from samverkanshub.domain.verkan import Tal, Verkan
from samverkanshub.entrypoints.web import koder
from samverkanshub.entrypoints.web.lage import UNKNOWN, WELL
from samverkanshub.entrypoints.web.ord import antal, short
from samverkanshub.pipeline.kontroll import AVBRUTEN, FEL, KLAR, PAGAR
from samverkanshub.pipeline.verkan import DAGAR, FOR_LANG
from samverkanshub.pipeline.verkansprov import Funnet, Prov

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
FEWEST: Final = GRANSER[-1][1]
"""T4: under how many nothing is told of."""
FEW: Final = f"färre än {FEWEST}"
ALIKE: Final = f"Färre än {FEWEST} sägs inte, och fler i steg om {FEWEST} (T4)."
GAMMALT: Final = "Det regelverk som det jämfördes med gäller inte längre. Pröva igen."
NO_MUNICIPALITY: Final = "Ingen kommun"


@dataclass(frozen=True, slots=True)
class Talrad:
    """A row of a table: what it counts, and about how many deliveries come and go, with their items."""

    namn: str
    kommer: str
    bortfaller: str
    kommer_uppgifter: str
    bortfaller_uppgifter: str


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
    old = found is not None and prov.bas != regelverk.digest
    return Verkansord(
        forslag=prov.forslag,
        startad=prov.startad,
        pagar=prov.stand == PAGAR,
        slag=WELL if found and not old else UNKNOWN,
        rubrik=f"Prövning av regelverk {short(prov.digest)}: {RUBRIKER[prov.stand]}",
        gjort=min(prov.gjort, prov.av),
        av=prov.av,
        rader=(*([GAMMALT] if old else []), *_sentences(found)) if found else _why(prov),
        tabeller=_tables(found.verkan, regelverk) if found else (),
    )


def _why(prov: Prov) -> tuple[str, ...]:
    return tuple(filter(None, (VARFOR.get(prov.fel, ""),)))


def _sentences(found: Funnet) -> tuple[str, ...]:
    verkan = found.verkan
    return tuple(filter(None, (_judged(verkan), *_sums(verkan), *map(_cut, _shortened(found)), ALIKE)))


def about(count: int) -> str:
    """T4: a count in steps of the limit. Whoever may try what they like can make it that of one person's delivery, so
    none and a few are told alike: not even that there was one is to be read.
    """
    low = count // FEWEST * FEWEST
    return f"{antal(low)}–{antal(low + FEWEST - 1)}" if low else FEW


def _judged(verkan: Verkan) -> str:
    whole = f"{antal(verkan.handelser)} händelser de senaste {DAGAR} dagarna dömdes med båda regelverken"
    how = about(verkan.andrade) if verkan.andrade >= FEWEST else f"{FEW.capitalize()}, kanske ingen,"
    return f"{whole}. {how} av dem hade dömts annorlunda."


def _sums(verkan: Verkan) -> tuple[str, ...]:
    alla = verkan.alla
    return (
        _if(alla.kommer, f"{about(alla.kommer)} leveranser hade gått fram, helt eller med mer än de gjorde."),
        _if(alla.bortfaller, f"{about(alla.bortfaller)} leveranser hade undanhållits, helt eller i del."),
        _if(verkan.godtas, f"{about(verkan.godtas)} händelser som avvisades hade tagits emot."),
        _if(verkan.avvisas, f"{about(verkan.avvisas)} händelser som togs emot hade avvisats."),
        _if(verkan.annars, f"{about(verkan.annars)} händelser hade fått andra grunder, frister eller skyldigheter."),
    )


def _if(count: int, sentence: str) -> str:
    return sentence if count >= FEWEST else ""


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
    enough = [(words(key), one) for key, one in counts.items() if max(one.kommer, one.bortfaller) >= FEWEST]
    enough.sort(key=lambda named: (-(named[1].kommer + named[1].bortfaller) // FEWEST, named[0]))
    return Taltabell(id_, namn, tuple(_row(named, one) for named, one in enough))


def _row(namn: str, one: Tal) -> Talrad:
    """Of few deliveries it is not told how many items they have."""
    return Talrad(
        namn,
        about(one.kommer),
        about(one.bortfaller),
        about(one.kommer_uppgifter) if one.kommer >= FEWEST else FEW,
        about(one.bortfaller_uppgifter) if one.bortfaller >= FEWEST else FEW,
    )
