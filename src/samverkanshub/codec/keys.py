"""The actors' keys: made from a seed, written as PEM, known by an id that derives from the public half. Pure.

An actor signs its tokens (JWT, header `kid`) and its events with the same key; the directory holds the dated public
half and says of which type it is: Ed25519, or ES256 (ECDSA over P-256 with SHA-256). A key is of one type for ever, and
the type decides the algorithm: nothing that is signed says by which it is to be checked.
"""

import hashlib
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from samverkanshub.domain.actors import ED25519, ES256, Nyckel

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey
PublicKey = Ed25519PublicKey | EllipticCurvePublicKey

SEED_BYTES: Final = 32
"""Of an Ed25519 key, as the notary's."""
SEEDS: Final = {ED25519: SEED_BYTES, ES256: 48}
"""Random bytes by type; ES256 takes 16 more than its order has, so that no scalar is likelier than another."""
JWS: Final = {ED25519: "EdDSA", ES256: "ES256"}
"""What a JWT's `alg` says, by the type of its key."""
P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PUBLIC_BYTES: Final = 32
_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        _P - 1,
        int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
        int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
    }
)
"""y of the eight points of Ed25519 whose order divides 8: under such a key a signature may hold for any message."""


def private_key(seed: bytes) -> Ed25519PrivateKey:
    """The Ed25519 key of a seed of 32 random bytes, which the caller draws."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def es256_key(seed: bytes) -> EllipticCurvePrivateKey:
    """The P-256 key of a seed of 48 random bytes, which the caller draws (FIPS 186-5, A.2.1)."""
    if len(seed) != SEEDS[ES256]:
        raise ValueError(f"a seed is {SEEDS[ES256]} bytes")
    return derive_private_key(int.from_bytes(seed, "big") % (P256_ORDER - 1) + 1, SECP256R1())


def type_of(key: PrivateKey) -> str:
    """The type of a key."""
    return ED25519 if isinstance(key, Ed25519PrivateKey) else ES256


def public_hex(key: PrivateKey) -> str:
    """The public half in hex, as `Nyckel.publik` holds it."""
    if isinstance(key, Ed25519PrivateKey):
        return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint).hex()


def key_id(public: str) -> str:
    """The key's id: the first 16 hex digits of SHA-256 over the public half's bytes."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]


def nyckel(key: PrivateKey, fran: str, till: str = "") -> Nyckel:
    """The dated public half for the directory (ISO dates, `till` exclusive)."""
    public = public_hex(key)
    return Nyckel(key_id(public), public, fran, till, type_of(key))


def generate_key(seed: bytes, fran: str, till: str = "", typ: str = ED25519) -> tuple[bytes, Nyckel]:
    """A key pair from a seed: the private half as PEM (PKCS 8, unencrypted) and the public one for the directory."""
    key = es256_key(seed) if typ == ES256 else private_key(seed)
    return to_pem(key), nyckel(key, fran, till)


def to_pem(key: PrivateKey) -> bytes:
    """The private key as PEM (PKCS 8, unencrypted): keep the file readable to its owner alone."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_private(pem: bytes) -> PrivateKey:
    """An actor's private key of a PEM; `ValueError` where it holds neither an Ed25519 key nor one of P-256."""
    key = load_pem_private_key(pem, password=None)
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return key
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("neither an Ed25519 key nor one of P-256")
    return key


def load_ed25519(pem: bytes) -> Ed25519PrivateKey:
    """A private key of a PEM that must be of Ed25519, as the notary's; `ValueError` where it is not."""
    key = load_private(pem)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")
    return key


@lru_cache(maxsize=1024)
def load_public(public: str, typ: str = ED25519) -> PublicKey:
    """The public key of these hex digits; `ValueError` where they are none of this type, or a key nobody holds alone.

    That is one of Ed25519 of small order, or written otherwise than RFC 8032 (5.1.2) writes a point.
    """
    raw = bytes.fromhex(public)
    return _p256(raw) if typ == ES256 else _ed25519(raw)


def _ed25519(raw: bytes) -> Ed25519PublicKey:
    if not is_sound(raw):
        raise ValueError("not a public key of Ed25519")
    return Ed25519PublicKey.from_public_bytes(raw)


def _p256(raw: bytes) -> EllipticCurvePublicKey:
    if raw[:1] not in (b"\x02", b"\x03"):
        raise ValueError("not a compressed point of P-256")
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw)


def is_sound(raw: bytes) -> bool:
    """Are these the 32 bytes of a point of Ed25519, written in its one way, and of no small order?"""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    return len(raw) == PUBLIC_BYTES and y < _P and y not in _SMALL_ORDER and _is_of_a_point(y)


def _is_of_a_point(y: int) -> bool:
    """Does x² = (y² - 1) / (d y² + 1) have a root (Euler)? x is 0 for points of small order alone."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    return pow(square, (_P - 1) // 2, _P) == 1
