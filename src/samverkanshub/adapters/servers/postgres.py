"""An embedded PostgreSQL 16 from the wheel `pgserver`: on loopback, durable, its data below one directory.

It listens on TCP alone (no socket file is left behind by a kill) and asks for a password (SCRAM), since every user of
the machine reaches loopback. The password is made at the first start and kept in a file that only its owner reads.
"""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

import asyncpg

from samverkanshub.adapters.servers.child import Child, ServerFailed, Who, run, spawn
from samverkanshub.adapters.servers.places import LOOPBACK, Wanted, claim_ports, closed_to, make_private

USER: Final = "samverkan"
UNPRIVILEGED: Final = "nobody"
PASSWORD: Final = "postgres-losen"
START_S: Final = 60.0
LEFT_S: Final = 30.0
"""How long to wait for a server that a killed supervisor left, which is ending."""
GRACE_S: Final = 20.0
_PORT: Final = 3
"""The line of `postmaster.pid` where the port is, from 0."""
OPTIONS: Final[Mapping[str, str]] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "jit": "off",
    # In the data directory, not /dev/shm: a kill leaves nothing outside it.
    "dynamic_shared_memory_type": "mmap",
    # An error's DETAIL and STATEMENT quote values, which may be personal.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


def run_as() -> Who:
    """Whom PostgreSQL runs as: the present user, or `nobody` for root, as which it refuses to run."""
    if os.geteuid():
        return Who()
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Who(entry.pw_uid, entry.pw_gid)


def wheel() -> Path:
    """The directory with `bin/postgres` that the wheel `pgserver` brings. Raises `ServerFailed` where it is missing."""
    found = importlib.util.find_spec("pgserver")
    if not found or not found.origin:
        raise ServerFailed("the embedded PostgreSQL needs the package `pgserver`: install `samverkanshub[embedded]`")
    return Path(found.origin).parent / "pginstall"


def programs(directory: Path, who: Who) -> Path:
    """The `bin` directory that `who` can run: the wheel's, or a copy below `directory` where that is closed to it."""
    install = wheel()
    if not who.uid or not closed_to(install / "bin" / "postgres", who.uid):
        return install / "bin"
    copy = directory / f"program-{(install / 'bin' / 'postgres').stat().st_size}"
    if not copy.is_dir():
        _copy(install, copy)
    return copy / "pgserver" / "pginstall" / "bin"


def _copy(install: Path, to: Path) -> None:
    # With the libraries beside it, where the programs look for them.
    work = to.with_name(f"{to.name}.{os.getpid()}")
    site = install.parents[1]
    for part in ("pgserver/pginstall", "pgserver.libs"):
        shutil.copytree(site / part, work / part, symlinks=True)
    for path in (work, *work.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    work.rename(to)


class EmbeddedPostgres:
    """One server below `directory`. `dsn(database)` says how to reach it once started."""

    def __init__(self, directory: Path, port: int) -> None:
        self.directory = directory
        self.port = port
        self._who = run_as()
        self._child: Child | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.directory / "data"

    @property
    def child(self) -> Child:
        """The server's process; only once started."""
        assert self._child is not None
        return self._child

    def dsn(self, database: str = "postgres") -> str:
        """How its owner reaches a database."""
        password = (self.directory / PASSWORD).read_text()
        return f"postgresql://{USER}:{password}@{LOOPBACK}:{self.port}/{database}"

    async def start(self) -> None:
        """Start the server and wait until it answers. Raises `Taken` or `ServerFailed`. In the main thread only."""
        self._reachable()
        await left_behind(self.data)
        (self.port,) = claim_ports([Wanted(LOOPBACK, self.port, "SAMVERKAN_POSTGRES_PORT")])
        programs_ = programs(self.directory, self._who)
        if not (self.data / "PG_VERSION").exists():
            await self._initialise(programs_)
        self._child = self._spawn(programs_ / "postgres", "-D", str(self.data), *self._options())
        try:
            await self._answering(self._child)
        except BaseException:
            await self.stop()
            raise

    def _reachable(self) -> None:
        make_private(self.directory)
        closed = closed_to(self.data, self._who.uid) if self._who.uid else None
        if closed:
            raise ServerFailed(
                f"`SAMVERKAN_DATA` lies in `{closed}`, which user `{UNPRIVILEGED}` (as whom root runs PostgreSQL)"
                " may not enter: choose another directory",
                path=closed,
            )

    def _options(self) -> list[str]:
        return [f"--{name}={value}" for name, value in {**OPTIONS, "port": str(self.port)}.items()]

    def _spawn(self, program: Path, *arguments: str) -> Child:
        env = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        log = self.directory / "postgres.log"
        # SIGINT is its fast shutdown: it ends its own children and removes what it made.
        return spawn("postgres", [str(program), *arguments], env=env, log=log, death=signal.SIGINT, who=self._who)

    async def _initialise(self, programs_: Path) -> None:
        """Made beside and renamed when whole, so that a kill in between leaves nothing half-made."""
        making = self.directory / "making"
        shutil.rmtree(making, ignore_errors=True)
        password = self._password_for(making)
        arguments = ("--username", USER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C")
        cluster = making / "data"
        await run(
            self._spawn(
                programs_ / "initdb", "-D", str(cluster), "--pwfile", str(password), "--no-instructions", *arguments
            )
        )
        cluster.rename(self.data)
        shutil.rmtree(making)

    def _password_for(self, making: Path) -> Path:
        kept = self.directory / PASSWORD
        _private_file(kept, secrets.token_urlsafe(24))
        making.mkdir(mode=0o700)
        copy = making / "losen"
        _private_file(copy, kept.read_text())
        if self._who.uid:
            for path in (making, copy):
                os.chown(path, self._who.uid, self._who.gid)
        return copy

    async def _answering(self, child: Child) -> None:
        until = time.monotonic() + START_S
        while not await answers(self.dsn()):
            if not child.running:
                raise child.failed("ended while starting")
            if time.monotonic() > until:
                raise child.failed(f"does not answer after {START_S:.0f} s")
            await asyncio.sleep(0.05)

    async def create(self, database: str) -> str:
        """Make a database where there is none of the name (`[a-z][a-z0-9_]*`); returns its DSN."""
        name = _identifier(database)
        async with self._session() as session:
            if not await session.fetchval("select 1 from pg_database where datname = $1", database):
                await session.execute(f"create database {name}")
        return self.dsn(database)

    async def drop(self, database: str) -> None:
        """Drop a database and end its sessions; nothing where there is none."""
        name = _identifier(database)
        async with self._session() as session:
            await session.execute(f"drop database if exists {name} with (force)")

    @contextlib.asynccontextmanager
    async def _session(self) -> AsyncIterator[asyncpg.Connection]:
        session = await asyncpg.connect(self.dsn())
        try:
            yield session
        finally:
            await session.close()

    async def stop(self) -> None:
        """End the server and its sessions in order; kill it when it does not end."""
        if self._child:
            await self._child.stop(signal.SIGINT, GRACE_S)


def _identifier(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise ValueError("`database` must be lower-case letters, digits and underscores")
    return f'"{name}"'


def _private_file(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)


async def answers(dsn: str) -> bool:
    """Whether the server takes a session."""
    try:
        connection = await asyncpg.connect(dsn, timeout=5)
    except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
        return False
    await connection.close()
    return True


async def left_behind(data: Path) -> None:
    """Wait for the server of a killed supervisor, which ends by itself. Raises `ServerFailed` where it does not."""
    until = time.monotonic() + LEFT_S
    while pid := postmaster(data):
        if time.monotonic() > until:
            raise ServerFailed(f"the directory `{data}` is used by PostgreSQL, process {pid}", path=data, pid=pid)
        await asyncio.sleep(0.05)


def postmaster(data: Path) -> int | None:
    """The process id of a PostgreSQL that runs on `data`, or None."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if str(data).encode() in command:
            return pid
    return None


def listens(data: Path) -> int | None:
    """The port of a PostgreSQL that runs on `data`, or None."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((data / "postmaster.pid").read_text().splitlines()[_PORT]) if postmaster(data) else None
    return None


@contextlib.asynccontextmanager
async def running_postgres(server: EmbeddedPostgres) -> AsyncIterator[EmbeddedPostgres]:
    """The server, while it runs."""
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
