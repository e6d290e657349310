"""Whether a figure stays where it is: a line through what was seen after a first third, in which things fill up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST: Final = 0.10
"""How much of its mean a figure may grow, by that line, from the end of the first third to the end."""


@dataclass(frozen=True, slots=True)
class Series:
    """A figure seen at even intervals. `slack` is how much growth is nothing at all, in its own unit.

    With endless slack it is told and not judged.
    """

    name: str
    seen: Sequence[float]
    slack: float

    @property
    def later(self) -> Sequence[float]:
        """What was seen in the last two thirds."""
        return self.seen[len(self.seen) // 3 :]

    @property
    def growth(self) -> float:
        """How much the line grows over them; falling is negative."""
        later = self.later
        if len(later) < 2:
            return 0.0
        middle, mean = (len(later) - 1) / 2, sum(later) / len(later)
        above = sum((at - middle) * (value - mean) for at, value in enumerate(later))
        return (len(later) - 1) * above / sum((at - middle) ** 2 for at in range(len(later)))

    @property
    def level(self) -> bool:
        """Does it grow by no more than the slack, or a tenth of its mean?"""
        return self.growth <= max(self.slack, MOST * sum(self.later) / max(1, len(self.later)))

    def row(self) -> tuple[str, ...]:
        """As it is told: first, at the end of the first third, last, most, growth of the line, level or not."""
        first, later, last = self.seen[0], self.later[0], self.seen[-1]
        told = (f"{value:,.0f}" for value in (first, later, last, max(self.seen)))
        return (self.name, *told, f"{self.growth:+,.1f}", self._said)

    @property
    def _said(self) -> str:
        if math.isinf(self.slack):
            return "told"
        return "level" if self.level else "NOT level"


HEADS: Final = ("", "first", "at a third", "last", "most", "growth of the line", "")
