"""The vectors of docs/adr/0001-byte-formats.md, against the code and against a second reading of the page."""

import hmac
import json
import re
from hashlib import sha256
from pathlib import Path
from struct import pack

import pytest
from codec_examples import DECISION, ENVELOPE, EVENT, PERSON, SALT
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from samverkanshub.codec import commitments, digests, keys, sealing, signing
from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.decisions import decode_decision, encode_decision
from samverkanshub.codec.schemas import default_schemas

PAGE = Path(__file__).parents[3] / "docs" / "adr" / "0001-byte-formats.md"
SCHEMAS = default_schemas()
NONCE = bytes(range(12))
TID = 1_780_000_000_000


@pytest.fixture(scope="module")
def vectors() -> dict[str, bytes]:
    block = re.search(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert block is not None
    return {name: bytes.fromhex(text) for name, text in json.loads(block[1]).items()}


def lp(content: bytes) -> bytes:
    return pack(">I", len(content)) + content


def test_salt_and_commitment(vectors: dict[str, bytes]) -> None:
    salt = hmac.new(SALT, b"samverkan/salt/v1\0/behov/0", sha256).digest()
    assert vectors["salt"] == salt == commitments.salt_for(SALT, "/behov/0")
    assert vectors["commitment"] == sha256(salt + '"stöd"'.encode()).digest() == commitments.commitment(salt, "stöd")


def test_sealing(vectors: dict[str, bytes]) -> None:
    salt = vectors["salt"]
    assert vectors["sealed"] == sealing.seal(SALT, EVENT, "/behov/0", PERSON, 1, salt, "stöd", NONCE)
    assert sealing.unseal(SALT, EVENT, "/behov/0", PERSON, 1, vectors["sealed"]) == (salt, "stöd")


def test_signature(vectors: dict[str, bytes]) -> None:
    key = Ed25519PrivateKey.from_private_bytes(SALT)
    label, _, message = vectors["signed"].partition(b"\0")
    assert label == b"samverkan/signatur/v1"
    assert json.dumps(json.loads(message), sort_keys=True, separators=(",", ":")).encode() == message
    assert vectors["signed"] == envelopes.message(ENVELOPE)
    assert vectors["signature"] == key.sign(vectors["signed"]) == signing.sign(key, vectors["signed"])


def test_es256_signature(vectors: dict[str, bytes]) -> None:
    """By the library alone, from the point in the vector, and by ours."""
    public, made = vectors["es256_public"], vectors["es256_signature"]
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    r, s = int.from_bytes(made[:32], "big"), int.from_bytes(made[32:], "big")
    point.verify(encode_dss_signature(r, s), vectors["signed"], ec.ECDSA(SHA256()))
    assert keys.public_hex(keys.es256_key(bytes(range(48)))) == public.hex()
    assert signing.verify(public.hex(), vectors["signed"], made, "es256")
    assert not signing.verify(public.hex(), vectors["signed"] + b" ", made, "es256")


def test_envelope_and_headers(vectors: dict[str, bytes]) -> None:
    assert vectors["envelope"] == envelopes.encode(ENVELOPE, SCHEMAS)
    assert envelopes.decode(vectors["envelope"], SCHEMAS) == ENVELOPE
    assert vectors["header_personer"] == dict(envelopes.headers(ENVELOPE))["personer"]


def test_record_digest(vectors: dict[str, bytes]) -> None:
    person, event = (bytes.fromhex(id_.replace("-", "")) for id_ in (PERSON, EVENT))
    headers = lp(b"personer") + lp(vectors["header_personer"]) + lp(b"handelse") + lp(event)
    place = pack(">iqq", 0, 17, TID)
    whole = b"samverkan/post/v1\0" + place + b"\1" + lp(person) + pack(">I", 2) + headers + lp(vectors["envelope"])
    found = digests.record_digest(0, 17, TID, envelopes.key(ENVELOPE), envelopes.headers(ENVELOPE), vectors["envelope"])
    assert vectors["record_digest"] == sha256(whole).digest() == found


def test_decision_record(vectors: dict[str, bytes]) -> None:
    whole = encode_decision(DECISION, 0, 17, SALT, SCHEMAS)
    assert (vectors["decision"], vectors["decision_digest"]) == (whole.record, whole.digest)
    assert vectors["entry_salt"] == hmac.new(SALT, b"\0", sha256).digest()
    assert vectors["leaf"] == sha256(b"\0" + vectors["entry_salt"] + vectors["entry"]).digest()
    leaves = [post.leaf for post in decode_decision(whole.record).poster]
    assert leaves[0] == vectors["leaf"]
    left = sha256(b"\1" + leaves[0] + leaves[1]).digest()
    assert vectors["decision_digest"] == sha256(b"\1" + left + leaves[2]).digest()
