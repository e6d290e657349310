"""Directories, locks and ports: who may use what, and who already does."""

import contextlib
import fcntl
import os
import socket
import stat
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from samverkanshub.adapters.servers.child import ServerFailed

LOCK: Final = "upptagen"
LOOPBACK: Final = "127.0.0.1"


class Taken(ServerFailed):
    """A port or directory that the hub needs is used by somebody else; `detail` names it."""

    code = "upptagen"


def make_private(path: Path) -> Path:
    """Make a directory that others may pass through and not list.

    Passed through, since PostgreSQL run by root lives in it as another user; everything in it closes itself.
    """
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o711)
    return path


def temporary_data(prefix: str = "samverkanshub-") -> Path:
    """A new data directory for a hub that will be forgotten; the caller removes it."""
    return make_private(Path(tempfile.mkdtemp(prefix=prefix)))


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the directory for this process alone. The lock ends with the process, however that ends.

    Raises `Taken`, naming the directory and the process that has it.
    """
    make_private(directory)
    with (directory / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise Taken(f"the directory `{directory}` is used by process {holder}", path=directory) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@dataclass(frozen=True, slots=True)
class Wanted:
    """A port to listen on, and the setting that says so. Port 0 is any free one."""

    host: str
    port: int
    setting: str


def claim_ports(wanted: Sequence[Wanted]) -> list[int]:
    """The ports, with different free ones for 0. Raises `Taken`, naming the setting and port of every one in use."""
    taken: list[str] = []
    ports: list[int] = []
    with contextlib.ExitStack() as stack:
        # Given ports first: a free one must not be one of them. All are held until all are known.
        for want in sorted(wanted, key=lambda want: not want.port):
            try:
                ports.append(stack.enter_context(_bound(want.host, want.port)))
            except OSError as error:
                taken.append(f"port {want.port} of `{want.setting}` on {want.host}: {error.strerror}")
    if taken:
        raise Taken("; ".join(taken))
    by_want = dict(zip(sorted(range(len(wanted)), key=lambda at: not wanted[at].port), ports, strict=True))
    return [by_want[at] for at in range(len(wanted))]


def free_port(host: str = LOOPBACK) -> int:
    """A port that nobody listens on at the moment."""
    return claim_ports([Wanted(host, 0, "")])[0]


@contextlib.contextmanager
def _bound(host: str, port: int) -> Iterator[int]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as bound:
        # As the servers do themselves: a port whose old connections linger is not taken.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        # Without listening, two that set SO_REUSEADDR may be bound to one port.
        bound.listen(1)
        yield int(bound.getsockname()[1])


def closed_to(path: Path, uid: int) -> Path | None:
    """The first directory above `path` that user `uid` may not enter, or None."""
    for parent in reversed(path.resolve().parents):
        info = parent.stat()
        mine = info.st_uid == uid and info.st_mode & stat.S_IXUSR
        if not mine and not info.st_mode & stat.S_IXOTH:
            return parent
    return None
