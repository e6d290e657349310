"""Sending by form: what a system would send, with the same validation; and what would become of it, before it is sent.

Nothing of a form is kept here between requests: what was typed goes back to who typed it, with what is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, SkipValidation
from litestar.response import Template

from samverkanshub.client.tokens import fresh_id
from samverkanshub.codec.schemas import Schemas, default_schemas
from samverkanshub.codec.shape import PERSONS
from samverkanshub.domain.consent_form import GIVEN
from samverkanshub.domain.errors import Conflict, HubError, NotFound, Refused
from samverkanshub.domain.events import MESSAGES, OROSANMALAN, SAMTYCKE_ANDRAT
from samverkanshub.domain.ids import event_id
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.senders import may_ever_register, registers_provisionally
from samverkanshub.domain.tid import iso_day
from samverkanshub.entrypoints.http.problems import problem_of
from samverkanshub.entrypoints.http.publishing import KEEPS, LARGEST_BODY
from samverkanshub.entrypoints.http.services import Receipt
from samverkanshub.entrypoints.web.aktorsord import varning
from samverkanshub.entrypoints.web.blankett.beskrivning import Blankett
from samverkanshub.entrypoints.web.blankett.fel import BY_ANOTHER, NO_ANSWER, Fel, fel, missing
from samverkanshub.entrypoints.web.blankett.handlingar import HANDLINGAR
from samverkanshub.entrypoints.web.blankett.meddelanden import MEDDELANDEN
from samverkanshub.entrypoints.web.blankett.ord import BLANKETTER
from samverkanshub.entrypoints.web.blankett.personfakta import PERSONFAKTA
from samverkanshub.entrypoints.web.blankett.rita import RADER, Del, rita, with_error
from samverkanshub.entrypoints.web.blankett.samtycken import HUR, SAMTYCKEN
from samverkanshub.entrypoints.web.blankett.tolka import Given, by_another, data, first, given, uuid
from samverkanshub.entrypoints.web.blankett.urval import urval
from samverkanshub.entrypoints.web.inloggad import Inloggad, caller
from samverkanshub.entrypoints.web.konsol import VERSION, identity, signed, unsigned
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.inkorg import OF_ACTORS
from samverkanshub.entrypoints.web.skydd import ROLES
from samverkanshub.entrypoints.web.utfall import utfall
from samverkanshub.pipeline.identity import Caller
from samverkanshub.ports import Unavailable

LARGEST: Final = 3 * LARGEST_BODY
"""A letter takes up to three times as much in a form as in the event that is made of it, and some twice that."""
SKICKA: Final = "skicka"
BEDOM: Final = "bedom"
FLER: Final = "fler:"
"""What the form's buttons ask for; any other shows it again with what is in it."""
REFUSED: Final = "avvisad"
HOW: Final = frozenset(falt.namn for falt in HUR.falt)
LACKING: Final = ("saknas", "generellt-samtycke")
"""Codes of what is not filled in."""

Web = NamedDependency[SkipValidation[WebServices]]
Call = Request[Inloggad, Any, Any]


@dataclass(frozen=True, slots=True)
class Ifylld:
    """A form with what is typed in it, for the one who types it."""

    blankett: Blankett
    vem: Inloggad
    who: Caller
    regelverk: Regelverk
    schemas: Schemas
    data: dict[str, Any]
    rader: Mapping[str, int]
    id: str
    nu: int

    @property
    def typ(self) -> str:
        """The type of event."""
        return self.blankett.typ

    def delar(self) -> tuple[Del, ...]:
        """The form as it is shown."""
        choices = urval(self.regelverk, self.typ, self.who.enhet, self.nu)
        return rita(self.schemas.data(self.typ, VERSION), self.blankett, self.data, choices, self.rader)


@get("/skicka", opt={ROLES: OF_ACTORS})
async def which(request: Call, services: Web) -> Template:
    """What the unit can send. What is about something already sent or received is reached from there."""
    regelverk = await services.regelverk.current()
    enhet = regelverk.katalog.unit_of(request.user.lasargrupp)
    fakta = tuple(one for one in PERSONFAKTA if may_ever_register(one.typ, enhet))
    groups = {
        "Meddelanden": MEDDELANDEN,
        "Samtycken": SAMTYCKEN,
        "Uppgifter om personer": fakta,
        "Ärenden": HANDLINGAR,
    }
    return Template("skicka.html", context={"vem": request.user, "grupper": groups})


@get("/skicka/{typ:str}", opt={ROLES: OF_ACTORS})
async def empty(request: Call, typ: FromPath[str], services: Web) -> Template:
    """The form of a type, with nothing in it but what would be the same for all."""
    form = await _form(request, typ, services, {})
    return _page(form, services)


@post("/skicka/{typ:str}", status_code=200, opt={ROLES: OF_ACTORS, KEEPS: True}, request_max_body_size=LARGEST)
async def filled(request: Call, typ: FromPath[str], services: Web) -> Template:
    """What the button says: send it, ask about it, show more rows of it, or show it with what came from elsewhere."""
    sent = given(await request.body())
    form, wanted = await _form(request, typ, services, sent), first(sent, "gor")
    if wanted == SKICKA and by_another(sent, request.user.skriver):
        fel = [Fel("", "", "", BY_ANOTHER)]
        return _page(replace(form, id=fresh_id()), services, fel=fel, status=409)
    if wanted == SKICKA:
        return await _sent(form, services)
    if wanted == BEDOM and form.typ in MESSAGES:
        return await _assessed(form, services, part=bool(request.headers.get("hx-request")))
    if not wanted and form.typ == SAMTYCKE_ANDRAT:
        form = await _from_earlier(form, services, sent)
    if wanted.startswith(FLER):
        vag = wanted.removeprefix(FLER)
        form = replace(form, rader={**form.rader, vag: form.rader.get(vag, 1) + 1})
    return _page(form, services)


async def _form(request: Call, typ: str, services: WebServices, sent: Given) -> Ifylld:
    blankett = BLANKETTER.get(typ)
    if blankett is None:
        raise HTTPException(status_code=404)
    schemas, regelverk = default_schemas(), await services.regelverk.current()
    who, now = caller(request.user, regelverk), services.clock.now_ms()
    return Ifylld(
        blankett=blankett,
        vem=request.user,
        who=who,
        regelverk=regelverk,
        schemas=schemas,
        data=data(schemas.data(typ, VERSION), sent) if sent else _first_shown(typ, who, regelverk, now),
        rader=_rows(sent),
        id=first(sent, "_id") or fresh_id(),
        nu=now,
    )


def _first_shown(typ: str, who: Caller, regelverk: Regelverk, now: int) -> dict[str, Any]:
    """What most would choose: own municipality, the duty of one's unit (B1), one's own unit as who assessed, and
    provisional where one's unit registers nothing else (K8, P6)."""
    own = next((id_ for id_, aktor in regelverk.katalog.kommuner.items() if aktor == who.aktor), "")
    if typ == OROSANMALAN:
        bound = regelverk.katalog.enheter[who.enhet].duty_bound(iso_day(now))
        return {"kommun": own} | ({"anmalarslag": "anmalningsskyldig"} if bound else {})
    if registers_provisionally(typ, regelverk.katalog.enheter[who.enhet]):
        return {"provisoriskt": True}
    return {"bedomd_av": who.enhet} if typ == "riskbedomning_delad" else {}


async def _from_earlier(form: Ifylld, services: WebServices, sent: Given) -> Ifylld:
    """K9: what is changed begins as it is: who it names by role alone, and not how it was given, which is told anew."""
    try:
        earlier = await services.deliver.own(form.who, uuid(sent, "samtycke"))
    except NotFound:
        return form
    if earlier["typ"] not in GIVEN:
        return form
    kept = {name: value for name, value in earlier["koder"].items() if name not in HOW}
    persons = [{"roll": roll} for roll in earlier["roller"]]
    return replace(form, data={**kept, PERSONS: persons, "samtycke": form.data["samtycke"]})


def _rows(sent: Given) -> dict[str, int]:
    found = {name.removeprefix(RADER): first(sent, name) for name in sent if name.startswith(RADER)}
    return {vag: int(number) for vag, number in found.items() if number.isdecimal() and len(number) <= 3}


# ---------------------------------------------------------------------------------------------------- asked about


async def _assessed(form: Ifylld, services: WebServices, *, part: bool) -> Template:
    """What would become of it: beside the form, or as a part of the page that is there."""
    wrong: Fel | None = None
    told = None
    try:
        body = await services.bedomning.assess(form.who, unsigned(form.who, form.typ, form.data, form.id))
        told = utfall(body, form.regelverk.katalog, form.typ, skulle=True)
    except (HubError, Unavailable) as error:
        wrong = _wrong(error, form.delar())
    context: dict[str, Any] = {"bedomning": told, "bedom_fel": wrong, "ring": _ring(form, services)}
    if part:
        return Template("bedomning_del.html", context=context)
    return _page(form, services, **context)


# ----------------------------------------------------------------------------------------------------------- sent


async def _sent(form: Ifylld, services: WebServices) -> Template:
    """Sent as a system's event is, and answered with what became of it; or the form again, with what is wrong."""
    who = identity(form.who, form.regelverk, services.nycklar, form.nu)
    try:
        body = signed(who, form.schemas, form.typ, form.data, form.id)
        receipt = await services.intake.publish(form.who, body)
    except (HubError, Unavailable) as error:
        return _refused(form, services, error)
    return await _receipt(form, services, receipt)


def _refused(form: Ifylld, services: WebServices, error: HubError | Unavailable) -> Template:
    """What was typed stays. What was sent before with other content keeps its id, and this gets one of its own."""
    delar, faults = form.delar(), _faults(form, error)
    earlier = event_id(form.who.aktor, form.id) if isinstance(error, Conflict) and error.falt == "/id" else ""
    form = replace(form, id=fresh_id()) if earlier else form
    for one in faults:
        delar = with_error(delar, one.plats, one.text) if one.plats else delar
    return _page(form, services, delar=delar, fel=faults, tidigare=earlier, status=problem_of(error).status)


def _faults(form: Ifylld, error: HubError | Unavailable) -> list[Fel]:
    """What the hub says, and where that is that something is missing, what else is."""
    delar = form.delar()
    first = _wrong(error, delar)
    if not first.plats or not isinstance(error, Refused) or error.code not in LACKING:
        return [first]
    others = missing(form.schemas.data(form.typ, VERSION), form.data, delar)
    return [first, *(one for one in others if one.plats != first.plats)]


def _wrong(error: HubError | Unavailable, delar: tuple[Del, ...]) -> Fel:
    return Fel("", "", "", NO_ANSWER) if isinstance(error, Unavailable) else fel(error, delar)


async def _receipt(form: Ifylld, services: WebServices, receipt: Receipt) -> Template:
    """What was answered, and what became of it as far as it is judged. What is taken in is never told as an error."""
    try:
        body = await services.deliver.outcome(form.who, receipt.handelse_id)
        told = utfall(body, form.regelverk.katalog, form.typ)
    except (HubError, Unavailable):
        told = None
    if receipt.dom == REFUSED:
        return _page(replace(form, id=fresh_id()), services, avvisad=told, status=422)
    context = {
        "vem": form.vem,
        "blankett": form.blankett,
        "kvitto": receipt,
        "varningar": [varning(kod) for kod in receipt.varningar],
        "utfall": told,
    }
    return Template("skickad.html", context=context)


# ----------------------------------------------------------------------------------------------------------- shown


def _page(form: Ifylld, services: WebServices, *, status: int = 200, **more: Any) -> Template:
    context = {
        "vem": form.vem,
        "blankett": form.blankett,
        "delar": form.delar() if "delar" not in more else (),
        "id": form.id,
        "fel": [],
        "tidigare": "",
        "avvisad": None,
        "ring": _ring(form, services),
        "nyckel": identity(form.who, form.regelverk, services.nycklar, form.nu) is not None,
        "far_skicka": may_ever_register(form.typ, form.regelverk.katalog.enheter[form.who.enhet]),
        "kan_bedomas": form.typ in MESSAGES,
        "bedomning": None,
        "bedom_fel": None,
        **more,
    }
    return Template("blankett.html", context=context, status_code=status)


def _ring(form: Ifylld, services: WebServices) -> str:
    """B1: whom to telephone about a child, in the municipality that is chosen; empty for other types."""
    return services.ring.number(str(form.data.get("kommun", ""))) if form.typ == OROSANMALAN else ""


HANDLERS: Final = [which, empty, filled]
