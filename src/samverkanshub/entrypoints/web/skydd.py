"""What stands before every page: where a request comes from, who is logged in, and whether the page is theirs."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection, Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from samverkanshub.entrypoints.http.admission import give_back
from samverkanshub.entrypoints.http.publishing import KEEPS, remember_body
from samverkanshub.entrypoints.http.trangsel import OF_PAGES, Slag
from samverkanshub.entrypoints.web import kaka
from samverkanshub.entrypoints.web.inloggad import Inloggad, Inloggningar, stands
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.ports import Clock, Unavailable

ROOT: Final = kaka.ROOT
HERE: Final = kaka.kaka_of("")
"""The cookie of pages that only this machine reaches."""
OPEN: Final = "oppen"
"""The `opt` key of a page that anybody may see."""
ROLES: Final = "roller"
"""The `opt` key of a page's roles. A page that names none is nobody's."""
STATIC: Final = "statisk"
"""The `opt` key of what is the same for everybody."""
FROM_A_SERVER: Final = "server"
"""The `opt` key of what a server sends, which shows by itself who it is: no browser stands behind it."""
BY_ITSELF: Final = "sjalv"
"""The `opt` key of what a page asks for by itself, which prolongs nobody's login."""
SAFE: Final = frozenset({"GET", "HEAD"})
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def from_here(headers: Mapping[str, str]) -> bool:
    """Whether what changes something was sent from one of our own pages.

    By `sec-fetch-site`, which no page can forge; by `origin` from a browser that does not say the first.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == headers.get("host", "")


def by_link_from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether another site led here, so that it may be no wish of whoever is logged in; unknown of older browsers."""
    return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


async def sealed(message: Message, scope: Scope) -> None:
    """Before any answer is sent: nothing of a page is kept on the way, framed, or fetched from elsewhere."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders(message)
        for name, value in HEADERS.items():
            headers[name] = value
        headers.setdefault("cache-control", "no-store")


class Who:
    """Says who is behind a request: a login that lasts, of a role that the regelverk still gives."""

    def __init__(self, logins: Inloggningar, regelverk: Regelverken, clock: Clock, nyckel: kaka.Kaka = HERE) -> None:
        self._logins = logins
        self._regelverk = regelverk
        self._clock = clock
        self._nyckel = nyckel

    async def behind(self, connection: ASGIConnection[Any, Any, Any, Any], *, hold: bool = True) -> Inloggad | None:
        """Who is logged in, None where nobody is. `hold` as `Inloggningar.find` has it. Raises `Unavailable`."""
        key = self._nyckel.read(connection)
        vem = await self._logins.find(key, hold=hold) if key else None
        if vem is None or not stands(vem, await self._regelverk.current(), self._clock.now_ms()):
            return None
        return vem


def holder(vem: Inloggad, slag: Slag) -> str:
    """Who holds a place: of pages and streams who is logged in, of what agencies share their actor."""
    return f"{vem.roll}/{vem.aktor}/{vem.anvandare}" if slag in OF_PAGES else vem.aktor


class Gatekeeper(ASGIMiddleware):
    """Puts who is logged in in `scope["user"]`, None where nobody is, and lets through what is theirs."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)

    def __init__(self, who: Who) -> None:
        self._who = who

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        connection = ASGIConnection[Any, Any, Any, Any](scope)
        opt = scope["route_handler"].opt
        changes = scope.get("method") not in SAFE and not opt.get(FROM_A_SERVER)
        if changes and not from_here(connection.headers):
            raise PermissionDeniedException("fel-ursprung")
        keeps = opt.get(KEEPS) and scope.get("method") not in SAFE
        try:
            scope["user"] = None if opt.get(STATIC) else await self._who.behind(connection, hold=not opt.get(BY_ITSELF))
            if not opt.get(OPEN):
                _require(scope, opt.get(ROLES, frozenset()))
        except (NotAuthorizedException, Unavailable):
            if keeps:
                # Nobody is known to ask: that takes no place from those who are, and is not waited for long.
                give_back(scope)
                await remember_body(scope, receive)
            raise
        if keeps:
            await Request[Any, Any, Any](scope, receive).body()  # Kept with the request, for whoever answers it.
        await next_app(scope, receive, send)


def _require(scope: Scope, roles: frozenset[str]) -> None:
    vem = scope["user"]
    if vem is None:
        raise NotAuthorizedException("ej-inloggad")
    if vem.roll not in roles:
        raise PermissionDeniedException("fel-roll")
