"""Where a log's published files are read from: a directory, or an address on the web."""

import asyncio
import ssl
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self
from urllib.parse import urlsplit

import httpx

from samverkanshub.verifier.note import MOST_BYTES
from samverkanshub.verifier.report import Uncheckable

TIMEOUT: Final = httpx.Timeout(20.0, connect=5.0)
"""Seconds."""


class Published(Protocol):
    """A log's files, by their path below its prefix."""

    async def read(self, path: str) -> bytes | None:
        """The file; None where there is none. Raises `Uncheckable` where that cannot be known."""


class Directory:
    """The files of one log in a directory."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self, path: str) -> bytes | None:
        """The file; None where there is none. Raises `Uncheckable` where it cannot be read."""
        return await asyncio.to_thread(self._read, path)

    def _read(self, path: str) -> bytes | None:
        try:
            with (self._path / path).open("rb") as file:
                return _short(file.read(MOST_BYTES + 1), path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Uncheckable(f"`{path}` cannot be read: {error.strerror}") from None


class Web:
    """The files of one log over HTTP; `async with Web(prefix) as log:`. The environment's proxies are not used.

    `tls`: for an address of an authority of its own.
    """

    def __init__(
        self, prefix: str, transport: httpx.AsyncBaseTransport | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self._prefix = prefix.rstrip("/")
        self._http = httpx.AsyncClient(timeout=TIMEOUT, transport=transport, verify=tls or True, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def read(self, path: str) -> bytes | None:
        """The file; None where the log says that there is none. Raises `Uncheckable` for every other answer."""
        try:
            async with self._http.stream("GET", f"{self._prefix}/{path}") as answer:
                if answer.status_code in (404, 410):
                    return None
                if answer.status_code != 200:
                    raise Uncheckable(f"`{self._named(path)}` was answered with {answer.status_code}")
                return await _received(answer, path)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Uncheckable(f"`{self._named(path)}` was not answered ({type(error).__name__})") from None

    def _named(self, path: str) -> str:
        return f"{_shown(self._prefix)}/{path}"


def _shown(url: str) -> str:
    """Scheme, host, port and path alone: a password and a token stand elsewhere in an address.

    Nothing of one that may have been read amiss, since a password with one of `/?#` in it ends the host too early.
    """
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return "..."
    if "@" in parts.path + parts.query + parts.fragment:
        return "..."
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path.rstrip('/')}"


async def _received(answer: httpx.Response, path: str) -> bytes:
    content = b""
    async for part in answer.aiter_bytes():
        content = _short(content + part, path)
    return content


def _short(content: bytes, path: str) -> bytes:
    if len(content) > MOST_BYTES:
        raise Uncheckable(f"`{path}` is larger than any file of a log")
    return content
