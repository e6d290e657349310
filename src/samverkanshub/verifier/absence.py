"""That nothing was delivered to an actor over a range of the log, verified with the log's public key alone. Pure.

Every decision of the range is shown whole, and bound with all its neighbours to the root of a signed tree, so that none
can be left out (docs/bevis.md).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from samverkanshub.codec.decisions import Post
from samverkanshub.domain.decision import DELIVERED
from samverkanshub.domain.merkle import leaf_hash
from samverkanshub.verifier.evidence import (
    after,
    base64,
    digest,
    lines_of,
    number,
    of_actor,
    record_of,
    require_place,
    root_of,
    signed_by,
    wrong,
)
from samverkanshub.verifier.note import Checkpoint, Key
from samverkanshub.verifier.path import joined
from samverkanshub.verifier.report import DECISION, EVIDENCE

ABSENCE: Final = b"samverkanshub/franvaro@v1\n"
_NAME: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Absent:
    """That the positions [first, end) deliver nothing to the actor. `withheld`: those that withhold something."""

    checkpoint: Checkpoint
    partition: int
    aktor: str
    first: int
    end: int
    withheld: tuple[int, ...]


def verify_absence(content: bytes, keys: Mapping[int, Key]) -> Absent:
    """Verify such a file by the keys of the log's områden. Raises `Tampered`."""
    head, around, note = _split(content)
    lines = lines_of(head)
    first, aktor = number(lines, 2, "plats "), after(lines, 1, "aktor ")
    if not _NAME.fullmatch(aktor):
        wrong(EVIDENCE, first, "it names no actor")
    partition, checkpoint = signed_by(note, keys, first)
    read = [_read(line, at, partition) for at, line in enumerate(lines[3:], first)]
    leaves = [leaf_hash(digest + root_of(poster)) for digest, poster in read]
    rest = [digest(line, first) for line in lines_of(around) if around]
    if joined(leaves, first, checkpoint.size, rest) != checkpoint.root:
        wrong(EVIDENCE, first, "what it shows from here on does not lead to the root in the checkpoint")
    decisions = [(position, poster) for position, (_, poster) in enumerate(read, first)]
    for position in _positions(decisions, aktor, delivered=True):
        wrong(DECISION, position, "something is delivered to the actor")
    withheld = tuple(_positions(decisions, aktor, delivered=False))
    return Absent(checkpoint, partition, aktor, first, first + len(leaves), withheld)


def _split(content: bytes) -> tuple[bytes, bytes, bytes]:
    """The positions, what is around them (empty where they are all that there is), and the checkpoint."""
    head, _, rest = content.partition(b"\n\n")
    if rest.startswith(b"\n"):
        return head, b"", rest[1:]
    around, _, note = rest.partition(b"\n\n")
    return head, around, note


def _read(line: str, position: int, partition: int) -> tuple[bytes, tuple[Post, ...]]:
    record, _, decision = line.partition(" ")
    poster = record_of(base64(decision, position), position)
    require_place(poster, partition, position)
    return digest(record, position), poster


def _positions(decisions: Sequence[tuple[int, Sequence[Post]]], aktor: str, *, delivered: bool) -> Iterator[int]:
    for position, poster in decisions:
        own = [post.entry for post in poster if post.entry.mottagare and of_actor(post.entry.mottagare, aktor)]
        if any((entry.verdict == DELIVERED) is delivered for entry in own):
            yield position
