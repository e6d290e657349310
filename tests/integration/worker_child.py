"""A gate worker in a process of its own, whose gate does as it is told. Says each thing it does as a line on stdout.

Arguments: a JSON object with `bootstrap`, `topic`, `group`, `instance`, `cap`, `hold_s`, `position` (where to start),
`at` (the offset whose batch fails) and `raises` (what it, or the assignment when `at` is -1, raises).
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.worker.options import Options
from samverkanshub.entrypoints.worker.run import run
from samverkanshub.observability import configure_logging
from samverkanshub.ports import VAGRAD, LogRecord, Superseded, Unavailable

CONTENT = "hemligt innehall"


def fail(how: str) -> None:
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise {
        "fault": ValueError(CONTENT),
        "halt": Halt("`position` is past the log's end", code="logg-kortare-an-position"),
        "superseded": Superseded(),
        "unavailable": Unavailable("projektion"),
        "cancelled": asyncio.CancelledError(),
    }[how]


class ToldGate:
    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told

    async def assign(self, partition: int) -> int:
        say("assign", partition)
        if self.told.get("at") == -1:
            fail(self.told["raises"])
        return int(self.told.get("position", 0))

    async def batch(self, partition: int, records: Sequence[LogRecord]) -> None:
        say("batch", records[0].offset, records[-1].offset)
        if records[0].offset <= self.told.get("at", -2) <= records[-1].offset:
            fail(self.told["raises"])
        say("done", records[-1].offset)

    def revoke(self, partition: int) -> None:
        say("revoke", partition)


class SaidStatus:
    """Says what is told of a refusal; that the gate has its partitions would be said at any time."""

    async def report(self, partition: int, state: str, code: str) -> None:
        if state == VAGRAD:
            say(state, partition, code)


def say(*what: object) -> None:
    print(*what, flush=True)


def main() -> int:
    told = json.loads(sys.argv[1])
    configure_logging("gate")
    names = ("bootstrap", "topic", "group", "instance", "cap", "hold_s", "commit_s")
    options = Options(**{name: told[name] for name in names if name in told})
    return asyncio.run(run(ToldGate(told), SaidStatus(), options))


if __name__ == "__main__":
    sys.exit(main())
