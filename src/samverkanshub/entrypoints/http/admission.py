"""Where requests are let in or told to come again (429): before anything is asked of a server, and before any claim.

A request takes a place before it is authenticated, by its route and the length that it gives. Who it is from is known
next, and last, where it is an event, which type. At each of the three it may be refused, and nothing has been done.
"""

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import Any, Final, NoReturn

import msgspec
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from samverkanshub.domain.errors import Busy
from samverkanshub.domain.events import OROSANMALAN
from samverkanshub.entrypoints.http.efterslap import Efterslapen
from samverkanshub.entrypoints.http.metrics import Metrics
from samverkanshub.entrypoints.http.publishing import LARGEST_BODY, read_body, remember_body
from samverkanshub.entrypoints.http.services import Services
from samverkanshub.entrypoints.http.trangsel import Granser, Hall, Plats, Skal, Slag
from samverkanshub.pipeline.intake import narrows

PLATS: Final = "plats"
"""The `opt` key of a route's kind; a route without one is a question. None: never refused."""
TRANGT: Final = "samverkan.trangt"
"""In the state of a request over a connection beyond those that are to be: a report alone is let in."""
PART: Final = 32 * 1024
"""Bytes of body that one place allows for, so that large bodies take several."""
LATELY_S: Final = 10.0
"""How long health says that a kind was refused."""
PEEK_S: Final = 1.0
_PEEKING: Final = 32
_STATE: Final = "samverkan.plats"
_SOON: Final = frozenset({Slag.OROSANMALAN, Slag.INSKRANKNING})
_SOON_S: Final = 1
_LATER_S: Final = 5
_TYPE: Final = "se.samverkanshub."
_DETAILS: Final = {
    Skal.PLATSER: "the hub has too much to do; `retry-after` says when to ask again",
    Skal.AKTOR: "the actor has too many requests at once; `retry-after` says when to ask again",
    Skal.EFTERSLAP: "too much is waiting to be judged; `retry-after` says when to ask again",
}


class _Data(msgspec.Struct):
    niva: Any = None
    borttagen: Any = None


class _Event(msgspec.Struct):
    type: str = ""
    data: _Data = msgspec.field(default_factory=_Data)


_decoder: Final = msgspec.json.Decoder(_Event)


def slag_of(body: bytes) -> Slag:
    """What an event is by its own word, whatever else is wrong with it. Who lies of the type has sent that type."""
    try:
        event = _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return Slag.HANDELSE
    typ = event.type.removeprefix(_TYPE).partition(".")[0]
    if typ == OROSANMALAN:
        return Slag.OROSANMALAN
    narrow = narrows(typ, {"niva": event.data.niva, "borttagen": event.data.borttagen})
    return Slag.INSKRANKNING if narrow else Slag.HANDELSE


def tyngd(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """How many places a request takes, by the length it gives; one that gives none may be as long as any."""
    largest = 1 + LARGEST_BODY // PART
    for name, value in headers:
        if name == b"transfer-encoding":
            return largest
        if name == b"content-length":
            return min(largest, 1 + int(value) // PART) if value.isdigit() else largest
    return 1


class Dorren:
    """Lets in by the rule of `trangsel`, counts who was not, and remembers it for a while."""

    def __init__(self, granser: Granser, services: Services, metrics: Metrics) -> None:
        self.hall = Hall(granser)
        self.efterslap = Efterslapen(services)
        self._metrics = metrics
        self._refused: dict[Slag, float] = {}
        self._peeking = 0
        metrics.taken.labels("skriva").set_function(lambda: self.hall.held(True))
        metrics.taken.labels("lasa").set_function(lambda: self.hall.held(False))

    def lately(self) -> list[str]:
        """The kinds that were refused in the last ten seconds, for health."""
        since = monotonic() - LATELY_S
        return sorted(slag for slag, at in self._refused.items() if at >= since)

    async def enter(self, plats: Plats, scope: Scope, receive: Receive) -> None:
        """Take the place, or raise `Busy`. An event is read only where its type decides."""
        reason = Skal.PLATSER if scope.get("state", {}).get(TRANGT) else plats.enter()
        if reason and plats.slag is Slag.OLAST and (body := await self._peeked(scope, receive)) is not None:
            plats.slag = slag_of(body)
            if plats.slag is Slag.OROSANMALAN or not scope["state"].get(TRANGT):
                reason = plats.enter()
        if reason:
            self.refuse(plats, reason)

    async def _peeked(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body, where it is there or comes at once: nobody is known yet, so few are waited for, and not long."""
        if self._peeking >= _PEEKING:
            return None
        self._peeking += 1
        try:
            return await read_body(scope, receive, PEEK_S)
        finally:
            self._peeking -= 1

    def name(self, plats: Plats, aktor: str) -> None:
        """Hold the place for who is known now, or raise `Busy`."""
        if reason := plats.name(aktor, self.efterslap.of(aktor)):
            self.refuse(plats, reason)

    def know(self, plats: Plats, body: bytes, aktor: str) -> None:
        """Hold the place for what the event is, or raise `Busy`."""
        if reason := plats.know(slag_of(body), self.efterslap.of(aktor)):
            self.refuse(plats, reason)

    def refuse(self, plats: Plats, reason: Skal) -> NoReturn:
        """Raise `Busy`, counted by kind and reason and by nothing of whom."""
        plats.leave()
        self._metrics.refused.labels(plats.slag, reason).inc()
        self._refused[plats.slag] = monotonic()
        wait = _SOON_S if plats.slag in _SOON else _LATER_S
        raise Busy(_DETAILS[reason], code=f"trangsel-{reason}", vanta_s=wait)


class Admit(ASGIMiddleware):
    """Takes a place before anything else is done, and gives it back when the answer is sent."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, dorren: Dorren, tid_s: float) -> None:
        self.dorren = dorren
        self.tid_s = tid_s

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        slag = scope["route_handler"].opt.get(PLATS, Slag.FRAGA)
        if slag is None:
            await next_app(scope, receive, send)
            return
        plats = self.dorren.hall.plats(slag, tyngd(scope["headers"]))
        scope.setdefault("state", {})[_STATE] = (self.dorren, plats)
        receive = timely(receive, self.tid_s) if scope.get("method") == "POST" else receive
        try:
            await self.dorren.enter(plats, scope, receive)
            await next_app(scope, receive, send)
        except Busy:
            await remember_body(scope, receive)
            raise
        finally:
            plats.leave()


class Named(ASGIMiddleware):
    """Holds the place for the caller, who is known now."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        held, caller = scope.get("state", {}).get(_STATE), scope.get("user")
        if held and caller:
            dorren, plats = held
            dorren.name(plats, caller.aktor)
        await next_app(scope, receive, send)


def know(scope: Scope, body: bytes) -> None:
    """Hold the place of an event that has been read for what it is, or raise `Busy`: the last time it may be."""
    dorren, plats = scope["state"][_STATE]
    dorren.know(plats, body, scope["user"].aktor)


def give_back(scope: Scope) -> None:
    """Give the place of a request back that is refused already, while more of it is read."""
    if held := scope.get("state", {}).get(_STATE):
        held[1].leave()


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
        read = not (message["type"] == "http.request" and message["more_body"])
        return message

    return received
