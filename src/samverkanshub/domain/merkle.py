"""Merkle trees of RFC 6962 (and 9162): leaf and node hashes, root, inclusion proof and its verification."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962, 2.1)."""


def leaf_hash(content: bytes) -> bytes:
    """SHA-256(0x00 || content)."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, over leaf hashes."""
    level = list(leaves)
    while len(level) > 1:
        above = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        # The last of an odd number rises unchanged, which is what splitting at powers of two comes to.
        level = above + level[-1:] if len(level) % 2 else above
    return level[0] if level else EMPTY_ROOT


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """PATH of RFC 6962, 2.1.1, from the leaf upwards; raises `IndexError` where there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError("`index` is outside the tree")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*inclusion_proof(index, leaves[:split]), root(leaves[split:]))
    return (*inclusion_proof(index - split, leaves[split:]), root(leaves[:split]))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Does the proof lead from this leaf hash, at this index in a tree of this size, to the root? RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if position % 2 or position == last:
            found = node_hash(step, found)
            position, last = _skip_left(position, last)
        else:
            found = node_hash(found, step)
        position, last = position >> 1, last >> 1
    return last == 0 and found == expected


def _skip_left(position: int, last: int) -> tuple[int, int]:
    """A node without a right sibling rises unchanged: skip those levels."""
    while not position % 2 and position:
        position, last = position >> 1, last >> 1
    return position, last


def _split(size: int) -> int:
    """The largest power of two below size."""
    return 1 << ((size - 1).bit_length() - 1)
