"""The stops that operators have planned, told to agencies before and while the hub is stopped (B1)."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import msgspec

from samverkanshub.domain.atgarder import Atgard, Lage
from samverkanshub.domain.tid import SWEDEN
from samverkanshub.entrypoints.http.services import Services
from samverkanshub.ports import Unavailable

FRESH_MS: Final = 5_000
"""How old what is known of operators' acts may be: every page asks."""
PROBE_S: Final = 2.0


class Stopp(msgspec.Struct, frozen=True):
    """A planned stop: from and until when (RFC 3339), why, whether it has begun, and whom to telephone meanwhile."""

    fran: str
    till: str
    skal: str
    pagar: bool
    ring: str


class Stoppvakt:
    """What operators have done, read once for all who ask at about the same time.

    What was read last stands while the database does not answer: that is when it is needed.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._looking = asyncio.Lock()
        self._at = -FRESH_MS
        self._lage = Lage()

    async def look(self, *, anew: bool = False) -> Lage:
        """How it stands, five seconds old at the most where the database answers; `anew` for who has just acted."""
        async with self._looking:
            if anew or not 0 <= self.now_ms() - self._at < FRESH_MS:
                with suppress(Unavailable, TimeoutError):
                    async with asyncio.timeout(PROBE_S):
                        self._lage = await self._services.atgarder.lage()
                self._at = self.now_ms()
            return self._lage

    def now_ms(self) -> int:
        """What time it is to the api."""
        return self._services.clock.now_ms()

    def known(self) -> tuple[Atgard, ...]:
        """The stops that are planned or go on, as far as was read last."""
        return self._lage.stopp(self.now_ms())

    def told(self) -> list[Stopp]:
        """The same as agencies' systems read them."""
        now, ring = self.now_ms(), self._services.ring.number("")
        return [Stopp(_iso(one.fran), _iso(one.till), one.skal, one.fran <= now, ring) for one in self.known()]


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(SWEDEN).isoformat(timespec="seconds")
