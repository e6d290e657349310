"""Tokens of both types of key: the key's own type decides the algorithm, whatever the token says of it."""

import base64
import json
from dataclasses import replace
from typing import Any

import jwt
import pytest
from hubfakes import MORA_KEY, NOW_S, claims, directory

from samverkanshub.client.tokens import Identity, token
from samverkanshub.codec import keys
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.errors import Unauthenticated
from samverkanshub.entrypoints.http.auth import verify

ES_KEY = keys.es256_key(b"e" * 48)
OTHER = keys.es256_key(b"f" * 48)
ES, ED = keys.nyckel(ES_KEY, "2026-01-01"), keys.nyckel(MORA_KEY, "2026-01-01")


def katalog(*mora: Any) -> Katalog:
    """The directory, where Mora has these keys, or one of each type."""
    return replace(directory(), nycklar={"mora": mora or (ED, ES)})


def asks(raw: str, found: Katalog | None = None) -> str:
    """The user of a token, once it is believed."""
    return verify(f"Bearer {raw}", found or katalog(), NOW_S * 1000).caller.anvandare


@pytest.mark.parametrize(("key", "alg"), [(MORA_KEY, "EdDSA"), (ES_KEY, "ES256")])
def test_the_client_signs_with_either_key(key: keys.PrivateKey, alg: str) -> None:
    who = Identity("mora", "mora.vinr.utsatt", "handlaggare.7", keys.key_id(keys.public_hex(key)), key)
    raw = token(who, NOW_S)
    assert jwt.get_unverified_header(raw)["alg"] == alg
    assert asks(raw) == "handlaggare.7"


def signed(key: Any, alg: str, kid: str) -> str:
    return jwt.encode(claims(), key, algorithm=alg, headers={"kid": kid})


def relabelled(raw: str, **header: str) -> str:
    """A token whose header says something else."""
    first, rest = raw.split(".", 1)
    found = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4))) | header
    return f"{base64.urlsafe_b64encode(json.dumps(found).encode()).rstrip(b'=').decode()}.{rest}"


CONFUSED = {
    "a key of the other type under this id": signed(ES_KEY, "ES256", ED.id),
    "and the other way": signed(MORA_KEY, "EdDSA", ES.id),
    "the other algorithm named": relabelled(signed(ES_KEY, "ES256", ES.id), alg="EdDSA"),
    "the other algorithm named, and the other way": relabelled(signed(MORA_KEY, "EdDSA", ED.id), alg="ES256"),
    "another curve's algorithm": relabelled(signed(ES_KEY, "ES256", ES.id), alg="ES384"),
    "no algorithm": relabelled(signed(ES_KEY, "ES256", ES.id), alg="none"),
    "the public key as a secret": signed(bytes.fromhex(ES.publik), "HS256", ES.id),
    "another key of the same type": signed(OTHER, "ES256", ES.id),
}


@pytest.mark.parametrize("raw", CONFUSED.values(), ids=CONFUSED)
def test_no_token_chooses_its_own_algorithm(raw: str) -> None:
    with pytest.raises(Unauthenticated):
        asks(raw)


def test_es256_in_the_librarys_own_form_is_none() -> None:
    """RFC 7518, 3.4: 64 bytes, and not DER."""
    body, _, made = signed(ES_KEY, "ES256", ES.id).rpartition(".")
    raw = base64.urlsafe_b64decode(made + "==")
    for wrong in (b"\x30\x44\x02\x20" + raw[:32] + b"\x02\x20" + raw[32:], raw + b"\0", raw[:-1], b""):
        with pytest.raises(Unauthenticated):
            asks(f"{body}.{base64.urlsafe_b64encode(wrong).rstrip(b'=').decode()}")


@pytest.mark.parametrize(("key", "mine", "other"), [(MORA_KEY, ED, ES), (ES_KEY, ES, ED)])
def test_a_revoked_key_asks_for_nothing_from_then_on(key: Any, mine: Any, other: Any) -> None:
    raw = signed(key, keys.JWS[mine.typ], mine.id)
    assert asks(raw) == "handlaggare.7"
    with pytest.raises(Unauthenticated):
        asks(raw, katalog(replace(mine, aterkallad=True), other))
    with pytest.raises(Unauthenticated):
        asks(raw, katalog(other))
