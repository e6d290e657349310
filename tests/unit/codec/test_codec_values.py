"""Canonical JSON, what can be stored, salts, commitments, sealing, signatures and record digests."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from samverkanshub.codec import commitments, digests, sealing, signing, storable
from samverkanshub.codec.canonical import jcs, sha256
from samverkanshub.domain.errors import Refused, Undecodable

KEY = bytes(32)
SALT = bytes(range(32))
PLACE: dict[str, Any] = {"handelse_id": "e", "vag": "/a", "subject": "p", "key_version": 1}


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_canonical_json_sorts_members_by_utf16_and_escapes_no_more_than_it_must() -> None:
    # From RFC 8785, 3.2.3: U+1F600 sorts before U+FB33, since its first surrogate is lower.
    found = jcs({"\ufb33": 1, "\U0001f600": 2, "é": [True, None, "\n"]})
    assert found == '{"é":[true,null,"\\n"],"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [float("nan"), 2**53, "\ud800", {1: 2}, object(), deep(100_000)])
def test_what_has_no_canonical_form_is_refused_without_being_repeated(value: Any) -> None:
    with pytest.raises(Refused) as caught:
        jcs(value)
    assert caught.value.code == "ej-lagringsbart"
    assert str(caught.value) == "the value has no canonical JSON form"


@pytest.mark.parametrize(
    ("value", "falt"),
    [
        ("a\0b", "/data"),
        (["ok", "\udfff"], "/data/1"),
        ([[2**53]], "/data/0/0"),
        ([-(2**53)], "/data/0"),
        ([float("inf")], "/data/0"),
        ([float("nan")], "/data/0"),
        ({"secret\0": 1}, "/data"),
        ({3: 1}, "/data"),
        ([b"bytes"], "/data/0"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_place(value: Any, falt: str) -> None:
    with pytest.raises(Refused) as caught:
        storable.check(value, "/data")
    assert (caught.value.code, caught.value.falt) == ("ej-lagringsbart", falt)
    assert "secret" not in str(caught.value)


def test_what_is_nested_too_deep_is_refused() -> None:
    storable.check(deep(storable.MAX_DEPTH), "/data")
    with pytest.raises(Refused, match="nested too deep"):
        storable.check(deep(storable.MAX_DEPTH + 1), "/data")


def test_what_can_be_stored_passes() -> None:
    storable.check({"a": [1, -1.5, True, None, "å😀"], "b": (2**53 - 1,)}, "")


def test_salts_differ_by_path_and_by_seed() -> None:
    found = {commitments.salt_for(seed, vag) for seed in (KEY, SALT) for vag in ("/a", "/b")}
    assert len(found) == 4
    assert {len(salt) for salt in found} == {32}


@pytest.mark.parametrize("wrong", [b"", b"x" * 31, b"x" * 33])
def test_a_seed_or_salt_of_another_length_is_a_fault(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitments.salt_for(wrong, "/a")
    with pytest.raises(ValueError, match="32 bytes"):
        commitments.commitment(wrong, "x")
    with pytest.raises(ValueError, match="12 bytes"):
        sealing.seal(KEY, "e", "/a", "p", 1, wrong, "x", nonce=bytes(12))


def test_a_commitment_is_to_the_value_and_not_to_how_it_was_written() -> None:
    one = commitments.commitment(SALT, {"a": 1, "b": 2.0})
    assert one == commitments.commitment(SALT, {"b": 2, "a": 1})
    assert one != commitments.commitment(SALT, {"b": 3, "a": 1})
    assert one != commitments.commitment(KEY, {"b": 2, "a": 1})


def test_what_is_sealed_opens_to_salt_and_value() -> None:
    sealed = sealing.seal(KEY, **PLACE, salt=SALT, value="å", nonce=bytes(12))
    assert sealing.unseal(KEY, **PLACE, sealed=sealed) == (SALT, "å")


@pytest.mark.parametrize(
    "other",
    [{"handelse_id": "f"}, {"vag": "/b"}, {"subject": "q"}, {"key_version": 2}, {"handelse_id": "e/a", "vag": ""}],
)
def test_what_is_sealed_opens_nowhere_else(other: dict[str, Any]) -> None:
    sealed = sealing.seal(KEY, **PLACE, salt=SALT, value="å", nonce=bytes(12))
    with pytest.raises(Undecodable) as caught:
        sealing.unseal(KEY, **{**PLACE, **other}, sealed=sealed)
    assert caught.value.code == "forsegling-bruten"


def test_what_is_sealed_opens_with_no_other_key_and_not_when_a_bit_is_flipped() -> None:
    sealed = sealing.seal(KEY, **PLACE, salt=SALT, value="å", nonce=bytes(12))
    with pytest.raises(Undecodable):
        sealing.unseal(SALT, **PLACE, sealed=sealed)
    for at in range(len(sealed)):
        flipped = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(Undecodable):
            sealing.unseal(KEY, **PLACE, sealed=flipped)


@pytest.mark.parametrize("length", [0, 11, 12, 28, 59])
def test_what_is_too_short_to_be_sealed_does_not_open(length: int) -> None:
    with pytest.raises(Undecodable):
        sealing.unseal(KEY, **PLACE, sealed=bytes(length))


MESSAGE: dict[str, Any] = {
    "id": "i",
    "typ": "sip_kallelse",
    "version": 1,
    "lasargrupp": "g",
    "anvandare": "u",
    "koder": {"b": 1, "a": 2},
    "personer": [("utsatt", b"\1" * 32)],
    "uppgifter": [("/b", "behov", "utsatt", b"\2" * 32, ""), ("/a", "halsa", "", b"\3" * 32, "ref")],
}


def test_a_signature_holds_for_its_message_and_key_alone() -> None:
    key, other = Ed25519PrivateKey.from_private_bytes(KEY), Ed25519PrivateKey.from_private_bytes(SALT)
    message = signing.signed_bytes(**MESSAGE)
    signature = signing.sign(key, message)
    public = key.public_key().public_bytes_raw().hex()
    assert signing.verify(public, message, signature)
    assert not signing.verify(public, message + b" ", signature)
    assert not signing.verify(public, message, signature[:-1])
    assert not signing.verify(other.public_key().public_bytes_raw().hex(), message, signature)
    assert not signing.verify("no hex", message, signature)
    assert not signing.verify("ab", message, signature)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "j"},
        {"typ": "avvikelse"},
        {"version": 2},
        {"lasargrupp": "h"},
        {"anvandare": "v"},
        {"koder": {}},
        {"personer": []},
        {"personer": [("barn", b"\1" * 32)]},
        {"uppgifter": []},
        *(
            {"uppgifter": [("/b", "behov", "utsatt", b"\2" * 32, ""), other]}
            for other in (
                ("/c", "halsa", "", b"\3" * 32, "ref"),
                ("/a", "risk", "", b"\3" * 32, "ref"),
                ("/a", "halsa", "utsatt", b"\3" * 32, "ref"),
                ("/a", "halsa", "", b"\4" * 32, "ref"),
                ("/a", "halsa", "", b"\3" * 32, "other"),
                ("/a", "halsa", "", b"\3" * 32, "ref", "utsatt"),
            )
        ),
    ],
)
def test_everything_named_is_signed(change: dict[str, Any]) -> None:
    assert signing.signed_bytes(**{**MESSAGE, **change}) != signing.signed_bytes(**MESSAGE)


def test_the_order_of_members_and_of_uppgifter_is_not_signed() -> None:
    turned = {**MESSAGE, "koder": {"a": 2, "b": 1}, "uppgifter": MESSAGE["uppgifter"][::-1]}
    assert signing.signed_bytes(**turned) == signing.signed_bytes(**MESSAGE)


def test_an_uppgift_without_reference_may_leave_it_out() -> None:
    bare = {**MESSAGE, "uppgifter": [("/b", "behov", "utsatt", b"\2" * 32)]}
    full = {**MESSAGE, "uppgifter": [("/b", "behov", "utsatt", b"\2" * 32, "")]}
    assert signing.signed_bytes(**bare) == signing.signed_bytes(**full)


RECORD: tuple[Any, ...] = (0, 7, 1_780_000_000_000, b"key", (("h", b"1"), ("i", b"")), b"value")


@pytest.mark.parametrize(
    ("at", "other"),
    [
        (0, 1),
        (1, 8),
        (2, 0),
        (3, None),
        (3, b""),
        (4, ()),
        (4, (("i", b""), ("h", b"1"))),
        (4, (("h1", b""), ("i", b""))),
        (5, b"valu"),
    ],
)
def test_the_digest_of_a_record_covers_every_part_of_it(at: int, other: Any) -> None:
    changed = (*RECORD[:at], other, *RECORD[at + 1 :])
    assert digests.record_digest(*changed) != digests.record_digest(*RECORD)


def test_sha256_is_sha256() -> None:
    assert sha256(b"").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_case_of_the_id_is_not_signed_since_the_hub_writes_uuids_in_lower_case() -> None:
    assert signing.signed_bytes(**{**MESSAGE, "id": "A"}) == signing.signed_bytes(**{**MESSAGE, "id": "a"})
