"""The form of K8's facts, judged without state: a child's maturity, decisions about it, an adult's representative."""

from collections.abc import Iterator, Mapping
from typing import Final

from samverkanshub.domain.brist import Brist, of
from samverkanshub.domain.events import BESLUT_OM_BARN, FORETRADARE, Event
from samverkanshub.domain.regelverk import Regelverk

ROLES: Final[Mapping[str, tuple[range, range]]] = {
    "fb_6_13a": (range(1, 2), range(1)),
    "ensam_vardnad": (range(1, 9), range(1)),
    "lvu": (range(1, 9), range(1)),
    "skyddat_boende": (range(1, 9), range(1)),
    "sarskild_foretradare": (range(1, 9), range(1, 2)),
    "oppen_insats": (range(1), range(1)),
}
"""By ground: how many guardians' word it replaces, and how many speak in their stead."""


@of(BESLUT_OM_BARN)
def grounds_name_their_persons(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """K8: a decision says whose word it replaces: FB 6 kap. 13 a § one guardian's, an open intervention nobody's."""
    allowed = ROLES[event.koder["slag"]]
    for roll, numbers in zip(("vardnadshavare", "foretradare"), allowed, strict=True):
        if len(event.with_role(roll)) not in numbers:
            yield Brist("K8", "fel-antal-i-roll", "/data/personer", f"a decision of this `slag` has another `{roll}`")


@of(BESLUT_OM_BARN, FORETRADARE)
def has_a_remit(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """K8: a decision or an appointment names its purposes, and ends, where it does, after it began."""
    if not event.koder["andamal"]:
        yield Brist("K8", "saknas", "/data/andamal", "`andamal` must name what it covers")
    if (event.koder.get("till") or "9") <= event.koder["fran"]:
        yield Brist("K8", "slut-fore-start", "/data/till", "`till` must be after `fran`")
