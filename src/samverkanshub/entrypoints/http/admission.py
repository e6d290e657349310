"""Where requests are let in or told to come again (429): before anything is asked of a server, and before any claim.

A request takes a place before it is authenticated, by its route and the length that it gives. Who it is from is known
next, and last, where it is an event, which type. At each of the three it may be refused, and nothing has been done. An
event that nobody has read may be a report: it is refused for what it is once it is read, and before that only where
there are too many others of which nobody knows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, Final, NoReturn

import msgspec
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from samverkanshub.domain.errors import Busy
from samverkanshub.domain.events import OROSANMALAN
from samverkanshub.entrypoints.http.efterslap import Efterslapen
from samverkanshub.entrypoints.http.kropp import Again, require_head, timely, tyngd, weighed
from samverkanshub.entrypoints.http.metrics import Metrics
from samverkanshub.entrypoints.http.publishing import read_body, remember_body
from samverkanshub.entrypoints.http.services import Services
from samverkanshub.entrypoints.http.trangsel import Granser, Hall, Plats, Rum, Skal, Slag
from samverkanshub.pipeline.som_givet import narrows

PLATS: Final = "plats"
"""The `opt` key of a route's kind; a route without one is a question, or a page. None: never refused."""
TRANGT: Final = "samverkan.trangt"
"""In the state of a request over a connection beyond those that are to be: a report alone is let in."""
LATELY_S: Final = 10.0
"""How long health says that a kind was refused."""
PEEK_S: Final = 1.0
"""How long an event is waited for before anything else, where an ordinary one would be refused: that costs least."""
_PEEKING: Final = 32
_STATE: Final = "samverkan.plats"
_SOON: Final = frozenset({Slag.OROSANMALAN, Slag.INSKRANKNING})
_MAYBE_REPORTS: Final = frozenset({Slag.OLAST, Slag.OROSANMALAN})
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
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Slag.HANDELSE
    typ = event.type.removeprefix(_TYPE).partition(".")[0]
    if typ == OROSANMALAN:
        return Slag.OROSANMALAN
    narrow = narrows(typ, {"niva": event.data.niva, "borttagen": event.data.borttagen})
    return Slag.INSKRANKNING if narrow else Slag.HANDELSE


class Dorren:
    """Lets in by the rule of `trangsel`, counts who was not, and remembers it for a while."""

    def __init__(self, granser: Granser, services: Services, metrics: Metrics) -> None:
        self.hall = Hall(granser)
        self.efterslap = Efterslapen(services)
        self._metrics = metrics
        self._refused: dict[Slag, float] = {}
        self._peeking = 0
        for rum in Rum:
            metrics.taken.labels(rum).set_function(partial(self.hall.held, rum))

    def lately(self) -> list[str]:
        """The kinds that were refused in the last ten seconds, for health."""
        since = monotonic() - LATELY_S
        return sorted(slag for slag, at in self._refused.items() if at >= since)

    async def enter(self, plats: Plats, scope: Scope, sent: Again) -> None:
        """Take the place, or raise `Busy`."""
        if plats.slag is Slag.OLAST and (_is_beyond(scope) or self._is_full()):
            plats.slag = await self._peeked(scope, sent)
        if reason := _kept_out(plats, scope) or plats.enter():
            self.refuse(plats, reason)

    async def name(self, plats: Plats, aktor: str, scope: Scope, sent: Again) -> None:
        """Hold the place for who is known now, or raise `Busy`."""
        behind = self.efterslap.of(aktor)
        reason = plats.name(aktor, behind)
        if reason and plats.slag is Slag.OLAST and (slag := await self._peeked(scope, sent)) is not Slag.OLAST:
            reason = plats.know(slag, behind)
        if reason:
            self.refuse(plats, reason)

    def know(self, plats: Plats, scope: Scope, body: bytes) -> None:
        """Hold the place for what the event is, or raise `Busy`."""
        reason = plats.know(slag_of(body), self.efterslap.of(scope["user"].aktor))
        if reason := _kept_out(plats, scope) or reason:
            self.refuse(plats, reason)

    def _is_full(self) -> bool:
        return self.hall.full(Slag.HANDELSE) or self.hall.full(Slag.OLAST)

    async def _peeked(self, scope: Scope, sent: Again) -> Slag:
        """What the event is, where it is there or comes at once: few are waited for, and not long."""
        if self._peeking >= _PEEKING:
            return Slag.OLAST
        self._peeking += 1
        try:
            body = await read_body(scope, sent.reader(), PEEK_S)
        finally:
            self._peeking -= 1
        return Slag.OLAST if body is None else slag_of(body)

    def refuse(self, plats: Plats, reason: Skal) -> NoReturn:
        """Raise `Busy`, counted by kind and reason and by nothing of whom."""
        plats.leave()
        self._metrics.refused.labels(plats.slag, reason).inc()
        self._refused[plats.slag] = monotonic()
        wait = _SOON_S if plats.slag in _SOON else _LATER_S
        raise Busy(_DETAILS[reason], code=f"trangsel-{reason}", vanta_s=wait)


def _is_beyond(scope: Scope) -> bool:
    return bool(scope.get("state", {}).get(TRANGT))


def _kept_out(plats: Plats, scope: Scope) -> Skal | None:
    """Over a connection beyond the limit only a report is let in, and what may be one."""
    return Skal.PLATSER if _is_beyond(scope) and plats.slag not in _MAYBE_REPORTS else None


@dataclass(frozen=True, slots=True)
class _Held:
    """A request's place, whose it is to refuse, and what the request sends."""

    dorren: Dorren
    plats: Plats
    sent: Again


class Admit(ASGIMiddleware):
    """Takes a place before anything else is done, and gives it back when the answer is sent."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, dorren: Dorren, tid_s: float, slag: Slag = Slag.FRAGA) -> None:
        """`slag`: what a route is that names no kind of its own."""
        self.dorren = dorren
        self.tid_s = tid_s
        self.slag = slag

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        require_head(scope)
        slag = scope["route_handler"].opt.get(PLATS, self.slag)
        if slag is None:
            await next_app(scope, receive, send)
            return
        plats = self.dorren.hall.plats(slag, tyngd(scope["headers"]))
        if scope.get("method") == "POST":
            receive = weighed(timely(receive, self.tid_s), plats)
        sent = Again(receive)
        state = scope.setdefault("state", {})
        state[_STATE] = _Held(self.dorren, plats, sent)
        try:
            await self.dorren.enter(plats, scope, sent)
            await next_app(scope, sent.reader() if slag is Slag.OLAST else receive, send)
        except Busy:
            await remember_body(scope, sent.reader())
            raise
        finally:
            plats.leave()
            # What is held points back to the request by what it sends: left there, each answered request would lie
            # with its body in memory until the collector of cycles came by.
            state.pop(_STATE, None)


def _aktor(user: Any, slag: Slag) -> str:
    return str(user.aktor)


class Named(ASGIMiddleware):
    """Holds the place for the caller, who is known now. `of`: by what name, from who they are and what they ask."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, of: Callable[[Any, Slag], str] = _aktor) -> None:
        self.of = of

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        held, caller = scope.get("state", {}).get(_STATE), scope.get("user")
        if held and caller:
            await held.dorren.name(held.plats, self.of(caller, held.plats.slag), scope, held.sent)
        await next_app(scope, receive, send)


def know(scope: Scope, body: bytes) -> None:
    """Hold the place of an event that has been read for what it is, or raise `Busy`: the last time it may be."""
    held = scope["state"][_STATE]
    held.dorren.know(held.plats, scope, body)


def give_back(scope: Scope) -> None:
    """Give the place of a request back that is refused already, while more of it is read."""
    if held := scope.get("state", {}).get(_STATE):
        held.plats.leave()
