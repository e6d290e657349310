"""Checkpoints as the notary writes them, held against the specification's own example and the cryptography library."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from samverkanshub.codec import checkpoint
from samverkanshub.codec.keys import public_hex
from samverkanshub.domain.tlog import NOTHING, Head

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = bytes.fromhex(public_hex(KEY))
HEAD = Head(20_852_163, b"\7" * 32)
ORIGIN = "hub.example/omrade/0"


def test_a_verifier_key_is_written_as_the_specifications_example() -> None:
    given = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    public = b64decode(given.rsplit("+", 1)[1])[1:]
    assert checkpoint.verifier_key("example.com/foo", public) == given


def test_the_signature_is_over_the_body_alone() -> None:
    note = checkpoint.signed(ORIGIN, HEAD, PUBLIC, KEY.sign).decode()
    body, line = note.split("\n\n")
    assert (body + "\n").encode() == checkpoint.body(ORIGIN, HEAD)
    dash, name, signature = line.removesuffix("\n").split(" ")
    assert (dash, name) == ("—", ORIGIN)
    raw = b64decode(signature)
    assert raw[:4] == checkpoint.key_id(ORIGIN, PUBLIC)
    Ed25519PublicKey.from_public_bytes(PUBLIC).verify(raw[4:], (body + "\n").encode())


def test_the_body_says_origin_size_and_root() -> None:
    assert checkpoint.body(ORIGIN, NOTHING).decode().splitlines() == [
        ORIGIN,
        "0",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ]


def test_its_own_size_can_be_read_again() -> None:
    assert checkpoint.size_of(checkpoint.signed(ORIGIN, HEAD, PUBLIC, KEY.sign)) == HEAD.size
    assert checkpoint.size_of(b"") == 0


def test_a_leaf_is_the_two_digests() -> None:
    assert checkpoint.leaf(b"a" * 32, b"b" * 32) == b"a" * 32 + b"b" * 32


@pytest.mark.parametrize(("record", "decision"), [(31, 32), (32, 31), (31, 33)])
def test_a_digest_of_another_length_makes_no_leaf(record: int, decision: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        checkpoint.leaf(b"a" * record, b"b" * decision)


def test_entries_are_bundled_each_after_its_length() -> None:
    assert checkpoint.bundle([b"ab", b"", b"c" * 300]) == b"\0\2ab" + b"\0\0" + b"\1\x2c" + b"c" * 300


def test_an_omrade_has_a_log_of_its_own() -> None:
    assert checkpoint.origin("hub.example", 3) == "hub.example/omrade/3"
