"""Work that waits for others: what is made of decisions, after them, goes on in short turns with rest between."""

import asyncio
from typing import Final

TURN: Final = 20
"""Records read before others get their turn."""
REST: Final = 3.0
"""How many times as long as its own turn it lets others have theirs: who waits for an answer goes before figures."""


class Turns:
    """Counts what is done, and rests after each turn: for others in this process, and on this machine."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._began, self._count = self._clock(), 0

    async def done(self) -> None:
        """One more is done."""
        self._count += 1
        if self._count % TURN == 0:
            await asyncio.sleep(REST * (self._clock() - self._began))
            self._began = self._clock()
