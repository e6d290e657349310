"""Auditors search, read and export what happened within their scope. Every look is a question, and is kept as one."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, FromPath, SkipValidation
from litestar.response import Redirect, Stream, Template

from samverkanshub.codec.tabell import to_csv, to_jsonl
from samverkanshub.domain.errors import Forbidden, HubError, NotFound, Refused
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.tid import swedish_day
from samverkanshub.entrypoints.web import diagram, fragor, handelsen, omfattningar, svar
from samverkanshub.entrypoints.web.fragor import FEL, FIRST, SIDOR, Fragesida
from samverkanshub.entrypoints.web.inloggad import REVISOR, Inloggad, caller
from samverkanshub.entrypoints.web.koder import REGLER
from samverkanshub.entrypoints.web.ord import igen
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.meny import MENY
from samverkanshub.entrypoints.web.skydd import ROLES, ROOT, by_link_from_elsewhere
from samverkanshub.pipeline.granskning.fraga import MOST_ROWS, Fraga, Sida
from samverkanshub.pipeline.identity import Caller

OF_AUDITORS: Final = frozenset({REVISOR})
AT_ONCE: Final = 100
"""Rows on a page."""
WHOLE: Final = "undanhallet"
"""What is shown whole, since a chart is drawn of all of it."""
EXPORTS: Final[Mapping[str, str]] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
OPT: Final = {ROLES: OF_AUDITORS}

Web = NamedDependency[SkipValidation[WebServices]]
Asking = Request[Inloggad, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@dataclass(frozen=True, slots=True)
class Granskare:
    """Who looks, by which regelverk, and as whom they ask."""

    vem: Inloggad
    regelverk: Regelverk
    nu: int

    @property
    def caller(self) -> Caller:
        """As whom the questions are asked."""
        return caller(self.vem, self.regelverk)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes to choose among, an authority's first."""
        return omfattningar.held(self.regelverk, self.vem, self.nu)

    def chosen(self, form: Mapping[str, str]) -> str:
        """The scope that a form asks within; the first where it names none."""
        return form.get("omfattning") or self.scopes[0]


@dataclass(frozen=True, slots=True)
class Svar:
    """What there is to show of a question: a page of its answer, and the text to bring back for the next one."""

    sida: Sida
    fortsatt: str
    mer: bool


@dataclass(frozen=True, slots=True)
class Ifyllt:
    """A form: what stands in it, and what is wrong with it."""

    varden: Mapping[str, str]
    omfattning: str
    fel: Mapping[str, str] = field(default_factory=dict)


async def who(request: Asking, services: WebServices) -> Granskare:
    """Who looks."""
    return Granskare(request.user, await services.regelverk.current(), services.clock.now_ms())


# ---------------------------------------------------------------------------------------------------------- questions


@get("/granskning", opt=OPT)
async def first(request: Asking, services: Web) -> Template:
    """The form to search by."""
    return await _opened(SIDOR[FIRST], request, services)


@get("/granskning/{fraga:str}", opt=OPT)
async def opened(request: Asking, services: Web, fraga: FromPath[str]) -> Template:
    """A question's form; and its answer, where it needs nothing to be asked."""
    return await _opened(_known(fraga), request, services)


@post("/granskning/{fraga:str}", opt=OPT, status_code=200)
async def asked(request: Asking, services: Web, fraga: FromPath[str], data: Form) -> Template:
    """The first page of an answer; or the form again, with what is wrong in it."""
    sida, vem = _known(fraga), await who(request, services)
    form = Ifyllt(fragor.given(sida, data), vem.chosen(data))
    return await _asked(sida, vem, services, form)


@post("/granskning/fortsatt", opt=OPT, status_code=200)
async def further(request: Asking, services: Web, data: Form) -> Template:
    """The next page of an answer."""
    vem = await who(request, services)
    fraga, given = await services.granskning.held(vem.caller, data.get("fortsatt", ""))
    answer = await _answer(vem, services, fraga, msgspec.structs.replace(given, markor=data.get("markor", "")))
    sida = _known(fraga)
    varden = {falt.namn: getattr(given, falt.namn) for falt in sida.falt}
    return _page(sida, vem, Ifyllt(varden, given.omfattning), answer)


@post("/granskning/export", opt=OPT, status_code=200)
async def export(request: Asking, services: Web, data: Form) -> Response[Any]:
    """All of an answer as a file, whose name says the question and the day."""
    vem, form = await who(request, services), data.get("format", "")
    if form not in EXPORTS:
        raise NotFoundException("okant-format")
    fraga, given = await services.granskning.held(vem.caller, data.get("fortsatt", ""))
    start = await services.granskning.ask(vem.caller, fraga, all_of(given))
    name = f"granskning-{fraga}-{swedish_day(vem.nu)}.{form}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Stream(_written(vem, services, fraga, given, start, form), media_type=EXPORTS[form], headers=headers)


async def _written(
    vem: Granskare, services: WebServices, fraga: str, given: Fraga, start: Sida, form: str
) -> AsyncIterator[bytes]:
    """Page after page; where one cannot be read the file breaks off, and the browser says so."""
    yield to_csv(start.kolumner, start.rader) if form == "csv" else to_jsonl(start.rader)
    async for page in _after(start, vem, services, fraga, given):
        yield to_csv(page.kolumner, page.rader, names=False) if form == "csv" else to_jsonl(page.rader)


@post("/granskning/forklaring", opt=OPT, status_code=200)
async def explained(request: Asking, services: Web, data: Form) -> Template:
    """One event, with everything that its decision cites."""
    vem = await who(request, services)
    asked_for = Fraga(handelse=data.get("handelse", ""), omfattning=vem.chosen(data), antal=MOST_ROWS)
    try:
        found, status = await services.granskning.ask(vem.caller, FIRST, asked_for), 200
    except (NotFound, Refused):
        found, status = Sida((), []), 404
    context = {
        "vem": vem.vem,
        "handelse": handelsen.told(found, names(vem.regelverk, found)),
        "omfattning": vem.chosen(data),
        "tidslinje": _has_timeline(),
    }
    return Template("granskning_handelse.html", context=context, status_code=status)


def names(regelverk: Regelverk, found: Sida) -> dict[str, str]:
    """The provisions' names, where it is the regelverk in force that was judged by; another's may say otherwise."""
    if not found.rader or found.rader[0]["regelverk"] != regelverk.digest:
        return {}
    return {row.id: f"{row.kalla}, {row.namn}" for row in regelverk.bestammelser}


@post("/granskning/incidentbeslut", opt=OPT)
async def decided(request: Asking, services: Web, data: Form) -> Redirect:
    """Decide on telling of an incident, and see them all."""
    vem = await who(request, services)
    given = Fraga(
        handelse=data.get("handelse", ""), anmalan=data.get("anmalan", ""), omfattning=omfattningar.own(vem.vem)
    )
    await services.granskning.ask(vem.caller, "incidentbeslut", given)
    return Redirect(f"{ROOT}/granskning/incidenter", status_code=303)


# ------------------------------------------------------------------------------------------------------------- answers


def _known(fraga: str) -> Fragesida:
    if fraga not in SIDOR:
        raise NotFoundException("okand-fraga")
    return SIDOR[fraga]


async def _opened(sida: Fragesida, request: Asking, services: WebServices) -> Template:
    """What another site's link opens asks nothing: what is asked is kept as the auditor's own question."""
    vem = await who(request, services)
    form = Ifyllt(fragor.at_first(sida, swedish_day(vem.nu)), vem.chosen({}))
    at_once = sida.genast and not by_link_from_elsewhere(request.headers)
    return await _asked(sida, vem, services, form) if at_once else _page(sida, vem, form)


async def _asked(sida: Fragesida, vem: Granskare, services: WebServices, form: Ifyllt) -> Template:
    lacking = fragor.lacking(sida, form.varden)
    if lacking:
        return _page(sida, vem, Ifyllt(form.varden, form.omfattning, lacking), status=422)
    given = msgspec.convert({**form.varden, "omfattning": form.omfattning, "antal": AT_ONCE}, Fraga)
    try:
        return _page(sida, vem, form, await _answer(vem, services, sida.fraga, given))
    except HubError as error:
        falt = error.falt.removeprefix("/")
        if isinstance(error, Forbidden) or falt not in form.varden:
            raise
        return _page(sida, vem, Ifyllt(form.varden, form.omfattning, {falt: FEL[falt]}), status=422)


async def _answer(vem: Granskare, services: WebServices, fraga: str, given: Fraga) -> Svar:
    if fraga == WHOLE:
        start = await services.granskning.ask(vem.caller, fraga, all_of(given))
        rows = [*start.rader]
        async for page in _after(start, vem, services, fraga, given):
            rows += page.rader
        sida, more = Sida(start.kolumner, rows), False
    else:
        sida = await services.granskning.ask(vem.caller, fraga, given)
        more = sida.vidare or len(sida.rader) == given.antal
    asked_for = msgspec.structs.replace(given, markor="")
    return Svar(sida, await services.granskning.hold(vem.caller, fraga, asked_for), more)


def all_of(given: Fraga) -> Fraga:
    """The question, from the first row on and as many at a time as there may be."""
    return msgspec.structs.replace(given, antal=MOST_ROWS, markor="")


async def pages(vem: Granskare, services: WebServices, fraga: str, given: Fraga) -> AsyncIterator[Sida]:
    """Every page of an answer, the first one too."""
    start = await services.granskning.ask(vem.caller, fraga, given)
    yield start
    async for page in _after(start, vem, services, fraga, given):
        yield page


async def _after(start: Sida, vem: Granskare, services: WebServices, fraga: str, given: Fraga) -> AsyncIterator[Sida]:
    """The pages after a first one of as many rows as there may be, or of as many records as are looked at."""
    page = start
    while page.vidare or len(page.rader) == MOST_ROWS:
        further = msgspec.structs.replace(all_of(given), markor=page.markor)
        page = await services.granskning.ask(vem.caller, fraga, further)
        yield page


def _page(sida: Fragesida, vem: Granskare, form: Ifyllt, svaret: Svar | None = None, status: int = 200) -> Template:
    shown = {falt.namn: "" if falt.dold else igen(form.varden[falt.namn]) for falt in sida.falt}
    context = {
        "vem": vem.vem,
        "nu": vem.nu,
        "fraga": sida,
        "fragor": SIDOR.values(),
        "varden": shown,
        "fel": form.fel,
        "omfattning": form.omfattning,
        "omfattningar": [(one, omfattningar.told(one)) for one in vem.scopes],
        "listor": {"namn": omfattningar.names(vem.regelverk, vem.scopes), "regler": REGLER.items()},
        "beslutar": sida.fraga == "incidenter" and form.omfattning == omfattningar.own(vem.vem),
        "tidslinje": _has_timeline(),
        "svar": svaret,
        "tabell": svar.told(sida.fraga, svaret.sida, vem.nu) if svaret else None,
        "diagram": _drawn(svaret.sida, vem, form) if svaret and sida.fraga == WHOLE else (),
    }
    return Template("granskning.html", context=context, status_code=status)


def _drawn(sida: Sida, vem: Granskare, form: Ifyllt) -> tuple[diagram.Diagram, ...]:
    """By month, of the days that were asked about; until tomorrow where no end was given."""
    fran, till = (date.fromisoformat(form.varden[name]) if form.varden[name] else None for name in ("fran", "till"))
    return diagram.by_reason(sida.rader, fran, till or swedish_day(vem.nu) + timedelta(days=1))


def _has_timeline() -> bool:
    """Is there a page that shows an event in its ärende?"""
    return any(lank.sida == "tidslinje" for lank in MENY.get(REVISOR, ()))


HANDLERS: Final = [first, opened, asked, further, export, explained, decided]
