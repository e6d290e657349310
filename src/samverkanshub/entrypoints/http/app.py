"""The HTTP application: `create_app(services)` wires routes, authentication, errors and metrics around the pipeline."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import structlog
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import Message, Scope

from samverkanshub.entrypoints.http.admission import Admit, Named
from samverkanshub.entrypoints.http.auth import Authenticate
from samverkanshub.entrypoints.http.documents import openapi
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.entrypoints.http.granskning import ask
from samverkanshub.entrypoints.http.kropp import Asked
from samverkanshub.entrypoints.http.metrics import Metrics, Timed, template
from samverkanshub.entrypoints.http.problems import Problem, allowed, answer, problem_of, retry_after_s
from samverkanshub.entrypoints.http.publishing import LARGEST_BODY, ring_for
from samverkanshub.entrypoints.http.routes import HANDLERS, Kvittens
from samverkanshub.entrypoints.http.services import Services
from samverkanshub.entrypoints.http.stopp import Stoppvakt
from samverkanshub.pipeline.granskning.fraga import Fraga, Sekretessbeslut
from samverkanshub.ports import Failpoint
from samverkanshub.settings import Settings

_log = structlog.get_logger("samverkanshub.http")
_UNSET: Final = Settings()


async def _no_failpoint(name: str) -> None: ...


def create_app(services: Services, failpoint: Failpoint = _no_failpoint, entre: Entre | None = None) -> Litestar:
    """The application around these services. It starts and stops none of them.

    `entre`: what it shares with the pages, by no settings of anybody's unless given.
    """
    entre = entre or Entre(services, _UNSET)
    metrics, dorren, monitor, driftvakt = entre.metrics, entre.dorren, entre.monitor, entre.driftvakt
    handler = _problem_handler(services, metrics, entre.stoppvakt)
    return Litestar(
        route_handlers=[*HANDLERS, ask],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "monitor": Provide(lambda: monitor, sync_to_thread=False),
            "driftvakt": Provide(lambda: driftvakt, sync_to_thread=False),
            "counters": Provide(lambda: metrics, sync_to_thread=False),
        },
        middleware=[
            Timed(metrics),
            Admit(dorren, entre.tid_s),
            Authenticate(services, certified=entre.certified),
            Named(),
        ],
        exception_handlers={HTTPException: handler, Exception: handler},
        before_send=[metrics.count, _never_cached],
        after_response=partial(_answered, failpoint),
        on_shutdown=[dorren.efterslap.close],
        openapi_config=openapi(Kvittens, Fraga, Sekretessbeslut),
        request_class=Asked,
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
        debug=False,
    )


async def _answered(failpoint: Failpoint, request: Request[Any, Any, Any]) -> None:
    if request.method == "POST":
        await failpoint("api.efter-svar")


async def _never_cached(message: Message, scope: Scope) -> None:
    """Nothing of the hub belongs in a cache on the way."""
    if message["type"] == "http.response.start":
        message["headers"] = [
            *message["headers"],
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]


def _problem_handler(
    services: Services, metrics: Metrics, stoppvakt: Stoppvakt
) -> Callable[[Request[Any, Any, Any], Exception], Response[Any]]:
    def handle(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
        problem = problem_of(error, ring_for(request.scope, services.ring))
        metrics.problems.labels(problem.type).inc()
        if problem.status == 429 or problem.status >= 500:
            problem.stopp = stoppvakt.told()
        if problem.status >= 500:
            _report(request.scope, problem, error)
        return answer(problem, allowed(error), retry_after_s(error))

    return handle


def _report(scope: Scope, problem: Problem, error: Exception) -> None:
    """Where it went wrong, and never with what: an exception's text may hold a value of the request."""
    _log.error("http-fel", kod=problem.type, vag=template(scope), undantag=type(error).__name__, plats=_place(error))


def _place(error: Exception) -> list[str]:
    places, trace = [], error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-8:]
