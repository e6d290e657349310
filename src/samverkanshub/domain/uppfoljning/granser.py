"""Policy of the tables, dated (T4): how few may be told of, and how long two assessments are held together."""

from typing import Final

GRANSER: Final = (("0001-01-01", 5),)
"""From which day on (ISO), and under how many a cell is not shown. Policy: RULES.md, T4."""
FONSTER_DAGAR: Final = 90
"""R3's window, as the regelverk that is delivered has it; what was counted is not counted anew when it changes."""


def limit(ar: int) -> int:
    """T4: under how many a cell of a year is not shown: what holds when the year ends."""
    return [grans for fran, grans in GRANSER if fran <= f"{ar:04}-12-31"][-1]
