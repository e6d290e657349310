"""What a client notes of each request that it sends: a line a request, so that the checker can hold the hub to it."""

import json
from pathlib import Path
from time import time_ns
from typing import Any

import httpx

from samverkanshub.client.tokens import Identity

_ACTS = {"oppna": "oppning", "kvittens": "kvittens", "utfall": "utfall", "inkorg": "inkorg"}


def now_ms() -> int:
    """By the clock of the machine, which no fault moves."""
    return time_ns() // 1_000_000


class Noter(httpx.AsyncBaseTransport):
    """Sends as httpx does, and writes each request with its answer to `file` (JSON lines)."""

    def __init__(self, file: Path, aktor: str, lasargrupp: str, anvandare: str) -> None:
        self._inner = httpx.AsyncHTTPTransport(retries=0)
        self._file = file.open("a", encoding="utf-8")
        self._who = {"aktor": aktor, "lasargrupp": lasargrupp, "anvandare": anvandare}
        self._nr = 0
        self.statuses: list[tuple[str, int]] = []
        """Method and path without ids, and status, of every answer."""

    @classmethod
    def of(cls, file: Path, identity: Identity) -> "Noter":
        """The notes of whom an identity is."""
        return cls(file, identity.aktor, identity.lasargrupp, identity.anvandare)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one, and note it, whatever comes of it."""
        self._nr += 1
        line = {"nr": self._nr, "sant_ms": now_ms(), "svar_ms": None, **_asked(request), **self._who}
        line |= {"status": None, "svar": None, "fel": None}
        try:
            response = await self._inner.handle_async_request(request)
            content = await response.aread()
            line |= {"status": response.status_code, "svar": _json(content)}
            self.statuses.append((f"{request.method} {line['typ']}", response.status_code))
            return httpx.Response(response.status_code, headers=response.headers, content=content, request=request)
        except BaseException as error:
            line["fel"] = type(error).__name__
            raise
        finally:
            line["svar_ms"] = now_ms()
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    async def aclose(self) -> None:
        """Close connections and file."""
        self._file.close()
        await self._inner.aclose()


def _asked(request: httpx.Request) -> dict[str, Any]:
    body = _json(request.content)
    path = request.url.raw_path.decode()
    asked = {"metod": request.method, "vag": path, "id": None, "typ": "", "kropp": body}
    if path == "/handelser":
        return asked | {"id": body["id"], "typ": body["type"].split(".")[-2]}
    act = next((name for part, name in _ACTS.items() if part in path), "")
    return asked | {"typ": act, "id": body.get("id") if isinstance(body, dict) else None}


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return None
