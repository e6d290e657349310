"""Auditors verify the log and judge it again from a page: started, followed, stopped, and told of in words."""

from typing import Annotated, Any, Final

from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template

from samverkanshub.domain.errors import Busy, Conflict
from samverkanshub.entrypoints.web import kontrollen, omfattningar
from samverkanshub.entrypoints.web.fragor import KONTROLLER, SIDOR
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.granskning import OF_AUDITORS, Asking, Granskare, Web, who
from samverkanshub.entrypoints.web.skydd import BY_ITSELF, ROLES, ROOT

OPT: Final = {ROLES: OF_AUDITORS}
HERE: Final = f"{ROOT}/granskning/kontroll"
UNDERWAY: Final = "Din förra kontroll pågår än. Vänta tills den är klar, eller avbryt den."
FULL: Final = "Flera kontroller pågår redan. Försök igen om en stund."

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/granskning/kontroll", opt=OPT)
async def page(request: Asking, services: Web) -> Template:
    """What may be started, and how the auditor's last check stands."""
    return _page(await who(request, services), services)


@get("/granskning/kontroll/lage", opt={**OPT, BY_ITSELF: True})
async def state(request: Asking, services: Web) -> Template:
    """The part of the page that tells how the check stands."""
    return Template("kontroll_lage.html", context=_state(await who(request, services), services))


@post("/granskning/kontroll", opt=OPT)
async def start(request: Asking, services: Web, data: Form) -> Redirect | Template:
    """Start a check; who already has one, or where there are enough, is told so."""
    vem = await who(request, services)
    try:
        await services.kontroller.start(vem.caller, data.get("slag", ""), vem.chosen(data))
    except Conflict:
        return _page(vem, services, UNDERWAY, 409)
    except Busy:
        return _page(vem, services, FULL, 429)
    return Redirect(HERE, status_code=303)


@post("/granskning/kontroll/avbryt", opt=OPT)
async def stop(request: Asking, services: Web) -> Redirect:
    """Stop it."""
    await services.kontroller.cancel((await who(request, services)).caller)
    return Redirect(HERE, status_code=303)


def _page(vem: Granskare, services: WebServices, fel: str = "", status: int = 200) -> Template:
    context = {
        "vem": vem.vem,
        "fragor": SIDOR.values(),
        "kontroller": KONTROLLER,
        "omfattning": vem.scopes[0],
        "omfattningar": [(one, omfattningar.told(one)) for one in vem.scopes],
        "fel": fel,
        **_state(vem, services),
    }
    return Template("kontroll.html", context=context, status_code=status)


def _state(vem: Granskare, services: WebServices) -> dict[str, Any]:
    """How the last check stands; nothing of one within a scope that the auditor no longer has."""
    found = services.kontroller.of(vem.caller)
    return {"lage": kontrollen.told(found) if found and found.omfattning in vem.scopes else None}


HANDLERS: Final = [page, state, start, stop]
