"""a to d over one log: the gate and a loop by turns, a plain agent, and the floors; as rates, ratios and tables."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.dagar import Mix
from benchmarks.floors import copy_rows
from benchmarks.ground import Ground
from benchmarks.race import Asked, Job, Result, run
from benchmarks.stages import BESIDE, STAGES
from benchmarks.table import micros, percentile, rate, ratio, table

FEWEST = 1000


class Speed:
    """The measurements of one mix. `whole`: c and d too."""

    def __init__(self, ground: Ground, mix: Mix, asked: Asked) -> None:
        self._ground = ground
        self._mix = mix
        self._asked = asked
        self._topic = ""
        self._rows, self._copy_s = 0, 0.0
        self.found: dict[str, Any] = {"mix": str(mix), "count": asked.count, "seed": asked.seed}

    async def measure(self, *, whole: bool) -> None:
        """Run what was asked for, telling each table as soon as it is known."""
        self._topic = await self._ground.log(self._mix, self._asked.count, self._asked.seed)
        gates, loops = await self._by_turns()
        self._compared(gates, loops)
        if whole:
            await self._staged()
            await self._agent(gates)
            await self._floors(gates)

    # ------------------------------------------------------------------------------------------ a and b

    async def _by_turns(self) -> tuple[list[Result], list[Result]]:
        gates, loops = [], []
        for _ in range(self._asked.rounds):
            gates.append(await self._run("gate"))
            loops.append(await self._run("loop"))
            print(f"{self._mix}: gate {rate(gates[-1].rate)}, loop {rate(loops[-1].rate)}", flush=True)
        return gates, loops

    def _compared(self, gates: Sequence[Result], loops: Sequence[Result]) -> None:
        ratios = [a.rate / b.rate for a, b in zip(gates, loops, strict=True)]
        self.found["gate"] = _told(gates)
        self.found["loop"] = _told(loops)
        self.found["gate_loop"] = median(ratios)
        self.found["gate_loop_cpu"] = self.found["loop"]["cpu_us"] / self.found["gate"]["cpu_us"]
        rows = [(name, *_row(self.found[name])) for name in ("gate", "loop")]
        heads = ("", "events/s", "own CPU µs", "batch p50 ms", "p95", "p99", "max", "RSS MB")
        print(table(f"{self._mix}, {self._asked.count:,} events: a and b by turns", heads, rows))
        rounds = ", ".join(map(ratio, ratios))
        print(
            f"gate/loop {ratio(median(ratios))} (rounds: {rounds}), by CPU {ratio(self.found['gate_loop_cpu'])}",
            flush=True,
        )

    # ------------------------------------------------------------------------------------------ where the time goes

    async def _staged(self) -> None:
        async with self._ground.projection() as dsn:
            found = await run(self._job("gate", dsn, staged=True), self._ground.settings.data)
            self._rows, self._copy_s = await copy_rows(dsn)
        per = {name: found.stages.get(name, 0.0) for name in STAGES if name not in BESIDE}
        per["rest of the batch"] = sum(found.batches) - sum(per.values())
        per["between batches"] = found.seconds - sum(found.batches)
        per |= {f"beside: {name}": found.stages.get(name, 0.0) for name in BESIDE}
        self.found["stages_us"] = {name: 1e6 * spent / found.count for name, spent in per.items()}
        self.found["staged_rate"] = found.rate
        rows = [
            (name, micros(us), f"{100 * us / (1e6 / found.rate):.0f} %") for name, us in self.found["stages_us"].items()
        ]
        print(table(f"{self._mix}: the gate's time by stage", ("stage", "µs an event", "share"), rows), flush=True)

    # ------------------------------------------------------------------------------------------ c

    async def _agent(self, gates: Sequence[Result]) -> None:
        count = min(self._asked.count, max(FEWEST, self._asked.count // 10))
        found = await self._run("faust", count=count)
        # The same records: a log begins with consents, which are cheap.
        same = median(one.rate_of_first(count) for one in gates)
        self.found["faust"] = {**_told([found]), "count": count}
        self.found["gate_faust"] = same / found.rate
        print(
            f"{self._mix}: a plain Faust agent {rate(found.rate)} over {count:,} events, the gate {rate(same)} over"
            f" the same: gate/faust {ratio(same / found.rate)}",
            flush=True,
        )

    # ------------------------------------------------------------------------------------------ d

    async def _floors(self, gates: Sequence[Result]) -> None:
        into = await self._ground.topic("kopia")
        copied = await self._run("kafka", more=into)
        domain = await self._run("domain")
        gate = median(one.rate for one in gates)
        taken = {"kafka": copied.rate, "copy": self._asked.count / self._copy_s, "domain": domain.rate}
        self.found["floors"] = {**taken, "rows": self._rows}
        self.found["gate_domain"] = gate / domain.rate
        names = {
            "kafka": "aiokafka copies the same bytes",
            "copy": f"COPY of the same {self._rows:,} rows",
            "domain": "the domain alone",
        }
        told = [(names[name], f"{found:,.0f}", ratio(gate / found)) for name, found in taken.items()]
        print(table(f"{self._mix}: floors", ("", "events/s", "gate/this"), told), flush=True)

    # ------------------------------------------------------------------------------------------ a run

    async def _run(self, name: str, *, count: int = 0, staged: bool = False, more: str = "") -> Result:
        async with self._ground.projection() as dsn:
            return await run(self._job(name, dsn, count=count, staged=staged, more=more), self._ground.settings.data)

    def _job(self, name: str, dsn: str, *, count: int = 0, staged: bool = False, more: str = "") -> Job:
        return Job(
            name=name,
            kafka=self._ground.kafka,
            dsn=dsn,
            topic=self._topic,
            artefakter=str(self._ground.settings.artefakter),
            count=count or self._asked.count,
            staged=staged,
            more=more,
        )


def _told(results: Sequence[Result]) -> dict[str, Any]:
    batches = sorted(seconds for one in results for seconds in one.batches)
    return {
        "rate": median(one.rate for one in results),
        "rates": [one.rate for one in results],
        "cpu_us": median(1e6 * one.cpu_s / one.count for one in results),
        "batch_ms": {name: 1000 * percentile(batches, share) for name, share in PERCENTILES.items()},
        "rss_mb": max(one.rss_mb for one in results),
    }


PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def _row(told: dict[str, Any]) -> tuple[str, ...]:
    batch = (f"{ms:.1f}" for ms in told["batch_ms"].values())
    return (f"{told['rate']:,.0f}", micros(told["cpu_us"]), *batch, f"{told['rss_mb']:.0f}")
