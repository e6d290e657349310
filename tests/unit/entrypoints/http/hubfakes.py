"""A hub without servers: two actors with keys, and services that answer what a test says."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4  # noqa: TID251

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from samverkanshub.adapters.memory import MemoryLogins
from samverkanshub.codec import keys
from samverkanshub.domain.actors import Aktor, Enhet, Katalog, Lasargrupp
from samverkanshub.domain.atgarder import Lage
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.pipeline.granskning.fraga import Fraga, Sida
from samverkanshub.pipeline.identity import Caller
from samverkanshub.ports import (
    IGANG,
    Andel,
    Ansprakslage,
    Fonster,
    GateState,
    Generation,
    Leverantor,
    NotaryState,
    Obekraftade,
    PositionInfo,
    QuarantineRow,
    SecretLost,
    Signing,
    Verkan,
    WatchState,
)
from samverkanshub.settings import Settings

NOW_S = 1_790_000_000  # 2026-09-21
COUNTY, MORA_NUMBER = "0243-70000", "0250-26000"
EVENT_ID = "11111111-1111-4111-8111-111111111111"
DELIVERY_ID = "22222222-2222-4222-8222-222222222222"

MORA_KEY = keys.private_key(b"\x01" * 32)
FALUN_KEY = keys.private_key(b"\x02" * 32)
OLD_MORA_KEY = keys.private_key(b"\x03" * 32)


def directory() -> Katalog:
    """Mora and Falun, a unit each for violence in close relations; Mora also has a key that has ended."""
    units = {f"{a}.vinr": Enhet(f"{a}.vinr", a, a, "vinr", "socialtjanst") for a in ("mora", "falun")}
    groups = [Lasargrupp(f"{unit}.utsatt", unit, "utsatt") for unit in units]
    return Katalog(
        aktorer={a: Aktor(a, a, "kommun") for a in ("mora", "falun")},
        enheter=units,
        lasargrupper={group.id: group for group in groups},
        kommuner={"mora": "mora", "falun": "falun"},
        nycklar={
            "mora": (keys.nyckel(OLD_MORA_KEY, "2025-01-01", "2026-01-01"), keys.nyckel(MORA_KEY, "2026-01-01")),
            "falun": (keys.nyckel(FALUN_KEY, "2026-01-01"),),
        },
    )


@dataclass
class Receipt:
    """The pipeline's receipt."""

    status: int = 201
    handelse_id: str = EVENT_ID
    arende: str = "alias-1"
    varningar: list[str] = field(default_factory=list)
    ring: str = ""
    dom: str = "godtagen"


@dataclass
class Fake:
    """Every service in one. `says` maps a method's name to an answer, an error to raise, or a function."""

    says: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)
    now_ms: Callable[[], int] = lambda: NOW_S * 1000
    katalog: Katalog = field(default_factory=directory)
    omraden: int = 1
    logins: MemoryLogins = field(default_factory=MemoryLogins)
    leverantor: Leverantor | None = None

    @property
    def intake(self) -> "Fake":
        return self

    bedomning = deliver = skyldigheter = granskning = regelverk = vault = projection = reader = clock = ring = trees = (
        matningar
    ) = kanarier = jamforelser = atgarder = omslag = fodda = intake
    saknas = 0
    kanarie_s = 60.0

    async def lage(self, grans_ms: int = -1) -> Any:
        """Of canaries where a limit is given, of what operators did otherwise."""
        return await (self._say("lage", []) if grans_ms >= 0 else self._say("atgardslage", Lage()))

    async def jamforda(self) -> list[Ansprakslage]:
        return await self._say("jamforda", [])

    async def verkan(self) -> list[Verkan]:
        return await self._say("verkan", [])

    async def positions(self) -> list[PositionInfo]:
        return await self._say("positions", [PositionInfo(0, 5, 1, 5)])

    async def quarantine(self, partition: int) -> list[QuarantineRow]:
        return await self._say("quarantine", [])

    async def gate_states(self) -> list[GateState]:
        return await self._say("gate_states", [GateState(0, IGANG, "", 0)])

    async def watch_states(self) -> list[WatchState]:
        return await self._say("watch_states", [WatchState(number, IGANG, 0) for number in range(self.omraden)])

    async def notary_states(self) -> list[NotaryState]:
        return await self._say(
            "notary_states", [NotaryState(number, 5, IGANG, "", 0) for number in range(self.omraden)]
        )

    async def signing(self) -> list[Signing]:
        return await self._say("signing", [Signing(number, 5, 5, 0, 0) for number in range(self.omraden)])

    async def andelar(self, typer: list[str], dagar: int) -> list[Andel]:
        return await self._say("andelar", [], typer, dagar)

    async def obekraftade(self, orter: list[tuple[str, str]]) -> list[Obekraftade]:
        return await self._say("obekraftade", [], orter)

    async def nu(self) -> int:
        return await self._say("nu", self.now_ms())

    async def fonster(self) -> Fonster:
        return await self._say("fonster", Fonster(self.now_ms(), (), ()))

    async def read(self, partition: int, path: str) -> bytes | None:
        return await self._say("read", None, partition, path)

    def number(self, kommun: str) -> str:
        return MORA_NUMBER if kommun == "mora" else COUNTY

    async def _say(self, name: str, otherwise: Any, *args: Any) -> Any:
        self.asked.append((name, *args))
        answer = self.says.get(name, otherwise)
        if isinstance(answer, Exception):
            raise answer
        return answer(*args) if callable(answer) else answer

    async def current(self) -> "Fake":
        return await self._say("current", self)

    async def use_token(self, aktor: str, jti: str, expires_ms: int) -> bool:
        fresh = await self._say("use_token", (aktor, jti) not in self.used, aktor, jti, expires_ms)
        self.used.add((aktor, jti))
        return fresh

    async def generations(self) -> list[Generation]:
        return await self._say("generations", [Generation(1, self.now_ms())])

    async def claimed(self, handelse_id: str) -> None:
        return await self._say("claimed", None, handelse_id)

    async def lost(self) -> list[SecretLost]:
        return await self._say("lost", [])

    async def end(self, partition: int) -> int:
        return await self._say("end", 5, partition)

    async def publish(self, caller: Caller, body: bytes) -> Receipt:
        return await self._say("publish", Receipt(), caller, body)

    async def assess(self, caller: Caller, body: bytes) -> dict[str, Any]:
        return await self._say("assess", {"bedomning": EVENT_ID, "status": "hypotes", "dom": "godtas"}, caller, body)

    async def inbox(self, caller: Caller, cursor: str, limit: int) -> dict[str, Any]:
        return await self._say("inbox", {"rader": [], "markor": cursor}, caller, cursor, limit)

    async def of(self, caller: Caller, cursor: str, limit: int, *, without_holder: bool) -> dict[str, Any]:
        return await self._say("of", {"rader": [], "markor": cursor}, caller, cursor, limit, without_holder)

    async def ask(self, caller: Caller, fraga: str, given: Fraga) -> Sida:
        return await self._say(
            "ask", Sida(("tid", "skal"), [{"tid": 1, "skal": ["a", "b"]}], "m"), caller, fraga, given
        )

    async def open(self, caller: Caller, leverans_id: str) -> dict[str, Any]:
        return await self._say("open", {"leverans_id": leverans_id, "uppgifter": []}, caller, leverans_id)

    async def acknowledge(self, caller: Caller, leverans_id: str, slag: str, enhet: str, id: str) -> Receipt:
        return await self._say("acknowledge", Receipt(), caller, leverans_id, slag, enhet, id)

    async def outcome(self, caller: Caller, handelse_id: str) -> dict[str, Any]:
        return await self._say("outcome", {"handelse_id": handelse_id, "dom": "godtagen"}, caller, handelse_id)

    def calls(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of a service."""
        return [args for called, *args in self.asked if called == name]


def claims(**changed: Any) -> dict[str, Any]:
    """Claims that hold, but for those changed; None leaves one out."""
    whole = {
        "iss": "mora",
        "sub": "handlaggare.7",
        "lasargrupp": "mora.vinr.utsatt",
        "aud": "samverkanshub",
        "iat": NOW_S,
        "exp": NOW_S + 60,
        "jti": str(uuid4()),
    }
    return {name: value for name, value in (whole | changed).items() if value is not None}


def token(key: Ed25519PrivateKey = MORA_KEY, kid: str | None = None, **changed: Any) -> str:
    """A token signed with a key; `kid` names another than it was signed with."""
    headers = {"kid": keys.key_id(keys.public_hex(key)) if kid is None else kid}
    return jwt.encode(claims(**changed), key, algorithm="EdDSA", headers=headers)


def bearer(raw: str | None = None) -> dict[str, str]:
    """The header that carries a token (a fresh one that holds, unless given)."""
    return {"authorization": f"Bearer {token() if raw is None else raw}"}


def browser(hub: Fake, **limits: Any) -> httpx.AsyncClient:
    """An HTTP client in front of the application, with these settings of its limits."""
    entre = Entre(hub, Settings(**limits))
    transport = httpx.ASGITransport(create_app(hub, entre=entre), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://hub")


async def never(*_: Any) -> Any:
    """A server that does not answer."""
    await asyncio.Event().wait()
