"""How the hub stands: servers, log, gate, watch and notary. Nothing of what is sent, and nothing of whom."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from jinja2 import Environment
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import ServerSentEvent, ServerSentEventMessage, Template

from samverkanshub.entrypoints.http.health import Health, Monitor
from samverkanshub.entrypoints.web.inloggad import OPERATOR, Inloggad
from samverkanshub.entrypoints.web.lage import told
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.skydd import BY_ITSELF, ROLES, Who

OF_OPERATORS: Final = frozenset({OPERATOR})
EVERY_S: Final = 2.0
"""How often those who look are told anew."""
TIMES: Final = 300
"""How often in one stream; then the browser comes again, and is asked again who it is."""

Web = NamedDependency[SkipValidation[WebServices]]
Watched = NamedDependency[SkipValidation[Monitor]]
Asked = NamedDependency[SkipValidation[Who]]


@get("/drift", opt={ROLES: OF_OPERATORS})
async def page(request: Request[Inloggad, Any, Any], services: Web, monitor: Watched) -> Template:
    """The whole page, as of now."""
    return Template("drift.html", context={"vem": request.user, **await _now(services, monitor)})


@get("/drift/strom", opt={ROLES: OF_OPERATORS, BY_ITSELF: True})
async def stream(request: Request[Inloggad, Any, Any], services: Web, monitor: Watched, who: Asked) -> ServerSentEvent:
    """The same part of the page again and again, for as long as whoever looks may."""
    environment = request.app.template_engine.engine  # type: ignore[union-attr]

    async def may() -> bool:
        vem = await who.behind(request, hold=False)
        return vem is not None and vem.roll in OF_OPERATORS

    return ServerSentEvent(parts(environment, services, monitor, may))


async def parts(
    environment: Environment, services: WebServices, monitor: Monitor, may: Callable[[], Awaitable[bool]]
) -> AsyncIterator[ServerSentEventMessage]:
    """The part as of now, as often as a stream tells it; once who looks may no more, that they are to log in again."""
    part = environment.get_template("drift_lage.html")
    for _ in range(TIMES):
        if not await may():
            yield ServerSentEventMessage(data=environment.get_template("drift_slut.html").render(), event="lage")
            return
        yield ServerSentEventMessage(data=part.render(**await _now(services, monitor)), event="lage")
        await asyncio.sleep(EVERY_S)


async def _now(services: WebServices, monitor: Monitor) -> dict[str, Any]:
    health: Health = await monitor.look()
    return {"lage": told(health), "nu": services.clock.now_ms()}


HANDLERS: Final = [page, stream]
