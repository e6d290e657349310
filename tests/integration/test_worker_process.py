"""How a gate worker's process ends, and what it has acknowledged by then."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from integration.worker_child import CONTENT
from integration.worker_support import (
    PATIENCE_S,
    RememberingGate,
    committed,
    fill,
    make_topic,
    numbered,
    options_for,
    working,
)
from samverkanshub.entrypoints.worker.keeper import Exit
from samverkanshub.entrypoints.worker.options import Options

CHILD = Path(__file__).with_name("worker_child.py")


@dataclass
class Child:
    process: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)

    async def until(self, line: str) -> None:
        """Wait until the child says a line."""
        async with asyncio.timeout(PATIENCE_S):
            while line not in self.said:
                assert self.process.stdout is not None
                heard = await self.process.stdout.readline()
                assert heard, f"the child ended without saying `{line}`"
                self.said.append(heard.decode().strip())

    async def ended(self) -> tuple[int, str]:
        """Its exit status and its log, once it has ended."""
        async with asyncio.timeout(PATIENCE_S):
            out, err = await self.process.communicate()
        self.said += out.decode().split("\n")
        assert self.process.returncode is not None
        return self.process.returncode, err.decode()


@asynccontextmanager
async def child(options: Options, **told: object) -> AsyncIterator[Child]:
    """A worker process; killed at the end where it still runs."""
    asked = {
        "bootstrap": options.bootstrap,
        "topic": options.topic,
        "group": options.group,
        "cap": 10,
        "commit_s": 0.1,
        **told,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(CHILD),
        json.dumps(asked),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Child(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def thirty(kafka: str) -> Options:
    """A log with thirty records."""
    options = options_for(kafka, await make_topic(kafka))
    await fill(kafka, options.topic, 0, numbered(30))
    return options


@pytest.mark.parametrize(
    ("raises", "status"),
    [("fault", Exit.FAULT), ("halt", Exit.HALTED), ("superseded", Exit.SUPERSEDED), ("kill", -signal.SIGKILL)],
)
async def test_a_failing_batch_ends_the_process_with_nothing_of_it_acknowledged(
    thirty: Options, kafka: str, raises: str, status: int
) -> None:
    async with child(thirty, at=15, raises=raises) as worker:
        assert (await worker.ended())[0] == status
    assert [line for line in worker.said if line.startswith("batch")] == ["batch 0 9", "batch 10 19"]
    assert await committed(kafka, thirty) in (None, 10)


async def test_after_a_failure_another_worker_goes_on_with_the_same_records(thirty: Options) -> None:
    async with child(thirty, at=15, raises="fault", instance="gate-1") as worker:
        await worker.ended()
    gate = RememberingGate(positions={0: 10})
    async with working(gate, options_for(thirty.bootstrap, thirty.topic, instance="gate-1")):
        await gate.until(lambda: gate.positions[0] == 30)
    assert gate.offsets() == list(range(10, 30))


async def test_the_log_says_where_it_failed_and_nothing_of_what_the_error_said(thirty: Options) -> None:
    async with child(thirty, at=5, raises="fault") as worker:
        _, log = await worker.ended()
    told = next(json.loads(line) for line in log.splitlines() if "gate.stopped" in line)
    assert (told["error"], told["step"], told["status"], told["level"]) == ("ValueError", "batch", "FAULT", "critical")
    assert CONTENT not in log


async def test_a_refused_partition_ends_the_process_before_anything_is_fetched(thirty: Options, kafka: str) -> None:
    async with child(thirty, at=-1, raises="halt") as worker:
        status, log = await worker.ended()
    assert status == Exit.HALTED
    assert "logg-kortare-an-position" in log
    assert "vagrad 0 logg-kortare-an-position" in worker.said
    assert not [line for line in worker.said if line.startswith("batch")]
    assert await committed(kafka, thirty) is None


@pytest.mark.parametrize("at", [-1, 15])
async def test_a_server_that_stays_away_ends_the_process(thirty: Options, at: int) -> None:
    async with child(thirty, at=at, raises="unavailable", hold_s=1) as worker:
        status, _ = await worker.ended()
    assert status == Exit.UNAVAILABLE
    assert worker.said.count("assign 0" if at == -1 else "batch 10 19") > 2
    assert "done 19" not in worker.said


@pytest.mark.parametrize("position", [31, 1000])
async def test_a_position_past_the_logs_end_ends_the_process_and_resets_nothing(thirty: Options, position: int) -> None:
    async with child(thirty, position=position) as worker:
        status, log = await worker.ended()
    assert status == Exit.HALTED
    assert "logg-kortare-an-position" in log
    assert "vagrad 0 logg-kortare-an-position" in worker.said
    assert not [line for line in worker.said if line.startswith("batch")]


async def test_a_log_that_has_forgotten_its_beginning_ends_the_process(thirty: Options, kafka: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.delete_records({TopicPartition(thirty.topic, 0): RecordsToDelete(before_offset=10)})
    await admin.close()
    async with child(thirty, position=5) as worker:
        status, _ = await worker.ended()
    assert status == Exit.HALTED
    assert not [line for line in worker.said if line.startswith("batch")]


async def test_a_log_whose_times_are_the_senders_ends_the_process(kafka: str) -> None:
    topic = await make_topic(kafka, **{"message.timestamp.type": "CreateTime"})
    await fill(kafka, topic, 0, numbered(1))
    async with child(options_for(kafka, topic)) as worker:
        status, log = await worker.ended()
    assert status == Exit.HALTED
    assert "logg-utan-loggtid" in log
    assert "vagrad 0 logg-utan-loggtid" in worker.said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_stop_it_leaves_with_everything_it_finished_acknowledged(
    thirty: Options, kafka: str, number: signal.Signals
) -> None:
    async with child(thirty) as worker:
        await worker.until("done 29")
        worker.process.send_signal(number)
        status, _ = await worker.ended()
    assert status == Exit.CLEAN
    assert await committed(kafka, thirty) == 30


async def test_told_to_stop_while_a_server_is_away_it_does_not_wait_for_it(thirty: Options) -> None:
    async with child(thirty, at=15, raises="unavailable", hold_s=600) as worker:
        await worker.until("batch 10 19")
        worker.process.terminate()
        status, _ = await worker.ended()
    assert status == Exit.UNAVAILABLE
    assert "done 19" not in worker.said


async def test_without_a_broker_it_ends_instead_of_waiting_for_ever() -> None:
    async with child(Options(bootstrap="127.0.0.1:1", topic="t", group="g")) as worker:
        status, _ = await worker.ended()
    assert status == Exit.UNAVAILABLE
