"""Evidence as files (docs/bevis.md): a C2SP tlog-proof of one decision, and what was decided over a range.

The verifier reads them with code of its own (`samverkanshub.verifier`).
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any, Final

from samverkanshub.codec.canonical import jcs
from samverkanshub.codec.decisions import DecisionRecord, EntryProof, prove_entry

PROOF: Final = "c2sp.org/tlog-proof@v1"
ABSENCE: Final = "samverkanshub/franvaro@v1"
WHOLE: Final = "beslut"
PARTS: Final = "rader"


def whole(record_digest: bytes, record: bytes) -> bytes:
    """The `extra` that shows a whole decision record."""
    return jcs({"slag": WHOLE, "post": _b64(record_digest), "beslut": _b64(record)})


def parts(record_digest: bytes, record: DecisionRecord, mottagare: str, indices: Iterable[int]) -> bytes:
    """The `extra` that shows some entries, those that concern a recipient, and hides the others."""
    rows = [_row(prove_entry(record, index)) for index in indices]
    shown = {"mottagare": mottagare, "antal": len(record.poster), "rader": rows}
    return jcs({"slag": PARTS, "post": _b64(record_digest), **shown})


def _row(proof: EntryProof) -> dict[str, Any]:
    return {
        "index": proof.index,
        "salt": _b64(proof.salt),
        "innehall": _b64(proof.content),
        "vagg": [_b64(step) for step in proof.vagg],
    }


def proof(extra: bytes, index: int, path: Sequence[bytes], checkpoint: bytes) -> bytes:
    """A tlog-proof: that the leaf at an index is in the tree of a checkpoint, which it holds verbatim."""
    lines = [PROOF, f"extra {_b64(extra)}", f"index {index}", *map(_b64, path), ""]
    return _text(lines) + checkpoint


def absence(
    aktor: str, first: int, leaves: Iterable[tuple[bytes, bytes]], around: Sequence[bytes], checkpoint: bytes
) -> bytes:
    """What was decided from an offset on: the record digest and the decision record of each, bound to a checkpoint."""
    rows = (f"{_b64(digest)} {_b64(record)}" for digest, record in leaves)
    lines = [ABSENCE, f"aktor {aktor}", f"plats {first}", *rows, "", *map(_b64, around), ""]
    return _text(lines) + checkpoint


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _b64(content: bytes) -> str:
    return b64encode(content).decode()
