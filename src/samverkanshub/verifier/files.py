"""A file of evidence: which kind it is, its first line says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from samverkanshub.verifier.absence import ABSENCE, Absent, verify_absence
from samverkanshub.verifier.evidence import PROOF, Shown, verify_proof
from samverkanshub.verifier.note import Key
from samverkanshub.verifier.report import Uncheckable

MOST_BYTES: Final = 2_000_000_000
"""The largest file that is read: it is held in memory."""


def verify_file(path: Path, keys: Mapping[int, Key]) -> Shown | Absent:
    """Verify a file of evidence by the keys of the log's områden. Raises `Tampered` and `Uncheckable`."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Uncheckable(f"`{path.name}` is larger than any evidence")
        return verify_evidence(path.read_bytes(), keys)
    except OSError as error:
        raise Uncheckable(f"`{path.name}` cannot be read: {error.strerror}") from None


def verify_evidence(content: bytes, keys: Mapping[int, Key]) -> Shown | Absent:
    """Verify what `verify_file` reads."""
    if content.startswith(PROOF):
        return verify_proof(content, keys)
    if content.startswith(ABSENCE):
        return verify_absence(content, keys)
    raise Uncheckable("it is no evidence: its first line is neither a tlog-proof's nor an absence's")
