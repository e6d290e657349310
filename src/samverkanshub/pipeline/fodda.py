"""When persons were born, kept apart from their numbers, of those who were known before it was."""

import asyncio
from typing import Final

from samverkanshub.ports import BirthCare, Unavailable

BATCH: Final = 200
AGAIN_S: Final = 10.0
"""How long a vault, or who holds the generations, that does not answer is waited for."""


async def births(care: BirthCare, again_s: float = AGAIN_S) -> None:
    """Make it of all of them, however long that takes; whoever is in the middle may be ended at any moment."""
    after, left = "", True
    while left:
        try:
            after = await care.fill(after, BATCH)
            left = bool(after)
        except Unavailable:
            await asyncio.sleep(again_s)
