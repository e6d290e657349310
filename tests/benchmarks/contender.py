"""`python -m benchmarks.contender DIRECTORY`: one contender, in a process of its own; reads `job`, writes `result`."""

import asyncio
import sys
from pathlib import Path

import msgspec

from benchmarks import floors, replaying
from benchmarks.by_agent import by_agent
from benchmarks.by_gate import by_gate
from benchmarks.by_hand import by_hand
from benchmarks.race import Job, Run, peak_mb
from benchmarks.stages import Stopwatch, staged


async def contend(job: Job, run: Run, work: Path) -> None:
    """Do the job."""
    match job.name:
        case "gate":
            await by_gate(job, run)
        case "loop":
            await by_hand(job, run)
        case "faust":
            await by_agent(job, run, work)
        case "domain":
            await floors.domain(job, run)
        case "kafka":
            await floors.copied(job, run)
        case "replay":
            await replaying.replayed(job, run)
        case "decode":
            await replaying.decoded(job, run)
        case _:
            raise ValueError(job.name)


def main() -> None:
    """Run it and tell."""
    work = Path(sys.argv[1])
    job = msgspec.json.decode((work / "job").read_bytes(), type=Job)
    run = Run(job.count)
    watch = Stopwatch()
    if job.staged:
        staged(watch)
    asyncio.run(contend(job, run, work))
    run.result.stages, run.result.rss_mb = dict(watch.spent), peak_mb()
    (work / "result").write_bytes(msgspec.json.encode(run.result))


if __name__ == "__main__":
    main()
