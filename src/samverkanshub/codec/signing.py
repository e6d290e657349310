"""A sender's signature over codes and commitments, checkable for ever (docs/adr/0001-byte-formats.md).

Ed25519 (RFC 8032) or ES256 (RFC 7518, 3.4): 64 bytes either way, over the same bytes. Which one is the key's to say.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from samverkanshub.codec.canonical import jcs
from samverkanshub.codec.keys import PrivateKey, load_public
from samverkanshub.domain.actors import ED25519

SIGNATURE_BYTES: Final = 64
_HALF: Final = SIGNATURE_BYTES // 2
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


def sign(private_key: PrivateKey, message: bytes) -> bytes:
    """The signature by this key, 64 bytes: of Ed25519, or r and s of ECDSA with SHA-256, 32 bytes each."""
    if isinstance(private_key, Ed25519PrivateKey):
        return private_key.sign(message)
    r, s = decode_dss_signature(private_key.sign(message, ECDSA(SHA256())))
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def verify(public_hex: str, message: bytes, signature: bytes, typ: str = ED25519) -> bool:
    """Is this the signature of the holder of this public key of this type? False also for a malformed key.

    Of ES256 r and s must be within the order of the curve, as the library sees to. The larger s of the two is taken
    too: JWS does not forbid it, many platforms make it, and nothing here is known by its signature's bytes.
    """
    try:
        _verify(public_hex, message, signature, typ)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify(public_hex: str, message: bytes, signature: bytes, typ: str) -> None:
    if len(signature) != SIGNATURE_BYTES:
        raise InvalidSignature
    key = load_public(public_hex, typ)
    if not isinstance(key, EllipticCurvePublicKey):
        key.verify(signature, message)
        return
    r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
    key.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
