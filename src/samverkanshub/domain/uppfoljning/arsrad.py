"""A person's year, as the tables count it: each person once, by what was known of them first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from samverkanshub.domain.flows.riskbild import APART, LEVELS
from samverkanshub.domain.uppfoljning import tabeller
from samverkanshub.domain.uppfoljning.bidrag import Om
from samverkanshub.domain.uppfoljning.granser import FONSTER_DAGAR
from samverkanshub.domain.uppfoljning.tabeller import OKAND
from samverkanshub.domain.varden import quick


@quick
@dataclass(frozen=True, slots=True)
class Arsrad:
    """What is counted of a person in a year; every tuple is sorted. `bedomningar` as `2026-11-22/hog`."""

    kon: str = OKAND
    alder: str = OKAND
    kommun: str = OKAND
    grupper: tuple[str, ...] = ()
    vald: tuple[str, ...] = ()
    fragor: tuple[str, ...] = ()
    bedomningar: tuple[str, ...] = ()
    misstankar: tuple[str, ...] = ()
    """Suspicions that were registered in the year and not removed in it."""


def with_more(rad: Arsrad, om: Om, fore: Arsrad) -> Arsrad:
    """T4: the year with what one more record says; `fore` is the year before it, for assessments that are apart.

    What was known first stands, so that a person who grows older or moves is still one person in one cell.
    """
    assessed = "/".join(om.bedomning) if om.bedomning else ""
    apart = {tabeller.ISAR.id} if assessed and any(_apart(assessed, one) for one in _known(rad, fore)) else set()
    return Arsrad(
        kon=_first(rad.kon, om.kon),
        alder=_first(rad.alder, om.alder),
        kommun=_first(rad.kommun, om.kommun),
        grupper=_united(rad.grupper, om.grupper),
        vald=_united(rad.vald, om.vald),
        fragor=_united(rad.fragor, (*om.fragor, *apart)),
        bedomningar=_united(rad.bedomningar, (assessed,)),
        misstankar=tuple(one for one in _united(rad.misstankar, (om.misstankt,)) if one != om.borttagen),
    )


def _first(known: str, said: str) -> str:
    return said if known == OKAND and said else known


def _united(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*known, *more} - {""}))


def _known(rad: Arsrad, fore: Arsrad) -> Iterator[str]:
    yield from rad.bedomningar
    yield from fore.bedomningar


def _apart(one: str, other: str) -> bool:
    """R3, T4: two levels apart or more, within the window between the days of assessment."""
    (day, level), (other_day, other_level) = one.split("/"), other.split("/")
    between = abs((date.fromisoformat(day) - date.fromisoformat(other_day)).days)
    return between <= FONSTER_DAGAR and abs(LEVELS.index(level) - LEVELS.index(other_level)) >= APART
