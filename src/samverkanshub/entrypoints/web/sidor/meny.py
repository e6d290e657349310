"""What each role finds in the navigation, and where it begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.entrypoints.web.inloggad import AKTOR, OPERATOR, REVISOR, Roll
from samverkanshub.entrypoints.web.skydd import ROOT


@dataclass(frozen=True, slots=True)
class Lank:
    """A page in the navigation: `sida` is what its template calls itself, `vag` its address below the root."""

    sida: str
    vag: str
    namn: str


MENY: Final[Mapping[Roll, tuple[Lank, ...]]] = {
    REVISOR: (
        Lank("granskning", "/granskning", "Granskning"),
        Lank("tidslinje", "/tidslinje", "Tidslinje"),
        Lank("uppfoljning", "/uppfoljning", "Uppföljning"),
    ),
    OPERATOR: (
        Lank("drift", "/drift", "Drift"),
        Lank("karantan", "/drift/karantan", "Karantän"),
        Lank("stopp", "/drift/stopp", "Driftstopp"),
        Lank("regelverk", "/regelverk", "Regelverk"),
        Lank("uppfoljning", "/uppfoljning", "Uppföljning"),
        Lank("telefonlista", "/telefonlista", "Telefonlista"),
    ),
    AKTOR: (
        Lank("inkorg", "/inkorg", "Inkorg"),
        Lank("att_gora", "/att-gora", "Att göra"),
        Lank("skicka", "/skicka", "Skicka"),
        Lank("skickat", "/skickat", "Skickat"),
        Lank("telefonlista", "/telefonlista", "Telefonlista"),
    ),
}
"""The pages of each role, its first page first. A role that is not here has none, and nobody logs in to it."""


def home(roll: Roll) -> str:
    """The address of a role's first page."""
    return ROOT + MENY[roll][0].vag
