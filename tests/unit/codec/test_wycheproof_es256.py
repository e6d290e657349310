"""ES256 signatures that must not hold (FIPS 186-5, RFC 7518 3.4; the kinds that Wycheproof has): tables of our own.

The larger s of the two holds as well: JWS does not forbid it, many platforms make it, and nothing is known here by a
signature's bytes.
"""

from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256K1, SECP256R1, SECP384R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from samverkanshub.codec import keys, signing
from samverkanshub.domain.actors import ED25519, ES256

N: Final = keys.P256_ORDER
P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
KEY: Final = keys.es256_key(bytes(range(48)))
PUBLIC: Final = keys.public_hex(KEY)
MESSAGE: Final = b"samverkan/signatur/v1\0{}"
GOOD: Final = signing.sign(KEY, MESSAGE)
R, S = int.from_bytes(GOOD[:32], "big"), int.from_bytes(GOOD[32:], "big")
MOST: Final = 2**256 - 1


def raw(r: int, s: int, size: int = 32) -> bytes:
    """r and s side by side, as JWS has them."""
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def holds(signature: bytes, message: bytes = MESSAGE, public: str = PUBLIC, typ: str = ES256) -> bool:
    return signing.verify(public, message, signature, typ)


NEGATIVE: Final[dict[str, bytes]] = {
    "empty": b"",
    "only r": GOOD[:32],
    "one byte short": GOOD[:-1],
    "one byte long": GOOD + b"\0",
    "a zero before it": b"\0" + GOOD,
    "r and s of 33 bytes": raw(R, S, 33),
    "r and s of 48 bytes": raw(R, S, 48),
    "s before r": raw(S, R),
    "as DER": encode_dss_signature(R, S),
    "as DER, as long as a signature": encode_dss_signature(R >> 48, S >> 48)[:64].ljust(64, b"\0"),
    "as hex": GOOD.hex().encode(),
    "r is 0": raw(0, S),
    "s is 0": raw(R, 0),
    "both are 0": raw(0, 0),
    "both are 1": raw(1, 1),
    "r is 0, s is 1": raw(0, 1),
    "r is 1, s is 0": raw(1, 0),
    "r is n": raw(N, S),
    "s is n": raw(R, N),
    "both are n": raw(N, N),
    "r is n - 1": raw(N - 1, S),
    "s is n - 1": raw(R, N - 1),
    "r is n + 1": raw(N + 1, S),
    "s is n + 1": raw(R, N + 1),
    "r is n, s is 0": raw(N, 0),
    "r is p": raw(P, S),
    "r is p - n": raw(P - N, S),
    "both as large as fit": raw(MOST, MOST),
    "-r": raw(N - R, S),
    "r + 1": raw(R + 1, S),
    "s + 1": raw(R, S + 1),
    "1/s": raw(R, pow(S, -1, N)),
    "of another message": signing.sign(KEY, b"another"),
    "r of another": signing.sign(KEY, b"another")[:32] + GOOD[32:],
    "by another key": signing.sign(keys.es256_key(bytes(48)), MESSAGE),
    "by Ed25519": keys.private_key(bytes(32)).sign(MESSAGE),
}


def test_the_signature_that_the_tables_are_made_of_holds_with_either_s() -> None:
    assert holds(GOOD)
    assert holds(raw(R, N - S))


@pytest.mark.parametrize("case", NEGATIVE)
def test_a_signature_that_is_not_one_does_not_hold(case: str) -> None:
    assert not holds(NEGATIVE[case])


def test_a_signature_with_any_bit_flipped_does_not_hold() -> None:
    for bit in range(512):
        assert not holds((int.from_bytes(GOOD, "big") ^ 1 << bit).to_bytes(64, "big")), bit


@pytest.mark.parametrize("message", [b"", MESSAGE[:-1], MESSAGE + b"\0", MESSAGE.upper()])
def test_a_signature_of_another_message_does_not_hold(message: bytes) -> None:
    assert not holds(GOOD, message)


@pytest.mark.parametrize("hashed", [SHA384(), SHA512(), Prehashed(SHA256())])
def test_a_signature_over_another_hash_does_not_hold(hashed: SHA384 | SHA512 | Prehashed) -> None:
    message = bytes(32) if isinstance(hashed, Prehashed) else MESSAGE
    assert not holds(raw(*decode_dss_signature(KEY.sign(message, ECDSA(hashed)))))


def test_a_key_of_one_type_checks_nothing_as_the_other() -> None:
    other = keys.private_key(bytes(range(32)))
    assert not holds(GOOD, typ=ED25519)
    assert not holds(other.sign(MESSAGE), public=keys.public_hex(other))


def point(form: PublicFormat, curve: type[SECP256R1 | SECP256K1 | SECP384R1] = SECP256R1) -> str:
    """A public key, as another curve or another form would write it."""
    return derive_private_key(12345, curve()).public_key().public_bytes(Encoding.X962, form).hex()


def _no_point() -> str:
    """An x that no point has: x³ - 3x + b has no root."""
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    x = next(x for x in range(1, 100) if pow(x**3 - 3 * x + b, (P - 1) // 2, P) != 1)
    return "02" + x.to_bytes(32, "big").hex()


NO_KEYS: Final[dict[str, str]] = {
    "empty": "",
    "not hex": "zz" * 33,
    "infinity": "00",
    "infinity, as long as a key": "00" * 33,
    "32 bytes": PUBLIC[2:],
    "34 bytes": PUBLIC + "00",
    "uncompressed": point(PublicFormat.UncompressedPoint),
    "hybrid": "06" + point(PublicFormat.UncompressedPoint)[2:],
    "of another form": "05" + PUBLIC[2:],
    "of P-384": point(PublicFormat.CompressedPoint, SECP384R1),
    "no point of the curve": _no_point(),
    "x is p": "02" + P.to_bytes(32, "big").hex(),
    "x is the most there is": "02" + "ff" * 32,
    "of Ed25519": keys.public_hex(keys.private_key(bytes(32))),
}


@pytest.mark.parametrize("case", NO_KEYS)
def test_what_is_no_key_verifies_nothing(case: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        keys.load_public(NO_KEYS[case], ES256)
    assert not holds(GOOD, public=NO_KEYS[case])


def test_a_signature_of_another_curve_does_not_hold() -> None:
    """Points of secp256k1 are as long: one that happens to be on P-256 is another key there."""
    key = derive_private_key(12345, SECP256K1())
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint).hex()
    assert not holds(raw(*decode_dss_signature(key.sign(MESSAGE, ECDSA(SHA256())))), public=public)
