"""API8: on the wire a request is one thing to everybody on its way: what two could read as two different is refused.

Two lengths, a length beside a transfer encoding, a broken header (RFC 9112): who stands before the hub and the hub
itself would not agree where the next request begins, and one caller's could be read as another's.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from hubfakes import Fake, bearer
from test_http_socket import port, serving

SECOND: Final = b"GET /inkorg HTTP/1.1\r\nhost: hub\r\n\r\n"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Fake, int]]:
    hub = Fake()
    async with serving(hub, tmp_path) as server:
        yield hub, port(server)


def head(line: str, *headers: str) -> bytes:
    who = f"authorization: {bearer()['authorization']}"
    return "\r\n".join([line, "host: hub", who, "content-type: application/json", *headers, "", ""]).encode("latin-1")


POST: Final = "POST /handelser HTTP/1.1"
AMBIGUOUS: Final = {
    "two lengths": ("content-length: 2", "content-length: 40"),
    "two lengths in one": ("content-length: 2, 40",),
    "a length that is signed": ("content-length: +2",),
    "a length that is negative": ("content-length: -2",),
    "a length that is no number": ("content-length: 2x",),
    "a length in hex": ("content-length: 0x2",),
    "an encoding that is not chunked": ("transfer-encoding: gzip",),
    "an encoding that is not chunked last": ("transfer-encoding: chunked, identity",),
    "two encodings": ("transfer-encoding: chunked", "transfer-encoding: chunked"),
    "an encoding with a tab before it": ("transfer-encoding:\tx-chunked",),
    "a space before the colon": ("content-length : 2",),
    "a header without a name": (": x",),
    "a header without a colon": ("content-length 2",),
    "NUL in a header": ("x-a: b\0c",),
    "a line break in a header": ("x-a: b\rcontent-length: 2",),
    "letters that are none in a name": ("content-lengthé: 2",),
}


async def answered(to: int, sent: bytes) -> bytes:
    """All that comes back until the connection ends, or nothing more comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", to)
    writer.write(sent)
    came = b""
    try:
        async with asyncio.timeout(5):
            while some := await reader.read(65536):
                came += some
                if came.count(b"HTTP/1.1") > 1 or b"connection: close" not in came.lower():
                    break
    except (TimeoutError, ConnectionResetError):
        pass
    writer.close()
    return came


@pytest.mark.parametrize("how", AMBIGUOUS)
async def test_what_could_be_read_in_two_ways_is_refused_and_what_follows_is_not_read(
    how: str, served: tuple[Fake, int]
) -> None:
    hub, to = served
    came = await answered(to, head(POST, *AMBIGUOUS[how]) + b"{}" + SECOND)
    assert came.startswith(b"HTTP/1.1 400 ") or came.startswith(b"HTTP/1.1 501 "), came[:200]
    assert came.count(b"HTTP/1.1 ") == 1
    assert not hub.calls("publish")
    assert not hub.calls("inbox")


async def test_a_transfer_encoding_goes_before_a_length_and_the_connection_ends_then(served: tuple[Fake, int]) -> None:
    """RFC 9112 6.1: either refused, or read as chunked alone, with nothing of it left for another request."""
    hub, to = served
    body = b"2\r\n{}\r\n0\r\n\r\n"
    came = await answered(to, head(POST, "content-length: 2", "transfer-encoding: chunked") + body + SECOND)
    assert came.startswith((b"HTTP/1.1 201 ", b"HTTP/1.1 400 "))
    assert [bytes(sent) for _, sent in hub.calls("publish")] in ([], [b"{}"])
    assert not hub.calls("inbox"), "what follows is not asked with the first one's token"


async def test_what_is_plain_is_answered(served: tuple[Fake, int]) -> None:
    """It can fail."""
    hub, to = served
    came = await answered(to, head(POST, "content-length: 2") + b"{}")
    assert came.startswith(b"HTTP/1.1 201 ")
    assert len(hub.calls("publish")) == 1


async def test_a_head_that_is_too_long_is_refused(served: tuple[Fake, int]) -> None:
    """In one piece the server itself would take it."""
    hub, to = served
    for line in ("GET /inkorg HTTP/1.1", f"GET /inkorg?markor={'x' * 17_000} HTTP/1.1", "GET /webb/logga-in HTTP/1.1"):
        came = await answered(to, head(line, *([] if "?" in line else ["x-a: " + "x" * 17_000])))
        assert came.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 ")), came[:100]
    assert not hub.calls("inbox")
    came = await answered(to, head(POST, "content-length: 2", "x-a: " + "x" * 17_000) + b"{}")
    assert b'"ring":"0243-70000"' in came or came.startswith(b"HTTP/1.1 400 "), "B1: it may be a report"
    assert (await answered(to, head("GET /inkorg HTTP/1.1", "x-a: " + "x" * 12_000))).startswith(b"HTTP/1.1 200 ")
