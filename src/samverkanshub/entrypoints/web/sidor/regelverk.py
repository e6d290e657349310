"""Operators see what regelverk is in force and what is proposed, try it on the latest events, approve or decline it.

Nothing of what is sent and nobody it is about: of a trial they read how many.
"""

from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, SkipValidation
from litestar.response import Redirect, Template

from samverkanshub.client.tokens import fresh_id
from samverkanshub.domain.atgarder import REGELVERK_AVBOJT, SKAL
from samverkanshub.domain.decision import ACCEPTED
from samverkanshub.domain.errors import Conflict, Forbidden, HubError, NotFound
from samverkanshub.entrypoints.web import koder, regelverkskoder, regelverksord, verkansord
from samverkanshub.entrypoints.web.inloggad import OPERATOR, Inloggad
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.skydd import BY_ITSELF, ROLES, ROOT
from samverkanshub.pipeline.driftatgarder import Besked

OPT: Final = {ROLES: frozenset({OPERATOR})}
HERE: Final = f"{ROOT}/regelverk"
FEL: Final = {
    "artefakt-saknas": "Förslagets artefakter finns inte i hubbens förråd. Avböj det och föreslå på nytt.",
    "eget-forslag": "Du har själv föreslagit regelverket. En annan operatör ska godkänna det.",
    "foraldrat": "Ett annat regelverk har satts i kraft sedan detta föreslogs. Att godkänna det skulle ta bort det som "
    "ändrades då. Avböj förslaget, utgå från det regelverk som gäller nu och föreslå på nytt.",
    "inget-forslag": "Förslaget finns inte, eller är redan avgjort.",
    "prov-pagar": "En prövning pågår redan. Vänta tills den är klar, eller avbryt den.",
    "regelverk-for-gammalt": "Regelverket som gäller är äldre än de händelser som behövs. Aktivera ett nytt med "
    "`samverkanshub regelverk aktivera`.",
    "skal": "Välj ett skäl i listan.",
}
"""What is wrong, by code."""
VANTAR: Final = "Det står i loggen, och gäller när grinden har dömt det. Läs om sidan om en stund."

Web = NamedDependency[SkipValidation[WebServices]]
Asking = Request[Inloggad, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/regelverk", opt=OPT)
async def page(request: Asking, services: Web) -> Template:
    """What is in force, what is proposed, and how the last trial stands."""
    return await _page(request, services)


@get("/regelverk/prov", opt={**OPT, BY_ITSELF: True})
async def trial(request: Asking, services: Web) -> Template:
    """The part of the page that tells how the trial stands."""
    return Template("regelverk_prov.html", context={"prov": await _trial(services)})


@post("/regelverk/prova", opt=OPT)
async def begin(request: Asking, services: Web, data: Form) -> Redirect | Template:
    """Judge the latest events by what is proposed."""
    try:
        await services.forslag.prova(data.get("forslag", ""))
    except (Conflict, NotFound) as error:
        return await _refused(request, services, error)
    return Redirect(f"{HERE}#prov", status_code=303)


@post("/regelverk/avbryt", opt=OPT)
async def stop(request: Asking, services: Web) -> Redirect:
    """Stop the trial."""
    await services.forslag.avbryt()
    return Redirect(HERE, status_code=303)


@post("/regelverk/godkann", opt=OPT)
async def approve(request: Asking, services: Web, data: Form) -> Redirect | Template:
    """Put in force what another proposed."""
    try:
        besked = await services.forslag.godkann(request.user.anvandare, data.get("forslag", ""))
    except (Conflict, Forbidden, NotFound) as error:
        return await _refused(request, services, error)
    return await _after(request, services, besked)


@post("/regelverk/avboj", opt=OPT)
async def decline(request: Asking, services: Web, data: Form) -> Redirect | Template:
    """Decline what is proposed, for a reason."""
    forslag, skal = data.get("forslag", ""), data.get("skal", "")
    if skal not in SKAL[REGELVERK_AVBOJT]:
        return await _page(request, services, FEL["skal"], 422, skal_saknas=forslag)
    try:
        besked = await services.forslag.avboj(data.get("id", ""), request.user.anvandare, forslag, skal)
    except (Conflict, NotFound) as error:
        return await _refused(request, services, error)
    return await _after(request, services, besked)


async def _refused(request: Asking, services: WebServices, error: HubError) -> Template:
    """The page, with what cannot be done said plainly; what it has no words for is told as everywhere."""
    if error.code not in FEL:
        raise error
    return await _page(request, services, FEL[error.code], 409)


async def _after(request: Asking, services: WebServices, besked: Besked) -> Redirect | Template:
    """What became of it: by then judged, waiting for the gate, or refused by it."""
    if besked.dom == ACCEPTED:
        return Redirect(HERE, status_code=303)
    if not besked.dom:
        return await _page(request, services, VANTAR, 202)
    return await _page(request, services, " ".join(koder.mening(kod, nekar=True) for kod in besked.skal), 409)


async def _page(
    request: Asking, services: WebServices, fel: str = "", status: int = 200, skal_saknas: str = ""
) -> Template:
    bild = await services.forslag.bild()
    context = {
        "vem": request.user,
        "regelverk": regelverksord.told(bild, request.user.anvandare),
        "prov": await _trial(services),
        "skal": [(one, regelverkskoder.SKAL[one]) for one in SKAL[REGELVERK_AVBOJT]],
        "id": fresh_id(),
        "fel": fel,
        "skal_saknas": skal_saknas,
    }
    return Template("regelverk.html", context=context, status_code=status)


async def _trial(services: WebServices) -> verkansord.Verkansord | None:
    prov = services.forslag.provat()
    return verkansord.told(prov, await services.regelverk.current()) if prov else None


HANDLERS: Final = [page, trial, begin, stop, approve, decline]
