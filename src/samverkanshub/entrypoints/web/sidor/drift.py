"""How the hub stands: servers, log, gate, watch and notary. Nothing of what is sent, and nothing of whom."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from jinja2 import Environment
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import ServerSentEvent, ServerSentEventMessage, Template

from samverkanshub.domain.atgarder import Lage
from samverkanshub.entrypoints.http.admission import PLATS
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.entrypoints.http.trangsel import Slag
from samverkanshub.entrypoints.web import ansprakord, atgardsord, driftord, karantanen, vagord
from samverkanshub.entrypoints.web.inloggad import OPERATOR, Inloggad
from samverkanshub.entrypoints.web.lage import told
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.skydd import BY_ITSELF, ROLES, Who
from samverkanshub.pipeline.karantan import Karantanpost

OF_OPERATORS: Final = frozenset({OPERATOR})
EVERY_S: Final = 2.0
"""How often those who look are told anew."""
LONGEST_S: Final = 600.0
"""How long one stream lasts; then the browser comes again, and is asked again who it is."""
TABLES: Final = ("anmalningar", "karantan", "ansprak", "atgarder", "verkan", "vagen", "andelar", "omraden")
"""Parts that stand in a place of their own, which keeps the focus and where whoever looks has scrolled to."""
FROZEN: Final = 10
"""Records in quarantine that are told of here; the rest are on their own page."""
GONE: Final = "<p>Visas inte längre.</p>"

Web = NamedDependency[SkipValidation[WebServices]]
Watching = NamedDependency[SkipValidation[Entre]]
Asked = NamedDependency[SkipValidation[Who]]


@get("/drift", opt={ROLES: OF_OPERATORS})
async def page(request: Request[Inloggad, Any, Any], services: Web, entre: Watching) -> Template:
    """The whole page, as of now."""
    return Template("drift.html", context={"vem": request.user, **await _now(services, entre)})


@get("/drift/strom", opt={ROLES: OF_OPERATORS, BY_ITSELF: True, PLATS: Slag.STROM})
async def stream(request: Request[Inloggad, Any, Any], services: Web, entre: Watching, who: Asked) -> ServerSentEvent:
    """The same parts of the page again and again, for as long as whoever looks may."""
    environment = request.app.template_engine.engine  # type: ignore[union-attr]

    async def may() -> bool:
        vem = await who.behind(request, hold=False)
        return vem is not None and vem.roll in OF_OPERATORS

    async def now() -> dict[str, Any]:
        return await _now(services, entre)

    return ServerSentEvent(parts(environment, now, may))


async def parts(
    environment: Environment, now: Callable[[], Awaitable[dict[str, Any]]], may: Callable[[], Awaitable[bool]]
) -> AsyncIterator[ServerSentEventMessage]:
    """The parts as of now, as often as a stream tells them; once who looks may no more, that they are to log in again.

    What can be folded comes by itself, so that it stays as whoever looks has left it.
    """
    clock = asyncio.get_running_loop()
    until = clock.time() + LONGEST_S
    while clock.time() < until:
        if not await may():
            yield ServerSentEventMessage(data=environment.get_template("drift_slut.html").render(), event="lage")
            for name in TABLES:
                yield ServerSentEventMessage(data=GONE, event=name)
            return
        context = await now()
        yield ServerSentEventMessage(data=environment.get_template("drift_lage.html").render(**context), event="lage")
        for name in TABLES:
            yield ServerSentEventMessage(
                data=environment.get_template(f"drift_{name}.html").render(**context), event=name
            )
        for grupp in context["drift"].grupper:
            for part in ("kort", "tabell"):
                made = environment.get_template(f"drift_{part}.html").render(grupp=grupp)
                yield ServerSentEventMessage(data=made, event=f"{grupp.id}-{part}")
        await asyncio.sleep(EVERY_S)


async def _now(services: WebServices, entre: Entre) -> dict[str, Any]:
    health, bild, lage, poster = await asyncio.gather(
        entre.monitor.look(), entre.driftvakt.look(), entre.stoppvakt.look(), entre.karantanvakt.look()
    )
    nu = services.clock.now_ms()
    return {
        "lage": told(health),
        "drift": driftord.told(bild),
        "vagen": vagord.told(bild),
        "ansprak": ansprakord.told(bild),
        "andelar": driftord.shares(entre.andelsvakt.seen()),
        **_quarantined(poster, lage, nu),
        "gjort": atgardsord.done(lage, nu),
        "nu": nu,
    }


def _quarantined(poster: list[Karantanpost] | None, lage: Lage, nu: int) -> dict[str, Any]:
    """The records that freeze somebody, the oldest first, and how many more there are of them; None for unknown."""
    if poster is None:
        return {"poster": None, "fler": 0}
    found = [one for one in karantanen.told(poster, lage, "", nu) if one.frysta]
    return {"poster": found[:FROZEN], "fler": len(found[FROZEN:])}


HANDLERS: Final = [page, stream]
