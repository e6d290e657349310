"""How often a process that has started looks for cycles among its values."""

import gc
from typing import Final

COLLECTED_AT: Final = (50_000, 20, 50)
"""Values made, of the youngest, before they are looked through for cycles; then every how many times the older are."""


def collect_seldom() -> None:
    """Leave alone what is there since the start, and look seldom: requests and judging make many values, hardly cycles.

    What is remembered would be looked through at every collection, and whoever waits meanwhile would wait for that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AT)
