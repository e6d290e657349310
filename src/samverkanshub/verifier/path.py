"""From what a proof shows to the root that it leads to (RFC 9162, 2.1.3.2, and docs/bevis.md for a range)."""

from collections.abc import Iterator, Sequence

from samverkanshub.domain.merkle import node_hash


def led_to(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root of a tree of this size that a path leads to from the hash at an index; None where it is no such path."""
    if not 0 <= index < size:
        return None
    found, last = leaf, size - 1
    for step in path:
        if last == 0:
            return None
        if index == last:
            while index % 2 == 0:
                index, last = index // 2, last // 2
        found = node_hash(step, found) if index % 2 else node_hash(found, step)
        index, last = index // 2, last // 2
    return found if last == 0 else None


def joined(leaves: Sequence[bytes], first: int, size: int, around: Sequence[bytes]) -> bytes | None:
    """The root of a tree of this size with these leaf hashes from `first` on, and `around` them the roots of the rest.

    None where `around` has more or fewer than there are.
    """
    if not 0 <= first < first + len(leaves) <= size:
        return None
    rest = iter(around)
    found = _joined(leaves, first, rest, 0, size)
    return None if next(rest, None) is not None else found


def _joined(leaves: Sequence[bytes], first: int, rest: Iterator[bytes], begin: int, end: int) -> bytes | None:
    if end <= first or begin >= first + len(leaves):
        return next(rest, None)
    if end - begin == 1:
        return leaves[begin - first]
    middle = begin + (1 << (end - begin - 1).bit_length() - 1)
    left = _joined(leaves, first, rest, begin, middle)
    right = _joined(leaves, first, rest, middle, end)
    return node_hash(left, right) if left is not None and right is not None else None
