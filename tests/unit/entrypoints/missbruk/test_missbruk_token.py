"""API2: a token is believed for the directory's key alone: nothing in its own header says how it is to be checked."""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any, Final

import httpx
import jwt
import pytest
from angripare import A, Dorr
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from hubfakes import FALUN_KEY, MORA_KEY, NOW_S, claims, directory, token

from samverkanshub.codec import keys
from samverkanshub.domain.errors import Unauthenticated
from samverkanshub.entrypoints.http.auth import LEEWAY_S, LONGEST_S, LONGEST_TOKEN, Token, verify

PUBLIC: Final = keys.public_hex(MORA_KEY)
KID: Final = keys.key_id(PUBLIC)
EVIL: Final = keys.private_key(b"\x66" * 32)


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def headed(key: Any = EVIL, alg: str = "EdDSA", **header: Any) -> str:
    """A token with this in its header, by a key of the attacker's unless given."""
    return jwt.encode(claims(), key, algorithm=alg, headers={"kid": KID, **header})


def raw(header: Any, signature: bytes = b"", body: Any = None) -> str:
    """A token written by hand."""
    parts = (json.dumps(header).encode(), json.dumps(claims() if body is None else body).encode())
    return ".".join([*map(b64, parts), b64(signature)])


def signed_raw(header: dict[str, Any], **changed: Any) -> str:
    """A token written by hand with our own key: all that is wrong with it is its header, or the claims changed."""
    start = raw({"alg": "EdDSA", "kid": KID, **header}, body=claims(**changed)).rpartition(".")[0]
    return f"{start}.{b64(MORA_KEY.sign(start.encode()))}"


def checked(text: str, now: int = NOW_S) -> Token:
    return verify(f"Bearer {text}", directory(), now * 1000)


def jwk() -> dict[str, str]:
    """The attacker's own key, as a header may carry one."""
    return {"kty": "OKP", "crv": "Ed25519", "x": b64(bytes.fromhex(keys.public_hex(EVIL))), "kid": KID}


RSA: Final = generate_rsa(65537, 2048)
EC: Final = generate_private_key(SECP256R1())

CONFUSED: Final[dict[str, Callable[[], str]]] = {
    "alg none": lambda: raw({"alg": "none", "kid": KID}),
    "alg None": lambda: raw({"alg": "None", "kid": KID}),
    "alg nOnE with a signature": lambda: raw({"alg": "nOnE", "kid": KID}, b"x" * 64),
    "alg empty": lambda: raw({"alg": "", "kid": KID}),
    "no alg": lambda: raw({"kid": KID}),
    "alg a list": lambda: raw({"alg": ["EdDSA"], "kid": KID}),
    "alg a number": lambda: raw({"alg": 1, "kid": KID}),
    "alg null": lambda: raw({"alg": None, "kid": KID}),
    "alg EdDSA but not signed": lambda: raw({"alg": "EdDSA", "kid": KID}),
    "alg EdDSA, signed with zeros": lambda: raw({"alg": "EdDSA", "kid": KID}, bytes(64)),
    "HS256 with the public key's bytes": lambda: headed(bytes.fromhex(PUBLIC), "HS256"),
    "HS256 with the public key in hex": lambda: headed(PUBLIC.encode(), "HS256"),
    "HS512 with the public key in hex": lambda: headed(PUBLIC.encode(), "HS512"),
    "RS256 of the attacker's": lambda: headed(RSA, "RS256"),
    "PS256 of the attacker's": lambda: headed(RSA, "PS256"),
    "ES256 of the attacker's": lambda: headed(EC, "ES256"),
    "jwk: the key to check with": lambda: headed(jwk=jwk()),
    "jku: where the key is": lambda: headed(jku="https://evil.example/nycklar"),
    "jku: this machine": lambda: headed(jku="file:///etc/passwd"),
    "x5u: where the certificate is": lambda: headed(x5u="http://169.254.169.254/latest"),
    "x5c: the certificate": lambda: headed(x5c=[base64.b64encode(b"certificate").decode()]),
    "crit: something to understand": lambda: signed_raw({"crit": ["exp"]}),
    "crit: something of the attacker's": lambda: signed_raw({"crit": ["evil"], "evil": True}),
    "b64 false": lambda: signed_raw({"b64": False, "crit": ["b64"]}),
    "kid: a path": lambda: headed(kid="../../../../dev/null"),
    "kid: an address": lambda: headed(kid="https://evil.example/key"),
    "kid: SQL": lambda: headed(kid="x' UNION SELECT 'a'--"),
    "kid: a command": lambda: headed(kid="|/bin/true"),
    "kid: a line break": lambda: headed(kid=f"{KID}\r\nx-a: b"),
    "kid: NUL": lambda: headed(kid=f"{KID}\0"),
    "kid: upper case": lambda: headed(MORA_KEY, kid=KID.upper()),
    "kid: a list": lambda: raw({"alg": "EdDSA", "kid": [KID]}, b"x" * 64),
    "kid: very long": lambda: headed(kid="a" * 1_000),
    "kid: another tenant's": lambda: headed(FALUN_KEY, kid=keys.key_id(keys.public_hex(FALUN_KEY))),
    "two headers in one": lambda: raw({"alg": "EdDSA", "kid": KID}) + "." + raw({"alg": "EdDSA", "kid": KID}),
    "no dots": lambda: "eyJhbGciOiJFZERTQSJ9",
    "JSON form of a JWS": lambda: json.dumps({"protected": "", "payload": "", "signatures": []}),
    "an encrypted token": lambda: ".".join(["eyJhbGciOiJkaXIifQ", "", "AAAA", "AAAA", "AAAA"]),
    "a body that is no object": lambda: raw({"alg": "EdDSA", "kid": KID}, bytes(64), body=[1]),
    "very deep": lambda: f"{b64(b'[' * 2_000)}.{b64(b'[' * 900)}.",
    "not ASCII": lambda: "ä.ö.å",
}
"""One way each to make a token be checked otherwise than by the key of the directory."""


@pytest.mark.parametrize("how", CONFUSED)
def test_a_token_is_checked_in_no_other_way_than_by_the_directorys_key(how: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        checked(CONFUSED[how]())
    assert "evil" not in str(refused.value)


def test_the_tokens_that_the_table_is_made_of_would_hold() -> None:
    """It can fail: the same, by our own key and with nothing more, is believed."""
    assert checked(headed(MORA_KEY)).caller.aktor == checked(signed_raw({})).caller.aktor == "mora"
    assert checked(signed_raw({"typ": "JWT"})).caller.aktor == "mora"


def test_a_header_that_says_where_keys_are_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """API7: with our own key it holds, and nothing is asked of anybody: there is nothing to steer."""
    monkeypatch.setattr("socket.socket.connect", _never)
    monkeypatch.setattr("socket.getaddrinfo", _never)
    held = headed(MORA_KEY, jku="https://evil.example/nycklar", x5u="https://evil.example", jwk=jwk())
    assert checked(held).caller.aktor == "mora"


def _never(*_: Any, **__: Any) -> None:
    raise AssertionError("somebody was asked")


TIMES: Final[dict[str, tuple[dict[str, Any], bool]]] = {
    "just within its time": ({"iat": NOW_S - LONGEST_S, "exp": NOW_S}, True),
    "the last second of leeway": ({"iat": NOW_S - 60, "exp": NOW_S - LEEWAY_S + 1}, True),
    "when leeway has ended": ({"iat": NOW_S - 60, "exp": NOW_S - LEEWAY_S}, False),
    "issued as far ahead as clocks may be": ({"iat": NOW_S + LEEWAY_S, "exp": NOW_S + 60}, True),
    "issued a second further ahead": ({"iat": NOW_S + LEEWAY_S + 1, "exp": NOW_S + 60}, False),
    "as long as may be": ({"exp": NOW_S + LONGEST_S}, True),
    "a second longer": ({"exp": NOW_S + LONGEST_S + 1}, False),
    "for ever": ({"exp": 2**40 - 1}, False),
    "more than there is": ({"exp": 2**63}, False),
    "negative": ({"iat": -60, "exp": 0}, False),
    "true": ({"iat": True}, False),
    "not a number": ({"exp": float("nan")}, False),
    "infinite": ({"exp": float("inf")}, False),
    "not before tomorrow": ({"nbf": NOW_S + 86_400}, True),
}
"""`nbf` is none of the hub's claims: what a token begins by is its `iat`."""


@pytest.mark.parametrize("when", TIMES)
def test_a_token_holds_to_the_second(when: str) -> None:
    changed, holds = TIMES[when]
    if holds:
        assert checked(token(**changed)).caller.aktor == "mora"
        return
    with pytest.raises(Unauthenticated):
        checked(token(**changed))


CLAIMS: Final[dict[str, dict[str, Any]]] = {
    "for another hub": {"aud": "samverkanshub.example"},
    "for this hub and another": {"aud": ["samverkanshub", "annan"]},
    "for this hub in a list": {"aud": ["samverkanshub"]},
    "in upper case": {"aud": "SAMVERKANSHUB"},
    "of a list of issuers": {"iss": ["mora"]},
    "of an issuer with a line break": {"iss": "mora\n"},
    "of an issuer with NUL": {"iss": "mora\0falun"},
    "of the hub itself": {"iss": "samverkanshub"},
    "of another tenant": {"iss": "falun"},
    "of a user with a line break": {"sub": "handlaggare.7\r\nx-a: b"},
    "of a user in another script": {"sub": "hаndlaggare.7"},
    "of a user that is a number": {"sub": 7},
    "of a user that is too long": {"sub": "a" * 101},
    "of an id that is a number": {"jti": 1},
    "of an id that is a list": {"jti": ["11111111-1111-4111-8111-111111111111"]},
    "of an id that is too long": {"jti": "1" * 1_000},
}


@pytest.mark.parametrize("what", CLAIMS)
def test_a_claim_is_what_it_is_to_be_or_the_token_is_none(what: str) -> None:
    with pytest.raises(Unauthenticated):
        checked(signed_raw({}, **CLAIMS[what]))


def test_a_token_is_no_longer_than_a_token_is() -> None:
    padded = token(extra="x" * LONGEST_TOKEN)
    with pytest.raises(Unauthenticated):
        checked(padded)
    assert checked(token(extra="x" * 1_000)).caller.aktor == "mora"


SPELLINGS: Final = (
    "11111111-1111-4111-8111-11111111111a",
    "11111111-1111-4111-8111-11111111111A",
    "1111111111114111811111111111111a",
    "{11111111-1111-4111-8111-11111111111a}",
    "urn:uuid:11111111-1111-4111-8111-11111111111a",
)


def test_an_id_written_otherwise_is_the_same_id() -> None:
    """A replay is one however its `jti` is spelled, though whoever signs anew could as well draw another."""
    assert len({checked(token(jti=spelled)).jti for spelled in SPELLINGS}) == 1


def test_what_signs_an_event_signs_no_token_and_the_other_way_round() -> None:
    """One key signs both: what is signed of an event begins with a label that no token can begin with."""
    start = headed(MORA_KEY).rpartition(".")[0]
    assert start.isascii()
    assert "\0" not in start
    event = b"samverkan/signatur/v1\0" + b"{}"
    with pytest.raises(Unauthenticated):
        checked(f"{start}.{b64(MORA_KEY.sign(event))}")


async def test_of_twenty_requests_at_once_with_one_token_one_is_answered(dorr: Dorr) -> None:
    headers = dorr.bearer(A)
    answers = await asyncio.gather(*(dorr.http.get("/inkorg", headers=headers) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19


async def test_a_token_that_was_used_on_one_route_is_used_on_all(dorr: Dorr) -> None:
    headers = dorr.bearer(A)
    answers: list[httpx.Response] = [await dorr.http.get(path, headers=headers) for path in ("/inkorg", "/plikter")]
    assert [answer.status_code for answer in answers] == [200, 401]


async def test_a_token_that_was_refused_for_its_role_is_used_all_the_same(dorr: Dorr) -> None:
    """Whoever saw it on the way cannot try it elsewhere."""
    headers = dorr.bearer(A)
    refused = await dorr.http.post("/granskning/handelser", json={}, headers=headers)
    again = await dorr.http.get("/inkorg", headers=headers)
    assert (refused.status_code, again.status_code) == (403, 401)
