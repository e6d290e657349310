"""How long what is noted about a person must be kept, by whom it was noted: dated data of the regelverk (G2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from samverkanshub.domain.tid import in_force
from samverkanshub.domain.varden import quick


@quick
@dataclass(frozen=True, slots=True)
class Bevarande:
    """A duty to keep what was noted for so many years (`ar`) after the last note, for units of these verksamheter.

    No verksamheter means all. Days are ISO, `giltig_till` exclusive and empty when open. `marke` is its legal mark,
    `anmarkning` what a lawyer must know of it.
    """

    id: str
    namn: str
    kalla: str
    marke: str
    giltig_fran: str
    ar: int
    giltig_till: str = ""
    verksamheter: tuple[str, ...] = ()
    anmarkning: str = ""

    def binds(self, verksamhet: str, day: date) -> bool:
        """Is it the law of the day for units of this verksamhet? Of one that nobody knows any more, in doubt yes."""
        covered = not self.verksamheter or not verksamhet or verksamhet in self.verksamheter
        return covered and in_force(day, self.giltig_fran, self.giltig_till)


def kept_until(noted: date, years: int) -> date:
    """The day from which what was noted on a day need not be kept; of 29 February the first of March."""
    try:
        return noted.replace(year=noted.year + years)
    except ValueError:
        return date(noted.year + years, 3, 1)


def still_kept(duties: Sequence[Bevarande], noted: Iterable[tuple[str, date]], day: date) -> tuple[str, ...] | None:
    """G2: the duties that still bind on a day, by id, sorted, given (verksamhet, day of its last note).

    None where something was noted of which no duty says how long it is kept: in doubt it is.
    """
    found = set[str]()
    for verksamhet, last in noted:
        binding = [duty for duty in duties if duty.binds(verksamhet, day)]
        if not binding:
            return None
        found |= {duty.id for duty in binding if day < kept_until(last, duty.ar)}
    return tuple(sorted(found))
