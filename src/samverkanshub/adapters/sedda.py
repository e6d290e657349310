"""The checkpoints that an auditor has seen, as files: what a log once signed can be held against it for ever."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote

from samverkanshub.adapters.files import write_atomically
from samverkanshub.verifier import Checkpoint, Uncheckable

_KEPT: Final = re.compile(r"\d{20}", re.ASCII)


class SeenFiles:
    """Port `verifier.verify.Seen`: a directory for each log, in it each checkpoint that was seen, by its size."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self, origin: str) -> bytes:
        """The largest that was accepted; empty where there is none. Raises `Uncheckable` where it cannot be read."""
        try:
            kept = [file for file in self.of(origin).glob("*") if _KEPT.fullmatch(file.name)]
            return max(kept, key=lambda file: file.name).read_bytes() if kept else b""
        except OSError as error:
            raise Uncheckable(f"the checkpoints kept in `{self._path}` cannot be read: {error.strerror}") from None

    def at(self, origin: str, size: int) -> bytes:
        """The one of this size that was accepted; empty where there is none. Raises `Uncheckable` as `last`."""
        try:
            return (self.of(origin) / f"{size:020}").read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise Uncheckable(f"the checkpoints kept in `{self._path}` cannot be read: {error.strerror}") from None

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep one that continues the last."""
        self._write(checkpoint, f"{checkpoint.size:020}")

    def keep_conflict(self, checkpoint: Checkpoint) -> None:
        """Keep one that does not, beside them."""
        self._write(checkpoint, f"{checkpoint.size:020}.strider-{sha256(checkpoint.note).hexdigest()[:16]}")

    def of(self, origin: str) -> Path:
        """Where those of a log are kept."""
        return self._path / f"logg-{quote(origin, safe='')}"

    def _write(self, checkpoint: Checkpoint, name: str) -> None:
        try:
            write_atomically(self.of(checkpoint.origin) / name, checkpoint.note)
        except OSError as error:
            raise Uncheckable(f"the checkpoint cannot be kept in `{self._path}`: {error.strerror}") from None
