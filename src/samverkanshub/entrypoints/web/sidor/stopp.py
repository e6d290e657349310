"""A planned stop: from when until when and why, told to agencies on their pages, and lifted again (B1)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from samverkanshub.client.tokens import fresh_id
from samverkanshub.domain.atgarder import SKAL, STOPP_HAVT, STOPP_PLANERAT
from samverkanshub.domain.tid import to_ms
from samverkanshub.entrypoints.http.stopp import Stoppvakt
from samverkanshub.entrypoints.web import atgardsord
from samverkanshub.entrypoints.web.atgardande import FEL, STANDS_IN_THE_LOG, WAITS, Utfall, performed, reason
from samverkanshub.entrypoints.web.blankett.tolka import Given, first, given, tidpunkt, uuid
from samverkanshub.entrypoints.web.inloggad import Inloggad
from samverkanshub.entrypoints.web.ord import igen
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.drift import OF_OPERATORS, Watching, Web
from samverkanshub.entrypoints.web.skydd import ROLES, ROOT
from samverkanshub.pipeline.driftatgarder import Besked

OPT: Final = {ROLES: OF_OPERATORS}
HERE: Final = f"{ROOT}/drift/stopp"
GJORT: Final[Mapping[str, str]] = {
    "planerat": "Stoppet är planerat. Det står från och med nu på aktörernas sidor.",
    "havt": "Stoppet är hävt.",
    WAITS: STANDS_IN_THE_LOG,
}
"""What the page says of what was just done."""
TIME: Final = "Ange dag och klockslag, till exempel 2026-11-24 06:00."
BACKWARDS: Final = "Stoppet ska sluta efter att det börjar."
OVER: Final = "Det har redan varit. Ange en senare tid."

Asking = Request[Inloggad, Any, Any]
Gjort = Annotated[str, QueryParameter(max_length=20)]


@get("/drift/stopp", opt=OPT)
async def page(request: Asking, services: Web, gjort: Gjort = "") -> Template:
    """What is planned, and the form."""
    return await _page(request, services, {}, klart=GJORT.get(gjort, ""))


@post("/drift/stopp", opt=OPT)
async def plan(request: Asking, services: Web, entre: Watching) -> Redirect | Template:
    """Plan a stop; what is wrong in the form is told by field, and what was written stays."""
    sent = given(await request.body())
    if fel := wrong(sent, services.clock.now_ms()):
        return await _page(request, services, sent, falt=fel, status=422)
    fran, till = tidpunkt(first(sent, "fran")), tidpunkt(first(sent, "till"))

    async def act() -> Besked:
        vem, skal = request.user.anvandare, reason(sent, STOPP_PLANERAT)
        return await services.atgarder.planera_stopp(uuid(sent, "_id"), vem, fran, till, skal)

    return await _done(request, services, entre.stoppvakt, (sent, act), "planerat")


@post("/drift/stopp/hav", opt=OPT)
async def lift(request: Asking, services: Web, entre: Watching) -> Redirect | Template:
    """Lift one, before it or while it goes on."""
    sent = given(await request.body())

    async def act() -> Besked:
        vem, skal = request.user.anvandare, reason(sent, STOPP_HAVT)
        return await services.atgarder.hav_stopp(uuid(sent, "_id"), vem, uuid(sent, "stopp"), skal)

    return await _done(request, services, entre.stoppvakt, (sent, act), "havt")


def wrong(sent: Given, nu: int) -> dict[str, str]:
    """What is wrong in the form of a stop, by field."""
    fran, till = (_ms(first(sent, name)) for name in ("fran", "till"))
    found = {name: TIME for name, ms in (("fran", fran), ("till", till)) if ms is None}
    if till is not None and till <= max(nu, fran or nu):
        found["till"] = OVER if till <= nu else BACKWARDS
    if first(sent, "skal") not in SKAL[STOPP_PLANERAT]:
        found["skal"] = FEL["saknas"]
    return found


def _ms(text: str) -> int | None:
    try:
        return to_ms(tidpunkt(text))
    except (ValueError, OverflowError):
        return None


async def _done(
    request: Asking,
    services: WebServices,
    stoppvakt: Stoppvakt,
    errand: tuple[Given, Callable[[], Awaitable[Besked]]],
    gjort: str,
) -> Redirect | Template:
    sent, act = errand
    utfall: Utfall = await performed(sent, request.user, act)
    await stoppvakt.look(anew=True)
    if utfall.fel:
        return await _page(request, services, sent, fel=utfall.fel, status=utfall.status)
    return Redirect(f"{HERE}?gjort={WAITS if utfall.vantar else gjort}", status_code=303)


async def _page(
    request: Asking,
    services: WebServices,
    sent: Given,
    *,
    klart: str = "",
    fel: str = "",
    falt: Mapping[str, str] | None = None,
    status: int = 200,
) -> Template:
    nu, lage = services.clock.now_ms(), await services.atgarder.lage()
    context = {
        "vem": request.user,
        "klart": klart,
        "fel": fel,
        "falt": falt or {},
        "varden": {name: igen(first(sent, name)) for name in ("fran", "till", "skal")},
        "stopp": atgardsord.stopps(lage.stopp(nu), nu),
        "gjort": atgardsord.done(lage, nu, (STOPP_PLANERAT, STOPP_HAVT)),
        "skal": {slag: atgardsord.reasons(slag) for slag in (STOPP_PLANERAT, STOPP_HAVT)},
        "id": fresh_id,
    }
    return Template("stopp.html", context=context, status_code=status)


HANDLERS: Final = [page, plan, lift]
