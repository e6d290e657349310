"""The benchmarks' pieces at work, on a log far too short to say how fast anything is."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from benchmarks import bench
from benchmarks.bench import Bench, arguments
from benchmarks.dagar import Mix
from benchmarks.ground import Ground
from benchmarks.intake import intake_part
from benchmarks.latency import latency_part
from benchmarks.memory import memory_part
from benchmarks.race import Asked, ContenderFailed, Job, environment, run
from benchmarks.replaying import replay_part
from benchmarks.roles import running_roles
from benchmarks.speed import Speed
from benchmarks.stages import BESIDE, STAGES, Stopwatch
from benchmarks.table import percentile, table
from integration.hub_support import processes_of

FEW = Asked(count=60, seed=3, rounds=1)
PATIENCE_S = 60.0


async def test_every_contender_judges_the_whole_log_and_tells_how_fast(made: Ground) -> None:
    speed = Speed(made, Mix(3, 5), FEW)
    await speed.measure(whole=True)
    found = speed.found
    assert found["gate"]["rate"] > 0
    assert found["loop"]["rate"] > 0
    assert found["faust"]["count"] == FEW.count
    assert min(found["gate_loop"], found["gate_faust"], found["gate_domain"]) > 0
    assert found["floors"]["rows"] > FEW.count
    assert set(found["stages_us"]) > set(STAGES) - set(BESIDE)
    assert min(found["stages_us"].values()) > 0
    json.dumps(found)


async def test_a_replay_is_held_against_decoding_alone(made: Ground) -> None:
    found = await replay_part(made, Mix(1, 2), FEW)
    assert 0 < found["replay_decode"] < 1


async def test_a_request_is_followed_to_the_inbox_and_intake_is_held_against_checks_alone(made: Ground) -> None:
    async with running_roles(made):
        found = await latency_part(made, 1.0, [5])
        taken = await intake_part(made, 8)
    assert found["5"]["failed"] == found["5"]["unseen"] == 0
    assert 0 < found["5"]["ms"]["p50"] < float("inf")
    assert found["5"]["floor_ms"]["p50"] > 0
    assert [one["failed"] for one in taken.values()] == [0, 0, 0]
    assert taken["64"]["cpu_ms"].keys() >= {"api", "gate", "broker", "database", "this client"}


async def test_memory_is_told_of_as_the_persons_become_more(tmp_path: Path) -> None:
    told = await memory_part(tmp_path, Mix(1, 2), 1000, 1, 500)
    assert [one["events"] for one in told] == [500, 1000]
    assert told[0]["persons"] < told[1]["persons"]
    assert told[0]["rss_mb"] > 0


async def test_a_contender_that_fails_says_why(made: Ground) -> None:
    with pytest.raises(ContenderFailed, match=r"(?s)`nobody` ended with 1: .*ValueError: nobody"):
        await run(Job("nobody", made.kafka, "", "", "", 1), made.settings.data)


def test_the_last_line_says_what_was_measured_and_what_was_not() -> None:
    found = Bench(arguments([]))
    assert found.last_line() == "bench: gate/loop none, gate/faust none, no events/s"
    found.found["speed"]["3x5"] = {"gate": {"rate": 3210.4}, "gate_loop": 0.961, "gate_faust": 8.0}
    assert found.last_line() == "bench: gate/loop 0.96, gate/faust 8.00, 3,210 events/s"


async def test_what_is_timed_within_something_timed_counts_once() -> None:
    watch = Stopwatch()
    inner = watch.around("inner", lambda: sum(range(20_000)))

    async def both() -> int:
        return sum(inner() for _ in range(20))

    await watch.around("outer", both)()
    assert watch.spent["inner"] > watch.spent["outer"] > 0


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.75, 3), (0.99, 4), (1.0, 4), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile([1, 2, 3, 4], share) == value


def test_a_table_can_stand_in_a_page() -> None:
    assert table("a title", ("", "rate"), [("gate", "1,000")]).splitlines()[3:] == [
        "|      |  rate |",
        "| ---- | ----: |",
        "| gate | 1,000 |",
    ]


@pytest.mark.servers
def test_a_run_told_to_end_leaves_nothing(data_directory: Path) -> None:
    place = data_directory / "told"
    place.mkdir(mode=0o711)
    command = [sys.executable, str(Path(bench.__file__)), "--n", "1000000"]
    env = {**environment(), "TMPDIR": str(place)}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        deadline = monotonic() + PATIENCE_S
        while not list(place.glob("*/postgres/data/postmaster.pid")):
            assert monotonic() < deadline
            sleep(0.05)
        assert processes_of(place)
        child.send_signal(signal.SIGINT)
        assert child.wait(PATIENCE_S) == bench.INTERRUPTED
    assert list(place.iterdir()) == []
    assert processes_of(place) == {}
