"""Ed25519 keys of the actors: made from a seed, written as PEM, known by an id that derives from the public half. Pure.

An actor signs its tokens (JWT, header `kid`) and its events with the same key; the directory holds the dated public
half.
"""

import hashlib
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from samverkanshub.domain.actors import Nyckel

SEED_BYTES: Final = 32
PUBLIC_BYTES: Final = 32


def private_key(seed: bytes) -> Ed25519PrivateKey:
    """The private key of a seed of 32 random bytes, which the caller draws."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_hex(key: Ed25519PrivateKey) -> str:
    """The raw public half in hex, as `Nyckel.publik` holds it."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def key_id(public: str) -> str:
    """The key's id: the first 16 hex digits of SHA-256 over the raw public key."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]


def nyckel(key: Ed25519PrivateKey, fran: str, till: str = "") -> Nyckel:
    """The dated public half for the directory (ISO dates, `till` exclusive)."""
    public = public_hex(key)
    return Nyckel(key_id(public), public, fran, till)


def generate_key(seed: bytes, fran: str, till: str = "") -> tuple[bytes, Nyckel]:
    """A key pair from a seed: the private half as PEM (PKCS 8, unencrypted) and the public one for the directory."""
    key = private_key(seed)
    return to_pem(key), nyckel(key, fran, till)


def to_pem(key: Ed25519PrivateKey) -> bytes:
    """The private key as PEM (PKCS 8, unencrypted): keep the file readable to its owner alone."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_private(pem: bytes) -> Ed25519PrivateKey:
    """The private key of a PEM; `ValueError` where it holds no Ed25519 key."""
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")
    return key


def load_public(public: str) -> Ed25519PublicKey:
    """The public key of 64 hex digits; `ValueError` where they are none."""
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
