"""A log's Merkle tree as tiles of 256 hashes, C2SP tlog-tiles: where each lies, how a tree grows, and its proofs.

What is published is proved from these tiles alone; the verifier has its own way of reading them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain import merkle
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.varden import quick

WIDTH: Final = 256
"""Hashes in a full tile."""
HASH_BYTES: Final = 32
ENTRIES: Final = "entries"


@quick
@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Which tile: `level` 0 holds leaf hashes, each higher one the roots of full tiles below; `width` 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is published, below the log's prefix."""
        return f"tile/{self.level}/{_place(self.index, self.width)}"


@quick
@dataclass(frozen=True, slots=True)
class Head:
    """A tree by its size and root hash (32 bytes)."""

    size: int
    root: bytes


NOTHING: Final = Head(0, merkle.EMPTY_ROOT)
"""The tree without leaves."""


def require_after(largest: Head, head: Head) -> None:
    """Raise `Halt` where a head may not be signed after the largest one that was: smaller, or with another root."""
    if head.size < largest.size:
        raise Halt("a larger tree has been signed", code="mindre-trad", offset=head.size)
    if head.size == largest.size and head.root != largest.root:
        raise Halt("another root of this size has been signed", code="annan-rot", offset=head.size)


Read = Callable[[Tile], bytes]
"""Gives a tile's hashes, one after the other."""


def bundle_path(index: int, width: int) -> str:
    """Where the entries of a level 0 tile are published, below the log's prefix."""
    return f"tile/{ENTRIES}/{_place(index, width)}"


def _place(index: int, width: int) -> str:
    """The index in three-digit elements, all but the last with an `x`; a partial tile's width after it."""
    groups = f"{index:03,}".split(",")
    name = "/".join([*(f"x{group:0>3}" for group in groups[:-1]), f"{groups[-1]:0>3}"])
    return name if width == WIDTH else f"{name}.p/{width}"


def tile_of(level: int, index: int, size: int) -> Tile:
    """The tile as a tree of this size has it: full, or as wide as the tree reaches."""
    return Tile(level, index, min(WIDTH, (size >> (8 * level)) - index * WIDTH))


def in_place(read: Read, size: int, index: int) -> bool:
    """Is a level 0 tile the one hashed in the tile above, and each of those in the next, up to one that is not full?

    That one, and every hash in it, is among what the root is computed from.
    """
    level = 0
    while (tile := tile_of(level, index, size)).width == WIDTH:
        level, (above, at) = level + 1, divmod(index, WIDTH)
        if merkle.root(_hashes(read(tile))) != _hashes(read(tile_of(level, above, size)))[at]:
            return False
        index = above
    return True


# ------------------------------------------------------------------------------------------ growing


def grown(read: Read, size: int, leaves: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    """The tiles that a tree of `size` leaves gets with these leaf hashes after them, lowest level first."""
    level, added = 0, list(leaves)
    while added:
        before = size >> (8 * level)
        first = before - before % WIDTH
        row = [*(_hashes(read(tile_of(level, first // WIDTH, size))) if before > first else ()), *added]
        added = []
        for start in range(0, len(row), WIDTH):
            hashes = row[start : start + WIDTH]
            yield Tile(level, (first + start) // WIDTH, len(hashes)), b"".join(hashes)
            added += [merkle.root(hashes)] if len(hashes) == WIDTH else []
        level += 1


def _hashes(content: bytes) -> list[bytes]:
    return [content[start : start + HASH_BYTES] for start in range(0, len(content), HASH_BYTES)]


# ------------------------------------------------------------------------------------------ roots and proofs


def root(read: Read, size: int, of: int | None = None) -> bytes:
    """The root of the first `of` leaves (all where it is not given) of a tree of `size` leaves."""
    wanted = size if of is None else of
    return _range(read, size, 0, wanted) if wanted else merkle.EMPTY_ROOT


def inclusion(read: Read, size: int, index: int) -> tuple[bytes, ...]:
    """PATH of RFC 6962, 2.1.1, for a leaf of a tree of this size, from the leaf upwards. Raises `IndexError`."""
    if not 0 <= index < size:
        raise IndexError("`index` is outside the tree")
    return tuple(_inclusion(read, size, index, 0, size))


def _inclusion(read: Read, size: int, index: int, begin: int, end: int) -> Iterator[bytes]:
    if end - begin == 1:
        return
    middle = begin + _half(end - begin)
    if index < middle:
        yield from _inclusion(read, size, index, begin, middle)
        yield _range(read, size, middle, end)
    else:
        yield from _inclusion(read, size, index, middle, end)
        yield _range(read, size, begin, middle)


def consistency(read: Read, size: int, earlier: int) -> tuple[bytes, ...]:
    """PROOF of RFC 6962, 2.1.2: that a tree of this size begins with one of `earlier` leaves. Raises `IndexError`."""
    if not 0 < earlier <= size:
        raise IndexError("`earlier` is no size that the tree has had")
    return tuple(_subproof(read, size, earlier, 0, size, whole=True))


def _subproof(read: Read, size: int, earlier: int, begin: int, end: int, *, whole: bool) -> Iterator[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2; `whole`: the earlier tree is known to whom it is proved."""
    if earlier == end:
        if not whole:
            yield _range(read, size, begin, end)
        return
    middle = begin + _half(end - begin)
    if earlier <= middle:
        yield from _subproof(read, size, earlier, begin, middle, whole=whole)
        yield _range(read, size, middle, end)
    else:
        yield from _subproof(read, size, earlier, middle, end, whole=False)
        yield _range(read, size, begin, middle)


def around(read: Read, size: int, first: int, end: int) -> tuple[bytes, ...]:
    """What binds the leaves [first, end) to the root of a tree of this size. Raises `IndexError`.

    The roots of the largest subtrees, of those that RFC 6962 splits the tree into, without a leaf of the range; from
    the left. For one leaf they are its inclusion proof in another order.
    """
    if not 0 <= first < end <= size:
        raise IndexError("`first` and `end` are no range of the tree")
    return tuple(_around(read, size, range(first, end), 0, size))


def _around(read: Read, size: int, leaves: range, begin: int, end: int) -> Iterator[bytes]:
    if end <= leaves.start or begin >= leaves.stop:
        yield _range(read, size, begin, end)
    elif begin < leaves.start or end > leaves.stop:
        middle = begin + _half(end - begin)
        yield from _around(read, size, leaves, begin, middle)
        yield from _around(read, size, leaves, middle, end)


def _range(read: Read, size: int, begin: int, end: int) -> bytes:
    """MTH of the leaves [begin, end), which is a subtree of the tree."""
    count = end - begin
    if count & (count - 1) == 0:
        return _subtree(read, size, begin, count.bit_length() - 1)
    middle = begin + _half(count)
    return merkle.node_hash(_range(read, size, begin, middle), _range(read, size, middle, end))


def _subtree(read: Read, size: int, begin: int, height: int) -> bytes:
    """The root of a full subtree of 2^height leaves: from the tile that has the nearest level at or below it."""
    level, above = divmod(height, 8)
    first = begin >> (8 * level)
    hashes = _hashes(read(tile_of(level, first // WIDTH, size)))
    return merkle.root(hashes[first % WIDTH : first % WIDTH + (1 << above)])


def _half(count: int) -> int:
    """The largest power of two below count."""
    return 1 << ((count - 1).bit_length() - 1)
