"""Keys are made from a seed, named by their public half, and read back."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from samverkanshub.codec.keys import generate_key, key_id, load_private, load_public, public_hex

SEED = bytes(range(32))


def test_the_same_seed_gives_the_same_key_and_another_another() -> None:
    assert generate_key(SEED, "2026-01-01") == generate_key(SEED, "2026-01-01")
    assert generate_key(SEED, "2026-01-01")[1].publik != generate_key(bytes(32), "2026-01-01")[1].publik


def test_the_private_half_reads_back_to_the_public_one() -> None:
    pem, nyckel = generate_key(SEED, "2026-01-01", "2027-01-01")
    assert public_hex(load_private(pem)) == nyckel.publik
    assert (nyckel.id, nyckel.fran, nyckel.till) == (key_id(nyckel.publik), "2026-01-01", "2027-01-01")


def test_what_one_half_signs_the_other_verifies() -> None:
    pem, nyckel = generate_key(SEED, "2026-01-01")
    load_public(nyckel.publik).verify(load_private(pem).sign(b"m"), b"m")


def test_a_key_of_another_kind_is_refused() -> None:
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="Ed25519"):
        load_private(other)


@pytest.mark.parametrize("public", ["", "00", "zz" * 32])
def test_what_is_no_public_key_is_refused(public: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_public(public)
