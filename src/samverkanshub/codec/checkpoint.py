"""What the notary publishes: leaves, checkpoints as C2SP signed notes with Ed25519, and verifier keys.

The verifier reads them with code of its own (`samverkanshub.verifier`).
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

from samverkanshub.domain.tlog import Head

ED25519: Final = b"\x01"
LEAF_BYTES: Final = 64
Sign = Callable[[bytes], bytes]


def leaf(record_digest: bytes, decision_digest: bytes) -> bytes:
    """What a leaf holds: the record's digest and its decision's (docs/adr/0001-byte-formats.md), 32 bytes each."""
    content = record_digest + decision_digest
    if (len(record_digest), len(content)) != (LEAF_BYTES // 2, LEAF_BYTES):
        raise ValueError("a digest must be 32 bytes")
    return content


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Entries as they are published: each after its length in two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in leaves)


def origin(name: str, partition: int) -> str:
    """The first line of a checkpoint: which log, one for each område."""
    return f"{name}/omrade/{partition}"


def body(origin: str, head: Head) -> bytes:
    """What is signed: origin, size and root."""
    return f"{origin}\n{head.size}\n{_b64(head.root)}\n".encode()


def signed(origin: str, head: Head, public: bytes, sign: Sign) -> bytes:
    """The checkpoint: a note signed by the key that goes by the origin's name."""
    text = body(origin, head)
    signature = _b64(key_id(origin, public) + sign(text))
    return text + f"\n— {origin} {signature}\n".encode()


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes that a signature names its key by."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """A key as it is given to who verifies: name, id and the public half (32 bytes)."""
    return f"{name}+{key_id(name, public).hex()}+{_b64(ED25519 + public)}"


def _b64(content: bytes) -> str:
    return b64encode(content).decode()


def size_of(checkpoint: bytes) -> int:
    """The size that a checkpoint of the notary's own says; 0 where there is none. Nothing of it is verified."""
    return int(checkpoint.split(b"\n", 2)[1]) if checkpoint else 0
