"""Who lives and who dies with the supervisor: SIGINT ends all in order, kill -9 ends all, twice is refused."""

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_support import ENDS, processes_of

from samverkanshub.adapters.servers import places

pytestmark = pytest.mark.servers

SUPPORT = Path(__file__).with_name("hub_support.py")
SECONDS = 90


class HubProcess:
    """A supervisor under test."""

    def __init__(self, data: Path, **settings: str) -> None:
        ports = {f"SAMVERKAN_{name}_PORT": "0" for name in ("API", "KAFKA", "POSTGRES")}
        env = {**os.environ, **ports, "SAMVERKAN_DATA": str(data), **settings}  # noqa: TID251
        command = [sys.executable, str(SUPPORT), "hub"]
        self.data = data
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def up(self) -> dict[str, str]:
        """What it says when all is up: the pids by name, and its url."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line.startswith("up "), self.process.communicate()[1]
        return dict(part.split("=", 1) for part in line.split()[1:])

    def ends(self) -> tuple[int, str]:
        """Its exit status and what it said on stderr."""
        _, said = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, said

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def data() -> Iterator[Path]:
    path = places.temporary_data("samverkanshub-test-")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def hub(data: Path) -> Iterator[HubProcess]:
    started = HubProcess(data)
    yield started
    started.kill()
    until_gone(data)


def until_gone(data: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while left := processes_of(data):
        assert time.monotonic() < deadline, left
        for pid in left:
            wait_for_end(pid)


def wait_for_end(pid: int) -> None:
    try:
        ended = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([ended], [], [], SECONDS)[0], f"process {pid} lives on"
    finally:
        os.close(ended)


def shared_memory() -> set[str]:
    return {path.name for path in Path("/dev/shm").glob("PostgreSQL.*")}


def test_sigint_ends_all_in_order_and_leaves_nothing(hub: HubProcess) -> None:
    before = shared_memory()
    hub.up()
    assert len(processes_of(hub.data)) > 4
    hub.process.send_signal(signal.SIGINT)
    status, said = hub.ends()
    assert (status, said.splitlines()[-1]) == (0, "samverkanshub: ended")
    assert processes_of(hub.data) == {}
    assert (hub.data / ENDS).read_text().split() == ["notary", "watch", "api", "gate"]
    assert not (hub.data / "postgres" / "data" / "postmaster.pid").exists()
    assert shared_memory() <= before


def test_kill_9_leaves_nothing_and_the_next_start_finds_all_of_it(hub: HubProcess, data: Path) -> None:
    before = shared_memory()
    hub.up()
    hub.kill()
    until_gone(data)
    assert shared_memory() <= before
    again = HubProcess(data)
    try:
        again.up()
        again.process.send_signal(signal.SIGTERM)
        assert again.ends()[0] == 0
    finally:
        again.kill()


def test_a_second_start_says_what_is_taken(hub: HubProcess) -> None:
    url = hub.up()["url"]
    status, said = HubProcess(hub.data).ends()
    assert status == 1
    assert f"`{hub.data}` is used by process {hub.process.pid}" in said
    elsewhere = places.temporary_data("samverkanshub-test-")
    try:
        port = url.rpartition(":")[2]
        status, said = HubProcess(elsewhere, SAMVERKAN_API_PORT=port).ends()
        assert status == 1
        assert f"port {port} of `SAMVERKAN_API_PORT` on 127.0.0.1" in said
    finally:
        shutil.rmtree(elsewhere)


def lines_of(log: Path, count: int) -> list[str]:
    """What the log says, once it says so many lines."""
    deadline = time.monotonic() + SECONDS
    while not log.exists() or log.read_text().count("\n") < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return log.read_text().splitlines()


def test_a_role_that_dies_is_started_again_without_its_failpoints(data: Path) -> None:
    hub = HubProcess(data, SAMVERKAN_FELPUNKTER="gate.efter-commit=kill@3")
    try:
        gate = int(hub.up()["gate"])
        first = ["gate felpunkter=gate.efter-commit=kill@3"]
        assert lines_of(data / "loggar" / "gate.log", 1) == first
        os.kill(gate, signal.SIGKILL)
        assert lines_of(data / "loggar" / "gate.log", 2) == [*first, "gate felpunkter="]
    finally:
        hub.kill()
        until_gone(data)


def test_a_server_that_dies_ends_the_hub(hub: HubProcess) -> None:
    os.kill(int(hub.up()["kafka"]), signal.SIGKILL)
    assert hub.ends()[0] == 1
    assert processes_of(hub.data) == {}


def test_told_twice_it_ends_at_once_and_still_leaves_nothing(hub: HubProcess) -> None:
    hub.up()
    hub.process.send_signal(signal.SIGINT)
    hub.process.send_signal(signal.SIGTERM)
    assert hub.ends()[0] in (0, 130)
    until_gone(hub.data)


def test_told_while_starting_it_leaves_nothing(hub: HubProcess) -> None:
    deadline = time.monotonic() + SECONDS
    while not (hub.data / "kafka" / "server.properties").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    hub.process.send_signal(signal.SIGTERM)
    assert hub.ends()[0] == 0
    assert processes_of(hub.data) == {}
