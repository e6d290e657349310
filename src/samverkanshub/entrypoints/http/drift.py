"""How the hub runs, looked at once for all who ask at about the same time."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from samverkanshub.domain.events import MESSAGES
from samverkanshub.entrypoints.http.health import FRESH_MS, PROBE_S
from samverkanshub.entrypoints.http.services import Services
from samverkanshub.pipeline.driftbild import Driftbild, Matt, look
from samverkanshub.pipeline.karantan import Karantanpost, listed
from samverkanshub.ports import Andel, Unavailable

WHO: Final = "api"
DAGAR: Final = 7
"""Days that the last one is held against."""
SHARES_MS: Final = 60_000
"""How old what was withheld by rule may be: thousands of decisions are counted for it."""

QUARANTINE_MS: Final = 5_000
"""How old what is told of the quarantine may be: everybody whom it names is looked up for it."""


class Driftvakt:
    """Reads the database for those who ask; asking again within two seconds costs nothing."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._looking = asyncio.Lock()
        self._last: tuple[int, Driftbild | None] | None = None

    async def look(self) -> Driftbild | None:
        """How the hub runs; None where the projection does not answer in two seconds."""
        async with self._looking:
            now = self._services.clock.now_ms
            if self._last is None or not 0 <= now() - self._last[0] < FRESH_MS:
                found = await self._look()
                self._last = (now(), found)
            return self._last[1]

    async def _look(self) -> Driftbild | None:
        services = self._services
        try:
            async with asyncio.timeout(PROBE_S):
                var_ms = round(services.kanarie_s * 1000)
                matt = Matt(services.matningar, services.kanarier, var_ms, services.jamforelser)
                return await look(services.projection, matt, services.regelverk, services.clock, WHO)
        except (Unavailable, TimeoutError):
            return None


class Andelsvakt:
    """Counts now and then what each rule withholds. Nobody waits for it: who looks is told what was counted last."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._counted: tuple[int, Sequence[Andel]] | None = None
        self._counting: asyncio.Task[None] | None = None

    def seen(self) -> Sequence[Andel] | None:
        """What was counted last, a minute old or so; None until it has been."""
        old = self._counted is None or not 0 <= self._services.clock.now_ms() - self._counted[0] < SHARES_MS
        if old and (self._counting is None or self._counting.done()):
            self._counting = asyncio.ensure_future(self._count())
        return self._counted[1] if self._counted else None

    async def _count(self) -> None:
        # What does not answer is told elsewhere on the page; what was counted stands until it does.
        with suppress(Unavailable):
            found = await self._services.projection.andelar(sorted(MESSAGES), DAGAR)
            self._counted = (self._services.clock.now_ms(), found)


class Karantanvakt:
    """Reads the quarantine for those who ask; asking again within five seconds costs nothing."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._looking = asyncio.Lock()
        self._last: tuple[int, list[Karantanpost] | None] | None = None

    async def look(self) -> list[Karantanpost] | None:
        """The records in quarantine; None where the projection does not answer in two seconds."""
        async with self._looking:
            now = self._services.clock.now_ms
            if self._last is None or not 0 <= now() - self._last[0] < QUARANTINE_MS:
                found = await self._look()
                self._last = (now(), found)
            return self._last[1]

    async def _look(self) -> list[Karantanpost] | None:
        try:
            async with asyncio.timeout(PROBE_S):
                return await listed(self._services.projection, range(self._services.omraden))
        except (Unavailable, TimeoutError):
            return None
