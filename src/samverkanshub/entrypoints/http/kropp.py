"""A request's body while it comes: how much it weighs, for how long it is waited for, and a look at it beforehand."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from litestar.exceptions import HTTPException
from litestar.types import Receive

from samverkanshub.entrypoints.http.publishing import LARGEST_BODY
from samverkanshub.entrypoints.http.trangsel import Plats

PART: Final = 32 * 1024
"""Bytes of body that one place allows for, so that large bodies take several."""
_LARGEST: Final = 1 + LARGEST_BODY // PART


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
