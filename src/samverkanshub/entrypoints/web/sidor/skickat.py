"""What the reader group has sent, as a list, and what became of each."""

from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import QueryParameter, SkipValidation
from litestar.response import Template

from samverkanshub.domain.errors import NotFound
from samverkanshub.entrypoints.web.blankett.tolka import first, given, uuid
from samverkanshub.entrypoints.web.inloggad import Inloggad, caller
from samverkanshub.entrypoints.web.ord import igen
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.inkorg import OF_ACTORS, Markor
from samverkanshub.entrypoints.web.skickade import ALLT, FRAGOR, URVAL, skickad
from samverkanshub.entrypoints.web.skydd import ROLES
from samverkanshub.entrypoints.web.utfall import utfall

Web = NamedDependency[SkipValidation[WebServices]]
Call = Request[Inloggad, Any, Any]
ROWS: Final = 25
"""Rows a page: each is told as its own outcome is."""
LONGEST_NAME: Final = 20
UNKNOWN: Final = "Ni har inte skickat någon händelse med det numret."


@get("/skickat", opt={ROLES: OF_ACTORS})
async def listed(
    request: Call,
    services: Web,
    markor: Markor = "",
    urval: Annotated[str, QueryParameter(max_length=LONGEST_NAME)] = ALLT,
) -> Template:
    """All that was sent, what was judged last first; or of one kind."""
    if urval not in URVAL:
        raise HTTPException(status_code=404)
    regelverk = await services.regelverk.current()
    who, (_, typer) = caller(request.user, regelverk), URVAL[urval]
    page = await services.deliver.sent(who, typer, markor, ROWS, waiting=urval == FRAGOR)
    rader = [skickad(row, regelverk.katalog) for row in page["rader"]]
    context = {"rader": rader, "fortsatt": markor, "nasta": page["markor"], "urvalet": urval, "alla": URVAL}
    return Template("skickade.html", context={"vem": request.user, **context})


@post("/skickat", status_code=200, opt={ROLES: OF_ACTORS})
async def told(request: Call, services: Web) -> Template:
    """What became of it, per recipient. Its id comes in the body alone."""
    sent = given(await request.body())
    regelverk = await services.regelverk.current()
    try:
        body = await services.deliver.outcome(caller(request.user, regelverk), uuid(sent, "handelse"))
    except NotFound:
        return _page(request, igen(first(sent, "handelse")), fel=UNKNOWN)
    return _page(request, body["handelse_id"], utfall=utfall(body, regelverk.katalog, str(body.get("typ", ""))))


def _page(request: Call, handelse: str, *, fel: str = "", **more: Any) -> Template:
    context = {"vem": request.user, "handelse": handelse, "fel": fel, "utfall": None, **more}
    return Template("skickat.html", context=context, status_code=404 if fel else 200)


HANDLERS: Final = [listed, told]
