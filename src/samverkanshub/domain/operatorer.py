"""Who may see to the hub's running, and change it by two: operators by name, and for a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from samverkanshub.domain.tid import in_force
from samverkanshub.domain.varden import quick


@quick
@dataclass(frozen=True, slots=True)
class Operator:
    """A user who runs the hub, and reads neither content nor who a person is.

    `fran`, `till`: the Swedish days (ISO) on which it may, the end exclusive and empty when open.
    """

    anvandare: str
    fran: str
    till: str = ""


def operates(operatorer: Iterable[Operator], anvandare: str, day: date) -> bool:
    """Whether a user is an operator on a Swedish day."""
    return any(one.anvandare == anvandare and in_force(day, one.fran, one.till) for one in operatorer)
