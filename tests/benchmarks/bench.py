"""How fast the hub is, on a broker and a PostgreSQL of its own: `make bench`, or `python tests/benchmarks/bench.py`.

Parts: `speed`, the gate against a hand-written loop, a plain Faust agent and the floors (a to d); `latency` from a
request to the inbox (e); `intake` (f); `replay` (g). With `--memory`, instead of all that, memory over many events.
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
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.dagar import MIXES, Mix
from benchmarks.ground import Ground, ground
from benchmarks.intake import intake_part
from benchmarks.latency import latency_part
from benchmarks.memory import memory_part
from benchmarks.race import Asked, ContenderFailed
from benchmarks.replaying import replay_part
from benchmarks.roles import running_roles
from benchmarks.speed import FEWEST, Speed
from benchmarks.table import ratio
from samverkanshub.domain.errors import HubError
from samverkanshub.ports import Unavailable

ALL = "alla"
MIDDLE = MIXES[1]
INTERRUPTED = 130
PARTS = ("speed", "latency", "intake", "replay")
EVENTS, MANY = 30_000, 1_000_000
TOLD_EVERY = 10
"""How many times memory is told of."""


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=0, help=f"events in the log (default: {EVENTS})")
    parser.add_argument("--mix", default=str(MIDDLE), choices=[*map(str, MIXES), ALL], help="recipients x items")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=2, help="times that gate and loop take turns")
    parser.add_argument("--json", type=Path, default=None, help="a file for the same figures")
    parser.add_argument("--parts", type=_parts, default=PARTS, help="of them, with commas (default: all)")
    parser.add_argument("--seconds", type=float, default=15.0, help="at each rate of `latency` (default: %(default)s)")
    parser.add_argument(
        "--requests", type=int, default=600, help="at each number of connections (default: %(default)s)"
    )
    parser.add_argument("--memory", action="store_true", help=f"memory over `--n` events (default: {MANY})")
    asked = parser.parse_args(argv)
    asked.n = asked.n or (MANY if asked.memory else EVENTS)
    return asked


def _parts(text: str) -> tuple[str, ...]:
    asked = tuple(text.split(","))
    if not set(asked) <= set(PARTS):
        raise argparse.ArgumentTypeError(f"must be of {', '.join(PARTS)}")
    return asked


class Bench:
    """A run: each part is told as soon as it is known, and one that fails loses no other."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self._asked = asked
        self.found: dict[str, Any] = {"machine": machine(), "speed": {}}
        self.failed: list[str] = []

    async def run(self) -> None:
        """Do everything that was asked for."""
        print(f"bench: {self.found['machine']}", flush=True)
        if self._asked.memory:
            await self._part("memory", self._memory)
            return
        async with ground() as made:
            if "speed" in self._asked.parts:
                for mix in mixes(self._asked.mix):
                    await self._part(f"speed {mix}", partial(self._speed, made, mix))
            if "replay" in self._asked.parts:
                await self._part("replay", partial(self._replay, made))
            if {"latency", "intake"} & set(self._asked.parts):
                await self._part("roles", partial(self._roles, made))

    async def _part(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        try:
            await part()
        except (ContenderFailed, HubError, Unavailable, OSError, LookupError, ValueError, TimeoutError) as error:
            self.failed.append(name)
            print(f"bench: {name} failed: {type(error).__name__}: {error}", file=sys.stderr, flush=True)

    async def _speed(self, made: Ground, mix: Mix) -> None:
        speed = Speed(made, mix, self._of(self._asked.n))
        self.found["speed"][str(mix)] = speed.found
        await speed.measure(whole=mix == MIDDLE or self._asked.mix != ALL)

    def _of(self, count: int) -> Asked:
        return Asked(count, self._asked.seed, self._asked.rounds)

    async def _replay(self, made: Ground) -> None:
        mix = mixes(self._asked.mix)[0]
        count = min(self._asked.n, max(FEWEST, self._asked.n // 3))
        self.found["replay"] = await replay_part(made, mix, self._of(count))

    async def _roles(self, made: Ground) -> None:
        async with running_roles(made):
            if "latency" in self._asked.parts:
                await self._part("latency", partial(self._latency, made))
            if "intake" in self._asked.parts:
                await self._part("intake", partial(self._intake, made))

    async def _latency(self, made: Ground) -> None:
        self.found["latency"] = await latency_part(made, self._asked.seconds)

    async def _intake(self, made: Ground) -> None:
        self.found["intake"] = await intake_part(made, self._asked.requests)

    async def _memory(self) -> None:
        mix, count = mixes(self._asked.mix)[0], self._asked.n
        with TemporaryDirectory(prefix="samverkanshub-bench-") as place:
            told = await memory_part(Path(place), mix, count, self._asked.seed, max(1, count // TOLD_EVERY))
        self.found["memory"] = told

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
    if not asked.memory:
        print(bench.last_line())
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
