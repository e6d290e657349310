"""The quarantine: an operator proposes that those whom a record froze are thawed, and another one approves it (B7).

Never who they are, and nothing of what the record says.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from samverkanshub.client.tokens import fresh_id
from samverkanshub.domain.atgarder import UPPTINING_AVBOJD, UPPTINING_FORESLAGEN
from samverkanshub.domain.errors import NotFound
from samverkanshub.domain.events import UPPTINING
from samverkanshub.entrypoints.web import atgardsord, karantanen
from samverkanshub.entrypoints.web.atgardande import STANDS_IN_THE_LOG, WAITS, performed, reason
from samverkanshub.entrypoints.web.blankett.tolka import Given, first, given, uuid
from samverkanshub.entrypoints.web.inloggad import Inloggad
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.drift import OF_OPERATORS, Web
from samverkanshub.entrypoints.web.skydd import ROLES, ROOT
from samverkanshub.pipeline.driftatgarder import Besked
from samverkanshub.pipeline.karantan import listed

OPT: Final = {ROLES: OF_OPERATORS}
HERE: Final = f"{ROOT}/drift/karantan"
ACTS: Final = (UPPTINING_FORESLAGEN, UPPTINING_AVBOJD, UPPTINING)
GJORT: Final[Mapping[str, str]] = {
    "foreslagen": "Upptiningen är föreslagen. En annan operatör ska godkänna den.",
    "godkand": "Upptiningen är godkänd och bedömd: det som kommer om personerna bedöms på nytt.",
    "avbojd": "Förslaget är avböjt. Personerna är fortfarande frysta.",
    WAITS: STANDS_IN_THE_LOG,
}
"""What the page says of what was just done."""

Asking = Request[Inloggad, Any, Any]
Gjort = Annotated[str, QueryParameter(max_length=20)]


@get("/drift/karantan", opt=OPT)
async def page(request: Asking, services: Web, gjort: Gjort = "") -> Template:
    """The records in quarantine, with what is proposed of each."""
    return await _page(request, services, klart=GJORT.get(gjort, ""))


@post("/drift/karantan/foresla", opt=OPT)
async def propose(request: Asking, services: Web) -> Redirect | Template:
    """Propose that those whom a record froze are thawed."""

    async def act(sent: Given, vem: str) -> Besked:
        skal = reason(sent, UPPTINING_FORESLAGEN)
        return await services.atgarder.foresla_upptining(uuid(sent, "_id"), vem, _place(sent), skal)

    return await _done(request, services, act, "foreslagen")


@post("/drift/karantan/godkann", opt=OPT)
async def approve(request: Asking, services: Web) -> Redirect | Template:
    """Approve what another operator has proposed."""

    async def act(sent: Given, vem: str) -> Besked:
        return await services.atgarder.godkann_upptining(vem, uuid(sent, "forslag"))

    return await _done(request, services, act, "godkand")


@post("/drift/karantan/avboj", opt=OPT)
async def decline(request: Asking, services: Web) -> Redirect | Template:
    """Decline it, or take back what one has proposed oneself."""

    async def act(sent: Given, vem: str) -> Besked:
        id_, forslag, skal = uuid(sent, "_id"), uuid(sent, "forslag"), reason(sent, UPPTINING_AVBOJD)
        return await services.atgarder.avboj(id_, vem, UPPTINING_FORESLAGEN, forslag, skal)

    return await _done(request, services, act, "avbojd")


def _place(sent: Given) -> tuple[int, int]:
    partition, offset = first(sent, "partition"), first(sent, "offset")
    if not (partition.isdecimal() and offset.isdecimal() and len(partition) < 5 and len(offset) < 16):
        raise NotFound("`offset` is no place in the log", falt="/offset")
    return int(partition), int(offset)


async def _done(
    request: Asking, services: WebServices, act: Callable[[Given, str], Awaitable[Besked]], gjort: str
) -> Redirect | Template:
    sent = given(await request.body())
    utfall = await performed(sent, request.user, lambda: act(sent, request.user.anvandare))
    if utfall.fel:
        return await _page(request, services, fel=utfall.fel, status=utfall.status)
    return Redirect(f"{HERE}?gjort={WAITS if utfall.vantar else gjort}", status_code=303)


async def _page(
    request: Asking, services: WebServices, *, klart: str = "", fel: str = "", status: int = 200
) -> Template:
    nu, lage = services.clock.now_ms(), await services.atgarder.lage()
    poster = await listed(services.projection, range(services.omraden))
    context = {
        "vem": request.user,
        "klart": klart,
        "fel": fel,
        "poster": karantanen.told(poster, lage, request.user.anvandare, nu),
        "gjort": atgardsord.done(lage, nu, ACTS),
        "skal": {slag: atgardsord.reasons(slag) for slag in (UPPTINING_FORESLAGEN, UPPTINING_AVBOJD)},
        "id": fresh_id,
    }
    return Template("karantan.html", context=context, status_code=status)


HANDLERS: Final = [page, propose, approve, decline]
