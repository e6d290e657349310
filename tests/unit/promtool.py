"""Debian's promtool, unpacked into the user's cache where the machine has none."""

import shutil
import subprocess
from pathlib import Path

from samverkanshub import settings

PACKAGE = "prometheus"
LONGEST_S = 300


class Absent(Exception):
    """There is none, and none to be had; says why."""


def promtool() -> Path:
    """Where it is. Raises `Absent`."""
    installed = shutil.which("promtool")
    if installed:
        return Path(installed)
    kept = settings.cache_directory() / "promtool"
    found = kept / "usr/bin/promtool"
    if not found.exists():
        _unpack(kept)
    if not found.exists():
        raise Absent(f"Debian's package `{PACKAGE}` holds no promtool")
    return found


def _unpack(into: Path) -> None:
    for tool in ("apt-get", "dpkg"):
        if not shutil.which(tool):
            raise Absent(f"promtool is not installed, and this machine has no `{tool}` to fetch it by")
    into.mkdir(parents=True, exist_ok=True)
    if not _run(into, "apt-get", "download", "--quiet=2", PACKAGE):
        # Whoever may refreshes what apt knows; whoever may not is told what is missing.
        _run(into, "apt-get", "update", "--quiet=2")
        if not _run(into, "apt-get", "download", "--quiet=2", PACKAGE):
            raise Absent(f"promtool is not installed, and `apt-get download {PACKAGE}` does not fetch it")
    for package in into.glob("*.deb"):
        _run(into, "dpkg", "-x", str(package), ".")
        package.unlink()


def _run(where: Path, *command: str) -> bool:
    try:
        return subprocess.run(command, cwd=where, capture_output=True, timeout=LONGEST_S).returncode == 0
    except subprocess.TimeoutExpired:
        return False
