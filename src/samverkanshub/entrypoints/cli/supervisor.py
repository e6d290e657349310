"""Runs the roles as child processes: crash-only, so each that ends is started again, after a growing pause."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from samverkanshub import bootstrap
from samverkanshub.adapters.servers.child import Child, ServerFailed, spawn
from samverkanshub.adapters.servers.places import locked
from samverkanshub.settings import PREFIX, Settings, variable

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0
STEADY_S: Final = 30.0
"""A role that has run for so long has started well: the pauses begin anew."""
GRACE_S: Final = 15.0
"""How long a role may take to end; longer than the api waits for its last requests."""
LISTENS_S: Final = 60.0
LOG_BYTES: Final = 20_000_000
"""Beyond this a role's log is put aside when the role starts; one older one is kept."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the hub and the module that runs it."""

    name: str
    module: str

    def command(self) -> list[str]:
        """What starts it with this interpreter."""
        return [sys.executable, "-m", self.module]


GATE: Final = Role("gate", "samverkanshub.entrypoints.worker")
API: Final = Role("api", "samverkanshub.entrypoints.http")
WATCH: Final = Role("watch", "samverkanshub.entrypoints.watch")
NOTARY: Final = Role("notary", "samverkanshub.entrypoints.notary")
ROLES: Final = (GATE, API, WATCH, NOTARY)


def pause_s(failures: int) -> float:
    """Seconds to wait before the start after so many failures in a row (from 1): doubled each time, up to a limit."""
    return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (failures - 1)))


class Supervised:
    """A role that is kept running. `starts` counts its starts; a failpoint is armed for the first of them alone.

    `pause` says how many seconds to wait after so many failures in a row.
    """

    def __init__(
        self, role: Role, settings: Settings, env: Mapping[str, str], pause: Callable[[int], float] = pause_s
    ) -> None:
        self.role = role
        self.starts = 0
        self._env = _environment(settings, env)
        self._log = settings.loggar / f"{role.name}.log"
        self._pause = pause
        self._child: Child | None = None
        self._failures = 0

    @property
    def pid(self) -> int:
        """The process id of the present child, or of the last one; 0 before the first."""
        return self._child.pid if self._child else 0

    async def keep(self) -> None:
        """Start it and start it again, for ever. In the main thread only; cancel to stop watching."""
        while True:
            started = time.monotonic()
            status = await self._once()
            self._failures = 1 if time.monotonic() - started > STEADY_S else self._failures + 1
            pause = self._pause(self._failures)
            _log().warning("up.role-ended", ended=self.role.name, status=status, pause_s=pause)
            await asyncio.sleep(pause)

    async def _once(self) -> int:
        try:
            return await self._start().exited()
        except OSError as error:
            _log().error("up.role-not-started", name=self.role.name, errno=error.errno)
            return os.EX_OSERR

    def _start(self) -> Child:
        if self.starts:
            self._env.pop(variable("felpunkter"), None)
        self.starts += 1
        _put_aside(self._log)
        self._child = spawn(
            self.role.name, self.role.command(), env=self._env, log=self._log, death=signal.SIGKILL, cwd=Path("/")
        )
        return self._child

    async def stop(self) -> None:
        """End it in order; kill it when it does not end."""
        if self._child:
            await self._child.stop(signal.SIGTERM, GRACE_S)


def _environment(settings: Settings, env: Mapping[str, str]) -> dict[str, str]:
    """The environment without the hub's variables, and the settings in their place."""
    return {name: value for name, value in env.items() if not name.startswith(PREFIX)} | settings.to_env()


def _put_aside(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))


def _log() -> structlog.stdlib.BoundLogger:
    log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)
    return log


@contextlib.asynccontextmanager
async def kept(role: Supervised) -> AsyncIterator[Supervised]:
    """The role, kept running; ended in order at the end."""
    keeping = asyncio.ensure_future(role.keep())
    try:
        yield role
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        await role.stop()


@dataclass(frozen=True, slots=True)
class Hub:
    """A running hub. `settings` has every address filled in; `activated` the partitions given their record 0 now."""

    settings: Settings
    servers: bootstrap.Servers
    gate: Supervised
    api: Supervised
    watch: Supervised
    notary: Supervised
    activated: tuple[int, ...]

    @property
    def url(self) -> str:
        """Where its api listens."""
        host = self.settings.api_vard
        scheme = "https" if self.settings.tls else "http"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.settings.api_port}"


def nothing_said(_: str) -> None:
    """For a starter that wants no progress."""


@contextlib.asynccontextmanager
async def running_hub(
    settings: Settings,
    env: Mapping[str, str] | None = None,
    say: Callable[[str], None] = nothing_said,
    roles: tuple[Role, Role, Role, Role] = ROLES,
    pause: Callable[[int], float] = pause_s,
) -> AsyncIterator[Hub]:
    """Start servers, databases, topics, record 0, gate, api, watch and notary, in that order; end them in reverse.

    `say` is told each step. In the main thread only. Raises `Taken` where a port or the data directory is in use,
    `ServerFailed`, and what `bootstrap.prepare` and `bootstrap.activate_regelverk` raise.
    """
    env = dict(os.environ) if env is None else env  # noqa: TID251
    with locked(settings.data):
        say("starting Kafka and PostgreSQL")
        async with bootstrap.servers(settings, env) as servers:
            bootstrap.make_kek(settings)
            bootstrap.make_notary_key(settings)
            bootstrap.make_intake_key(settings)
            say("preparing databases, topics and the regelverk")
            await bootstrap.prepare(servers.settings)
            await bootstrap.let_in(servers)
            for lost in await bootstrap.lost_secrets(servers.settings):
                say(str(lost))
            activated = tuple(await bootstrap.activate_regelverk(servers.settings))
            say("starting gate, api, watch and notary")
            gate, api, watch, notary = (Supervised(role, servers.som(role.name), env, pause) for role in roles)
            async with kept(gate), kept(api), kept(watch), kept(notary):
                hub = Hub(servers.settings, servers, gate, api, watch, notary, activated)
                await _listening(hub)
                yield hub


async def _listening(hub: Hub) -> None:
    try:
        async with asyncio.timeout(LISTENS_S):
            await _connected(hub.settings.api_vard, hub.settings.api_port)
    except TimeoutError:
        log = hub.settings.loggar / f"{API.name}.log"
        raise ServerFailed(f"`api` does not listen after {LISTENS_S:.0f} s, see `{log}`") from None


async def _connected(host: str, port: int) -> None:
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.05)
