"""How often and how patiently a request is repeated."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SHED: Final = frozenset({429})
"""Statuses that say that nothing was done, for there was too much to do."""
RETRIED: Final = SHED | {502, 503, 504}
"""Statuses that say that the same request may succeed later."""


@dataclass(frozen=True, slots=True)
class Retry:
    """At most `attempts` requests; waits (seconds) double from `first_s` up to `longest_s`, with jitter.

    `unanswered`: repeat also where nobody knows whether it was done, and not only where it was not.
    """

    attempts: int = 5
    first_s: float = 0.2
    longest_s: float = 5.0
    jitter: Callable[[], float] = random.random
    unanswered: bool = True

    def repeats(self, status: int) -> bool:
        """Is a request that was answered so to be sent again?"""
        return status in (RETRIED if self.unanswered else SHED)

    def wait_s(self, attempt: int, retry_after: str = "") -> float:
        """Seconds to wait after a failed attempt (the first is 0): what the hub asks for, within `longest_s`.

        Up to a quarter is added to what it asks, or all that it asked the same would come back at once.
        """
        asked = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
        backoff = self.first_s * float(2**attempt) * (0.5 + self.jitter() / 2)
        if asked >= backoff:
            return min(asked, self.longest_s) * (1 + self.jitter() / 4)
        return min(backoff, self.longest_s)


ONCE: Final = Retry(attempts=1)
"""For what is never to be repeated."""
