"""The routes: each reads its request, asks one service, and shapes the answer. What is allowed is decided elsewhere."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation

from samverkanshub.entrypoints.http.admission import PLATS, know
from samverkanshub.entrypoints.http.auth import OPEN
from samverkanshub.entrypoints.http.documents import ANYBODY, AssessOperation, PublishOperation, also, errors
from samverkanshub.entrypoints.http.drift import Driftvakt
from samverkanshub.entrypoints.http.health import Health, Monitor
from samverkanshub.entrypoints.http.metrics import CONTENT_TYPE, Metrics, kek_age_s
from samverkanshub.entrypoints.http.publishing import ASSESS_PATH, PATH, keep_body
from samverkanshub.entrypoints.http.services import Receipt, Services
from samverkanshub.entrypoints.http.trangsel import Slag
from samverkanshub.pipeline.identity import Caller

MOST_ROWS: Final = 500
LONGEST_CURSOR: Final = 4096
_ABOUT_A_BODY: Final = (400, 404, 409, 413, 415, 422)
_READING: Final = {PLATS: Slag.LASNING}
_OPENING: Final = {PLATS: Slag.OPPNING}
_NEVER_REFUSED: Final = {OPEN: True, PLATS: None}
_EVENT_TYPES: Final = frozenset({"application/json", "application/cloudevents+json"})

Call = Request[Caller, None, Any]
InjectedServices = NamedDependency[SkipValidation[Services]]
InjectedMonitor = NamedDependency[SkipValidation[Monitor]]
InjectedDriftvakt = NamedDependency[SkipValidation[Driftvakt]]
InjectedMetrics = NamedDependency[SkipValidation[Metrics]]


class ReceiptBody(msgspec.Struct, frozen=True):
    """The answer to an event. `dom` is empty while the gate has not judged it; `ring` where nobody need telephone."""

    handelse_id: str
    arende: str
    dom: str
    varningar: list[str]
    ring: str


class Kvittens(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A kvittens: `enhet` names the unit that takes over, where that is not the reader's own.

    `id` names the event as a CloudEvent's does: who sends the same again has sent one.
    """

    slag: Literal["mottagen", "dokumenterad", "overtagen"]
    enhet: str = ""
    id: UUID | None = None


@post(
    PATH,
    operation_class=PublishOperation,
    opt={PLATS: Slag.OLAST},
    responses=also(202, ReceiptBody, "appended") | errors(*_ABOUT_A_BODY),
)
async def publish(request: Call, services: InjectedServices) -> Response[ReceiptBody]:
    """Take in one CloudEvents 1.0 event (structured JSON). 201 when it is judged, 202 when it is appended only."""
    body = await _event(request)
    know(request.scope, body)
    return _receipt(await services.intake.publish(request.user, body))


@post(ASSESS_PATH, status_code=200, operation_class=AssessOperation, responses=errors(400, 404, 413, 415, 422))
async def assess(request: Call, services: InjectedServices) -> Mapping[str, Any]:
    """What would become of a message, were it sent now: shaped as its outcome. Nothing is sent and nothing is kept."""
    return await services.bedomning.assess(request.user, await _event(request))


async def _event(request: Call) -> bytes:
    """The bytes of the event in the body."""
    body = await request.body()
    keep_body(request.scope, body)
    if request.content_type[0] not in _EVENT_TYPES:
        raise HTTPException(status_code=415)
    return body


@get("/handelser/{handelse_id:uuid}/utfall", opt=_READING, responses=errors(404))
async def outcome(request: Call, handelse_id: FromPath[UUID], services: InjectedServices) -> Mapping[str, Any]:
    """What became of an event the caller sent, per recipient."""
    return await services.deliver.outcome(request.user, str(handelse_id))


@get("/inkorg", opt=_READING, responses=errors(400, 422))
async def inbox(
    request: Call,
    services: InjectedServices,
    markor: Annotated[str, QueryParameter(max_length=LONGEST_CURSOR)] = "",
    antal: Annotated[int, QueryParameter(ge=1, le=MOST_ROWS)] = 100,
) -> Mapping[str, Any]:
    """The deliveries of the caller's reader group after a cursor, in order; neither content nor person."""
    return await services.deliver.inbox(request.user, markor, antal)


@get("/plikter", opt=_READING, responses=errors(400, 422))
async def duties(
    request: Call,
    services: InjectedServices,
    markor: Annotated[str, QueryParameter(max_length=LONGEST_CURSOR)] = "",
    antal: Annotated[int, QueryParameter(ge=1, le=MOST_ROWS)] = 100,
    utan_innehavare: Annotated[bool, QueryParameter()] = False,
) -> Mapping[str, Any]:
    """The open duties that the caller's unit bears, shares or waits for, by when their first steps fall due.

    With `utan_innehavare` the ärenden alone that have fallen between chairs: nobody holds them, and all were told.
    """
    return await services.skyldigheter.of(request.user, markor, antal, without_holder=utan_innehavare)


@post("/leveranser/{leverans_id:uuid}/oppna", status_code=200, opt=_OPENING, responses=errors(404))
async def open_delivery(request: Call, leverans_id: FromPath[UUID], services: InjectedServices) -> Mapping[str, Any]:
    """The content of a delivery, judged now. 503 where no judgement came in time; a retry is a new request."""
    return await services.deliver.open(request.user, str(leverans_id))


@post(
    "/leveranser/{leverans_id:uuid}/kvittens",
    opt=_OPENING,
    responses=also(202, ReceiptBody, "appended") | errors(400, 404, 409, 422),
)
async def acknowledge(
    request: Call, leverans_id: FromPath[UUID], data: JSONBody[Kvittens], services: InjectedServices
) -> Response[ReceiptBody]:
    """Acknowledge a delivery. Sent again with the `id` it had, it is the same event."""
    id_ = "" if data.id is None else str(data.id)
    return _receipt(await services.deliver.acknowledge(request.user, str(leverans_id), data.slag, data.enhet, id_))


@get("/logg/{omrade:int}/checkpoint", opt={OPEN: True}, security=ANYBODY, responses=errors(404))
async def checkpoint(omrade: FromPath[int], services: InjectedServices) -> Response[bytes]:
    """The signed checkpoint over an område's decisions, C2SP tlog-checkpoint."""
    return await _published(services, omrade, "checkpoint", "text/plain")


@get("/logg/{omrade:int}/tile/{vag:path}", opt={OPEN: True}, security=ANYBODY, responses=errors(404))
async def tile(omrade: FromPath[int], vag: FromPath[str], services: InjectedServices) -> Response[bytes]:
    """A tile of an område's Merkle tree, or a bundle of its entries, C2SP tlog-tiles. Hashes, and nothing else."""
    return await _published(services, omrade, f"tile/{vag.removeprefix('/')}", "application/octet-stream")


async def _published(services: Services, omrade: int, path: str, kind: str) -> Response[bytes]:
    content = await services.trees.read(omrade, path)
    if content is None:
        raise HTTPException(status_code=404)
    return Response(content, media_type=kind)


@get("/halsa", opt=_NEVER_REFUSED, security=ANYBODY, responses=also(503, Health, "red"))
async def health(monitor: InjectedMonitor) -> Response[Health]:
    """Is the hub well, and if not, why? 503 when red."""
    found = await monitor.look()
    return Response(found, status_code=200 if found.halsa == "gron" else 503)


@get("/metrics", opt=_NEVER_REFUSED, include_in_schema=False)
async def metrics(
    monitor: InjectedMonitor, driftvakt: InjectedDriftvakt, counters: InjectedMetrics, services: InjectedServices
) -> Response[bytes]:
    """Prometheus' text format."""
    age = kek_age_s(services.omslag, services.clock)
    seen = await asyncio.gather(monitor.look(), driftvakt.look(), age)
    return Response(counters.render(*seen, services.fodda.saknas), media_type=CONTENT_TYPE)


def _receipt(receipt: Receipt) -> Response[ReceiptBody]:
    body = ReceiptBody(receipt.handelse_id, receipt.arende, receipt.dom, list(receipt.varningar), receipt.ring)
    headers = {"location": f"{PATH}/{receipt.handelse_id}/utfall"}
    return Response(body, status_code=receipt.status, headers=headers)


HANDLERS: Final = [
    publish,
    assess,
    outcome,
    inbox,
    duties,
    open_delivery,
    acknowledge,
    checkpoint,
    tile,
    health,
    metrics,
]
