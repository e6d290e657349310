"""Who may see to the hub's running, and change it by two: operators by name, and for a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

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


NEEDED: Final = 2
"""One proposes and another approves: with fewer, nothing can be approved any more (T1, B7)."""


def serving(operatorer: Iterable[Operator], day: date) -> frozenset[str]:
    """Who are operators on a Swedish day."""
    return frozenset(one.anvandare for one in operatorer if in_force(day, one.fran, one.till))


def too_few_from(operatorer: Sequence[Operator], day: date) -> str:
    """T1: the first day (ISO), that day or later, on which fewer serve than are needed; empty where there is none."""
    ends = {one.till for one in operatorer if one.till > day.isoformat()}
    days = (day.isoformat(), *sorted(ends))
    return next((one for one in days if len(serving(operatorer, date.fromisoformat(one))) < NEEDED), "")


def operates(operatorer: Iterable[Operator], anvandare: str, day: date) -> bool:
    """Whether a user is an operator on a Swedish day."""
    return any(one.anvandare == anvandare and in_force(day, one.fran, one.till) for one in operatorer)
