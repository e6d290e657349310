"""What became of an event that the reader group sent."""

from typing import Any, Final

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from samverkanshub.domain.errors import NotFound
from samverkanshub.entrypoints.web.blankett.tolka import first, given, uuid
from samverkanshub.entrypoints.web.inloggad import Inloggad, caller
from samverkanshub.entrypoints.web.ord import igen
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.inkorg import OF_ACTORS
from samverkanshub.entrypoints.web.skydd import ROLES
from samverkanshub.entrypoints.web.utfall import utfall

Web = NamedDependency[SkipValidation[WebServices]]
Call = Request[Inloggad, Any, Any]
UNKNOWN: Final = "Ni har inte skickat någon händelse med det numret."


@get("/skickat", opt={ROLES: OF_ACTORS})
async def asked(request: Call) -> Template:
    """Which event?"""
    return _page(request, "")


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


HANDLERS: Final = [asked, told]
