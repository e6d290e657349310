"""A request's body while it comes: how much it weighs, for how long it is waited for, and a look at it beforehand."""

import asyncio
import re
from collections.abc import Iterable
from typing import Any, Final

from litestar import Request
from litestar.exceptions import HTTPException
from litestar.types import Receive, Scope

from samverkanshub.entrypoints.http.publishing import LARGEST_BODY
from samverkanshub.entrypoints.http.trangsel import Plats

LARGEST_HEAD: Final = 16 * 1024
"""Bytes of a request's head; a token has at most 4,096. What comes in one piece the server itself takes whole."""
PART: Final = 32 * 1024
"""Bytes of body that one place allows for, so that large bodies take several."""
_CONTROL: Final = re.compile("[\0-\x1f\x7f]")
_LARGEST: Final = 1 + LARGEST_BODY // PART


def require_head(scope: Scope) -> None:
    """Refuse (431) a head longer than `LARGEST_HEAD`, and (404) an address with control characters.

    Among files the system cannot read such a name, and says so with an error.
    """
    line = len(scope.get("raw_path", b"")) + len(scope["query_string"])
    if line + sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEAD:
        raise HTTPException(status_code=431)
    if _CONTROL.search(scope["path"]):
        raise HTTPException(status_code=404)


def tyngd(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """How many places a request takes by the length it gives; one that gives none may be as long as any.

    A transfer encoding goes before a length wherever they stand, as it does for who reads the body.
    """
    given = dict(headers)
    length = given.get(b"content-length", b"0")
    if b"transfer-encoding" in given or not length.isdigit():
        return _LARGEST
    return _of_length(int(length))


def _of_length(length: int) -> int:
    return min(_LARGEST, 1 + length // PART)


def timely(receive: Receive, tid_s: float) -> Receive:
    """The same, but a body that is not here in time is refused with 408."""
    deadline, read = asyncio.get_running_loop().time() + tid_s, False

    async def received() -> Any:
        nonlocal read
        if read:
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise HTTPException(status_code=408) from None
        read = not _goes_on(message)
        return message

    return received


def weighed(receive: Receive, plats: Plats) -> Receive:
    """The same, but once the body is here its place is as large as it is, whatever was said of it."""
    length, read = 0, False

    async def received() -> Any:
        nonlocal length, read
        message: Any = await receive()
        length += len(message.get("body", b""))
        if not read and not _goes_on(message):
            read = True
            plats.weigh(_of_length(length))
        return message

    return received


def _goes_on(message: Any) -> bool:
    return message["type"] == "http.request" and bool(message.get("more_body", False))


class Asked(Request[Any, Any, Any]):
    """A request whose body is its sender's fault also where it is nested too deep to be read, or is no UTF-8."""

    async def json(self) -> Any:
        """The body's JSON; raises `HTTPException` (400)."""
        try:
            return await super().json()
        except (RecursionError, UnicodeDecodeError):
            raise HTTPException(status_code=400) from None


class Again:
    """What a request sends, for each reader from its beginning: who looks at it takes nothing from the next."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._came: list[Any] = []

    def reader(self) -> Receive:
        """One that reads all of it. Only one at a time may wait for more."""
        count = 0

        async def received() -> Any:
            nonlocal count
            if count == len(self._came):
                self._came.append(await self._receive())
            count += 1
            return self._came[count - 1]

        return received
