"""Intake held back while nothing of what is judged can be proved: the notary lags, or does not sign.

What must never wait, a report of concern, and what only narrows access, is let through by who asks.
"""

from typing import Final

from samverkanshub.ports import Clock, Projection, Signing, Unavailable

FRESH_MS: Final = 1_000


def unproved(signing: Signing, limit_ms: int) -> bool:
    """Can what a partition judges not be proved, and has that been so for longer than the limit? Health asks it too.

    Where less is judged than is signed, the limit is not waited for: the projection has been taken back, and nobody
    knows yet whether it comes to what was signed. Where nothing is judged nor signed there is nothing to prove.
    """
    if not signing.position and not signing.size:
        return False
    return signing.position < signing.size or max(signing.unsigned_ms, signing.unwell_ms) > limit_ms


class Held:
    """Asks whether anything cannot be proved, once for all who ask within a second. 0 ms never holds back."""

    def __init__(self, projection: Projection, clock: Clock, limit_ms: int) -> None:
        self._projection = projection
        self._clock = clock
        self._limit_ms = limit_ms
        self._asked_ms = -FRESH_MS
        self._held = False

    async def require_signed(self) -> None:
        """Raise `Unavailable` (`notarie`) where something has been so for longer than the limit."""
        now_ms = self._clock.now_ms()
        if self._limit_ms and not 0 <= now_ms - self._asked_ms < FRESH_MS:
            self._held = any(unproved(one, self._limit_ms) for one in await self._projection.signing())
            self._asked_ms = now_ms
        if self._held:
            raise Unavailable("notarie")
