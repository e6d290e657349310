"""A role of the hub as a process that is kept running, and can be killed, stopped, held and given failpoints."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from signal import SIGCONT, SIGKILL, SIGTERM, Signals

from samverkanshub.adapters.servers.child import Child, spawn
from samverkanshub.entrypoints.cli.supervisor import Role
from samverkanshub.settings import PREFIX, Settings

PAUSE_S = 0.3
GRACE_S = 20.0


class Roll:
    """One role, started again whenever it ends. Failpoints act in one life, a clock's offset in all that follow."""

    def __init__(self, role: Role, settings: Settings, name: str = "", arguments: tuple[str, ...] = ()) -> None:
        self.name = name or role.name
        self.ended: list[int] = []
        """The exit status of each life, negative for a signal."""
        self._role = role
        self.settings = settings
        self._arguments = arguments
        self._next = ""
        self._child: Child | None = None
        self._free = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._died = asyncio.Condition()

    @property
    def child(self) -> Child:
        """The present life, or the last."""
        assert self._child is not None
        return self._child

    def start(self) -> None:
        """Begin to keep it running. In the main thread."""
        self._free.set()
        self._keeping = asyncio.ensure_future(self._keep())

    async def _keep(self) -> None:
        while True:
            await self._free.wait()
            self._child = self._spawned()
            status = await self._child.exited()
            async with self._died:
                self.ended.append(status)
                self._died.notify_all()
            await asyncio.sleep(PAUSE_S)

    def _spawned(self) -> Child:
        settings, self._next = replace(self.settings, felpunkter=self._next), ""
        env = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}  # noqa: TID251
        command = [*self._role.command(), *self._arguments]
        settings.loggar.mkdir(parents=True, exist_ok=True)
        return spawn(self.name, command, env=env | settings.to_env(), log=settings.loggar / f"{self.name}.log")

    # ------------------------------------------------------------------------------------------ what befalls it

    async def kill(self) -> None:
        """SIGKILL, until dead; it is started again."""
        await self._ended_by(lambda: self.child.send(SIGKILL))

    async def arm(self, felpunkter: str) -> None:
        """Kill it, and start it with these failpoints."""
        self._next = felpunkter
        await self.kill()

    async def offset(self, ms: int) -> None:
        """Kill it, and start it with a clock that is so far ahead."""
        self.settings = replace(self.settings, klocka_forskjutning_ms=ms)
        await self.kill()

    async def dies(self, lives: int, within_s: float) -> bool:
        """Has it died more often than `lives` times, within so many seconds?"""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s), self._died:
                await self._died.wait_for(lambda: len(self.ended) > lives)
        return len(self.ended) > lives

    async def hold(self) -> None:
        """Kill it, and start it no more until `release`."""
        self._free.clear()
        await self.kill()

    def release(self) -> None:
        """Start it again."""
        self._free.set()

    def send(self, number: Signals) -> None:
        """A signal to the present life."""
        self.child.send(number)

    async def stop(self) -> int:
        """End it in order for good; its exit status, SIGKILL's where it did not end in time."""
        self._free.clear()
        if self._child is None:
            return 0
        self._child.send(SIGCONT)
        status = await self._child.stop(SIGTERM, GRACE_S)
        if self._keeping:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        return status

    async def _ended_by(self, act: Callable[[], None]) -> None:
        lives = len(self.ended)
        if self._child is None or not self.child.running:
            return
        act()
        await self.dies(lives, GRACE_S)
