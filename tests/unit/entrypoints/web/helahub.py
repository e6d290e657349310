"""The whole hub in memory behind the pages: what is sent by form is judged, and opened, by the real rules."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.append(str(Path(__file__).parents[2] / "pipeline"))

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from intakehub import RingFile, Whole, _key

from samverkanshub.adapters.memory import MemoryLogins
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.served import Served
from samverkanshub.entrypoints.web.app import create_web
from samverkanshub.pipeline.driftatgarder import Driftatgarder

HERE = "http://localhost:8080"
DEV = ("localhost:8080",)


class AllKeys:
    """Every actor's key, but of those taken away."""

    def __init__(self) -> None:
        self.without: set[str] = set()

    def private(self, aktor: str, nyckel: str) -> Ed25519PrivateKey | None:
        return None if aktor in self.without else _key(aktor)


@dataclass
class Hela:
    """The hub, and browsers in front of it."""

    whole: Whole
    nycklar: AllKeys = field(default_factory=AllKeys)
    logins: MemoryLogins = field(default_factory=MemoryLogins)
    opened: list[httpx.AsyncClient] = field(default_factory=list)

    def app(self) -> Served:
        """What serves the pages."""
        w = self.whole
        services: Any = SimpleNamespace(
            intake=w.intake,
            bedomning=w.bedomning,
            deliver=w.deliver,
            skyldigheter=w.skyldigheter,
            granskning=None,
            regelverk=w.regelverk,
            vault=w.vault,
            projection=w.projection,
            reader=w.hub.log,
            clock=w.hub.clock,
            ring=RingFile(),
            trees=None,
            omraden=1,
            logins=self.logins,
            nycklar=self.nycklar,
            atgarder=Driftatgarder(w.projection, w.log, w.regelverk, w.hub.schemas, bytes, wait_s=0.05, omraden=1),
        )
        return Served(create_app(services), create_web(services, DEV))

    async def browser(self, grupp: str) -> httpx.AsyncClient:
        """One in which a user of the reader group is logged in."""
        return await self.logged_in(f"aktor/{grupp}")

    async def logged_in(self, vem: str) -> httpx.AsyncClient:
        """One in which somebody is logged in, as the form of development names them."""
        transport = httpx.ASGITransport(self.app())
        made = httpx.AsyncClient(transport=transport, base_url=HERE, headers={"sec-fetch-site": "same-origin"})
        self.opened.append(made)
        answer = await made.post("/webb/logga-in", data={"vem": vem})
        assert answer.status_code == 303
        return made

    async def close(self) -> None:
        """Close the browsers."""
        for one in self.opened:
            await one.aclose()
