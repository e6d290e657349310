"""A child process that does not outlive this one, whatever ends it, and can be awaited on any event loop."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from samverkanshub.domain.errors import HubError

GUARD: Final = Path(__file__).with_name("guard.py")


class ServerFailed(HubError):
    """A server did not start, or is not usable; `detail` says which and where to look."""

    code = "server-startar-ej"


@dataclass(frozen=True, slots=True)
class Who:
    """The user and group a child runs as; 0 is the present user."""

    uid: int = 0
    gid: int = 0


def spawn(
    name: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    log: Path | None = None,
    death: signal.Signals = signal.SIGKILL,
    who: Who = Who(),
    cwd: Path | None = None,
) -> "Child":
    """Start a child that the kernel sends `death` when this process ends. Output goes to the end of `log`, or ours.

    Must be called in the main thread, since the kernel's promise is tied to the thread that forks.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("a child must be spawned by the main thread")
    guard = [sys.executable, "-I", "-S", str(GUARD), *map(str, (os.getpid(), int(death), who.uid, who.gid))]
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("ab")) if log else None
        process = subprocess.Popen(
            [*guard, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT if out else None,
            env=dict(env),
            cwd=cwd or Path("/"),
            # A Ctrl-C in the terminal must reach the supervisor alone: it ends its children in order.
            start_new_session=True,
        )
    return Child(name, process, log)


class Child:
    """A running child; `log` is the file its output goes to."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", log: Path | None) -> None:
        self.name = name
        self.log = log
        self._process = process

    @property
    def pid(self) -> int:
        """The process id, also after it has ended."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    async def exited(self) -> int:
        """Wait until it has ended; its exit status, negative for a signal."""
        if self.running:
            await _readable_once(os.pidfd_open(self._process.pid))
        return self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.running:
            self._process.send_signal(number)

    async def stop(self, number: signal.Signals, grace_s: float) -> int:
        """Ask it to end and wait; kill it when it has not within `grace_s` seconds. Returns its exit status."""
        self.send(number)
        try:
            return await asyncio.wait_for(self.exited(), grace_s)
        except TimeoutError:
            self.send(signal.SIGKILL)
            return await self.exited()

    def failed(self, why: str) -> ServerFailed:
        """The error that says this child failed, and where its output is."""
        place = f", see `{self.log}`" if self.log else ""
        return ServerFailed(f"`{self.name}` {why}{place}", name=self.name)


async def _readable_once(pidfd: int) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(pidfd, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(pidfd)
        os.close(pidfd)


async def run(child: Child) -> None:
    """Wait for a child that should do its work and end; raises `ServerFailed` where it ended otherwise."""
    try:
        status = await child.exited()
    finally:
        child.send(signal.SIGKILL)
    if status:
        raise child.failed(f"ended with status {status}")
