"""What `watch` does that fails by itself: told, tried again the next round, the end of neither round nor process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog

from samverkanshub.ports import DELVIS, IGANG, Clock, Unavailable

WAITED_MS: Final = 5 * 60_000
"""How long it may fail before health is told: what is shorter mends itself, and nobody is asked for yet."""
_log = structlog.get_logger("samverkanshub.watch")


@dataclass(slots=True)
class Apart:
    """One such thing, by the name that the log has it by; in the log once for as long as it fails alike."""

    name: str
    clock: Clock
    _since_ms: int | None = None
    """Since when it has failed; None while it does not."""
    _said: tuple[str, str] = ("", "")

    async def attempt(self, work: Callable[[], Awaitable[None]]) -> Exception | None:
        """Do it; returns what it failed by."""
        try:
            await work()
        except Exception as error:
            self._fails(error)
            return error
        self._since_ms, self._said = None, ("", "")
        return None

    def told(self, state: str) -> str:
        """What health is told of a partition in this state: `DELVIS` for `IGANG` when this has failed for long."""
        late = self._since_ms is not None and self.clock.now_ms() - self._since_ms >= WAITED_MS
        return DELVIS if late and state == IGANG else state

    def _fails(self, error: Exception) -> None:
        self._since_ms = self.clock.now_ms() if self._since_ms is None else self._since_ms
        what = error.what if isinstance(error, Unavailable) else ""
        if (said := (type(error).__name__, what)) == self._said:
            return
        self._said = said
        # By its type: the text of another's error may quote what somebody is known by.
        tell = _log.warning if what else _log.error
        tell(f"{self.name}.held" if what else f"{self.name}.failed", error=said[0], what=what)
