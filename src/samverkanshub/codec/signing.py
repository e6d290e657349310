"""A sender's signature over codes and commitments, checkable for ever (docs/adr/0001-byte-formats.md)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from samverkanshub.codec.canonical import jcs

SIGNATURE_BYTES: Final = 64
_LABEL: Final = b"samverkan/signatur/v1\0"

SignedUppgift = tuple[str, str, str, bytes] | tuple[str, str, str, bytes, str] | tuple[str, str, str, bytes, str, str]
"""(vag, kategori, roll, atagande) and, where the sender set one, the referens (K3) and the kalla (V5)."""


def signed_bytes(
    *,
    id: str,
    typ: str,
    version: int,
    lasargrupp: str,
    anvandare: str,
    koder: Mapping[str, Any],
    personer: Sequence[tuple[str, bytes]],
    uppgifter: Sequence[SignedUppgift],
) -> bytes:
    """What the sender signs. `id` is the CloudEvents id; `personer` is (roll, commitment of /personer/<i>/nummer).

    The id is signed in lower case and uppgifter sorted by path, so that neither case nor order of members matters.
    """
    message = {
        "id": id.lower(),
        "typ": typ,
        "version": version,
        "lasargrupp": lasargrupp,
        "anvandare": anvandare,
        "koder": dict(koder),
        "personer": [[roll, atagande.hex()] for roll, atagande in personer],
        "uppgifter": sorted(_line(uppgift) for uppgift in uppgifter),
    }
    return _LABEL + jcs(message)


def _line(uppgift: SignedUppgift) -> list[str]:
    vag, kategori, roll, atagande, *more = uppgift
    referens, kalla = (*more, "", "")[:2]
    # No reference has a colon, so that neither can be taken for the other.
    return [
        vag,
        kategori,
        roll,
        atagande.hex(),
        *([referens] if referens else []),
        *([f"kalla:{kalla}"] if kalla else []),
    ]


def sign(private_key: Ed25519PrivateKey, message: bytes) -> bytes:
    """Ed25519, 64 bytes."""
    return private_key.sign(message)


def verify(public_hex: str, message: bytes, signature: bytes) -> bool:
    """Is this the signature of the holder of this raw public key (hex)? False also for a malformed key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
