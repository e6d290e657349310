"""Tells on every page of an actor's or an operator's that the hub is to be stopped, or is (B1)."""

from typing import Any, Final

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from samverkanshub.entrypoints.http.stopp import Stoppvakt
from samverkanshub.entrypoints.web.atgardsord import stopps
from samverkanshub.entrypoints.web.inloggad import AKTOR, OPERATOR
from samverkanshub.entrypoints.web.skydd import BY_ITSELF

TOLD: Final = frozenset({AKTOR, OPERATOR})
_STATE: Final = "stoppbud"
"""Where `bas.html` finds what to tell, in the request's state."""


class Stoppbud(ASGIMiddleware):
    """Has the stops that are planned at hand for the page; after who is logged in is known."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, stoppvakt: Stoppvakt) -> None:
        self._stoppvakt = stoppvakt

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        vem: Any = scope.get("user")
        if vem is not None and vem.roll in TOLD and not scope["route_handler"].opt.get(BY_ITSELF):
            await self._stoppvakt.look()
            tell(scope, self._stoppvakt)
        await next_app(scope, receive, send)


def tell(scope: Scope, stoppvakt: Stoppvakt) -> None:
    """Have at hand what was known last, which is all there is where no server answers."""
    vem: Any = scope.get("user")
    if vem is None or vem.roll in TOLD:
        scope["state"][_STATE] = stopps(stoppvakt.known(), stoppvakt.now_ms())
