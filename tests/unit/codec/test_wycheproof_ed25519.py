"""Ed25519 signatures that must not hold (RFC 8032; the cases are of the kinds that Wycheproof has): tables of our own.

Each is tried where a signature counts: of an event, of a token, and of a checkpoint.
"""

import base64
from base64 import b64encode
from hashlib import sha256
from typing import Final

import pytest

from samverkanshub.codec import keys, signing
from samverkanshub.verifier.note import Key, read_key

P: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
"""The order of the group that signatures are in."""
KEY: Final = keys.private_key(bytes(range(32)))
PUBLIC: Final = keys.public_hex(KEY)
MESSAGE: Final = b"samverkan/signatur/v1\0{}"
GOOD: Final = KEY.sign(MESSAGE)
R, S = GOOD[:32], int.from_bytes(GOOD[32:], "little")
IDENTITY: Final = (1).to_bytes(32, "little")


def s(number: int) -> bytes:
    """A signature with this for its second half."""
    return R + number.to_bytes(32, "little")


NEGATIVE: Final[dict[str, bytes]] = {
    "empty": b"",
    "only R": R,
    "one byte short": GOOD[:-1],
    "one byte long": GOOD + b"\0",
    "twice": GOOD * 2,
    "halves the other way": GOOD[32:] + R,
    "all zeros": bytes(64),
    "all ones": b"\xff" * 64,
    "R of another": KEY.sign(b"another")[:32] + GOOD[32:],
    "S of another": R + KEY.sign(b"another")[32:],
    "S is 0": s(0),
    "S is 1": s(1),
    "S is L": s(L),
    "S is L - 1": s(L - 1),
    "S + L, which is the same to the group": s(S + L),
    "S + 2 L": s(S + 2 * L),
    "S with its highest bit": s(S | 1 << 255),
    "-S": s(L - S),
    "R is the identity": IDENTITY + GOOD[32:],
    "R is no point": b"\x02" + bytes(31) + GOOD[32:],
    "R is written with y of p and more": (P + 1).to_bytes(32, "little") + GOOD[32:],
    "R with the other sign": bytes([*R[:31], R[31] ^ 0x80]) + GOOD[32:],
    "as DER": b"\x30\x44\x02\x20" + R + b"\x02\x20" + GOOD[32:],
    "as hex": GOOD.hex().encode(),
    "as base64": base64.b64encode(GOOD),
}

_EIGHTH: Final = (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)
_Y: Final = {
    "of order 1": 1,
    "of order 2": P - 1,
    "of order 4": 0,
    "of order 8": int.from_bytes(bytes.fromhex(_EIGHTH[0]), "little"),
    "of order 8, the other": int.from_bytes(bytes.fromhex(_EIGHTH[1]), "little"),
    "of order 4, written with p": P,
    "of order 1, written with p + 1": P + 1,
    "written with p and more": P + 3,
    "written with the most there is": 2**255 - 1,
}
WEAK: Final[dict[str, bytes]] = {
    f"{name}{signed}": (y | bit << 255).to_bytes(32, "little")
    for name, y in _Y.items()
    for bit, signed in ((0, ""), (1, ", with the other sign"))
}
"""Public keys that nobody holds alone: of small order, or written otherwise than a key is."""
NO_KEYS: Final[dict[str, str]] = {
    "empty": "",
    "31 bytes": PUBLIC[:-2],
    "33 bytes": PUBLIC + "00",
    "not hex": "zz" * 32,
    "no point": (2).to_bytes(32, "little").hex(),
}


def test_the_signature_that_the_tables_are_made_of_holds() -> None:
    assert signing.verify(PUBLIC, MESSAGE, GOOD)
    assert verifier_key(bytes.fromhex(PUBLIC)).signed(MESSAGE, GOOD)


@pytest.mark.parametrize("case", NEGATIVE)
def test_a_signature_that_is_not_exactly_the_one_does_not_hold(case: str) -> None:
    assert not signing.verify(PUBLIC, MESSAGE, NEGATIVE[case])
    assert not verifier_key(bytes.fromhex(PUBLIC)).signed(MESSAGE, NEGATIVE[case])


def test_a_signature_with_any_bit_flipped_does_not_hold() -> None:
    for bit in range(512):
        flipped = (int.from_bytes(GOOD, "little") ^ 1 << bit).to_bytes(64, "little")
        assert not signing.verify(PUBLIC, MESSAGE, flipped), bit


@pytest.mark.parametrize("message", [b"", MESSAGE[:-1], MESSAGE + b"\0", MESSAGE.upper(), sha256(MESSAGE).digest()])
def test_a_signature_of_another_message_does_not_hold(message: bytes) -> None:
    """Not of the message's digest either (Ed25519ph)."""
    assert not signing.verify(PUBLIC, message, GOOD)


@pytest.mark.parametrize("case", WEAK)
def test_a_key_that_nobody_holds_alone_is_none(case: str) -> None:
    """Under a key of small order one signature may hold for every message, whoever made it."""
    with pytest.raises(ValueError, match=r"."):
        keys.load_public(WEAK[case].hex())
    for signature in (IDENTITY + bytes(32), WEAK[case] + bytes(32), GOOD):
        assert not any(signing.verify(WEAK[case].hex(), message, signature) for message in messages())
    with pytest.raises(ValueError, match=r"."):
        verifier_key(WEAK[case])


def messages() -> list[bytes]:
    """So many that a signature by a key of order 8 would hold for some."""
    return [f"{number}".encode() for number in range(32)]


@pytest.mark.parametrize("case", NO_KEYS)
def test_what_is_no_key_verifies_nothing(case: str) -> None:
    assert not signing.verify(NO_KEYS[case], MESSAGE, GOOD)
    with pytest.raises(ValueError, match=r"."):
        keys.load_public(NO_KEYS[case])


def test_the_points_of_small_order_are_those_that_eight_times_is_nothing() -> None:
    """Counted out with the curve itself (RFC 8032, 5.1.4), so that the table lists all and nothing but them."""
    listed = {raw for raw in WEAK.values() if int.from_bytes(raw, "little") % 2**255 < P}
    points = {raw for raw in listed if decoded(raw) is not None}
    assert {_eight_times(decoded(raw)) for raw in points} == {(0, 1)}
    assert len({decoded(raw) for raw in points}) == 8


# ------------------------------------------------------------------------------------------ the curve, slowly

D: Final = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]


def decoded(raw: bytes) -> Point | None:
    """The point that 32 bytes write; None where they write none."""
    number = int.from_bytes(raw, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square:
        return None
    return (x if x % 2 == sign else -x % P), y % P


def _sum(one: Point, other: Point) -> Point:
    (x, y), (u, v) = one, other
    product = D * x * u * y * v
    return (x * v + y * u) * pow(1 + product, -1, P) % P, (y * v + x * u) * pow(1 - product, -1, P) % P


def _eight_times(point: Point | None) -> Point:
    assert point is not None
    for _ in range(3):
        point = _sum(point, point)
    return point


def verifier_key(public: bytes) -> Key:
    """A verifier key as a log publishes it; raises `ValueError`."""
    material = b"\x01" + public
    id_ = sha256(b"log\n" + material).digest()[:4].hex()
    return read_key(f"log+{id_}+{b64encode(material).decode()}")
