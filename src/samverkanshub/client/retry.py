"""How often and how patiently a request is repeated."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

RETRIED: Final = frozenset({502, 503, 504})
"""Statuses that say that the same request may succeed later."""


@dataclass(frozen=True, slots=True)
class Retry:
    """At most `attempts` requests; waits (seconds) double from `first_s` up to `longest_s`, with jitter."""

    attempts: int = 5
    first_s: float = 0.2
    longest_s: float = 5.0
    jitter: Callable[[], float] = random.random

    def wait_s(self, attempt: int, retry_after: str = "") -> float:
        """Seconds to wait after a failed attempt (the first is 0): what the hub asks for, within `longest_s`."""
        asked = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
        backoff = self.first_s * float(2**attempt) * (0.5 + self.jitter() / 2)
        return min(max(asked, backoff), self.longest_s)


ONCE: Final = Retry(attempts=1)
"""For what must not be repeated without the caller's knowing."""
