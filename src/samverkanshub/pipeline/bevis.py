"""Evidence of what was decided, written from the projection and the published trees, which are only read.

What it writes another machine verifies with the log's public key alone (docs/bevis.md).
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from samverkanshub.codec import checkpoint, evidence
from samverkanshub.codec.decisions import DecisionRecord, decode_decision
from samverkanshub.domain import merkle, tlog
from samverkanshub.domain.decision import DELIVERED, Entry
from samverkanshub.domain.errors import Conflict, Halt, NotFound, Refused, Undecodable
from samverkanshub.domain.forklaring import concerns
from samverkanshub.domain.tlog import Head
from samverkanshub.pipeline.rulebook import Regelverken, in_force
from samverkanshub.ports import DecisionRow, Judgement, Projection, TreeStore

PAGE: Final = 500
"""Decisions asked for at once."""
MOST: Final = 100_000
"""Offsets of one range: what a file and its verifier hold in memory."""


class Bevis:
    """Writes evidence. `tree_of` gives the published tree of an område."""

    def __init__(self, projection: Projection, regelverk: Regelverken, tree_of: Callable[[int], TreeStore]) -> None:
        self._projection = projection
        self._regelverk = regelverk
        self._tree_of = tree_of

    async def of_decision(self, handelse_id: str, mottagare: str = "") -> bytes:
        """T1: a tlog-proof of the decision on an event's first occurrence; all of it, or what concerns a recipient.

        Raises `NotFound`; `Conflict` (`ej-signerad`) while no checkpoint is over it; `Halt` where the published tree
        is not of this decision, or the decision not on this event; `Unavailable`.
        """
        judgement = await self._projection.judgement(handelse_id)
        if judgement is None:
            raise NotFound("there is no decision on `EVENT`")
        _require_on(handelse_id, judgement)
        row, tree = judgement.row, await self._signed(judgement.partition)
        tree.require(row.offset)
        extra = _extra(row, mottagare)
        path = await asyncio.to_thread(tree.path, row)
        return evidence.proof(extra, row.offset, path, tree.note)

    async def of_absence(self, aktor: str, partition: int, first: int, end: int) -> bytes:
        """T1: what was decided on the offsets [first, end) of an område, of which nothing is delivered to the actor.

        Raises `NotFound` for one whom the directory does not have; `Refused` for what is no range, and where something
        was delivered, naming the position; else as `of_decision`.
        """
        await self._require_known(aktor, partition)
        if not 0 <= first < end:
            raise Refused("`--until` must be later in the log than `--from`", code="fel-omfang")
        if end - first > MOST:
            raise Refused(f"`--from` and `--until` must give 1 to {MOST} positions of the log", code="fel-omfang")
        tree = await self._signed(partition)
        tree.require(end - 1)
        rows = await self._rows(partition, first, end)
        for row in rows:
            _require_nothing_for(aktor, row)
        around = await asyncio.to_thread(tree.around, rows)
        return evidence.absence(aktor, first, ((row.record_digest, row.record) for row in rows), around, tree.note)

    async def position_at(self, partition: int, tid: int) -> int:
        """The first offset judged whose time in the log is `tid` (ms) or later; the number of those judged for none.

        A decision's time never goes back: the gate makes it so.
        """
        end = await self._projection.position(partition)
        low = 0
        while low < end:
            middle = (low + end) // 2
            found = await self._projection.judged_at(partition, middle)
            if found is None:
                raise Halt("the decisions have a gap", code="lucka-i-besluten", offset=middle)
            low, end = (middle + 1, end) if found.row.tid < tid else (low, middle)
        return low

    async def _require_known(self, aktor: str, partition: int) -> None:
        """Of a name that nobody has it would be true of every range that nothing was delivered."""
        katalog = (await in_force(self._regelverk, self._projection, partition)).katalog
        if not any(aktor in known for known in (katalog.aktorer, katalog.enheter, katalog.lasargrupper)):
            raise NotFound("`--absence` names nobody in the directory in force")

    async def _signed(self, partition: int) -> "_Signed":
        return await asyncio.to_thread(_Signed.of, self._tree_of(partition))

    async def _rows(self, partition: int, first: int, end: int) -> list[DecisionRow]:
        rows: list[DecisionRow] = []
        for start in range(first, end, PAGE):
            rows += await self._projection.judged(partition, start, min(start + PAGE, end))
        if [row.offset for row in rows] != list(range(first, end)):
            raise Halt("the decisions have a gap", code="lucka-i-besluten", offset=first)
        return rows


# ------------------------------------------------------------------------------------------ what is shown


def _require_on(handelse_id: str, judgement: Judgement) -> None:
    """Raise `Halt` unless the decision says itself that it is on the event, at the place where it stands."""
    place, at = _decoded(judgement.row).place, judgement.row.offset
    if place.handelse_id != handelse_id:
        raise Halt(f"the decision at position {at} belongs to another event than `EVENT`", code="annat-beslut")
    if (place.partition, place.offset) != (judgement.partition, at):
        raise Halt(f"the decision at position {at} belongs to another place of the log", code="annat-beslut")


def _decoded(row: DecisionRow) -> DecisionRecord:
    try:
        return decode_decision(row.record)
    except Undecodable:
        raise Halt(f"the decision at position {row.offset} is no decision record", code="annat-beslut") from None


def _extra(row: DecisionRow, mottagare: str) -> bytes:
    if not mottagare:
        return evidence.whole(row.record_digest, row.record)
    record = _decoded(row)
    indices = [index for index, post in enumerate(record.poster) if _is_for(post.entry, mottagare)]
    if not any(record.poster[index].entry.mottagare for index in indices):
        raise NotFound("nothing in the decision concerns `--recipient`")
    return evidence.parts(row.record_digest, record, mottagare, indices)


def _is_for(entry: Entry, mottagare: str) -> bool:
    """T3: what concerns the recipient, and the verdict on the event; not its duties, which name who bears them."""
    return concerns(entry.mottagare, mottagare) if entry.mottagare else not entry.vag


def _require_nothing_for(aktor: str, row: DecisionRow) -> None:
    if any(_delivers(_decoded(row), aktor)):
        raise Refused(f"something was delivered at position {row.offset}", code="levererat", offset=row.offset)


def _delivers(record: DecisionRecord, aktor: str) -> Iterable[bool]:
    entries = (post.entry for post in record.poster)
    return (bool(e.mottagare) and e.verdict == DELIVERED and concerns(e.mottagare, aktor) for e in entries)


# ------------------------------------------------------------------------------------------ what is signed


@dataclass(frozen=True, slots=True)
class _Signed:
    """A published tree as its checkpoint says that it is. Every method may touch the disk."""

    store: TreeStore
    note: bytes
    size: int

    @classmethod
    def of(cls, store: TreeStore) -> "_Signed":
        note = store.checkpoint()
        return cls(store, note, checkpoint.size_of(note))

    def require(self, offset: int) -> None:
        """Raise `Conflict` unless the checkpoint is over the offset."""
        if offset >= self.size:
            detail = f"position {offset} is not under a signed checkpoint yet, which is over {self.size}: try again"
            raise Conflict(detail, code="ej-signerad", offset=offset)

    def path(self, row: DecisionRow) -> tuple[bytes, ...]:
        """The inclusion proof of a decision's leaf."""
        self._require_sound([row])
        return tlog.inclusion(self.store.tile, self.size, row.offset)

    def around(self, rows: Sequence[DecisionRow]) -> tuple[bytes, ...]:
        """What binds the leaves of decisions that follow each other."""
        self._require_sound(rows)
        return tlog.around(self.store.tile, self.size, rows[0].offset, rows[-1].offset + 1)

    def _require_sound(self, rows: Sequence[DecisionRow]) -> None:
        """Raise `Halt` where tiles, checkpoint and decisions do not belong together: `verify` says which is wrong."""
        try:
            root = tlog.root(self.store.tile, self.size)
            other = next((row.offset for row in rows if self._hash(row.offset) != _leaf_hash(row)), None)
        except LookupError:
            raise Halt("a tile of the tree is missing", code="bricka-saknas") from None
        origin = self.note.partition(b"\n")[0].decode()
        if not self.note.startswith(checkpoint.body(origin, Head(self.size, root))):
            raise Halt("the tiles do not give the root in the checkpoint", code="annat-trad")
        if other is not None:
            raise Halt(f"the decision at position {other} is not the one in the tree", code="annat-beslut")

    def _hash(self, offset: int) -> bytes:
        tile = self.store.tile(tlog.tile_of(0, offset // tlog.WIDTH, self.size))
        start = offset % tlog.WIDTH * tlog.HASH_BYTES
        return tile[start : start + tlog.HASH_BYTES]


def _leaf_hash(row: DecisionRow) -> bytes:
    return merkle.leaf_hash(checkpoint.leaf(row.record_digest, _decoded(row).digest))
