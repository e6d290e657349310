"""T2: the letter to a person, step by step: whom it is to, what each source authority hides of its own, and the letter.

The number is entered once. From then on what is asked is held here under a text that nobody can read.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from litestar import Request, get, post
from litestar.response import Template

from samverkanshub.domain.errors import Forbidden, HubError, Refused
from samverkanshub.entrypoints.web import brevet, fragor, omfattningar
from samverkanshub.entrypoints.web.fragor import FEL, SIDOR
from samverkanshub.entrypoints.web.inloggad import Inloggad
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.granskning import OPT, Form, Granskare, Ifyllt, Web, all_of, pages, who
from samverkanshub.pipeline.granskning.brev import days_told
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sekretessbeslut

PERSON: Final = "person"
BREV: Final = "brev"
UNDECIDED: Final = (
    "Varje myndighet ska ha prövat sina uppgifter innan brevet skrivs, också dem som har kommit sedan den tillfrågades."
)
PATH: Final = "/granskning/brev"
LARGEST: Final = 1_000_000
"""Bytes of a form: all rows about somebody, as shown and as hidden, some 85 each."""

Asking = Request[Inloggad, Any, Any]


@get(PATH, opt=OPT)
async def form(request: Asking, services: Web) -> Template:
    """The form: whom the letter is to."""
    vem = await who(request, services)
    return _form(vem, Ifyllt(fragor.given(SIDOR[PERSON], {}), vem.chosen({})))


@post(PATH, opt=OPT, status_code=200)
async def asked(request: Asking, services: Web, data: Form) -> Template:
    """What the letter may tell, for each source authority to decide on; or the form again, with what is wrong in it."""
    vem = await who(request, services)
    filled = Ifyllt(fragor.given(SIDOR[PERSON], data), vem.chosen(data))
    lacking = fragor.lacking(SIDOR[PERSON], filled.varden)
    if lacking:
        return _form(vem, Ifyllt(filled.varden, filled.omfattning, lacking))
    given = msgspec.convert({**filled.varden, "omfattning": filled.omfattning}, Fraga)
    try:
        rows = await _rows(vem, services, PERSON, given)
    except HubError as error:
        falt = error.falt.removeprefix("/")
        if isinstance(error, Forbidden) or falt not in filled.varden:
            raise
        return _form(vem, Ifyllt(filled.varden, filled.omfattning, {falt: FEL[falt]}))
    return await _decide(vem, services, given, rows)


@post(f"{PATH}/skriv", opt=OPT, status_code=200, request_max_body_size=LARGEST)
async def written(request: Asking, services: Web) -> Template:
    """The letter; or what is to be decided on again, where a source authority has not."""
    vem, data = await who(request, services), await request.form()
    _, given = await services.granskning.held(vem.caller, str(data.get("fortsatt", "")))
    dolda = [str(rad) for rad in data.getall("dolj", [])]
    beslut = brevet.decisions(given.beslut, map(str, data.getall("provad", [])), dolda)
    try:
        told = await _rows(vem, services, BREV, msgspec.structs.replace(given, beslut=beslut))
    except Refused as error:
        if error.falt != "/beslut":
            raise
        given = msgspec.structs.replace(given, beslut=())
        return await _decide(vem, services, given, await _rows(vem, services, PERSON, given), beslut, dolda, UNDECIDED)
    return Template("brev_text.html", context={"vem": vem.vem, "stycken": [row["text"] for row in told]})


async def _rows(vem: Granskare, services: WebServices, fraga: str, given: Fraga) -> list[Rad]:
    """All of an answer."""
    return [row async for page in pages(vem, services, fraga, all_of(given)) for row in page.rader]


# ---------------------------------------------------------------------------------------------------------- as pages


def _form(vem: Granskare, filled: Ifyllt) -> Template:
    shown = {falt.namn: "" if falt.dold else filled.varden[falt.namn] for falt in SIDOR[PERSON].falt}
    context = {
        **_shared(vem),
        "falten": SIDOR[PERSON].falt,
        "varden": shown,
        "fel": filled.fel,
        "omfattning": filled.omfattning,
        "omfattningar": [(one, omfattningar.told(one)) for one in vem.scopes],
    }
    return Template("brev.html", context=context, status_code=422 if filled.fel else 200)


async def _decide(
    vem: Granskare,
    services: WebServices,
    given: Fraga,
    rows: list[Rad],
    beslut: Iterable[Sekretessbeslut] = (),
    dolda: Iterable[str] = (),
    fel: str = "",
) -> Template:
    """What is to be decided on. Which rows that is goes with the question, so that nothing else is taken as decided."""
    held = msgspec.structs.replace(given, beslut=brevet.shown(rows))
    fortsatt = await services.granskning.hold(vem.caller, PERSON, held)
    told = brevet.sources(rows, beslut, dolda)
    context = {**_shared(vem), "kallor": told, "dagar": days_told(given), "fortsatt": fortsatt, "fel": fel}
    return Template("brev_prova.html", context=context, status_code=422 if fel else 200)


def _shared(vem: Granskare) -> Mapping[str, Any]:
    return {"vem": vem.vem, "fragor": SIDOR.values(), "brev": True}


HANDLERS: Final = [form, asked, written]
