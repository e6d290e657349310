"""Debian's PostgreSQL, since the wheel's has no TLS: a cluster of its own, with the pg_hba.conf of deploy/postgres.

Whoever comes in does so over TLS, by the certificate of its name. `make test` installs the package.
"""

import asyncio
import os
import shutil
import signal
from pathlib import Path
from typing import Final

import asyncpg

from samverkanshub import resources
from samverkanshub.adapters.certifikat import Wanted, make, places
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.roller import OWNER, ROLLER, roles_sql
from samverkanshub.adapters.servers.child import Child, run, spawn
from samverkanshub.adapters.servers.places import LOOPBACK, free_port, make_private
from samverkanshub.adapters.servers.postgres import run_as

WHERE: Final = Path("/usr/lib/postgresql")
SUPERUSER: Final = "postgres"
DATABASES: Final = ("projektion", "valv")
MISSING: Final = (
    "Debian's package `postgresql` is not installed: `make test` installs it, or `apt-get install postgresql`"
)


def programs() -> Path:
    """The newest version's programs. Fails the test that asks where there are none: TLS is tried nowhere else."""
    found = sorted(WHERE.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    assert found, MISSING
    return found[-1].parent


class DebianPostgres:
    """A server with both databases and every role, owned by one who is no superuser."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.certificates = directory / "certifikat"
        self.port = free_port()
        self._who = run_as()
        self._child: Child | None = None

    def dsn(self, role: str, database: str, *, shown: str = "", host: str = LOOPBACK, **other: str) -> str:
        """How a role reaches a database, verifying the server; `shown`: by another's certificate, `-` for none."""
        pem, key = places(self.certificates / "processer", shown or role) if shown != "-" else ("", "")
        asked = {"sslmode": "verify-full", "sslrootcert": str(self.certificates / "ca.pem")}
        asked |= {"sslcert": str(pem), "sslkey": str(key)} if pem else {}
        options = "&".join(f"{name}={value}" for name, value in (asked | other).items() if value)
        return f"postgresql://{role}@{host}:{self.port}/{database}?{options}"

    async def start(self) -> None:
        """Start it, make databases and roles, and let the owner migrate. In the main thread only."""
        make_private(self.directory)
        wanted = Wanted(["postgres"], [SUPERUSER, OWNER, *ROLLER])
        make(self.certificates, wanted, SystemClock().now_ms())
        self._data.mkdir(mode=0o700)
        self._own(self._data, 0o700)
        await run(self._spawn("initdb", "-D", str(self._data), "-U", SUPERUSER, "--no-sync", "--auth", "reject"))
        self._child = self._spawn("postgres", "-D", str(self._data), *self._options())
        await self._answering()
        for database in DATABASES:
            await self._as_superuser("postgres", f"create database {database}")
            await self._as_superuser(database, roles_sql())
            await migrate(self.dsn(OWNER, database), database)

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _spawn(self, program: str, *arguments: str) -> Child:
        env = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        log = self.directory / "postgres.log"
        command = [str(programs() / program), *arguments]
        return spawn(program, command, env=env, log=log, death=signal.SIGINT, who=self._who)

    def _options(self) -> list[str]:
        rules = resources.root() / "deploy" / "postgres" / "pg_hba.conf"
        for path in (rules, *places(self.certificates / "servrar", "postgres"), self.certificates / "ca.pem"):
            self._own(Path(shutil.copy(path, self._data)))
        options = {
            "port": str(self.port),
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
            "fsync": "off",
            "ssl": "on",
            "ssl_cert_file": "postgres.pem",
            "ssl_key_file": "postgres.key",
            "ssl_ca_file": "ca.pem",
        }
        return [f"--{name}={value}" for name, value in options.items()]

    def _own(self, path: Path, mode: int = 0o600) -> None:
        path.chmod(mode)
        if self._who.uid:
            os.chown(path, self._who.uid, self._who.gid)

    async def _answering(self) -> None:
        assert self._child is not None
        async with asyncio.timeout(30):
            while True:
                try:
                    await self._as_superuser("postgres", "select 1")
                except (OSError, asyncpg.CannotConnectNowError):
                    assert self._child.running, (self.directory / "postgres.log").read_text()
                    await asyncio.sleep(0.05)
                else:
                    return

    async def _as_superuser(self, database: str, sql: str) -> None:
        connection = await asyncpg.connect(self.dsn(SUPERUSER, database))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def stop(self) -> None:
        """End it in order."""
        if self._child:
            await self._child.stop(signal.SIGINT, 20)
