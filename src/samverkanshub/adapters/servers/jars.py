"""The broker's jars: fetched once by Maven from the pinned pom, checked, and kept for every hub of this user."""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final, TextIO

from samverkanshub.adapters.servers.child import ServerFailed, run, spawn

VERSION: Final = "4.1.1"
PLUGIN: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
SUMS: Final = "SHA256SUMS"
POM: Final = "pom.xml"


def tool(name: str) -> str:
    """The path of a program that has to be there. Raises `ServerFailed` naming it."""
    found = shutil.which(name)
    if not found:
        raise ServerFailed(f"the program `{name}` is not on the path", name=name)
    return found


def directory(source: Path, cache: Path) -> Path:
    """Where the jars that `source` (with pom.xml and SHA256SUMS) asks for are kept below `cache`."""
    digest = hashlib.sha256((source / POM).read_bytes() + (source / SUMS).read_bytes()).hexdigest()
    return cache / f"kafka-{VERSION}-{digest[:16]}"


async def jars(source: Path, cache: Path, env: Mapping[str, str]) -> Path:
    """The directory of the jars, fetched where it is missing. Processes that ask at once fetch once.

    Raises `ServerFailed` where Maven fails, or where a jar is not the one that was pinned.
    """
    home = directory(source, cache)
    if not home.is_dir():
        async with _alone(home):
            if not home.is_dir():
                await _fetch(source, home, env)
    return home


@contextlib.asynccontextmanager
async def _alone(home: Path) -> AsyncIterator[None]:
    home.parent.mkdir(parents=True, exist_ok=True)
    with home.with_name(f"{home.name}.lock").open("a") as file:
        while not _locked(file):  # noqa: ASYNC110 (another process says nothing when it lets go)
            await asyncio.sleep(0.1)
        yield


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _fetch(source: Path, home: Path, env: Mapping[str, str]) -> None:
    work = Path(tempfile.mkdtemp(prefix=f"{home.name}.", dir=home.parent))
    try:
        # Maven writes beside the pom it is given, which may be read-only.
        shutil.copy(source / POM, work / POM)
        libs = work / "libs"
        command = [tool("mvn"), "-q", "-B", "-f", str(work / POM), PLUGIN, f"-DoutputDirectory={libs}"]
        log = home.parent / f"{home.name}.log"
        await run(spawn("maven", command, env=env, log=log, death=signal.SIGKILL, cwd=work))
        check(libs, (source / SUMS).read_text())
        libs.rename(home)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def check(libs: Path, sums: str) -> None:
    """Raise `ServerFailed`, naming every jar that is missing, unexpected or other than its SHA-256 in `sums`."""
    pinned = {name: digest for digest, name in (line.split() for line in sums.splitlines())}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in libs.iterdir()}
    wrong = sorted(name for name in pinned.keys() | found.keys() if pinned.get(name) != found.get(name))
    if wrong:
        raise ServerFailed(f"jars are not those pinned in `{SUMS}`: {', '.join(wrong)}", names=tuple(wrong))


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """What a Java program needs of the environment, and no settings of the hub."""
    kept = (
        "PATH",
        "HOME",
        "JAVA_HOME",
        "LANG",
        "JAVA_TOOL_OPTIONS",
        "MAVEN_OPTS",
        "MAVEN_ARGS",
        "http_proxy",
        "https_proxy",
        "no_proxy",
    )
    return {name: base[name] for name in kept if name in base} or {"PATH": os.defpath}
