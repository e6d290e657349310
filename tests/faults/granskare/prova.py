"""Every invariant of a run directory, in order."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from granskare.bild import Bild
from granskare.effekter import i4, i7, i8
from granskare.grunder import i2, i3
from granskare.handelser import i1, i5
from granskare.korning import Korning, Saknas
from granskare.nummer import i9
from granskare.svar import Svar
from granskare.trad import i6

INVARIANTER: Final[tuple[Callable[[Bild], Svar], ...]] = (i1, i2, i3, i4, i5, i6, i7, i8, i9)


def prova(plats: Path) -> list[Svar]:
    """What each invariant comes to. What is missing is said of each that needs it, and stops none of the others."""
    return list(_svar(Bild(Korning(plats))))


def _svar(bild: Bild) -> Iterator[Svar]:
    for invariant in INVARIANTER:
        namn = invariant.__name__.upper()
        try:
            yield invariant(bild)
        except Saknas as missing:
            yield Svar(namn, 0, "", oprovad=f"missing {missing}")
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
            # A row without a column, or of another form: its text may repeat content.
            yield Svar(namn, 0, "", oprovad=f"a file is not formed as expected ({type(fault).__name__})")


def slutstatus(svaren: list[Svar]) -> int:
    """1 where anything is broken, else 2 where anything could not be checked, else 0."""
    found = {svar.status for svar in svaren}
    return 1 if 1 in found else 2 if 2 in found else 0
