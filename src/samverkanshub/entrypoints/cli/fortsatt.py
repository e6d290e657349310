"""Where a replay was, in a file that a later one goes on from."""

from pathlib import Path
from typing import Final

import msgspec

from samverkanshub.adapters.files import write_atomically
from samverkanshub.domain.errors import Halt
from samverkanshub.pipeline.replay import Place

FORMAT: Final = "samverkanshub/fortsatt/v1"


class Kept(msgspec.Struct, frozen=True):
    """What the file holds: a place of each partition."""

    format: str
    platser: tuple[Place, ...]


class Places:
    """The places in a file; none without a file. Raises `Halt` (`annan-fil`) where it is another kind of file.

    Who goes on from it trusts it as the log: it holds every state, and is for its owner alone (mode 0600).
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._places = {place.partition: place for place in _read(path)} if path and path.exists() else {}

    def after(self, partition: int) -> Place | None:
        """Where a partition was."""
        return self._places.get(partition)

    def position(self, partition: int) -> int:
        """How far it had come."""
        place = self.after(partition)
        return place.position if place else 0

    def keep(self, place: Place) -> None:
        """Replace a partition's place; the file has the old one or the new one, whatever happens."""
        assert self._path is not None
        self._places[place.partition] = place
        kept = Kept(FORMAT, tuple(self._places[partition] for partition in sorted(self._places)))
        write_atomically(self._path, msgspec.json.encode(kept), mode=0o600)


def _read(path: Path) -> tuple[Place, ...]:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Kept)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Halt(f"`{path}` holds no place to go on from", code="annan-fil") from None
    if found.format != FORMAT:
        raise Halt(f"`{path}` is of another version than `{FORMAT}`", code="annan-fil")
    return found.platser
