"""What the checker says of an invariant."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SHOWN: Final = 5
"""How many faults of an invariant are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Svar:
    """Sound where `fel` is empty and something was looked at; `fel` names ids and places, never personal data."""

    namn: str
    antal: int
    vad: str
    fel: tuple[str, ...] = ()
    oprovad: str = ""
    """Why it could not be checked; empty where it was."""
    fotnot: str = ""

    @property
    def status(self) -> int:
        """0 sound, 1 broken, 2 not checked. What is found broken is so, whatever else could not be looked at."""
        return 1 if self.fel else 2 if self.oprovad else 0

    def rad(self) -> str:
        """The line that is printed."""
        if self.fel:
            more = f"; and {len(self.fel) - SHOWN} more" if len(self.fel) > SHOWN else ""
            return f"{self.namn} BROKEN: {'; '.join(self.fel[:SHOWN])}{more}"
        if self.oprovad:
            return f"{self.namn} NOT CHECKED: {self.oprovad}"
        return f"{self.namn} sound: {self.antal} {self.vad}{f' ({self.fotnot})' if self.fotnot else ''}"


def svar(namn: str, antal: int, vad: str, fel: Iterable[str], fotnot: str = "") -> Svar:
    """The answer; with nothing to look at it is not checked, however little was wrong with it."""
    return Svar(namn, antal, vad, tuple(fel), "" if antal else f"no {vad}", fotnot)
