"""Who tries the api: actors with tokens of their own, in front of the whole hub in memory."""

import sys
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

sys.path.append(str(Path(__file__).parents[1] / "web"))
sys.path.append(str(Path(__file__).parents[2] / "pipeline"))

import httpx
from auditing import Auditing
from intakehub import UTSATT, VC, RingFile, Whole, _key, caller, event

from samverkanshub.adapters.memory import MemoryJamforelser, MemoryKanarier, MemoryLogins, MemoryMatningar
from samverkanshub.adapters.memory.wrapping import MemoryKeys
from samverkanshub.client.tokens import Identity, token
from samverkanshub.codec.keys import nyckel
from samverkanshub.domain.atgarder import Lage
from samverkanshub.entrypoints.http.app import create_app

A, KOLLEGA_GRUPP, B = UTSATT, "mora.vinr.utovare", "falun.vinr.utsatt"
"""Whose objects are asked for; another reader group of the same actor; another actor."""
SANDARE = VC


class _Trees:
    async def read(self, partition: int, path: str) -> bytes | None:
        return None


class _Atgarder:
    async def lage(self) -> Lage:
        return Lage()


class Dorr:
    """The api, asked as whom one will."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        self.audit = Auditing(whole)
        services: Any = SimpleNamespace(
            intake=whole.intake,
            bedomning=whole.bedomning,
            deliver=whole.deliver,
            skyldigheter=whole.skyldigheter,
            granskning=self.audit.service,
            regelverk=whole.regelverk,
            vault=whole.vault,
            projection=whole.projection,
            reader=whole.hub.log,
            clock=whole.hub.clock,
            ring=RingFile(),
            trees=_Trees(),
            atgarder=_Atgarder(),
            omraden=1,
            logins=MemoryLogins(),
            jamforelser=MemoryJamforelser(whole.hub.database),
            matningar=MemoryMatningar(whole.hub.database),
            kanarier=MemoryKanarier(whole.hub.database),
            kanarie_s=60.0,
            omslag=MemoryKeys(),
            fodda=SimpleNamespace(saknas=0),
        )
        self.app = create_app(services)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://hub")
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.http)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def bearer(self, grupp: str, user: str = "u-17", *, revisor: bool = False) -> dict[str, str]:
        """A fresh token of a reader group's user."""
        who = caller(grupp, user)
        key = _key(who.aktor)
        identity = Identity(who.aktor, grupp, user, nyckel(key, "2026-01-01").id, key)
        return {"authorization": f"Bearer {token(identity, self.whole.hub.clock.ms // 1000, revisor=revisor)}"}

    async def fraga(
        self, metod: str, vag: str, grupp: str, user: str = "u-17", *, revisor: bool = False, **how: Any
    ) -> httpx.Response:
        """A request with a fresh token."""
        return await self.http.request(metod, vag, headers=self.bearer(grupp, user, revisor=revisor), **how)

    async def sand(
        self, grupp: str, typ: str, data: dict[str, Any], *, user: str = "u-17", **how: Any
    ) -> httpx.Response:
        """An event, published over HTTP."""
        return await self._post("/handelser", event(grupp, typ, data, user=user, **how), grupp, user)

    async def bedom(
        self, grupp: str, typ: str, data: dict[str, Any], *, user: str = "u-17", **how: Any
    ) -> httpx.Response:
        """The same, only asked about."""
        return await self._post("/bedomning", event(grupp, typ, data, user=user, **how), grupp, user)

    async def _post(self, vag: str, body: bytes, grupp: str, user: str) -> httpx.Response:
        headers = {**self.bearer(grupp, user), "content-type": "application/cloudevents+json"}
        return await self.http.post(vag, content=body, headers=headers)


def form(answer: httpx.Response) -> tuple[int, dict[str, str], Any]:
    """What can be told of an answer without reading its values: status, headers, and the shape of its body."""
    headers = {name: _shape_of_header(name, value) for name, value in sorted(answer.headers.items())}
    return answer.status_code, headers, shape(answer.json() if answer.content else None)


def _shape_of_header(name: str, value: str) -> str:
    """An address holds an id; its length is part of its shape."""
    return f"{len(value)} characters" if name == "location" else value


RANDOM = {"handelse_id", "arende", "bedomning", "leverans_id", "markor"}
"""Names of what is drawn anew, or sealed, each time."""


def shape(value: Any, name: str = "") -> Any:
    """The value, with what is drawn anew by its length alone."""
    if isinstance(value, dict):
        return {key: shape(one, key) for key, one in sorted(value.items())}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return f"{len(value)} characters" if name in RANDOM and isinstance(value, str) else value
