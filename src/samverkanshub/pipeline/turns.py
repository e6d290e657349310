"""Work that waits for others: what is made of decisions, after them, goes on in short turns with rest between."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import thread_time
from typing import Final

TURN: Final = 20
"""Records read before others get their turn."""
REST: Final = 3.0
"""How many times as long as its own turn it lets others have theirs: who waits for an answer goes before figures."""
LONGEST_REST_S: Final = 0.2
"""Or it would never be done on a machine where others always have something to do."""
AT_MOST_S: Final = 15.0
"""How long it goes on each time, so that it comes to an end where the log is long."""


class Turns:
    """Counts what is done, and rests after each turn: for others in this process, and on this machine.

    A turn is as long as the processor has worked: who waits for an answer has kept nobody else from theirs.
    """

    def __init__(self) -> None:
        self._began, self._count = thread_time(), 0

    async def done(self) -> None:
        """One more is done."""
        self._count += 1
        if self._count % TURN == 0:
            await asyncio.sleep(min(REST * (thread_time() - self._began), LONGEST_REST_S))
            self._began = thread_time()


class Rounds:
    """Goes over the partitions, a step of each in turn, and goes on the next time where it came to."""

    def __init__(self, omraden: int) -> None:
        self._omraden = omraden
        self._next = 0

    async def go(self, step: Callable[[int], Awaitable[bool]]) -> None:
        """One step at least, and on until no partition has any left, or for as long as it may."""
        clock = asyncio.get_running_loop().time
        until = clock() + AT_MOST_S
        left = deque((self._next + more) % self._omraden for more in range(self._omraden))
        while left:
            partition = left.popleft()
            self._next = (partition + 1) % self._omraden
            if await step(partition):
                left.append(partition)
            if clock() >= until:
                break
