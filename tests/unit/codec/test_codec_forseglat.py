"""Events sealed to the hub: what is opened is what was sealed, for the topic's actor and by the hub alone."""

import base64
import json
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, OctKey, RSAKey

from samverkanshub.codec.cloudevents import LARGEST
from samverkanshub.codec.forseglat import ALG, ENC, LARGEST_SEALED, TYP, seal, unseal
from samverkanshub.domain.errors import Refused

KEY = ECKey.generate_key("P-256", private=True)
OTHER = ECKey.generate_key("P-256", private=True)
KEYS = {KEY.thumbprint(): KEY, OTHER.thumbprint(): OTHER}
EVENT = b'{"id": "x", "data": {"text": "h\xc3\xb6st"}}'
PLAIN = b'{"anvandare":"u-1","handelse":{}}'


def code(sealed: bytes, aktor: str = "mora", keys: dict[str, ECKey] = KEYS) -> str:
    with pytest.raises(Refused) as refused:
        unseal(sealed, aktor, keys)
    return refused.value.code


def made(plain: bytes = PLAIN, key: Any = KEY, alg: str = ALG, enc: str = ENC, **header: Any) -> bytes:
    given = {"alg": alg, "enc": enc, "typ": TYP, "kid": KEY.thumbprint(), "iss": "mora", **header}
    registry = jwe.JWERegistry(strict_check_header=False, algorithms=[alg, enc, "DEF"])
    return jwe.encrypt_compact(given, plain, key, registry=registry).encode()


@pytest.mark.parametrize("key", [KEY, OTHER])
def test_what_is_opened_is_what_was_sealed_byte_for_byte(key: ECKey) -> None:
    sealed = seal("u-1", EVENT, "mora", ECKey.import_key(key.as_dict(private=False)))
    opened = unseal(sealed, "mora", KEYS)
    assert (opened.anvandare, bytes(opened.handelse)) == ("u-1", EVENT)
    assert "höst".encode() not in sealed
    assert sealed != seal("u-1", EVENT, "mora", key)


def test_the_largest_event_that_intake_takes_fits_and_a_larger_does_not() -> None:
    largest = json.dumps({"x": "y" * (LARGEST - 10)}).encode()
    assert bytes(unseal(seal("u-1", largest, "mora", KEY), "mora", KEYS).handelse) == largest
    assert code(seal("u-1", b'"' + bytes(b"y" * (LARGEST + 2000)) + b'"', "mora", KEY)) == "for-stor"
    assert code(b"x" * (LARGEST_SEALED + 1)) == "for-stor"


def test_one_that_was_copied_to_anothers_topic_is_not_opened_there() -> None:
    assert code(seal("u-1", EVENT, "mora", KEY), aktor="falun") == "fel-forsegling"


def test_a_key_that_the_hub_does_not_have_is_told_of() -> None:
    assert code(seal("u-1", EVENT, "mora", KEY), keys={OTHER.thumbprint(): OTHER}) == "okand-intagsnyckel"


@pytest.mark.parametrize("part", range(5))
def test_whatever_is_changed_it_is_not_opened(part: int) -> None:
    parts = seal("u-1", EVENT, "mora", KEY).split(b".")
    first = parts[part][:1]
    parts[part] = (b"A" if first != b"A" else b"B") + parts[part][1:]
    assert code(b".".join(parts)) in {"fel-forsegling", "okand-intagsnyckel"}


@pytest.mark.parametrize(
    "header",
    [{"typ": "JWT"}, {"iss": "falun"}, {"iss": None}, {"zip": "DEF"}, {"jku": "https://hub.example/"}],
)
def test_no_other_header_is_taken(header: dict[str, Any]) -> None:
    assert code(made(**header)) == "fel-forsegling"


@pytest.mark.parametrize(
    ("key", "alg", "enc"),
    [
        (KEY, "ECDH-ES", "A256GCM"),
        (KEY, "ECDH-ES+A128KW", "A128GCM"),
        (KEY, ALG, "A128CBC-HS256"),
        (OctKey.generate_key(256), "dir", "A256GCM"),
        (RSAKey.generate_key(2048), "RSA-OAEP", "A256GCM"),
    ],
)
def test_no_other_algorithm_is_taken(key: Any, alg: str, enc: str) -> None:
    assert code(made(key=key, alg=alg, enc=enc)) == "fel-forsegling"


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    sealed = made()
    head = json.loads(base64.urlsafe_b64decode(sealed.split(b".")[0] + b"=="))
    head["epk"]["y"] = head["epk"]["x"]
    forged = base64.urlsafe_b64encode(json.dumps(head).encode()).rstrip(b"=")
    assert code(b".".join([forged, *sealed.split(b".")[1:]])) == "fel-forsegling"


@pytest.mark.parametrize("given", [b"", b"....", b"a.b.c", b"{}", b"\xff.\xff.\xff.\xff.\xff", b"e30.a.b.c.d"])
def test_what_is_no_jwe_is_refused(given: bytes) -> None:
    assert code(given) == "fel-forsegling"


@pytest.mark.parametrize(
    "plain", [b"", b"x", b"[]", b'{"anvandare":1,"handelse":{}}', b'{"handelse":{}}', PLAIN[:-1] + b',"x":1}']
)
def test_what_is_sealed_has_one_form(plain: bytes) -> None:
    assert code(made(plain)) == "ej-json"
