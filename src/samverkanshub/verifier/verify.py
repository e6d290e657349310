"""The verification of one område's log, from its checkpoint down to every leaf, in the order of the log.

What is read is never kept: some tiles and bundles at a time, however long the log is.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from samverkanshub.verifier.leaves import (
    AgainstDecisions,
    AgainstLog,
    Bundle,
    Decisions,
    Judgement,
    Record,
    Records,
    bundle_of,
)
from samverkanshub.verifier.note import Checkpoint, Key, read_checkpoint
from samverkanshub.verifier.published import Published
from samverkanshub.verifier.report import CHECKPOINT, Finding, Tampered, Uncheckable, Verified
from samverkanshub.verifier.signatures import AgainstDirectory, Artefacts
from samverkanshub.verifier.tree import TOGETHER, Row, Tree

PLACE: Final = "checkpoint"
"""Where a log publishes its checkpoint."""
EVERYTHING: Final = (0, 2**63 - 1)
"""All there is, which may be more than is signed: the log goes on while it is verified."""


class Seen(Protocol):
    """The checkpoints that whoever verifies has seen, by origin."""

    def last(self, origin: str) -> bytes:
        """The largest that was accepted; empty where there is none. Raises `Uncheckable`."""

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep one that continues the last."""

    def keep_conflict(self, checkpoint: Checkpoint) -> None:
        """Keep one that does not: signed as the last is, it shows what the log did."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What there is to verify of an område. Without log or decisions the leaves are not held against them.

    `held`: from and until which position there are records and decisions; an archive may be of a period. `strangers`:
    what stands among them without being of that period.
    """

    partition: int
    published: Published
    key: Key
    log: Records | None = None
    decisions: Decisions | None = None
    since: bytes = b""
    """An earlier checkpoint that the log must continue; empty for none."""
    seen: Seen | None = None
    held: tuple[int, int] = EVERYTHING
    strangers: Callable[[], Sequence[Finding]] = tuple
    regelverk: Artefacts | None = None
    """The regelverk that the log names; without it, log or decisions no sender's signature is checked."""


async def verify(sources: Sources, told: Callable[[int], object] = lambda leaves: None) -> Verified:
    """Verify all of it, up to the first fault. `told` is called with how many leaves more were verified.

    Raises what log and decisions raise where they do not answer.
    """
    found = Verified(sources.key.name, period=None if sources.held == EVERYTHING else sources.held)
    try:
        await _verify(sources, found, told)
    except Tampered as tampered:
        found.finding = tampered.finding
    except Uncheckable as error:
        found.failure = str(error)
    await _strangers(sources, found)
    return found


async def _strangers(sources: Sources, found: Verified) -> None:
    """What is nowhere in the tree is tampering too, as what nobody signed is, and may be what comes first."""
    findings = [*([found.finding] if found.finding else []), *found.forged[:1]]
    findings += await asyncio.to_thread(sources.strangers)
    found.finding = min(findings, key=lambda finding: finding.position, default=None)


async def _verify(sources: Sources, found: Verified, told: Callable[[int], object]) -> None:
    checkpoint = await _checkpoint(sources)
    found.size, found.root = checkpoint.size, checkpoint.root
    earlier = _earlier(sources)
    for one in earlier:
        _require_no_less(sources, checkpoint, one)
    tree = Tree(sources.published, checkpoint.size, checkpoint.root)
    await tree.open()
    if tree.sound:
        await _continues(sources, tree, checkpoint, earlier, found)
    await _leaves(sources, tree, found, told)
    if not tree.sound:
        raise _wrong(0, "its root is not that of the tiles, which are all made of the leaves")


# ------------------------------------------------------------------------------------------ checkpoints


async def _checkpoint(sources: Sources) -> Checkpoint:
    content = await sources.published.read(PLACE)
    if content is None:
        raise Uncheckable("there is no checkpoint")
    try:
        return read_checkpoint(content, sources.key)
    except ValueError as error:
        raise _wrong(0, str(error)) from None


def _earlier(sources: Sources) -> list[Checkpoint]:
    """Those that the log must continue: what was given, then what was seen."""
    seen = sources.seen.last(sources.key.name) if sources.seen else b""
    given = (("the checkpoint given as earlier", sources.since), ("the checkpoint kept from before", seen))
    return [_known(what, note, sources.key) for what, note in given if note]


def _known(what: str, note: bytes, key: Key) -> Checkpoint:
    try:
        return read_checkpoint(note, key)
    except ValueError as error:
        raise Uncheckable(f"{what} cannot be used: {error}") from None


def _require_no_less(sources: Sources, checkpoint: Checkpoint, earlier: Checkpoint) -> None:
    if checkpoint.size < earlier.size:
        raise _wrong(checkpoint.size, f"a tree of size {earlier.size} was signed before")
    if checkpoint.size == earlier.size and checkpoint.root != earlier.root:
        raise _conflict(sources, checkpoint, 0, "another root was signed before for the same size")


async def _continues(
    sources: Sources, tree: Tree, checkpoint: Checkpoint, earlier: Sequence[Checkpoint], found: Verified
) -> None:
    for one in earlier:
        if not await tree.begins_with(one.size, one.root):
            why = f"the tree does not begin with the one of size {one.size} that was signed before"
            raise _conflict(sources, checkpoint, 0, why)
        found.consistent_with.append(one.size)
    if sources.seen:
        sources.seen.keep(checkpoint)


def _conflict(sources: Sources, checkpoint: Checkpoint, position: int, why: str) -> Tampered:
    if sources.seen:
        sources.seen.keep_conflict(checkpoint)
    return _wrong(position, why)


def _wrong(position: int, why: str) -> Tampered:
    return Tampered(Finding(CHECKPOINT, position, why, PLACE))


# ------------------------------------------------------------------------------------------ leaves


async def _leaves(sources: Sources, tree: Tree, found: Verified, told: Callable[[int], object]) -> None:
    if sources.held != EVERYTHING and sources.held[1] > tree.size:
        raise _wrong(tree.size, "there are records and decisions after those that are signed")
    start, end = sources.held[0], min(tree.size, sources.held[1])
    log = AgainstLog(sources.log, sources.partition, start, end) if sources.log else None
    decisions = AgainstDecisions(sources.decisions, sources.partition, start) if sources.decisions else None
    directory = AgainstDirectory(sources.regelverk, sources.partition, start) if sources.regelverk else None
    try:
        async for rows in _together(tree):
            for bundle in await asyncio.gather(*(bundle_of(sources.published, row) for row in rows)):
                held = await _hold(bundle, (start, end), log, decisions)
                found.leaves += held.leaves
                found.records += len(held.records)
                found.decisions += len(held.rows)
                if directory:
                    await directory.hold(held.records, held.rows, found)
                told(held.leaves)
    finally:
        if log:
            await log.close()


async def _together(tree: Tree) -> AsyncIterator[list[Row]]:
    """The tiles of leaf hashes, some at a time; those before one that is wrong come before the error."""
    rows: list[Row] = []
    tampered: Tampered | None = None
    try:
        async for row in tree.rows():
            rows.append(row)
            if len(rows) == TOGETHER:
                yield rows
                rows = []
    except Tampered as error:
        tampered = error
    if rows:
        yield rows
    if tampered:
        raise tampered


@dataclass(frozen=True, slots=True)
class _Held:
    """How many leaves of a bundle are right, and the records and decisions of those that there are such of."""

    leaves: int
    records: Mapping[int, Record]
    rows: Mapping[int, Judgement]


async def _hold(
    bundle: Bundle, span: tuple[int, int], log: AgainstLog | None, decisions: AgainstDecisions | None
) -> _Held:
    """Hold a bundle's leaves against all there is. Raises `Tampered` for the first that is another."""
    leaves, wrong = bundle.leaves()
    within = [leaf for leaf in leaves if span[0] <= leaf.position < span[1]]
    records, unlike = await log.hold(within) if log else ({}, None)
    rows, misjudged = await decisions.hold(within, records) if decisions else ({}, None)
    faults = [finding for finding in (wrong, unlike, misjudged) if finding]
    if faults:
        raise Tampered(min(faults, key=lambda finding: finding.position))
    return _Held(len(leaves), records, rows)
