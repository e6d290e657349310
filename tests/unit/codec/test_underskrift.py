"""Signatures of both types: what is refused, by form and by value. Cases as Wycheproof's, made here."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256

from samverkanshub.codec.keys import P256_ORDER, es256_key, private_key, public_hex
from samverkanshub.codec.signing import sign, verify

ED, ES = private_key(bytes(range(32))), es256_key(bytes(range(48)))
OTHER_ED, OTHER_ES = private_key(bytes(32)), es256_key(bytes(48))
MESSAGE = b"samverkan/signatur/v1\0{}"
L25519 = 2**252 + 27742317777372353535851937790883648493


def halves(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def of_es256() -> tuple[int, int]:
    made = sign(ES, MESSAGE)
    return int.from_bytes(made[:32], "big"), int.from_bytes(made[32:], "big")


@pytest.mark.parametrize(("key", "other", "typ"), [(ED, OTHER_ED, "ed25519"), (ES, OTHER_ES, "es256")])
def test_a_signature_holds_for_its_key_and_its_bytes_alone(key, other, typ: str) -> None:  # type: ignore[no-untyped-def]
    made = sign(key, MESSAGE)
    assert len(made) == 64
    assert verify(public_hex(key), MESSAGE, made, typ)
    assert not verify(public_hex(other), MESSAGE, made, typ)
    assert not verify(public_hex(key), MESSAGE + b"x", made, typ)
    for at in range(64):
        flipped = made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :]
        assert not verify(public_hex(key), MESSAGE, flipped, typ)
    for wrong in (made[:-1], made + b"\0", b"", made[:32]):
        assert not verify(public_hex(key), MESSAGE, wrong, typ)


def test_a_signature_of_one_type_never_holds_as_one_of_the_other() -> None:
    for key, wrong in ((ED, "es256"), (ES, "ed25519")):
        assert not verify(public_hex(key), MESSAGE, sign(key, MESSAGE), wrong)
    assert not verify(public_hex(ES), MESSAGE, sign(ED, MESSAGE), "es256")
    assert not verify(public_hex(ED), MESSAGE, sign(ES, MESSAGE))


def test_es256_takes_no_r_or_s_outside_the_order() -> None:
    r, s = of_es256()
    top = 2**256 - 1
    wrong = [(0, 0), (0, s), (r, 0), (P256_ORDER, s), (r, P256_ORDER), (P256_ORDER, P256_ORDER), (top, top), (1, top)]
    wrong += [(r, s + P256_ORDER)] if s + P256_ORDER <= top else []
    wrong += [(r + P256_ORDER, s)] if r + P256_ORDER <= top else []
    for pair in wrong:
        assert not verify(public_hex(ES), MESSAGE, halves(*pair), "es256")


def test_es256_takes_either_s_since_jws_does_and_nothing_is_known_by_a_signatures_bytes() -> None:
    r, s = of_es256()
    assert verify(public_hex(ES), MESSAGE, halves(r, P256_ORDER - s), "es256")
    assert not verify(public_hex(ES), MESSAGE, halves(s, r), "es256")


def test_es256_is_sixty_four_bytes_and_never_the_librarys_der() -> None:
    der = ES.sign(MESSAGE, ECDSA(SHA256()))
    assert not verify(public_hex(ES), MESSAGE, der, "es256")
    assert not verify(public_hex(ES), MESSAGE, der[:64].ljust(64, b"\0"), "es256")


def test_es256_signs_the_message_and_not_its_digest() -> None:
    assert not verify(public_hex(ES), MESSAGE, sign(ES, sha256(MESSAGE).digest()), "es256")


def test_ed25519_takes_no_s_outside_the_order() -> None:
    """RFC 8032, 5.1.7: else one signature would give another of the same message."""
    made = sign(ED, MESSAGE)
    s = int.from_bytes(made[32:], "little")
    assert not verify(public_hex(ED), MESSAGE, made[:32] + (s + L25519).to_bytes(32, "little"))
    assert not verify(public_hex(ED), MESSAGE, made[:32] + bytes(32))
    assert not verify(public_hex(ED), MESSAGE, bytes(64))


def test_a_malformed_key_signs_nothing() -> None:
    for public in ("", "zz", "00" * 31, "00" * 33):
        assert not verify(public, MESSAGE, sign(ED, MESSAGE))
        assert not verify(public, MESSAGE, sign(ES, MESSAGE), "es256")
