"""Keys: the same seed gives the same key, an id that follows from the public half, and one type for ever."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as rsa_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from samverkanshub.codec.keys import (
    P256_ORDER,
    SEEDS,
    es256_key,
    generate_key,
    key_id,
    load_ed25519,
    load_private,
    load_public,
    public_hex,
    to_pem,
    type_of,
)
from samverkanshub.codec.signing import sign, verify

TYPES = ("ed25519", "es256")


def seed(typ: str) -> bytes:
    return bytes(range(SEEDS[typ]))


@pytest.mark.parametrize("typ", TYPES)
def test_a_seed_is_one_key(typ: str) -> None:
    made = generate_key(seed(typ), "2026-01-01", typ=typ)
    assert generate_key(seed(typ), "2026-01-01", typ=typ) == made
    assert generate_key(bytes(SEEDS[typ]), "2026-01-01", typ=typ)[1].publik != made[1].publik


@pytest.mark.parametrize("typ", TYPES)
def test_the_pem_holds_the_key_whose_public_half_is_listed(typ: str) -> None:
    pem, nyckel = generate_key(seed(typ), "2026-01-01", "2027-01-01", typ)
    private = load_private(pem)
    assert (public_hex(private), type_of(private)) == (nyckel.publik, nyckel.typ) == (nyckel.publik, typ)
    assert (nyckel.fran, nyckel.till, nyckel.id) == ("2026-01-01", "2027-01-01", key_id(nyckel.publik))
    assert to_pem(private) == pem
    assert verify(nyckel.publik, b"m", sign(private, b"m"), typ)


def test_a_p256_key_is_a_point_in_its_shorter_form_alone() -> None:
    key = es256_key(seed("es256"))
    numbers = key.public_key().public_numbers()
    assert public_hex(key) == f"{2 + numbers.y % 2:02x}{numbers.x:064x}"
    assert 0 < key.private_numbers().private_value < P256_ORDER
    longer = f"04{numbers.x:064x}{numbers.y:064x}"
    for wrong in (longer, "00", "", "02" + "ff" * 32, f"05{numbers.x:064x}", "zz"):
        with pytest.raises(ValueError):  # noqa: PT011 - the library's own words
            load_public(wrong, "es256")


def test_a_seed_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match="48"):
        es256_key(bytes(32))


@pytest.mark.parametrize(
    "other", [generate_private_key(SECP384R1()), rsa_key(65537, 2048)], ids=["another curve", "another kind"]
)
def test_a_key_of_another_kind_is_refused(other) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="Ed25519"):
        load_private(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def test_the_notarys_is_of_ed25519() -> None:
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="Ed25519"):
        load_ed25519(pem)


def test_a_key_of_one_type_is_none_of_the_other() -> None:
    for typ, other in (TYPES, TYPES[::-1]):
        public = generate_key(seed(typ), "2026-01-01", typ=typ)[1].publik
        with pytest.raises(ValueError):  # noqa: PT011 - the library's own words
            load_public(public, other)
