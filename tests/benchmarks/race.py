"""A contender's run: what it is given, what it tells, and how it is run in a process of its own."""

import asyncio
import os
import resource
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from time import perf_counter, process_time

import msgspec

from samverkanshub.adapters.servers.child import spawn

CAP = 500
"""Most records of a batch, as the worker's own."""
TESTS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Asked:
    """How much is measured: events of a log, its seed, and how many times the gate and the loop run."""

    count: int
    seed: int
    rounds: int


class Job(msgspec.Struct, frozen=True):
    """What a contender does: the first `count` records of `topic`, into the projection at `dsn`."""

    name: str
    kafka: str
    dsn: str
    topic: str
    artefakter: str
    count: int
    staged: bool = False
    more: str = ""

    def named(self, name: str) -> "Job":
        """The same for another contender."""
        return msgspec.structs.replace(self, name=name)


class Result(msgspec.Struct):
    """What it tells: seconds, its own process's CPU among them, by records done and by batch, where they went, RSS."""

    count: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    marks: list[tuple[int, float]] = []
    batches: list[float] = []
    stages: dict[str, float] = {}
    rss_mb: float = 0.0
    told: dict[str, float] = {}

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.count / self.seconds

    def rate_of_first(self, count: int) -> float:
        """Events a second over the batches that take at least the first `count` records."""
        done, seconds = next(mark for mark in self.marks if mark[0] >= count)
        return done / seconds


@dataclass
class Run:
    """Notes how far a contender has come. `begin` when it may start; `done` when a batch is written and told of."""

    count: int
    result: Result = field(default_factory=Result)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _begun: float = 0.0
    _cpu: float = 0.0

    def begin(self) -> None:
        """It may start now."""
        if not self._begun:
            self._begun, self._cpu = perf_counter(), process_time()

    def done(self, records: int, batch_began: float) -> None:
        """All before offset `records` is done, the last of it in a batch that began then."""
        now = perf_counter()
        self.result.batches.append(now - batch_began)
        self.result.marks.append((records, now - self._begun))
        if records >= self.count and not self.ended.is_set():
            self.result.count, self.result.seconds = records, now - self._begun
            self.result.cpu_s = process_time() - self._cpu
            self.ended.set()


def peak_mb() -> float:
    """The largest resident memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class ContenderFailed(Exception):
    """A contender ended without a result; the message has the end of what it printed."""


async def run(job: Job, place: Path) -> Result:
    """Run a contender in a process of its own; its files are in `place`. Raises `ContenderFailed`."""
    work = place / f"{job.name}-{token_hex(3)}"
    work.mkdir(mode=0o700)
    (work / "job").write_bytes(msgspec.json.encode(job))
    log = work / "log"
    command = [sys.executable, "-m", "benchmarks.contender", str(work)]
    child = spawn(job.name, command, env=environment(), log=log)
    try:
        status = await child.exited()
    finally:
        await child.stop(signal.SIGTERM, 5.0)
    if status or not (work / "result").exists():
        raise ContenderFailed(f"`{job.name}` ended with {status}: {log.read_text()[-2000:]}")
    return msgspec.json.decode((work / "result").read_bytes(), type=Result)


def environment() -> dict[str, str]:
    """This process's, so that a child finds the benchmarks."""
    env = dict(os.environ)  # noqa: TID251
    return {**env, "PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, [env.get("PYTHONPATH")])])}
