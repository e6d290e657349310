"""How the hub runs, looked at once for all who ask at about the same time."""

import asyncio
from typing import Final

from samverkanshub.entrypoints.http.health import FRESH_MS, PROBE_S
from samverkanshub.entrypoints.http.services import Services
from samverkanshub.pipeline.driftbild import Driftbild, look
from samverkanshub.ports import Unavailable

WHO: Final = "api"


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
                return await look(services.projection, services.matningar, services.regelverk, services.clock, WHO)
        except (Unavailable, TimeoutError):
            return None
