"""How a reader keeps up with a partition, judged over a sliding window. Pure: the time is given.

The rules are Burrow's (its wiki, Consumer Lag Evaluation Rules): no threshold of how many records a reader may be
behind, but whether it moves, and whether it gains on what comes. Beside them: one that never has committed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

BRA: Final = "bra"
ALDRIG: Final = "aldrig"
"""It has never committed: nothing says that anybody reads."""
BACKAT: Final = "backat"
"""It has gone back to what it had read, and has not come as far again."""
STOPPAD: Final = "stoppad"
"""It has not been heard from for as long as the window is."""
STAR_STILL: Final = "star-still"
"""It is heard from and does not move, though there is something to read."""
LANGSAM: Final = "langsam"
"""It moves, and never gains on what comes."""
OKANT: Final = "okant"
"""Too little has been measured to say."""
FEL: Final = frozenset({BACKAT, STOPPAD, STAR_STILL})
VARNING: Final = frozenset({ALDRIG, LANGSAM})
FEWEST: Final = 3
"""Measurements that a reader is judged by at least: of two, one could be chance."""


@dataclass(frozen=True, slots=True)
class Matning:
    """A look at a partition: when (ms), the end of its log, how far its reader is, and when it was last heard from.

    `plats` is -1 while the reader has never committed.
    """

    tid: int
    slut: int
    plats: int
    hord: int

    @property
    def efter(self) -> int:
        """How many records the reader is behind."""
        return max(self.slut - max(self.plats, 0), 0)


def bedomd(fonster: Sequence[Matning], nu: int) -> str:
    """How the reader stands by the measurements of the window, the oldest first, at a time (ms)."""
    if not fonster:
        return OKANT
    last = fonster[-1]
    if last.plats < 0:
        return ALDRIG
    if last.plats < max(one.plats for one in fonster):
        return BACKAT
    if any(one.efter == 0 for one in fonster):
        return BRA
    if nu - last.hord > last.tid - fonster[0].tid and len(fonster) >= FEWEST:
        return STOPPAD
    return _moving(fonster) if len(fonster) >= FEWEST else OKANT


def _moving(fonster: Sequence[Matning]) -> str:
    if any(later.efter < earlier.efter for earlier, later in pairwise(fonster)):
        return BRA
    return STAR_STILL if fonster[0].plats == fonster[-1].plats else LANGSAM


def sekunder_efter(efter: int, forsta_tid: int, nu: int) -> float:
    """How many seconds a reader is behind: the age of the first record it has not committed; 0 where there is none."""
    return max(nu - forsta_tid, 0) / 1000 if efter else 0.0
