"""What is known of a published event when it must be answered without a judgement: whom to telephone (B1).

The number is for the municipality the sender named, else the county's. It is given with every error of
`POST /handelser`, and of `POST /bedomning`, unless the body plainly is an event of another type than orosanmalan.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

from litestar import Request
from litestar.types import Receive, Scope

from samverkanshub.pipeline.ringa import number_in
from samverkanshub.ports import Ring

PATH: Final = "/handelser"
ASSESS_PATH: Final = "/bedomning"
LARGEST_BODY: Final = 256 * 1024
"""Bytes; enforced while reading."""
_READ_S: Final = 5.0
_READING: Final = 32
"""How many refused requests are read at once: they hold no place, and anybody may send them."""
KEEPS: Final = "behaller"
"""The `opt` key of a page whose form is written for long: an error page gives back what was sent."""
_STATE: Final = "samverkan.handelse"


def has_event(scope: Scope) -> bool:
    """Is this request somebody publishing an event, or asking what would become of one?"""
    return scope.get("method") == "POST" and scope["path"].rstrip("/") in (PATH, ASSESS_PATH)


def keep_body(scope: Scope, body: bytes) -> None:
    """Keep the body for as long as the request lasts, so that an error can name the right telephone."""
    scope.setdefault("state", {})[_STATE] = body


class _Reading:
    """How many are being read."""

    now = 0


async def remember_body(scope: Scope, receive: Receive) -> None:
    """Read the body of an event that is refused before anybody read it. Never fails; gives up after five seconds.

    A page's form is read where the page gives it back. Where many are being read it is left unread: the county's
    telephone is given then.
    """
    wanted = has_event(scope) or (scope.get("method") == "POST" and scope["route_handler"].opt.get(KEEPS))
    if not wanted or _STATE in scope.get("state", {}) or _Reading.now >= _READING:
        return
    _Reading.now += 1
    try:
        await read_body(scope, receive, _READ_S)
    finally:
        _Reading.now -= 1


async def read_body(scope: Scope, receive: Receive, within_s: float) -> bytes | None:
    """The body, kept for the request; None where it did not come in time, or is too long."""
    with suppress(Exception):
        async with asyncio.timeout(within_s):
            body = await Request[Any, Any, Any](scope, receive).body()
            keep_body(scope, body)
            return body
    return None


def ring_for(scope: Scope, ring: Ring) -> str:
    """The number to give with an error, empty where none applies."""
    if not has_event(scope):
        return ""
    return number_in(scope.get("state", {}).get(_STATE, b""), ring)
