"""How a process that the api started tells it how far it has come: a line of JSON now and then, and what it found."""

import sys
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

EVERY_S: Final = 0.25
"""How often it tells how far it has come."""
NICE: Final = 10
"""Who sends and opens goes before who checks."""


class Teller:
    """Tells in lines made by `rapport`, of how much is done, of how much, and at the end of what was found."""

    def __init__(self, rapport: Callable[..., msgspec.Struct]) -> None:
        self._rapport = rapport
        self._done = 0
        self._of = 0
        self._last = 0.0

    def more(self, of: int) -> None:
        """There is so much more to do."""
        self._of += of

    def done(self, count: int) -> None:
        """So much more is done."""
        self._done += count
        if time.monotonic() - self._last > EVERY_S:
            self._last = time.monotonic()
            self.told(self._rapport(self._done, self._of))

    def found(self, funnet: Any) -> None:
        """It is finished."""
        self.told(self._rapport(self._done, self._of, funnet))

    def told(self, line: msgspec.Struct) -> None:
        """Tell a line."""
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
        sys.stdout.buffer.flush()
