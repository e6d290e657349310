"""An event sealed to the hub, as an actor's system writes it to its own topic: JWE in compact form (RFC 7516). Pure.

ECDH-ES+A256KW on P-256 with A256GCM (RFC 7518) and nothing else. The header says whose it is (`iss`, RFC 7519 5.3) and
which of the hub's keys it is sealed to (`kid`, an RFC 7638 thumbprint): one that is copied to another's topic is not
opened there.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

import msgspec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol
from joserfc.registry import HeaderParameter

from samverkanshub.codec.cloudevents import LARGEST
from samverkanshub.domain.errors import Refused

ALG: Final = "ECDH-ES+A256KW"
ENC: Final = "A256GCM"
CURVE: Final = "P-256"
TYP: Final = "samverkan-in+jwe"
ROOM: Final = 1024
"""Bytes around the event: its user, and JSON's own."""
LARGEST_SEALED: Final = 2 * LARGEST
"""Bytes of a sealed event; base64url makes a third more of it."""
_HEADER: Final = frozenset({"alg", "enc", "typ", "kid", "iss", "epk"})


class Inlamnat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sealed: who sends, as a token would say, and the event just as it would be sent over HTTP."""

    anvandare: str
    handelse: msgspec.Raw


class _Registry(jwe.JWERegistry):
    """The library's, for events of any size that intake takes."""

    max_ciphertext_length = LARGEST_SEALED


_REGISTRY: Final = _Registry(
    header_registry={"iss": HeaderParameter("Issuer", "str", required=True)}, algorithms=[ALG, ENC]
)


def seal(anvandare: str, event: bytes, aktor: str, key: ECKey) -> bytes:
    """The event sealed to the holder of this public key, by a key of its own that is drawn for it."""
    header = {"alg": ALG, "enc": ENC, "typ": TYP, "kid": key.thumbprint(), "iss": aktor}
    plain = msgspec.json.encode(Inlamnat(anvandare, msgspec.Raw(event)))
    return jwe.encrypt_compact(header, plain, key, registry=_REGISTRY).encode()


def unseal(sealed: bytes, aktor: str, keys: Mapping[str, ECKey]) -> Inlamnat:
    """What was sealed. Raises `Refused`: `fel-forsegling`, `okand-intagsnyckel`, `for-stor`, or `ej-json`."""
    if len(sealed) > LARGEST_SEALED:
        raise Refused(f"the record is larger than {LARGEST_SEALED} bytes", code="for-stor")
    try:
        found = jwe.decrypt_compact(sealed, partial(_key, aktor, keys), registry=_REGISTRY)
    except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise _unsealed() from None
    plain = found.plaintext or b""
    if len(plain) > LARGEST + ROOM:
        raise Refused(f"the event is larger than {LARGEST} bytes", code="for-stor")
    try:
        return msgspec.json.decode(plain, type=Inlamnat)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("what is sealed is not JSON with `anvandare` and `handelse`", code="ej-json") from None


def _key(aktor: str, keys: Mapping[str, ECKey], sealed: GuestProtocol) -> ECKey:
    """The key that its header names. Nothing of it is decrypted where it is another actor's, or otherwise sealed."""
    header = sealed.headers()
    told = header.get("alg"), header.get("enc"), header.get("typ"), header.get("iss")
    if told != (ALG, ENC, TYP, aktor) or not header.keys() <= _HEADER:
        raise _unsealed()
    found = keys.get(str(header.get("kid")))
    if found is None:
        raise Refused("the record is sealed to a key that the hub does not have", code="okand-intagsnyckel")
    return found


def _unsealed() -> Refused:
    return Refused(f"the record is no JWE in compact form, {ALG} and {ENC}, of this actor's", code="fel-forsegling")
