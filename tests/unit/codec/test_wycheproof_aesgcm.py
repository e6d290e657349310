"""AES-256-GCM that must not open (NIST SP 800-38D; the kinds of cases that Wycheproof has): tables of our own."""

from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from samverkanshub.codec.sealing import seal, unseal
from samverkanshub.domain.errors import Undecodable

KEY: Final = bytes(range(32))
EVENT, PATH, SUBJECT = "5f0c7e1e-3b0a-5f0e-9a50-0d1e5c6b7a80", "/behov/0/text", "1d3f5a7b-9c1e-4f30-8a52-b4c6d8e0f213"
SALT, NONCE, VALUE = bytes(range(100, 132)), bytes(range(12)), "stöd i vardagen"
PLACE: Final = (EVENT, PATH, SUBJECT, 1)
GOOD: Final = seal(KEY, *PLACE, SALT, VALUE, NONCE)
TAG: Final = GOOD[-16:]
BODY: Final = GOOD[12:-16]


def opened(sealed: bytes, key: bytes = KEY, place: tuple[Any, ...] = PLACE) -> tuple[bytes, Any]:
    return unseal(key, *place, sealed)


def refused(sealed: bytes, **how: Any) -> bool:
    """Said with the one code, and nothing of what was tried."""
    with pytest.raises(Undecodable) as error:
        opened(sealed, **how)
    return error.value.code == "forsegling-bruten" and VALUE not in str(error.value)


NEGATIVE: Final[dict[str, bytes]] = {
    "empty": b"",
    "a nonce alone": NONCE,
    "nonce and tag alone": NONCE + TAG,
    "no tag": GOOD[:-16],
    "a tag of 4 bytes": GOOD[:-12],
    "a tag of 8 bytes": GOOD[:-8],
    "a tag of 12 bytes": GOOD[:-4],
    "a tag of 15 bytes": GOOD[:-1],
    "a tag of 17 bytes": GOOD + b"\0",
    "a tag of zeros": GOOD[:-16] + bytes(16),
    "a tag of ones": GOOD[:-16] + b"\xff" * 16,
    "the tag turned around": GOOD[:-16] + TAG[::-1],
    "the tag's bits the other way": GOOD[:-16] + bytes(255 ^ byte for byte in TAG),
    "the tag first": NONCE + TAG + BODY,
    "no nonce": GOOD[12:],
    "a nonce of 8 bytes": GOOD[4:],
    "a nonce of 16 bytes": bytes(4) + GOOD,
    "a nonce of zeros": bytes(12) + GOOD[12:],
    "nothing sealed": NONCE + AESGCM(KEY).encrypt(NONCE, b"", None),
    "sealed without what it is bound to": NONCE + AESGCM(KEY).encrypt(NONCE, SALT + b'"x"', None),
    "sealed with a nonce of 16 bytes": bytes(16) + AESGCM(KEY).encrypt(bytes(16), SALT + b'"x"', None),
    "twice": GOOD + GOOD,
}
OTHER_PLACES: Final[dict[str, tuple[Any, ...]]] = {
    "another event": (EVENT.replace("5f0c", "5f0d"), PATH, SUBJECT, 1),
    "another path": (EVENT, "/behov/1/text", SUBJECT, 1),
    "another person": (EVENT, PATH, SUBJECT.replace("1d3f", "1d3e"), 1),
    "another version of the key": (EVENT, PATH, SUBJECT, 2),
    "the version as text": (EVENT, PATH, SUBJECT, "1"),
    "path and subject run together": (EVENT, PATH + SUBJECT, "", 1),
    "nowhere": ("", "", "", 1),
}
OTHER_KEYS: Final[dict[str, bytes]] = {
    "of zeros": bytes(32),
    "one bit another": bytes([KEY[0] ^ 1]) + KEY[1:],
    "turned around": KEY[::-1],
}


def test_what_the_tables_are_made_of_opens() -> None:
    assert opened(GOOD) == (SALT, VALUE)


@pytest.mark.parametrize("case", NEGATIVE)
def test_what_is_not_exactly_what_was_sealed_does_not_open(case: str) -> None:
    assert refused(NEGATIVE[case])


def test_no_bit_can_be_another() -> None:
    """Of nonce, value and tag."""
    for at in range(len(GOOD)):
        for bit in range(8):
            assert refused(GOOD[:at] + bytes([GOOD[at] ^ 1 << bit]) + GOOD[at + 1 :])


def test_no_part_of_it_opens() -> None:
    assert all(refused(GOOD[:length]) for length in range(len(GOOD)))
    assert all(refused(GOOD[start:]) for start in range(1, len(GOOD)))


@pytest.mark.parametrize("case", OTHER_PLACES)
def test_it_opens_in_no_other_place_than_it_was_sealed_for(case: str) -> None:
    assert refused(GOOD, place=OTHER_PLACES[case])


@pytest.mark.parametrize("case", OTHER_KEYS)
def test_no_other_key_opens_it(case: str) -> None:
    assert refused(GOOD, key=OTHER_KEYS[case])


@pytest.mark.parametrize("length", [0, 1, 15, 16, 24, 31, 33, 64])
def test_a_key_is_32_bytes(length: int) -> None:
    """AES-128 and AES-192 seal nothing here."""
    with pytest.raises(ValueError, match="32"):
        seal(bytes(length), *PLACE, SALT, VALUE, NONCE)
    with pytest.raises(ValueError, match="32"):
        opened(GOOD, key=bytes(length))


@pytest.mark.parametrize("length", [0, 1, 8, 11, 13, 16])
def test_a_nonce_is_12_bytes_and_a_salt_32(length: int) -> None:
    with pytest.raises(ValueError, match="12"):
        seal(KEY, *PLACE, SALT, VALUE, bytes(length))
    with pytest.raises(ValueError, match="32"):
        seal(KEY, *PLACE, bytes(length), VALUE, NONCE)


def test_what_opens_but_is_no_value_is_broken() -> None:
    """Sealed by whoever had the key, in another form."""
    aad = b"samverkan/forsegling/v1\0" + f'["{EVENT}","{PATH}","{SUBJECT}",1]'.encode()
    for plain in (SALT, SALT + b"{", SALT + b"\xff", SALT + b"nan", SALT[:-1] + b'""'):
        assert refused(NONCE + AESGCM(KEY).encrypt(NONCE, plain, aad))
    assert opened(NONCE + AESGCM(KEY).encrypt(NONCE, SALT + b'"x"', aad)) == (SALT, "x"), "it can fail"
