"""Intake held back while nothing of what is judged can be proved: the notary lags, or does not sign.

What must never wait, a report of concern, and what only narrows access, is let through by who asks.
"""

from typing import Final

from samverkanshub.ports import Clock, Projection, Unavailable

FRESH_MS: Final = 1_000


class Held:
    """Asks how old the oldest unsigned judgement is, once for all who ask within a second. 0 ms never holds back."""

    def __init__(self, projection: Projection, clock: Clock, limit_ms: int) -> None:
        self._projection = projection
        self._clock = clock
        self._limit_ms = limit_ms
        self._asked_ms = -FRESH_MS
        self._held = False

    async def require_signed(self) -> None:
        """Raise `Unavailable` (`notarie`) where it is older than the limit."""
        now_ms = self._clock.now_ms()
        if self._limit_ms and not 0 <= now_ms - self._asked_ms < FRESH_MS:
            self._held = await self._projection.unsigned_ms() > self._limit_ms
            self._asked_ms = now_ms
        if self._held:
            raise Unavailable("notarie")
