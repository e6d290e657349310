"""Clocks: the system's, and one that a test moves."""

import time


class SystemClock:
    """The machine's clock, moved by a fixed offset (ms), so that a whole hub can be run at another time."""

    def __init__(self, offset_ms: int = 0) -> None:
        self._offset_ms = offset_ms

    def now_ms(self) -> int:
        """Milliseconds since the epoch, UTC, plus the offset."""
        return time.time_ns() // 1_000_000 + self._offset_ms


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now_ms: int = 0) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """The time last set (ms since the epoch)."""
        return self._now_ms

    def set(self, now_ms: int) -> None:
        """Set the time (ms since the epoch), backwards too."""
        self._now_ms = now_ms

    def advance(self, ms: int) -> None:
        """Move the time by so many milliseconds."""
        self._now_ms += ms
