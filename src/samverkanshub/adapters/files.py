"""Files written whole or not at all."""

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file so that a reader sees the old content or the new one, and a crash leaves one of them durably.

    Makes the directories it needs. The file never has wider permissions than `mode`.
    """
    name = _beside(path, content, mode)
    try:
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    _sync_directory(path.parent)


def write_once(path: Path, content: bytes, mode: int = 0o644) -> None:
    """The same, and never instead of a file that is there: `FileExistsError`."""
    name = _beside(path, content, mode)
    try:
        os.link(name, path)
    finally:
        os.unlink(name)
    _sync_directory(path.parent)


def remove(path: Path) -> None:
    """Remove a file, durably; nothing where there is none."""
    path.unlink(missing_ok=True)
    _sync_directory(path.parent)


def _beside(path: Path, content: bytes, mode: int) -> str:
    """The name of a whole file beside the one that is to be, in the directories it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        os.unlink(name)
        raise
    return name


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
