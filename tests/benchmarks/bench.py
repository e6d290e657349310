"""How fast the hub is, on a broker and a PostgreSQL of its own: `make bench`, or `python tests/benchmarks/bench.py`.

Parts: a to d, the gate against a hand-written loop, a plain Faust agent and the floors. The last line sums them up.
"""

import argparse
import asyncio
import json
import os
import platform
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.dagar import MIXES, Mix
from benchmarks.ground import Ground, ground
from benchmarks.race import ContenderFailed
from benchmarks.speed import Asked, Speed
from benchmarks.table import ratio
from samverkanshub.domain.errors import HubError
from samverkanshub.ports import Unavailable

ALL = "alla"
MIDDLE = MIXES[1]
INTERRUPTED = 130


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=30_000, help="events in the log (default: %(default)s)")
    parser.add_argument("--mix", default=str(MIDDLE), choices=[*map(str, MIXES), ALL], help="recipients x items")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=2, help="times that gate and loop take turns")
    parser.add_argument("--json", type=Path, default=None, help="a file for the same figures")
    return parser.parse_args(argv)


class Bench:
    """A run: each part is told as soon as it is known, and one that fails loses no other."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self._asked = asked
        self.found: dict[str, Any] = {"machine": machine(), "speed": {}}
        self.failed: list[str] = []

    async def run(self) -> None:
        """Do everything that was asked for."""
        print(f"bench: {self.found['machine']}", flush=True)
        async with ground() as made:
            for mix in mixes(self._asked.mix):
                await self._part(f"speed {mix}", partial(self._speed, made, mix))

    async def _part(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        try:
            await part()
        except (ContenderFailed, HubError, Unavailable, OSError, LookupError, ValueError, TimeoutError) as error:
            self.failed.append(name)
            print(f"bench: {name} failed: {type(error).__name__}: {error}", file=sys.stderr, flush=True)

    async def _speed(self, made: Ground, mix: Mix) -> None:
        speed = Speed(made, mix, Asked(self._asked.n, self._asked.seed, self._asked.rounds))
        self.found["speed"][str(mix)] = speed.found
        await speed.measure(whole=mix == MIDDLE or self._asked.mix != ALL)

    def last_line(self) -> str:
        """The run in a line: of the middle mix, or the one that was measured."""
        measured = self.found["speed"]
        told: dict[str, Any] = measured.get(str(MIDDLE)) or next(iter(measured.values()), {})
        loop, agent = told.get("gate_loop"), told.get("gate_faust")
        events = f"{told['gate']['rate']:,.0f}" if "gate" in told else "no"
        return f"bench: gate/loop {_or_none(loop)}, gate/faust {_or_none(agent)}, {events} events/s"


def _or_none(found: float | None) -> str:
    return "none" if found is None else ratio(found)


def mixes(asked: str) -> list[Mix]:
    """The mixes that a word means, the middle one first."""
    return [mix for mix in (MIDDLE, *MIXES[::2]) if asked in (str(mix), ALL)]


def machine() -> str:
    """What it ran on, without saying where."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores shared with broker and database, {memory:.0f} GB, Python {platform.python_version()}"
    )


async def until_told(running: Coroutine[Any, Any, None]) -> bool:
    """Run to the end, or until SIGINT or SIGTERM, which end all that was started; which of the two."""
    task = asyncio.ensure_future(running)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return False
    return True


def main() -> int:
    """Measure; exits with 1 where a part failed, with 130 on Ctrl-C."""
    asked = arguments()
    bench = Bench(asked)
    if not asyncio.run(until_told(bench.run())):
        print("bench: interrupted", file=sys.stderr)
        return INTERRUPTED
    if asked.json:
        asked.json.write_text(json.dumps(bench.found, indent=1) + "\n")
    print(bench.last_line())
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
