"""Canonical JSON (RFC 8785): the one sequence of bytes that commitments, signatures and codes are made of."""

import hashlib
from typing import Any

import rfc8785

from samverkanshub.domain.errors import Refused


def jcs(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value; raises `Refused` (`ej-lagringsbart`) for what has none, without repeating it."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError, AttributeError):
        # The library's messages repeat the value.
        raise Refused("the value has no canonical JSON form", code="ej-lagringsbart") from None


def sha256(content: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(content).digest()
