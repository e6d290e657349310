"""A database written to a file and read back, by PostgreSQL's own programs: the embedded server's, or Debian's."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from samverkanshub.adapters.servers.child import ServerFailed
from samverkanshub.adapters.servers.postgres import programs, run_as

TIMEOUT_S: Final = 3600.0


async def dump(dsn: str, to: Path, embedded: Path | None) -> None:
    """Write the database of a DSN, as it is at one moment, to a file for its owner alone. Raises `ServerFailed`.

    `embedded` is the directory of the embedded server, where it is one.
    """
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        # What is in it is as good as random; and a scan for what must not be there reads it as it is.
        options = ["--format", "custom", "--compress", "0", "--no-owner", "--no-privileges"]
        await _run("pg_dump", dsn, embedded, options, handle)
        os.fsync(handle)
    finally:
        os.close(handle)


async def load(dsn: str, source: Path, embedded: Path | None) -> None:
    """Read a dump into an empty database, all of it or nothing. Raises `ServerFailed`."""
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(source)]
    await _run("pg_restore", dsn, embedded, options, asyncio.subprocess.DEVNULL)


async def _run(name: str, dsn: str, embedded: Path | None, options: Sequence[str], out: int) -> None:
    address, password = _apart(dsn)
    command = [_program(name, embedded), "--dbname", address, *options]
    environment = {"PATH": os.defpath, "LC_ALL": "C", "PGPASSWORD": password}
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(*command, env=environment, stdin=nothing, stdout=out, stderr=pipe)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
    if child.returncode:
        # What it says quotes statements, which may have values in them.
        raise ServerFailed(f"`{name}` ended with status {child.returncode}", name=name)


def _program(name: str, embedded: Path | None) -> str:
    found = str(programs(embedded, run_as()) / name) if embedded else shutil.which(name)
    if not found:
        raise ServerFailed(f"`{name}` is not on the path: install PostgreSQL's client programs", name=name)
    return found


def _apart(dsn: str) -> tuple[str, str]:
    """The address without its password, since everybody on the machine reads a command line; and the password."""
    parts = urlsplit(dsn)
    user, _, place = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    return parts._replace(netloc=f"{name}@{place}" if name else place).geturl(), unquote(password)
