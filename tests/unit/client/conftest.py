"""The hub of fakes that the HTTP tests use, and clients in front of it."""

import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

sys.path.append(str(Path(__file__).parents[1] / "entrypoints" / "http"))

from hubfakes import MORA_KEY, NOW_S, Fake

from samverkanshub.client import Client, Options, Retry
from samverkanshub.entrypoints.http.app import create_app


@pytest.fixture
def fake() -> Fake:
    return Fake()


class Line(httpx.AsyncBaseTransport):
    """A line to the hub: `breaks` are errors or answers that come in place of the hub's, first to last."""

    def __init__(self, hub: Fake) -> None:
        self.inner = httpx.ASGITransport(create_app(hub), raise_app_exceptions=False)
        self.breaks: list[Exception | httpx.Response] = []
        self.after: list[Exception] = []
        self.sent: list[tuple[str, str, bytes, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body, token = await request.aread(), request.headers.get("authorization", "")
        self.sent.append((request.method, request.url.path, body, token))
        if self.breaks:
            return self._broken(self.breaks.pop(0))
        response = await self.inner.handle_async_request(request)
        if self.after:
            raise self.after.pop(0)
        return response

    def _broken(self, instead: Exception | httpx.Response) -> httpx.Response:
        if isinstance(instead, Exception):
            raise instead
        return instead


@pytest.fixture
def line(fake: Fake) -> Line:
    return Line(fake)


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
async def client(line: Line, waited: list[float]) -> AsyncIterator[Client]:
    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    options = Options(
        retry=Retry(attempts=4, jitter=lambda: 1.0), transport=line, now_s=lambda: float(NOW_S), sleep=sleep
    )
    async with Client("http://hub", "mora", "mora.vinr.utsatt", "handlaggare.7", MORA_KEY, options=options) as made:
        yield made


@pytest.fixture
def answered() -> Callable[[int, bytes, dict[str, str]], httpx.Response]:
    def make(status: int, content: bytes, headers: dict[str, str]) -> httpx.Response:
        return httpx.Response(status, content=content, headers=headers)

    return make
