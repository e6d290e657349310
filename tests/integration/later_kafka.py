"""An embedded Kafka whose clock is years ahead: Debian's `libfaketime`, preloaded in the broker's JVM and nowhere else.

The log's time is what the broker says when it appends. `make test` installs the package.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from samverkanshub.adapters.servers.jars import tool

WHERE: Final = Path("/usr/lib")
MISSING: Final = (
    "Debian's package `libfaketime` is not installed: `make test` installs it, or `apt-get install libfaketime`"
)
# Time-outs go by the monotonic clock, and files keep the times they have. Without the second, which Debian's build has
# otherwise, each wait of a JVM ends at once: the broker spins and never answers.
OPTIONS: Final = "FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 NO_FAKE_STAT=1"
SHARED: Final = Path("/dev/shm")


def library() -> Path:
    """What is preloaded. Fails the test that asks where there is none: no other test waits for years."""
    found = sorted(WHERE.glob("*/faketime/libfaketime.so.1"))
    assert found, MISSING
    return found[0]


@contextmanager
def brokers_begin(seconds: int, directory: Path) -> Iterator[None]:
    """Brokers that are started meanwhile live so many seconds later; a program `java` in `directory` starts them."""
    directory.mkdir()
    program = directory / "java"
    preloaded = f'LD_PRELOAD="{library()}" FAKETIME=+{seconds} {OPTIONS}'
    program.write_text(f'#!/bin/sh\nexec env {preloaded} {tool("java")} "$@"\n')
    program.chmod(0o755)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", str(directory), prepend=":")
        yield


def leave_nothing(pid: int) -> None:
    """What the library makes for a broker's children to share, which has none; a kill would leave it behind."""
    for path in SHARED.glob(f"*faketime_*_{pid}"):
        path.unlink()
