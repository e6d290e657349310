"""A child ends when told to, when it will not, and when its parent is gone."""

import asyncio
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from samverkanshub.adapters.servers.child import GUARD, Child, ServerFailed, run, spawn
from samverkanshub.adapters.servers.guard import ORPHANED

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SLEEPER
PARENT = f"""
import os, sys
from samverkanshub.adapters.servers.child import spawn
child = spawn('barn', [sys.executable, '-c', {SLEEPER!r}], env={{}})
print(child.pid, flush=True)
sys.stdin.read()
"""


def python(code: str, log: Path | None = None) -> Child:
    return spawn("prov", [sys.executable, "-c", code], env={}, log=log)


async def up(log: Path) -> None:
    async with asyncio.timeout(30):
        while b"up" not in log.read_bytes():  # noqa: ASYNC110, ASYNC240
            await asyncio.sleep(0.01)


async def test_its_exit_status_is_told_whenever_it_is_asked_for() -> None:
    child = python("raise SystemExit(7)")
    assert await child.exited() == 7
    assert await child.exited() == 7
    assert not child.running


async def test_it_ends_when_told_to(tmp_path: Path) -> None:
    child = python(SLEEPER, tmp_path / "log")
    await up(tmp_path / "log")
    assert await child.stop(signal.SIGTERM, 30) == -signal.SIGTERM


async def test_it_is_killed_when_it_will_not_end(tmp_path: Path) -> None:
    child = python(STUBBORN, tmp_path / "log")
    await up(tmp_path / "log")
    assert await child.stop(signal.SIGTERM, 0.01) == -signal.SIGKILL


async def test_work_that_fails_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match=f"`prov` ended with status 3, see `{tmp_path / 'log'}`"):
        await run(python("raise SystemExit(3)", tmp_path / "log"))


async def test_only_the_main_thread_may_spawn() -> None:
    raised: list[BaseException] = []

    def attempt() -> None:
        try:
            python("")
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert len(raised) == 1


def test_a_killed_parent_takes_its_child_along() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        ended = os.pidfd_open(child)
        parent.kill()
        # The pidfd is readable when the child has ended; nothing but its end can wake us.
        assert _readable(ended, 30)


def _readable(pidfd: int, seconds: float) -> bool:
    try:
        return bool(select.select([pidfd], [], [], seconds)[0])
    finally:
        os.close(pidfd)


def test_a_child_whose_parent_is_gone_before_it_is_up_ends_at_once() -> None:
    not_our_pid = os.getppid()
    guard = [sys.executable, "-I", "-S", str(GUARD), str(not_our_pid), "9", "0", "0", "/bin/true"]
    assert subprocess.run(guard, check=False).returncode == ORPHANED


async def test_its_memory_is_never_left_in_a_core_file(tmp_path: Path) -> None:
    """That would have keys, and what they open, in clear."""
    log = tmp_path / "log"
    await run(python("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))", log))
    assert log.read_text() == "(0, 0)\n"
