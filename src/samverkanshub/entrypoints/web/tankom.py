"""Another history in words: what may be thought away, and which lines of decisions would have been others. Pure."""

from collections.abc import Mapping
from typing import Final

from samverkanshub.domain.brevord import said
from samverkanshub.domain.decision import REFUSED, WITHHELD
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.tidslinje import SKEENDE, Stapel, Tidslinje
from samverkanshub.entrypoints.web import koder
from samverkanshub.entrypoints.web.ord import tidpunkt
from samverkanshub.entrypoints.web.svar import enhet
from samverkanshub.entrypoints.web.tidslinjen import Rad, Tabell, event_name
from samverkanshub.pipeline.tidslinje.tank_om import (
    ANNAN_DOM,
    EJ_MOJLIGT,
    FOR_STORT,
    Provat,
    Skillnad,
    Tanke,
    Utslag,
)

SAMTYCKE: Final = "samtycke"
BESTAMMELSE: Final = "bestammelse"
NO_LINE: Final = "ingen rad"
EJ: Final[Mapping[str, str]] = {
    ANNAN_DOM: "Besluten gick inte att göra om på samma sätt som de gjordes, så inget kan sägas om hur de hade blivit. "
    "Kontrollera loggen på sidan för granskning.",
    EJ_MOJLIGT: "Så kunde det inte ha varit. Ett samtycke kan återkallas först efter att det lämnades, och en gång.",
    FOR_STORT: "För mycket hör ihop med ärendet för att prövas här. "
    "Den som driver hubben kan pröva det med `samverkanshub replay --what-if`.",
}
"""Why there is no answer."""
_HEADINGS: Final = ("Tid", "Händelse", "Mottagare", "Uppgift", "Så blev det", "Så hade det blivit")


def choices(tidslinje: Tidslinje, regelverk: Regelverk) -> list[tuple[str, str]]:
    """What may be thought away: value and words; the consents of the picture and the provisions that it cites."""
    names = {row.id: f"{row.kalla}, {row.namn}" for row in regelverk.bestammelser}
    consents = [(f"{SAMTYCKE}:{one.id}", _consent(one)) for one in tidslinje.staplar]
    return [*consents, *((f"{BESTAMMELSE}:{id_}", names.get(id_, id_)) for id_ in tidslinje.bestammelser)]


def _consent(one: Stapel) -> str:
    if one.position < 0:
        return f"Samtycke som {len(one.citerad)} beslut vilar på"
    return f"Samtycke: {said(one.andamal, koder.ANDAMAL)}, från {tidpunkt(one.fran)}"


def starts(tidslinje: Tidslinje) -> list[tuple[str, str]]:
    """The events that it may begin at: value and words."""
    events = [one for one in tidslinje.handelser if one.id and one.slag != SKEENDE]
    return [(one.id, f"{tidpunkt(one.tid)} {event_name(one)}") for one in events]


def thought(utan: str, fran: str) -> Tanke:
    """What a form asks."""
    slag, _, id_ = utan.partition(":")
    return Tanke(id_ if slag == SAMTYCKE else "", id_ if slag == BESTAMMELSE else "", fran)


def differing(provat: Provat) -> frozenset[str]:
    """The events of which a line would be another."""
    return frozenset(one.handelse_id for one in provat.skillnader)


def table(provat: Provat) -> Tabell:
    """The lines that would be others."""
    rows = tuple(Rad(_cells(one), one.handelse_id) for one in provat.skillnader)
    return Tabell("skillnader", "Det här hade blivit annorlunda", _HEADINGS, rows)


def _cells(one: Skillnad) -> tuple[str, ...]:
    place = (tidpunkt(one.tid), said(one.typ, koder.TYPER), enhet(one.mottagare) or "händelsen", one.vag)
    return (*place, verdict(one.fran), verdict(one.till))


def verdict(one: Utslag) -> str:
    """A verdict with its reasons and bases, in words."""
    if not one.utslag:
        return NO_LINE
    stopped = one.utslag in (WITHHELD, REFUSED)
    why = " ".join(koder.mening(kod, nekar=stopped) for kod in one.skal)
    basis = ", ".join(sorted({grund.split(" ", 1)[0] for grund in one.grunder}))
    return " ".join(filter(None, (f"{said(one.utslag, koder.UTSLAG)}.", why, f"Grund: {basis}." if basis else "")))
