"""What processes keep open, parted so that growth means something.

A backend of PostgreSQL opens each relation's file once it touches it and keeps it while it lives, up to
`max_files_per_process`: the sum over backends goes up as they touch more and down as they end, by hundreds, and says
nothing of a leak. Each file counted once, and what a process has beside one handle for each file, both stay where they
are; and processes × (different files + beside) is what the sum cannot pass.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


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
