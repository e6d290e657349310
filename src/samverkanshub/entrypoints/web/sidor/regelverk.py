"""Operators see what regelverk is in force and what is proposed, try it on the latest events, approve or decline it.

Nothing of what is sent and nobody it is about: of a trial they read how many.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from samverkanshub.adapters.marked import DirectoryFault
from samverkanshub.client.tokens import fresh_id
from samverkanshub.domain.atgarder import REGELVERK_AVBOJT, REGELVERK_FORESLAGET
from samverkanshub.domain.tid import swedish_day
from samverkanshub.entrypoints.web import atgardsord, regelverksord, verkansord
from samverkanshub.entrypoints.web.atgardande import STANDS_IN_THE_LOG, WAITS, performed, reason
from samverkanshub.entrypoints.web.blankett.tolka import Given, first, given, uuid
from samverkanshub.entrypoints.web.inloggad import Inloggad
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.drift import OF_OPERATORS, Web
from samverkanshub.entrypoints.web.skydd import BY_ITSELF, ROLES, ROOT
from samverkanshub.pipeline.driftatgarder import Besked

OPT: Final = {ROLES: OF_OPERATORS}
HERE: Final = f"{ROOT}/regelverk"
GJORT: Final[Mapping[str, str]] = {
    "avbojt": "Förslaget är avböjt. Det regelverk som gällde gäller.",
    "foreslaget": "Regelverket är föreslaget. En annan operatör ska godkänna det.",
    "godkant": "Regelverket är godkänt och gäller.",
    "slutfort": "Regelverket gäller i alla områden.",
    WAITS: STANDS_IN_THE_LOG,
}
"""What the page says of what was just done."""

LARGEST: Final = 300_000
"""Bytes of the files that are sent together."""
BESIDE: Final = frozenset({"ring.yaml"})
"""What lies beside a regelverk and is no part of it."""
FILES: Final = "Filerna går inte att använda, och inget är sparat."
NEW: Final = "nytt"
"""What is proposed has no id yet."""

Asking = Request[Inloggad, Any, Any]
Gjort = Annotated[str, QueryParameter(max_length=20)]


@get("/regelverk", opt=OPT)
async def page(request: Asking, services: Web, gjort: Gjort = "") -> Template:
    """What is in force, what is proposed, and how the last trial stands."""
    return await _page(request, services, klart=GJORT.get(gjort, ""))


@get("/regelverk/prov", opt={**OPT, BY_ITSELF: True})
async def trial(request: Asking, services: Web) -> Template:
    """The part of the page that tells how the trial stands."""
    return Template("regelverk_prov.html", context={"prov": await _trial(services)})


@post("/regelverk/foresla", opt=OPT, request_max_body_size=LARGEST)
async def propose(request: Asking, services: Web) -> Redirect | Template:
    """Propose the regelverk of the files that are sent; all that is wrong with them is told, and nothing is kept."""
    form = await request.form()
    sent = {name: [value] for name, value in form.items() if isinstance(value, str)}
    filer = {one.filename: await one.read() for one in form.getall("filer", []) if isinstance(one, UploadFile)}

    async def act(sent: Given, vem: str) -> Besked:
        skal = reason(sent, REGELVERK_FORESLAGET)
        wanted = {name: content for name, content in filer.items() if name not in BESIDE}
        return await services.forslag.foresla_filer(uuid(sent, "_id"), vem, wanted, skal)

    try:
        return await _performed(request, services, sent, act, "foreslaget")
    except DirectoryFault as fault:
        return await _page(request, services, fel=FILES, status=422, filfel=fault.faults)


@post("/regelverk/prova", opt=OPT)
async def begin(request: Asking, services: Web) -> Redirect | Template:
    """Judge the latest events by what is proposed."""

    async def act(sent: Given, vem: str) -> Besked:
        return await services.forslag.prova(uuid(sent, "_id"), vem, uuid(sent, "forslag"))

    return await _done(request, services, act, "")


@post("/regelverk/avbryt", opt=OPT)
async def stop(request: Asking, services: Web) -> Redirect:
    """Stop the trial."""
    await services.forslag.avbryt()
    return Redirect(HERE, status_code=303)


@post("/regelverk/godkann", opt=OPT)
async def approve(request: Asking, services: Web) -> Redirect | Template:
    """Put in force what another proposed."""

    async def act(sent: Given, vem: str) -> Besked:
        return await services.forslag.godkann(vem, uuid(sent, "forslag"))

    return await _done(request, services, act, "godkant")


@post("/regelverk/slutfor", opt=OPT)
async def finish(request: Asking, services: Web) -> Redirect | Template:
    """Put in force in every område what two have agreed on."""

    async def act(sent: Given, vem: str) -> Besked:
        return await services.forslag.slutfor()

    return await _done(request, services, act, "slutfort")


@post("/regelverk/avboj", opt=OPT)
async def decline(request: Asking, services: Web) -> Redirect | Template:
    """Decline what is proposed, for a reason."""

    async def act(sent: Given, vem: str) -> Besked:
        forslag, skal = uuid(sent, "forslag"), reason(sent, REGELVERK_AVBOJT)
        return await services.forslag.avboj(uuid(sent, "_id"), vem, forslag, skal)

    return await _done(request, services, act, "avbojt")


async def _done(
    request: Asking, services: WebServices, act: Callable[[Given, str], Awaitable[Besked]], gjort: str
) -> Redirect | Template:
    return await _performed(request, services, given(await request.body()), act, gjort)


async def _performed(
    request: Asking,
    services: WebServices,
    sent: Given,
    act: Callable[[Given, str], Awaitable[Besked]],
    gjort: str,
) -> Redirect | Template:
    utfall = await performed(sent, request.user, lambda: act(sent, request.user.anvandare))
    if utfall.fel:
        lacking = (first(sent, "forslag") or NEW) if utfall.status == 422 else ""
        return await _page(request, services, fel=utfall.fel, status=utfall.status, skal_saknas=lacking)
    query = f"?gjort={WAITS if utfall.vantar else gjort}" if gjort or utfall.vantar else "#prov"
    return Redirect(f"{HERE}{query}", status_code=303)


async def _page(
    request: Asking,
    services: WebServices,
    *,
    klart: str = "",
    fel: str = "",
    status: int = 200,
    skal_saknas: str = "",
    filfel: Sequence[str] = (),
) -> Template:
    bild = await services.forslag.bild()
    context = {
        "vem": request.user,
        "regelverk": regelverksord.told(bild, request.user.anvandare, swedish_day(services.clock.now_ms())),
        "prov": await _trial(services),
        "skal": atgardsord.reasons(REGELVERK_AVBOJT),
        "skal_nytt": atgardsord.reasons(REGELVERK_FORESLAGET),
        "filfel": filfel,
        "id": fresh_id,
        "klart": klart,
        "fel": fel,
        "skal_saknas": skal_saknas,
    }
    return Template("regelverk.html", context=context, status_code=status)


async def _trial(services: WebServices) -> verkansord.Verkansord | None:
    prov = services.forslag.provat()
    return verkansord.told(prov, await services.regelverk.current()) if prov else None


HANDLERS: Final = [page, trial, propose, begin, stop, approve, finish, decline]
