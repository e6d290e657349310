"""What processor time each of the hub's processes takes: a figure that others' work on the machine hardly changes."""

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

NAMES: Final = {
    "entrypoints.http": "api",
    "entrypoints.worker": "gate",
    "entrypoints.watch": "watch",
    "entrypoints.notary": "notary",
    "benchmarks.bare_api": "bare api",
    "kafka.Kafka": "broker",
    "postgres": "database",
}
"""What a process's command line holds, and what it is."""


def spent() -> dict[str, float]:
    """Seconds of processor time so far, by what this process and those below it are.

    What has ended is in its parent's.
    """
    found: dict[str, float] = defaultdict(float)
    stats = _stats()
    for pid, (_, seconds) in stats.items():
        if _is_ours(pid, stats):
            found[_name(pid)] += seconds
    return dict(found)


def processes() -> dict[int, str]:
    """This process and those below it, by pid, and what each is."""
    stats = _stats()
    return {pid: _name(pid) for pid in stats if _is_ours(pid, stats)}


def between(before: Mapping[str, float], after: Mapping[str, float], count: int) -> dict[str, float]:
    """Milliseconds for each of `count` by name, those that took any."""
    took = {name: 1000 * (spent - before.get(name, 0.0)) / count for name, spent in after.items()}
    return {name: ms for name, ms in sorted(took.items()) if ms > 0}


def told(took: Mapping[str, float]) -> str:
    """The same in a line, the dearest first."""
    return ", ".join(f"{name} {ms:.1f}" for name, ms in sorted(took.items(), key=lambda one: -one[1]) if ms >= 0.05)


def _is_ours(pid: int, stats: Mapping[int, tuple[int, float]]) -> bool:
    while pid in stats and pid != os.getpid():
        pid = stats[pid][0]
    return pid == os.getpid()


def _name(pid: int) -> str:
    if pid == os.getpid():
        return "this client"
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return "ended"
    return next((name for part, name in NAMES.items() if part in command), "other")


def _stats() -> dict[int, tuple[int, float]]:
    """Every process's parent and seconds."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            ticks = sum(map(int, fields[11:15]))
            found[int(entry.name)] = (int(fields[1]), ticks / os.sysconf("SC_CLK_TCK"))
    return found
