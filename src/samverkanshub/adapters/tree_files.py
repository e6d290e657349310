"""A tree as files, laid out as C2SP tlog-tiles asks, so that any web server may publish them; and the guard's files."""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from shutil import rmtree
from typing import Final

from samverkanshub.adapters.files import write_atomically
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.tlog import HASH_BYTES, NOTHING, WIDTH, Head, Tile, bundle_path, require_after, tile_of

HEAD: Final = "huvud.json"
CHECKPOINT: Final = "checkpoint"
_LENGTH_BYTES: Final = 2
_PUBLISHED: Final = re.compile(r"tile/(?:\d|[1-5]\d|6[0-3]|entries)/(?:x\d{3}/)*\d{3}(?:\.p/[1-9]\d{0,2})?", re.ASCII)


class TreeFiles:
    """`TreeStore` over a directory of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def head(self) -> Head:
        """The size and root last kept."""
        return _read_head(self._path / HEAD)

    def tile(self, tile: Tile) -> bytes:
        """A tile's hashes; raises `LookupError`. A partial one is cut from the full one that has taken its place."""
        full = Tile(tile.level, tile.index)
        for found in (tile, full):
            content = _content(self._path / found.path)
            if content is not None and len(content) == found.width * HASH_BYTES:
                return content[: tile.width * HASH_BYTES]
        raise LookupError(f"tile `{tile.path}` is missing")

    def bundle(self, tile: Tile) -> bytes:
        """The entries of a level 0 tile; raises `LookupError`. Those of a partial one may be cut from the full one."""
        for width in (tile.width, WIDTH):
            entries = _entries(_content(self._path / bundle_path(tile.index, width)) or b"")
            if len(entries) == width:
                return b"".join(entries[: tile.width])
        raise LookupError(f"entry bundle `{bundle_path(tile.index, tile.width)}` is missing")

    def keep(self, tiles: Iterable[tuple[Tile, bytes]], bundles: Iterable[tuple[Tile, bytes]], head: Head) -> None:
        """Store tiles and bundles, then the head."""
        for tile, content in tiles:
            self._store(tile.path, tile.width, content)
        for tile, content in bundles:
            self._store(bundle_path(tile.index, tile.width), tile.width, content)
        _write_head(self._path / HEAD, head)

    def _store(self, path: str, width: int, content: bytes) -> None:
        place = self._path / path
        write_atomically(place, content)
        if width == WIDTH:
            # Of the partial ones no checkpoint needs any more than the full one has.
            rmtree(place.with_name(f"{place.name}.p"), ignore_errors=True)

    def checkpoint(self) -> bytes:
        """The checkpoint last published; empty where there is none."""
        return _content(self._path / CHECKPOINT) or b""

    def publish(self, checkpoint: bytes) -> None:
        """Publish a checkpoint in place of the last."""
        write_atomically(self._path / CHECKPOINT, checkpoint)


def published(tree: TreeFiles, size: int) -> Iterator[tuple[str, bytes]]:
    """Every file that a tree of this size publishes but its checkpoint, by path. Raises `LookupError`."""
    level = 0
    while count := size >> (8 * level):
        for index in range(-(-count // WIDTH)):
            tile = tile_of(level, index, size)
            yield tile.path, tree.tile(tile)
            if level == 0:
                yield bundle_path(index, tile.width), tree.bundle(tile)
        level += 1


class PublishedTrees:
    """What anybody may read of the trees below a directory: checkpoints, tiles and entry bundles, nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self, partition: int, path: str) -> bytes | None:
        """The file at a path below an område's prefix; None for every other path, and where it is missing."""
        if path != CHECKPOINT and not _PUBLISHED.fullmatch(path):
            return None
        return await asyncio.to_thread(_content, self._path / str(partition) / path)


class GuardFiles:
    """`Guard` over a directory that is in no backup of the tree or the log."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def largest(self, origin: str) -> Head:
        """The largest head let through; of size 0 where there is none."""
        return _read_head(self._file(origin))

    def raise_to(self, origin: str, head: Head) -> None:
        """Keep a head before it is signed."""
        largest = self.largest(origin)
        require_after(largest, head)
        if head != largest:
            _write_head(self._file(origin), head)

    def _file(self, origin: str) -> Path:
        return self._path / f"{origin.replace('/', '-')}.json"


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _entries(content: bytes) -> list[bytes]:
    """A bundle's entries, each with its length before it."""
    found, at = [], 0
    while at < len(content):
        end = at + _LENGTH_BYTES + int.from_bytes(content[at : at + _LENGTH_BYTES], "big")
        found.append(content[at:end])
        at = end
    return found


def _read_head(path: Path) -> Head:
    content = _content(path)
    if content is None:
        return NOTHING
    try:
        kept = json.loads(content)
        return Head(int(kept["storlek"]), bytes.fromhex(kept["rot"]))
    except (ValueError, KeyError, TypeError):
        raise Halt(f"`{path.name}` is damaged", code="skadat-huvud") from None


def _write_head(path: Path, head: Head) -> None:
    write_atomically(path, json.dumps({"storlek": head.size, "rot": head.root.hex()}).encode())
