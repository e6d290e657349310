"""Does the hub stay level? `make soak`, or `python tests/benchmarks/soak.py`: a broker and a PostgreSQL of its own.

The most that it takes over 64 connections is measured first; then it is given 80 % of that, and looked at each five
seconds from outside. Level is: no memory, lag, connection or open file (of PostgreSQL: what bounds them, see `handles`)
grows by more than a tenth in the last two thirds, by a line through what was seen; at most one request in twenty was
not sent for want of a connection, and one in a hundred told to come again; none failed; and at the end all is judged
and signed.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench import INTERRUPTED, machine, until_told
from benchmarks.ground import Ground, ground
from benchmarks.http_load import Connections
from benchmarks.level import HEADS, Series
from benchmarks.roles import running_roles
from benchmarks.sampling import Sample, Sampler, collect_broker, series, whole_mb
from benchmarks.soak_load import AT_ONCE, Done, Load, driven
from benchmarks.table import percentile, table

SHARE: Final = 0.8
EVERY_S: Final = 5.0
COLLECTED: Final = 6
"""The broker's heap is collected before each sixth look: else Java lets it fill up to its bound, which is no leak."""
MEASURED_S: Final = 15.0
SETTLE_S: Final = 60.0
MOST_SHED: Final = 0.01
MOST_UNSENT: Final = 0.05


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minuter", type=float, default=15.0, help="how long (default: %(default)s)")
    parser.add_argument(
        "--rate", type=float, default=0.0, help="requests a second (default: 80 %% of what is measured)"
    )
    parser.add_argument("--every", type=float, default=EVERY_S, help="seconds between looks (default: %(default)s)")
    parser.add_argument("--measured", type=float, default=MEASURED_S, help="seconds of measuring the most there is")
    return parser.parse_args(argv)


class Soak:
    """A run on running servers."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self._asked = asked
        self._seconds = 60 * asked.minuter
        self.done = Done()
        self.samples: list[Sample] = []
        self.series: list[Series] = []
        self.settled = False
        self.rate = float(asked.rate)

    async def run(self) -> None:
        """Everything, on servers of its own."""
        print(f"soak: {machine()}", flush=True)
        async with ground() as made:
            await self.on(made)

    async def on(self, made: Ground) -> None:
        """Everything, on these."""
        load = Load(made.key.read_bytes())
        async with running_roles(made), Sampler(made.settings) as sampler:
            async with Connections(made.settings.api_vard, made.settings.api_port, AT_ONCE) as connections:
                await self._measure(load, connections)
                looking = asyncio.ensure_future(self._look(sampler))
                self.done = await driven(load, connections, self._seconds, self.rate)
                await looking
            self.settled = await _settled(sampler)
        await load.close()
        self.series = series(self.samples, self.rate)
        print(table(f"at {self.rate:,.0f} requests/s", HEADS, [one.row() for one in self.series]))
        print(f"{self._told()}\n{self.last_line()}", flush=True)

    async def _measure(self, load: Load, connections: Connections) -> None:
        if not self.rate:
            await driven(load, connections, min(5.0, self._asked.measured))
            most = (await driven(load, connections, self._asked.measured)).events / self._asked.measured
            self.rate = max(1.0, SHARE * most)
            print(f"soak: at most {most:,.0f} requests/s over {AT_ONCE} connections", flush=True)

    async def _look(self, sampler: Sampler) -> None:
        start = perf_counter()
        for number in range(max(2, int(self._seconds // self._asked.every)) + 1):
            due = min(number * self._asked.every, self._seconds)
            if number % COLLECTED == 0:
                await collect_broker()
            await asyncio.sleep(max(0.0, start + due - perf_counter()))
            self.samples.append(await sampler.sample())

    def _told(self) -> str:
        took = sorted(self.done.took) or [0.0]
        quick = ", ".join(f"p{share} {1000 * percentile(took, share / 100):,.0f} ms" for share in (50, 99))
        return (
            f"answered: {quick}; {self.done.shed} told to come again, {self.done.told}, "
            f"{self.done.unsent} not sent in time; "
            f"{'all' if self.settled else 'NOT all'} judged and signed afterwards"
        )

    @property
    def level(self) -> bool:
        """Did everything hold?"""
        kept_up = self.done.shed <= MOST_SHED * self.done.due and self.done.unsent <= MOST_UNSENT * self.done.due
        return kept_up and not self.done.failed and self.settled and all(one.level for one in self.series)

    def last_line(self) -> str:
        """The run in a line; memory of all processes together, at the end of the first third and at the end."""
        before, after = (whole_mb(self.samples[at]) for at in (len(self.samples) // 3, -1))
        lag, connections = (max(seen) for seen in zip(*((s.lag, s.connections) for s in self.samples), strict=True))
        return (
            f"soak: {self._asked.minuter:g} minutes, {self.done.events} events, memory {before:.0f} -> {after:.0f} MB, "
            f"lag max {lag}, connections {connections}, {'level' if self.level else 'NOT level'}"
        )


async def _settled(sampler: Sampler) -> bool:
    """Is all judged and signed within a minute of the end?"""
    until = perf_counter() + SETTLE_S
    while (seen := await sampler.sample()).lag or seen.unsigned:
        if perf_counter() > until:
            return False
        await asyncio.sleep(0.5)
    return True


def main() -> int:
    """Soak; exits with 1 where it was not level or something failed, with 130 on Ctrl-C."""
    soak = Soak(arguments())
    if not asyncio.run(until_told(soak.run())):
        print("soak: interrupted", file=sys.stderr)
        return INTERRUPTED
    return 0 if soak.level else 1


if __name__ == "__main__":
    sys.exit(main())
