"""What processes keep open, parted so that growth means something.

A backend of PostgreSQL opens each relation's file once it touches it and keeps it while it lives, up to
`max_files_per_process`: the sum over backends goes up as they touch more and down as they end, by hundreds, and says
nothing of a leak. Each file counted once, and what a process has beside one handle for each file, both stay where they
are; and processes × (different files + beside) is what the sum cannot pass.

The api has a handle for each of its clients' connections, which come and go as the clients please: they are counted by
themselves. One that its client has left and that the api still keeps is the api's own.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ESTABLISHED: Final = "01"


@dataclass(frozen=True, slots=True)
class Handles:
    """What some processes keep open together."""

    processes: int
    handles: int
    different: int
    """Files, each once however many have it open; one that is removed but open is one of them."""
    beside: int
    """The most that any of them has beside one handle for each file: sockets, pipes, the same file again."""


def handles_of(pid: int) -> list[str]:
    """What each open handle of a process leads to. Raises `OSError` where it has ended."""
    found = []
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(str(handle.readlink()))
        except FileNotFoundError:  # Closed between the two.
            continue
    return found


def connected(tables: Iterable[str], port: int) -> frozenset[str]:
    """The sockets, named as `handles_of` names them, of connections to a port of this machine with both ends there.

    `tables`: the text of `/proc/net/tcp` and `/proc/net/tcp6`.
    """
    lines = [line.split() for table in tables for line in table.splitlines()[1:]]
    here = f":{port:04X}"
    return frozenset(f"socket:[{line[9]}]" for line in lines if line[1].endswith(here) and line[3] == _ESTABLISHED)


def tables() -> list[str]:
    """What this machine has for connections."""
    return [path.read_text() for path in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")) if path.exists()]


def together(processes: Iterable[Sequence[str]]) -> Handles:
    """What these keep open, each given as what its handles lead to."""
    opened = [Counter(handles) for handles in processes]
    named = [{name for name in handles if name.startswith("/")} for handles in opened]
    return Handles(
        processes=len(opened),
        handles=sum(handles.total() for handles in opened),
        different=len(set().union(*named)),
        beside=max((one.total() - len(files) for one, files in zip(opened, named, strict=True)), default=0),
    )
