"""How far behind the gate is, looked at now and then beside the requests: none of them waits for the answer."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Final

from samverkanshub.entrypoints.http.services import Services
from samverkanshub.entrypoints.http.trangsel import INGET, Efterslap

EVERY_S: Final = 1.0
SHARE: Final = 10
"""A look that took long is not repeated until ten times as long has passed."""
SELDOM_S: Final = 10.0
"""But no more seldom than so."""
STALE_S: Final = 30.0
"""What was seen so long ago says nothing of now, and refuses nobody."""
_MOST: Final = 600


class Ko:
    """How long the first record that is not judged has waited, told from when the log was first seen that long."""

    def __init__(self) -> None:
        self._ends: list[tuple[float, int]] = []

    def note(self, now_s: float, end: int, position: int) -> Efterslap:
        """What a look says: where the log ends and what is judged next. Never more than is known: it may be worse."""
        ends = [seen for seen in self._ends if position < seen[1] <= end]
        if position < end and not (ends and ends[-1][1] == end):
            ends.append((now_s, end))
        self._ends = ends if len(ends) <= _MOST else ends[::2]
        return Efterslap(max(0, end - max(position, 0)), now_s - ends[0][0]) if ends else INGET


class Efterslapen:
    """The gate's distance in each partition. An actor is held to that of its own område, and not to others'."""

    def __init__(self, services: Services, now_s: Callable[[], float] = monotonic) -> None:
        self._services = services
        self._now_s = now_s
        self._kon: dict[int, Ko] = defaultdict(Ko)
        self._found: dict[int, tuple[float, Efterslap]] = {}
        self._omraden: Mapping[str, int] = {}
        self._next_s = 0.0
        self._task: asyncio.Task[None] | None = None

    def of(self, aktor: str) -> Efterslap:
        """What was last seen of the actor's område; a new look is begun where that is old. Costs microseconds."""
        if self._now_s() >= self._next_s and (self._task is None or self._task.done()):
            self._task = asyncio.ensure_future(self._look())
        seen_s, found = self._found.get(self._omraden.get(aktor, 0), (0.0, INGET))
        return found if self._now_s() - seen_s < STALE_S else INGET

    async def close(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _look(self) -> None:
        began = self._now_s()
        # What does not answer is told by who asks it for something: the last look stands until it is stale.
        with suppress(Exception):
            await self._noted()
        now_s = self._now_s()
        self._next_s = now_s + min(SELDOM_S, max(EVERY_S, SHARE * (now_s - began)))

    async def _noted(self) -> None:
        katalog = (await self._services.regelverk.current()).katalog
        self._omraden = {aktor.id: aktor.omrade for aktor in katalog.aktorer.values()}
        positions = {info.partition: info.position for info in await self._services.projection.positions()}
        looks = (self._note(number, positions.get(number, 0)) for number in range(self._services.omraden))
        await asyncio.gather(*looks, return_exceptions=True)

    async def _note(self, partition: int, position: int) -> None:
        end = await self._services.reader.end(partition)
        now_s = self._now_s()
        self._found[partition] = (now_s, self._kon[partition].note(now_s, end, position))
