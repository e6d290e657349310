"""Figures as they are printed."""

from collections.abc import Sequence


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, so that it can be put in a page as it is; figures to the right."""
    wide = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    rule = ["-" * wide[0], *(f"{'-' * (width - 1)}:" for width in wide[1:])]
    return "\n".join([f"\n{title}\n", *(_line(row, wide) for row in [heads, rule, *rows]), ""])


def _line(row: Sequence[str], wide: Sequence[int]) -> str:
    first, *rest = zip(row, wide, strict=True)
    return "| " + " | ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]) + " |"


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of the sorted values do not exceed."""
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def rate(found: float) -> str:
    """Events a second."""
    return f"{found:,.0f}/s"


def ratio(found: float) -> str:
    """How many times."""
    return f"{found:.2f}"


def micros(found: float) -> str:
    """Microseconds."""
    return f"{found:,.0f}" if found >= 100 else f"{found:.1f}"
