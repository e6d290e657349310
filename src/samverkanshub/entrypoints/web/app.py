"""The web application: `create_web(services, dev)` puts login, protection and error pages around the pages.

An application of its own beside the api's: it knows callers by cookie and answers in pages, the api by token and JSON.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Litestar, Request, Response
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.datastructures import CacheControlHeader
from litestar.di import Provide
from litestar.exceptions import HTTPException, InternalServerException
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Redirect, Template
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from litestar.utils.scope.state import ScopeState

from samverkanshub.entrypoints.http.admission import PLATS, Admit, Named
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.entrypoints.http.problems import problem_of, retry_after_s
from samverkanshub.entrypoints.http.publishing import KEEPS
from samverkanshub.entrypoints.http.stopp import Stoppvakt
from samverkanshub.entrypoints.http.trangsel import Slag
from samverkanshub.entrypoints.web.blankett.tolka import given
from samverkanshub.entrypoints.web.inloggad import Inloggningar
from samverkanshub.entrypoints.web.kaka import kaka_of
from samverkanshub.entrypoints.web.ord import FILTER, digest_of
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor import (
    brev,
    drift,
    granskning,
    inkorg,
    karantan,
    kontroll,
    logga_in,
    logga_in_utifran,
    regelverk,
    skicka,
    skickat,
    start,
    stopp,
    telefonlista,
    tidslinje,
    uppfoljning,
)
from samverkanshub.entrypoints.web.sidor.meny import MENY
from samverkanshub.entrypoints.web.skydd import OPEN, ROOT, Gatekeeper, Who, from_here, holder, sealed
from samverkanshub.entrypoints.web.skydd import STATIC as SAME
from samverkanshub.entrypoints.web.stoppbud import Stoppbud, tell
from samverkanshub.entrypoints.web.utifran import Utifran
from samverkanshub.ports import Ring
from samverkanshub.settings import Settings

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "statiskt"
LOOPBACK: Final = ("127.0.0.1", "localhost")
LARGEST_FORM: Final = 65_536
YEAR_S: Final = 31_536_000

_log = structlog.get_logger("samverkanshub.web")
_UNSET: Final = Settings()


def create_web(
    services: WebServices, dev: Sequence[str] = (), entre: Entre | None = None, utifran: Utifran | None = None
) -> Litestar:
    """The pages around these services, which it neither starts nor stops.

    `dev`: the addresses at which, in development, anybody may log in as whom they say; no other leads here then.
    `entre`: what they share with the api, by no settings of anybody's unless given. `utifran`: logins are from a
    provider of OpenID Connect, `services.leverantor`.
    """
    nyckel = kaka_of(utifran.adress if utifran else "")
    entre = entre or Entre(services, _UNSET)
    page_of = partial(_page_of, services.ring, entre.stoppvakt)
    logins = Inloggningar(services.logins, services.clock)
    who = Who(logins, services.regelverk, services.clock, nyckel)
    return Litestar(
        path=ROOT,
        route_handlers=[
            *start.HANDLERS,
            *_login(dev, utifran),
            *drift.HANDLERS,
            *karantan.HANDLERS,
            *stopp.HANDLERS,
            *telefonlista.HANDLERS,
            *granskning.HANDLERS,
            *brev.HANDLERS,
            *inkorg.HANDLERS,
            *skicka.HANDLERS,
            *skickat.HANDLERS,
            *kontroll.HANDLERS,
            *regelverk.HANDLERS,
            *tidslinje.HANDLERS,
            *uppfoljning.HANDLERS,
            _static(),
        ],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "entre": Provide(lambda: entre, sync_to_thread=False),
            "logins": Provide(lambda: logins, sync_to_thread=False),
            "utifran": Provide(lambda: utifran, sync_to_thread=False),
            "leverantor": Provide(lambda: services.leverantor, sync_to_thread=False),
            "nyckel": Provide(lambda: nyckel, sync_to_thread=False),
            "who": Provide(lambda: who, sync_to_thread=False),
        },
        # The place before the question who it is: nothing is asked of a server for what is turned away.
        middleware=[
            Admit(entre.dorren, entre.tid_s, Slag.SIDA),
            Gatekeeper(who),
            Named(holder),
            Stoppbud(entre.stoppvakt),
        ],
        before_send=[sealed],
        exception_handlers={HTTPException: page_of, Exception: page_of},
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment())),
        allowed_hosts=AllowedHostsConfig(allowed_hosts=list(dev)) if dev else None,
        request_max_body_size=LARGEST_FORM,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def _login(dev: Sequence[str], utifran: Utifran | None) -> list[Any]:
    return list(logga_in_utifran.HANDLERS) if utifran else logga_in.handlers(dev=bool(dev))


def open_login(settings: Settings) -> list[str]:
    """Where anybody may log in as whom they say: in development, where nobody but this machine reaches the pages.

    Nowhere where logins are from elsewhere.
    """
    if settings.oidc_utfardare or not settings.utveckling or settings.api_vard not in LOOPBACK:
        return []
    return [f"{name}:{settings.api_port}" for name in LOOPBACK]


def environment() -> Environment:
    """How templates are read: what is shown is escaped, and what is not there is an error, never an empty place."""
    made = Environment(
        loader=FileSystemLoader(HERE / "mallar"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTER)
    made.globals["rot"] = ROOT
    made.globals["meny"] = MENY
    made.globals["version"] = digest_of(STATIC)
    return made


def _static() -> Any:
    """Style and scripts, by an address that changes with what they hold."""
    return create_static_files_router(
        path="/statiskt",
        directories=[STATIC],
        opt={OPEN: True, SAME: True, PLATS: None},
        cache_control=CacheControlHeader(public=True, max_age=YEAR_S, immutable=True),
        include_in_schema=False,
    )


# --------------------------------------------------------------------------------------------------------- error pages

_SAID: Final = {
    401: ("Du är inte inloggad", "Inloggningen har gått ut. Logga in igen."),
    403: ("Sidan är inte din", "Din roll får inte se den här sidan."),
    404: ("Sidan finns inte", "Det finns inget på den här adressen."),
    405: ("Sidan tar inte emot det", "Det går inte att göra så här."),
    408: ("Det tog för lång tid", "Det som skickades kom inte fram i tid, och inget har gjorts. Försök igen."),
    409: ("Redan gjort", "Det här är redan gjort på ett annat sätt. Inget mer har gjorts."),
    413: ("För mycket", "Det som skickades är för stort."),
    422: (
        "Något stämmer inte",
        "Det som skickades går inte att använda, och inget har gjorts.",
    ),
    429: (
        "För mycket på en gång",
        "Hubben hinner inte visa fler sidor just nu, och inget har gjorts. Vänta några sekunder och försök igen. "
        "Har du många sidor öppna, stäng någon av dem.",
    ),
    431: ("För mycket", "Adressen eller det som webbläsaren skickar med den är för långt."),
    503: ("Hubben svarar inte", "En server som sidan behöver svarar inte just nu. Försök igen om en stund."),
}
_LEFT: Final = "client disconnected prematurely"
"""Litestar's words for a body that broke off."""
_ELSE: Final = ("Något gick fel", "Sidan kunde inte visas. Felet är antecknat.")


def _page_of(ring: Ring, stoppvakt: Stoppvakt, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """What went wrong as a page, with nothing of what was asked in it; who is not logged in is sent to do that.

    Where the hub does not answer, or has too much to do, it says whom to telephone about a child (B1), and that a stop
    was planned. A form that was sent is given back to who sent it, to be sent again.
    """
    status = _status(error)
    if status >= 500:
        _log.error("webb-fel", undantag=type(error).__name__, status=status)
    kept = _kept(request) if status in (401, 429) or status >= 500 else []
    if status == 401 and not kept:
        return _to_login(request)
    rubrik, text = _SAID.get(status, _ELSE)
    vem = request.scope.get("user")
    tell(request.scope, stoppvakt)
    context = {"rubrik": rubrik, "text": text, "vem": vem, "behallet": kept, "dit": request.scope["path"]}
    context |= {"ring": ring.number("") if status == 429 or status >= 500 else "", "ut": status == 401}
    return Template("fel.html", context=context, status_code=status, headers=_headers(status, error))


def _kept(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """What a form of ours sent, where the page says that it is kept, and it could be read."""
    route = request.scope.get("route_handler")
    body = ScopeState.from_scope(request.scope).body
    if route is None or not route.opt.get(KEEPS) or not isinstance(body, bytes) or not from_here(request.headers):
        return []
    try:
        return [(name, value) for name, values in given(body).items() for value in values]
    except HTTPException:  # More inputs than any form of ours.
        return []


def _headers(status: int, error: Exception) -> dict[str, str]:
    headers = {"retry-after": str(after)} if (after := retry_after_s(error)) else {}
    # Who is too slow is not waited for to send the rest.
    return headers | ({"connection": "close"} if status == 408 else {})


def _status(error: Exception) -> int:
    if isinstance(error, InternalServerException) and error.detail == _LEFT:
        return 400  # Nobody reads it, and it is no fault of the hub's.
    return error.status_code if isinstance(error, HTTPException) else problem_of(error).status


def _to_login(request: Request[Any, Any, Any]) -> Response[Any]:
    address = f"{ROOT}/logga-in"
    if request.headers.get("hx-request"):
        return Response(b"", status_code=401, headers={"hx-redirect": address})
    return Redirect(address, status_code=303)
