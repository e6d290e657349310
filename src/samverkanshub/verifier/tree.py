"""A published Merkle tree read from its root downwards, in tiles of 256 hashes (C2SP tlog-tiles, RFC 6962).

The tiles at the right edge give the root; every other tile must have the root that its hash in the tile above says.
So what was read is what was signed, and a tile is held only while what is below it is read.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from samverkanshub.domain.merkle import node_hash
from samverkanshub.verifier.published import Published
from samverkanshub.verifier.report import TILE, Finding, Tampered

FULL: Final = 256
TOGETHER: Final = 16
"""Files asked for at once."""
_HASH: Final = 32
_NOTHING: Final = sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Row:
    """A tile that was read: `level` 0 has leaf hashes. `known`: its hashes are those of the signed tree."""

    level: int
    index: int
    hashes: tuple[bytes, ...]
    known: bool = True

    @property
    def path(self) -> str:
        """Where it is published."""
        return path_of(str(self.level), self.index, len(self.hashes))

    def first(self, number: int = 0) -> int:
        """The first leaf below the hash of a number."""
        return int((self.index * FULL + number) * FULL**self.level)

    def wrong(self, why: str, number: int = 0) -> Finding:
        """What names this tile."""
        return Finding(TILE, self.first(number), why, self.path)


def path_of(level: str, index: int, width: int) -> str:
    """A tile's path; `level` is `entries` for a bundle. Three digits an element, all but the last after an `x`."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    name = "/".join(["tile", level, *(f"x{part}" for part in parts[:-1]), parts[-1]])
    return name if width == FULL else f"{name}.p/{width}"


def edge(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, index and width of the tiles that are not full in a tree of this size, from the lowest level upwards."""
    level = 0
    while size:
        size, width = divmod(size, FULL)
        if width:
            yield level, size, width
        level += 1


def whole_root(hashes: Sequence[bytes]) -> bytes:
    """The root over as many hashes as a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def joined_root(rows: Sequence[Sequence[bytes]]) -> bytes:
    """The root of a tree whose edge has these hashes, from the lowest level upwards."""
    peaks = [peak for row in reversed(rows) for peak in _peaks(row)]
    found = peaks.pop() if peaks else _NOTHING
    while peaks:
        found = node_hash(peaks.pop(), found)
    return found


def _peaks(hashes: Sequence[bytes]) -> Iterator[bytes]:
    """The roots of the largest whole trees, from the left."""
    start = 0
    for count in (1 << bit for bit in reversed(range(8))):
        if len(hashes) & count:
            yield whole_root(hashes[start : start + count])
            start += count


@dataclass(slots=True)
class Tree:
    """The tree of one signed size and root. `sound`: the tiles at its edge give that root."""

    published: Published
    size: int
    root: bytes
    edges: list[Row] = field(default_factory=list)
    sound: bool = False

    async def open(self) -> None:
        """Read the tiles at the edge. Raises `Tampered` where one is missing or not as wide as it must be."""
        rows = [await self._read(*place) for place in edge(self.size)]
        self.sound = joined_root([row.hashes for row in rows]) == self.root
        self.edges = [Row(row.level, row.index, row.hashes, self.sound) for row in rows]

    # ------------------------------------------------------------------------------------------ an earlier tree

    async def begins_with(self, size: int, root: bytes) -> bool:
        """Was the tree of this size, when this was still its size, the one with this root? The tree must be sound."""
        places = list(edge(size))
        return joined_root([(await self._row(level, index)).hashes[:width] for level, index, width in places]) == root

    async def _row(self, level: int, index: int) -> Row:
        """A tile known to be of the tree, by the hashes of the tiles above it."""
        for row in self.edges:
            if (row.level, row.index) == (level, index):
                return row
        above = await self._row(level + 1, index // FULL)
        return _child(above, index % FULL, await self._read(level, index, FULL))

    # ------------------------------------------------------------------------------------------ all of it

    async def rows(self) -> AsyncIterator[Row]:
        """Every tile of leaf hashes, in order. Raises `Tampered` for the first tile that is not of the tree."""
        for row in reversed(self.edges):
            async for lowest in self._below(row):
                yield lowest

    async def _below(self, row: Row) -> AsyncIterator[Row]:
        if row.level == 0:
            yield row
            return
        for start in range(0, len(row.hashes), TOGETHER):
            numbers = range(start, min(start + TOGETHER, len(row.hashes)))
            places = [(row.level - 1, row.index * FULL + number, FULL) for number in numbers]
            contents = await asyncio.gather(*(self._content(*place) for place in places))
            for number, place, content in zip(numbers, places, contents, strict=True):
                async for lowest in self._below(_child(row, number, _row(*place, content))):
                    yield lowest

    async def _read(self, level: int, index: int, width: int) -> Row:
        return _row(level, index, width, await self._content(level, index, width))

    async def _content(self, level: int, index: int, width: int) -> bytes | None:
        content, cut = await read_part(self.published, str(level), index, width)
        if content is None or not cut:
            return content
        return content[: width * _HASH] if len(content) == FULL * _HASH else b""


async def read_part(published: Published, level: str, index: int, width: int) -> tuple[bytes | None, bool]:
    """A tile or bundle; and whether it is the full one, which has taken the place of the one asked for."""
    content = await published.read(path_of(level, index, width))
    if content is not None or width == FULL:
        return content, False
    return await published.read(path_of(level, index, FULL)), True


def _row(level: int, index: int, width: int, content: bytes | None) -> Row:
    if content is not None and len(content) == width * _HASH:
        return Row(level, index, tuple(content[at : at + _HASH] for at in range(0, len(content), _HASH)))
    why = "is missing" if content is None else f"does not hold {width} hashes"
    raise Tampered(Finding(TILE, index * FULL ** (level + 1), why, path_of(str(level), index, width)))


def _child(above: Row, number: int, child: Row) -> Row:
    if whole_root(child.hashes) == above.hashes[number]:
        return child
    if above.known:
        raise Tampered(child.wrong("its hashes are not those that the tile above was made of"))
    raise Tampered(above.wrong("a hash is not that of the tile below, and the tree not the one signed", number))
