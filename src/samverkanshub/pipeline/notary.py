"""The notary: a leaf for each offset that the gate has judged, one tree an område, and a signed checkpoint over it.

A head is kept, in the tree and with the guard, before anything of it is signed; so no crash makes it sign two roots for
one size, and no restored backup makes it sign less than it once did. What it finds changed stops that område: it holds
every leaf against its decision when it starts, and when the projection is back from having been shorter than the tree.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from samverkanshub.codec import checkpoint
from samverkanshub.domain import merkle, tlog
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.tlog import WIDTH, Head, Tile
from samverkanshub.ports import (
    IGANG,
    VAGRAD,
    VANTAR,
    Failpoint,
    Guard,
    Judged,
    LeafRow,
    Signer,
    TreeStore,
    Unavailable,
)

CHUNK: Final = 16 * WIDTH
"""Leaves written before the head is kept anew, or compared at a time: whole tiles."""
ROUND: Final = 64
"""Chunks a round at the most, so that the other områden and health are not kept waiting."""
CHANGED: Final = "annat-beslut"
"""A decision is another than its leaf says."""


@dataclass(frozen=True, slots=True)
class Noted:
    """How an område's tree stands after a round: size of the checkpoint published, state and code as in `ports`.

    Of a decision that is another than its leaf says, the code ends with the first offset: `annat-beslut:<offset>`.
    """

    size: int
    state: str
    code: str = ""


class Notary:
    """Writes and signs the trees. One at a time for a tree: whoever makes it holds the tree's lock."""

    def __init__(
        self,
        judged: Judged,
        trees: Mapping[int, TreeStore],
        guard: Guard,
        signer: Signer,
        failpoint: Failpoint,
        name: str,
    ) -> None:
        self._judged = judged
        self._trees = {number: _Tree(tree, checkpoint.origin(name, number)) for number, tree in trees.items()}
        self._guard = guard
        self._signer = signer
        self._fail = failpoint

    async def round(self) -> dict[int, Noted]:
        """Take each område as far as the gate has come. Raises `Unavailable` where the projection does not answer."""
        return {number: await self._noted(number, tree) for number, tree in self._trees.items()}

    async def _noted(self, number: int, tree: "_Tree") -> Noted:
        try:
            return await self._forward(number, tree)
        except Halt as halt:
            return Noted(tree.signed, VAGRAD, _named(halt))
        except Unavailable as error:
            if error.what == "projektion":
                raise
            return Noted(tree.signed, VAGRAD, f"{error.what}-svarar-ej")

    async def _forward(self, number: int, tree: "_Tree") -> Noted:
        await asyncio.to_thread(tree.take_up)
        if not await self._compared(number, tree):
            return Noted(tree.signed, VANTAR)
        for _ in range(ROUND):
            if not await self._grow(number, tree):
                break
        await self._sign(tree)
        behind = await self._position(number, tree) < max(tree.head.size, tree.required)
        return Noted(tree.signed, VANTAR if behind else IGANG)

    async def _position(self, number: int, tree: "_Tree") -> int:
        """How far the gate has come. Where that is less than the tree holds, what it judges anew is to be compared."""
        position = await self._judged.position(number)
        if position < tree.head.size:
            tree.compared = 0
        return position

    async def _compared(self, number: int, tree: "_Tree") -> bool:
        """Has every leaf been held against its decision, and was it that of it? False: not all of them yet."""
        for _ in range(ROUND):
            if await self._position(number, tree) < tree.head.size:
                return False
            if tree.compared == tree.head.size:
                return True
            start, end = tree.compared, min(tree.compared + CHUNK, tree.head.size)
            entries = await self._entries(number, tree, start, end)
            if entries is None:
                return False
            await asyncio.to_thread(tree.compare, start, entries)
        return tree.compared == tree.head.size

    async def _grow(self, number: int, tree: "_Tree") -> bool:
        """One chunk more; False where there is nothing more to take."""
        start, end = tree.first, await self._position(number, tree)
        if end <= tree.head.size:
            return False
        end = min(end, tree.head.size + CHUNK)
        entries = await self._entries(number, tree, start, end)
        if entries is None:
            return False
        await self._fail("notarie.fore-trad")
        await asyncio.to_thread(tree.grow, entries)
        await self._fail("notarie.efter-trad")
        return True

    async def _entries(self, number: int, tree: "_Tree", start: int, end: int) -> list[bytes] | None:
        """The leaves of [start, end); None where the projection has been taken back since its position was told.

        Where it was not, what is missing is a gap.
        """
        rows = await self._judged.leaves(number, start, end)
        if len(rows) < end - start and await self._position(number, tree) < end:
            return None
        return _dense(rows, start, end)

    async def _sign(self, tree: "_Tree") -> None:
        required = await asyncio.to_thread(self._guard.largest, tree.origin)
        if not await asyncio.to_thread(tree.may_sign, required):
            return
        await asyncio.to_thread(self._guard.raise_to, tree.origin, tree.head)
        await self._fail("notarie.fore-signatur")
        note = checkpoint.signed(tree.origin, tree.head, self._signer.public, self._signer.sign)
        await self._fail("notarie.efter-signatur")
        await asyncio.to_thread(tree.publish, note)
        await self._fail("notarie.efter-publicering")


def _dense(rows: Sequence[LeafRow], start: int, end: int) -> list[bytes]:
    """The leaves of [start, end), every offset once and in order: the index of a leaf is its offset."""
    if [row.offset for row in rows] != list(range(start, end)):
        raise Halt("the decisions have a gap", code="lucka-i-besluten", offset=start)
    return [checkpoint.leaf(row.record_digest, row.digest) for row in rows]


def _named(halt: Halt) -> str:
    """Its code, and for a changed decision where: it is what an operator, and an auditor, look for first."""
    return f"{halt.code}:{halt.values['offset']}" if halt.code == CHANGED else halt.code


class _Tree:
    """One tree and how far it is signed. Every method may touch the disk."""

    def __init__(self, store: TreeStore, origin: str) -> None:
        self.origin = origin
        self.head = tlog.NOTHING
        self.signed = 0
        self.required = 0
        """The size below which nothing is signed."""
        self.compared = 0
        """How many leaves have been held against their decisions, since the start or since these were fewer."""
        self._store = store
        self._taken_up = False

    @property
    def first(self) -> int:
        """Where the last bundle begins, full or not: its entries are read again, and must be the same."""
        return max(0, self.head.size - 1) // WIDTH * WIDTH

    def take_up(self) -> None:
        """Once: is the tree whole? Raises `Halt` where its tiles do not give its root."""
        if self._taken_up:
            return
        self.head = self._store.head()
        self._require_root()
        self.signed = checkpoint.size_of(self._store.checkpoint())
        self._taken_up = True

    def grow(self, entries: Sequence[bytes]) -> None:
        """Take in the entries from `first` on. Raises `Halt` where those taken in before are others now."""
        hashes = [merkle.leaf_hash(entry) for entry in entries]
        known = self.head.size - self.first
        if known:
            self._require_same(self.first, hashes[:known])
        tiles = dict(tlog.grown(self._read, self.head.size, hashes[known:]))
        size = self.first + len(entries)
        head = Head(size, tlog.root(lambda tile: tiles.get(tile) or self._read(tile), size))
        self._store.keep(tiles.items(), _bundles(self.first, entries), head)
        self.head, self.compared = head, size

    def compare(self, start: int, entries: Sequence[bytes]) -> None:
        """Hold the leaves from `start` on, where a tile begins, against these. Raises `Halt` naming the first other."""
        for first in range(0, len(entries), WIDTH):
            hashes = [merkle.leaf_hash(entry) for entry in entries[first : first + WIDTH]]
            self._require_same(start + first, hashes)
        self.compared = start + len(entries)

    def _require_same(self, first: int, hashes: Sequence[bytes]) -> None:
        """Is the tile that begins with this leaf the tree's own, and made of these?"""
        index = first // WIDTH
        try:
            content = self._read(tlog.tile_of(0, index, self.head.size))
            in_place = tlog.in_place(self._read, self.head.size, index)
        except LookupError:
            raise _missing(first) from None
        if not in_place:
            raise Halt("a tile is not the one hashed in the tile above", code="annat-trad", offset=first)
        known = [content[at : at + tlog.HASH_BYTES] for at in range(0, len(content), tlog.HASH_BYTES)]
        if known != list(hashes):
            self._require_root()  # A tile that is not full may have been changed since the tree was taken up.
            at = next(n for n, (one, other) in enumerate(zip(known, hashes, strict=True)) if one != other)
            raise Halt("a decision is another than when its leaf was written", code=CHANGED, offset=first + at)

    def _require_root(self) -> None:
        if self._root(self.head.size) != self.head.root:
            raise Halt("the tiles do not give the root that was kept", code="annat-trad", offset=self.head.size)

    def may_sign(self, required: Head) -> bool:
        """Is the tree larger than what is published, and no smaller than what was ever signed?

        Raises `Halt` where it is not a continuation of what was signed, or the guard knows of less than is published:
        it has been lost or taken back, and cannot say what must not be signed.
        """
        self.required = required.size
        if required.size < self.signed:
            raise Halt("the guard knows of less than is published", code="vakt-saknas", offset=required.size)
        if self.head.size < required.size or self.head.size == self.signed:
            return False
        if self._root(required.size) != required.root:
            raise Halt("the tree is another than the one signed", code="annat-trad", offset=required.size)
        return True

    def publish(self, note: bytes) -> None:
        """The checkpoint of the tree as it is."""
        self._store.publish(note)
        self.signed = self.head.size

    def _read(self, tile: Tile) -> bytes:
        return self._store.tile(tile)

    def _root(self, of: int) -> bytes:
        try:
            return tlog.root(self._read, self.head.size, of)
        except LookupError:
            raise _missing(of) from None


def _missing(offset: int) -> Halt:
    return Halt("a tile of the tree is missing", code="bricka-saknas", offset=offset)


def _bundles(first: int, entries: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    for start in range(0, len(entries), WIDTH):
        part = entries[start : start + WIDTH]
        yield Tile(0, (first + start) // WIDTH, len(part)), checkpoint.bundle(part)
