"""The inbox of a reader group, what it owes, and a delivery opened: judged then, and shown once."""

from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter, SkipValidation
from litestar.response import Template

from samverkanshub.client.tokens import fresh_id
from samverkanshub.domain.errors import Conflict, Forbidden, HubError, NotFound, Refused
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.entrypoints.http.publishing import KEEPS
from samverkanshub.entrypoints.http.routes import LONGEST_CURSOR, MOST_ROWS
from samverkanshub.entrypoints.web.aktorsord import KVITTENSER, skal, tips
from samverkanshub.entrypoints.web.blankett.fel import BY_ANOTHER
from samverkanshub.entrypoints.web.blankett.tolka import by_another, first, given, uuid
from samverkanshub.entrypoints.web.inkorgen import oppnad, owed, rad, skyldigheter
from samverkanshub.entrypoints.web.inloggad import AKTOR, Inloggad, caller
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.skydd import ROLES
from samverkanshub.pipeline.identity import Caller

OF_ACTORS: Final = frozenset({AKTOR})
ROWS: Final = 100
"""Rows a page."""

Web = NamedDependency[SkipValidation[WebServices]]
Call = Request[Inloggad, Any, Any]
Markor = Annotated[str, QueryParameter(max_length=LONGEST_CURSOR)]


@get("/inkorg", opt={ROLES: OF_ACTORS})
async def inbox(request: Call, services: Web, markor: Markor = "") -> Template:
    """The deliveries, what came last first; neither content nor person."""
    regelverk, now = await services.regelverk.current(), services.clock.now_ms()
    who = caller(request.user, regelverk)
    page = await services.deliver.latest(who, markor, ROWS)
    waiting = await _owed(services, who) if any(row.get("frist") for row in page["rader"]) else frozenset()
    rader = [rad(row, regelverk.katalog, now, waiting) for row in page["rader"]]
    return Template(
        "inkorg.html", context={"vem": request.user, "rader": rader, "fortsatt": markor, "nasta": page["markor"]}
    )


async def _owed(services: WebServices, who: Caller) -> frozenset[str]:
    """What the unit must still acknowledge: the times of what it, or who answers for it, has done are of no matter."""
    duties = await services.skyldigheter.of(who, "", MOST_ROWS, without_holder=False)
    return owed(duties["rader"])


@get("/att-gora", opt={ROLES: OF_ACTORS})
async def duties(request: Call, services: Web, markor: Markor = "") -> Template:
    """What the unit owes, shares and waits for, by when the next step falls due."""
    now = services.clock.now_ms()
    regelverk = await services.regelverk.current()
    page = await services.skyldigheter.of(caller(request.user, regelverk), markor, ROWS, without_holder=False)
    rader = skyldigheter(page["rader"], now)
    told = {"rader": rader, "fortsatt": markor, "nasta": page["markor"] if len(rader) == ROWS else ""}
    return Template("att_gora.html", context={"vem": request.user, "nu": now, **told})


@post("/inkorg/oppna", status_code=200, opt={ROLES: OF_ACTORS})
async def opened(request: Call, services: Web) -> Template:
    """A delivery's content, judged now: each time anew, and each time recorded."""
    sent = given(await request.body())
    regelverk = await services.regelverk.current()
    try:
        body = await services.deliver.open(caller(request.user, regelverk), uuid(sent, "leverans"))
    except (NotFound, Forbidden, Refused) as error:
        return _not_opened(request, error)
    context = {"leverans": oppnad(body, regelverk.katalog), "fel": "", **_kvittens(request.user, regelverk)}
    return Template("leverans.html", context={"vem": request.user, **context})


def _not_opened(request: Call, error: HubError) -> Template:
    text = skal(error.code) if isinstance(error, Forbidden) else "Det finns inget här som ni kan öppna."
    context = {"vem": request.user, "rubrik": "Leveransen kan inte öppnas", "text": text}
    return Template("fel.html", context=context, status_code=403 if isinstance(error, Forbidden) else 404)


def _kvittens(vem: Inloggad, regelverk: Regelverk) -> dict[str, Any]:
    """What a kvittens is made with: an id of its own, and the units that may take over."""
    units = sorted((e for e in regelverk.katalog.enheter.values() if e.aktor == vem.aktor), key=lambda e: e.namn)
    return {"kvittenser": KVITTENSER, "enheter": units, "kvittens_id": fresh_id()}


@post("/inkorg/kvittera", status_code=200, opt={ROLES: OF_ACTORS, KEEPS: True})
async def acknowledged(request: Call, services: Web) -> Template:
    """Acknowledge a delivery. The id comes with the form: sent twice it is one kvittens."""
    sent = given(await request.body())
    regelverk = await services.regelverk.current()
    who, slag, enhet = caller(request.user, regelverk), first(sent, "slag"), first(sent, "enhet")
    leverans, id_ = first(sent, "leverans"), first(sent, "_id")
    context: dict[str, Any] = {"vem": request.user, "leverans": leverans, "slag": slag, "enhet": enhet, "fel": ""}
    if by_another(sent, request.user.skriver):
        told = {**context, **_kvittens(request.user, regelverk), "fel": BY_ANOTHER}
        return Template("kvittens.html", context=told, status_code=409)
    try:
        # To take over oneself names no unit.
        named = enhet if slag == "overtagen" else ""
        receipt = await services.deliver.acknowledge(who, uuid(sent, "leverans"), slag, named, id_)
    except (Conflict, NotFound, Forbidden, Refused) as error:
        told = {**context, **_kvittens(request.user, regelverk), "fel": _wrong(error)}
        return Template("kvittens.html", context=told, status_code=409 if isinstance(error, Conflict) else 422)
    told = {"dom": receipt.dom, "varningar": [tips(code) for code in receipt.varningar], "arende": receipt.arende}
    return Template("kvitterad.html", context={**context, **told})


def _wrong(error: HubError) -> str:
    if isinstance(error, Conflict):
        return (
            "Ni har redan kvitterat härifrån med ett annat val, och den kvittensen gäller. "
            "Tryck på Kvittera igen om ni vill göra det här också."
        )
    return {
        "/id": "Formuläret gick inte att läsa, och inget är kvitterat. Tryck på Kvittera igen.",
        "/slag": "Välj vad ni kvitterar.",
        "/enhet": "Välj en av era egna enheter.",
    }.get(error.falt) or (skal(error.code) if isinstance(error, Forbidden) else "Leveransen är inte er att kvittera.")


HANDLERS: Final = [inbox, duties, opened, acknowledged]
