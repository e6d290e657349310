"""A file of evidence: which kind it is, its first line says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from samverkanshub.verifier.absence import ABSENCE, Absent, verify_absence
from samverkanshub.verifier.evidence import PROOF, Shown, verify_proof
from samverkanshub.verifier.note import Checkpoint, Key, read_checkpoint
from samverkanshub.verifier.report import CHECKPOINT, Finding, Tampered, Uncheckable

MOST_BYTES: Final = 2_000_000_000
"""The largest file that is read: it is held in memory."""
_NEITHER: Final = "its first line is neither a tlog-proof's nor an absence's"


class Seen(Protocol):
    """The checkpoints that whoever verifies has seen, by origin."""

    def at(self, origin: str, size: int) -> bytes:
        """The one of this size that was accepted; empty where there is none. Raises `Uncheckable`."""

    def keep_conflict(self, checkpoint: Checkpoint) -> None:
        """Keep one that contradicts it: the two prove what the log did."""


def verify_file(path: Path, keys: Mapping[int, Key], seen: Seen) -> tuple[Shown | Absent, bool]:
    """Verify a file of evidence by the keys of the log's områden; and whether its checkpoint was seen before.

    Raises `Tampered`, also where another root was seen for the same size, and `Uncheckable`.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Uncheckable(f"`{path.name}` is larger than any evidence")
        content = path.read_bytes()
    except OSError as error:
        raise Uncheckable(f"`{path.name}` cannot be read: {error.strerror}") from None
    if not content.startswith((PROOF, ABSENCE)):
        raise Uncheckable(f"`{path.name}` is no evidence: {_NEITHER}")
    found = verify_evidence(content, keys)
    return found, _was_seen(found, seen.at(found.checkpoint.origin, found.checkpoint.size), keys, seen)


def _was_seen(found: Shown | Absent, note: bytes, keys: Mapping[int, Key], seen: Seen) -> bool:
    if not note:
        return False
    try:
        known = read_checkpoint(note, keys[found.partition])
    except ValueError as error:
        raise Uncheckable(f"the checkpoint kept from before cannot be used: {error}") from None
    if known.root != found.checkpoint.root:
        seen.keep_conflict(found.checkpoint)
        position = found.position if isinstance(found, Shown) else found.first
        raise Tampered(Finding(CHECKPOINT, position, "another root was signed before for the same size"))
    return True


def verify_evidence(content: bytes, keys: Mapping[int, Key]) -> Shown | Absent:
    """Verify what a file of evidence holds. Raises as `verify_file`."""
    if content.startswith(PROOF):
        return verify_proof(content, keys)
    if content.startswith(ABSENCE):
        return verify_absence(content, keys)
    raise Uncheckable(f"it is no evidence: {_NEITHER}")
