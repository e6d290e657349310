"""A tree and its guard, in memory."""

from collections.abc import Iterable

from samverkanshub.domain.tlog import HASH_BYTES, NOTHING, WIDTH, Head, Tile, bundle_path, require_after


class MemoryTree:
    """`TreeStore` in memory; `files` is what is published, by path."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._head = NOTHING
        self._checkpoint = b""

    def head(self) -> Head:
        """The size and root last kept."""
        return self._head

    def tile(self, tile: Tile) -> bytes:
        """A tile's hashes; raises `LookupError`. A partial one is cut from the full one that has taken its place."""
        for found in (tile, Tile(tile.level, tile.index)):
            content = self.files.get(found.path, b"")
            if len(content) == found.width * HASH_BYTES:
                return content[: tile.width * HASH_BYTES]
        raise LookupError(f"tile `{tile.path}` is missing")

    def keep(self, tiles: Iterable[tuple[Tile, bytes]], bundles: Iterable[tuple[Tile, bytes]], head: Head) -> None:
        """Store tiles and bundles, then the head."""
        for tile, content in tiles:
            self._store(tile.path, tile.width, content)
        for tile, content in bundles:
            self._store(bundle_path(tile.index, tile.width), tile.width, content)
        self._head = head

    def _store(self, path: str, width: int, content: bytes) -> None:
        self.files[path] = content
        if width == WIDTH:
            self.files = {name: kept for name, kept in self.files.items() if not name.startswith(f"{path}.p/")}

    def checkpoint(self) -> bytes:
        """The checkpoint last published; empty where there is none."""
        return self._checkpoint

    def publish(self, checkpoint: bytes) -> None:
        """Publish a checkpoint in place of the last."""
        self._checkpoint = checkpoint


class MemoryGuard:
    """`Guard` in memory."""

    def __init__(self) -> None:
        self._largest: dict[str, Head] = {}

    def largest(self, origin: str) -> Head:
        """The largest head let through; of size 0 where there is none."""
        return self._largest.get(origin, NOTHING)

    def raise_to(self, origin: str, head: Head) -> None:
        """Keep a head before it is signed."""
        require_after(self.largest(origin), head)
        self._largest[origin] = head
