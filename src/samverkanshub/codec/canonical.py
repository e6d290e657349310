"""Canonical JSON (RFC 8785): the one sequence of bytes that commitments, signatures and codes are made of."""

import hashlib
from typing import Any, Final

import msgspec
import rfc8785

from samverkanshub.domain.errors import Refused

_PLAIN: Final = msgspec.json.Encoder(order="sorted")


def jcs(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value; raises `Refused` (`ej-lagringsbart`) for what has none, without repeating it."""
    try:
        if _is_plain(value):
            return _PLAIN.encode(value)
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError, AttributeError):
        # The library's messages repeat the value.
        raise Refused("the value has no canonical JSON form", code="ej-lagringsbart") from None


def _is_plain(value: Any) -> bool:
    """Nothing but objects with ASCII names, arrays, text, true, false and null: then member names sort alike by bytes
    and by UTF-16, no number has a form to choose, and msgspec writes what the RFC asks, forty times as fast."""
    kind = type(value)
    if kind is str:
        return bool(value.isascii())
    if kind is dict:
        return all(type(name) is str and name.isascii() and _is_plain(member) for name, member in value.items())
    if kind is list:
        return all(map(_is_plain, value))
    return value is None or kind is bool


def sha256(content: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(content).digest()
