"""An ärende as a timeline, for auditors: the picture, the decision they choose in it, its proof, and how it stood then.

Everything is asked with POST, so that no id and no number stands in an address. Every look is kept before it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Template

from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.web import handelsen, omfattningar, tankom, teckning, tidslinjen
from samverkanshub.entrypoints.web.fragor import FEL, SAKNAS
from samverkanshub.entrypoints.web.ord import igen
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.granskning import OPT, Asking, Form, Granskare, Web, names, who
from samverkanshub.pipeline.granskning.fraga import MOST_ROWS, Fraga
from samverkanshub.pipeline.tidslinje.tank_om import Provat
from samverkanshub.pipeline.tidslinje.tjanst import Arende, Bild, Forklarat

FIELDS: Final = ("handelse", "nummer", "fran", "till")
HIDDEN: Final = "nummer"
"""What is entered and never shown again."""


@dataclass(frozen=True, slots=True)
class Ifyllt:
    """What stands in the form, and what is wrong with it."""

    varden: Mapping[str, str]
    omfattning: str
    fel: Mapping[str, str] = field(default_factory=dict)

    @property
    def fraga(self) -> Fraga:
        """What is asked; by the event where both are given."""
        number = "" if self.varden["handelse"] else self.varden[HIDDEN]
        return msgspec.convert({**self.varden, HIDDEN: number, "omfattning": self.omfattning}, Fraga)


@dataclass(frozen=True, slots=True)
class Visat:
    """What there is to show: ärenden to choose among, or one of them with what was chosen in it."""

    arenden: tuple[Arende, ...] = ()
    bild: Bild | None = None
    val: str = ""
    forklarat: Forklarat | None = None
    provat: Provat | None = None


@get("/tidslinje", opt=OPT)
async def opened(request: Asking, services: Web) -> Template:
    """The form to choose an ärende by."""
    vem = await who(request, services)
    return _page(vem, Ifyllt(dict.fromkeys(FIELDS, ""), vem.chosen({})))


@post("/tidslinje", opt=OPT, status_code=200)
async def shown(request: Asking, services: Web, data: Form) -> Template:
    """The picture, and what is chosen in it; or the form again, with what is wrong in it."""
    vem = await who(request, services)
    form = Ifyllt({name: data.get(name, "").strip() for name in FIELDS}, vem.chosen(data))
    if not form.varden["handelse"] and not form.varden[HIDDEN]:
        return _page(vem, Ifyllt(form.varden, form.omfattning, {"handelse": SAKNAS}), status=422)
    try:
        return _page(vem, form, await _found(vem, services, form, data), data)
    except HubError as error:
        falt = error.falt.removeprefix("/")
        if falt not in form.varden:
            raise
        return _page(vem, Ifyllt(form.varden, form.omfattning, {falt: FEL[falt]}), status=422)


@post("/tidslinje/bevis", opt=OPT, status_code=200)
async def evidence(request: Asking, services: Web, data: Form) -> Response[bytes]:
    """The evidence of a decision, for whoever may read all of it. Its name tells where in the log it is, no more."""
    vem = await who(request, services)
    bevisat = (await _explained(vem, services, data.get("val", ""), vem.chosen(data))).bevisat
    if not bevisat.fil:
        raise NotFoundException("inget-bevis")
    name = f"beslut-{bevisat.partition}-{bevisat.position}.tlog-proof"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(bevisat.fil, media_type="application/octet-stream", headers=headers)


async def _found(vem: Granskare, services: WebServices, form: Ifyllt, data: Mapping[str, str]) -> Visat:
    given = form.fraga
    if not given.handelse:
        arenden = await services.tidslinjer.arenden(vem.caller, given)
        if len(arenden) != 1:
            return Visat(arenden)
        given = Fraga(handelse=arenden[0].handelse_id, fran=given.fran, till=given.till, omfattning=given.omfattning)
    val, utan = data.get("val", ""), data.get("utan", "")
    found = await services.tidslinjer.bild(vem.caller, given)
    explained = await _explained(vem, services, val, given.omfattning) if val else None
    asked = Fraga(handelse=given.handelse, omfattning=given.omfattning)
    thought = tankom.thought(utan, data.get("fran_handelse", ""))
    provat = await services.tidslinjer.tank_om(vem.caller, asked, thought) if utan else None
    return Visat((), found, val, explained, provat)


async def _explained(vem: Granskare, services: WebServices, val: str, omfattning: str) -> Forklarat:
    given = Fraga(handelse=val, omfattning=omfattning, antal=MOST_ROWS)
    return await services.tidslinjer.forklara(vem.caller, given)


# ------------------------------------------------------------------------------------------ the page


def _page(
    vem: Granskare,
    form: Ifyllt,
    visat: Visat | None = None,
    data: Mapping[str, str] | None = None,
    status: int = 200,
) -> Template:
    context = {
        "vem": vem.vem,
        "nu": vem.nu,
        "varden": {**{name: igen(text) for name, text in form.varden.items()}, HIDDEN: ""},
        "fel": form.fel,
        "omfattning": form.omfattning,
        "omfattningar": [(one, omfattningar.told(one)) for one in vem.scopes],
        "legend": tidslinjen.TECKEN,
        "visat": visat,
        "arenden": [(one, tidslinjen.typ(one.typ)) for one in visat.arenden] if visat else [],
        **_drawn(visat),
        **_chosen(vem, visat),
        **_thought(vem, visat, data or {}),
    }
    return Template("tidslinje.html", context=context, status_code=status)


def _drawn(visat: Visat | None) -> dict[str, Any]:
    if visat is None or visat.bild is None:
        return {"bild": None}
    found = visat.bild.tidslinje
    others = tankom.differing(visat.provat) if visat.provat else frozenset[str]()
    return {
        "bild": visat.bild,
        "teckning": teckning.drawn(found, tidslinjen.ORD, visat.val, others),
        "tabeller": tidslinjen.tables(found, visat.val, others),
    }


def _thought(vem: Granskare, visat: Visat | None, data: Mapping[str, str]) -> dict[str, Any]:
    if visat is None or visat.bild is None:
        return {"utan": []}
    found = visat.bild.tidslinje
    return {
        "utan": tankom.choices(found, vem.regelverk),
        "fran": tankom.starts(found),
        "valt_utan": data.get("utan", ""),
        "valt_fran": data.get("fran_handelse", ""),
        "provat": visat.provat,
        "skillnader": tankom.table(visat.provat) if visat.provat else None,
        "ej": tankom.EJ.get(visat.provat.utfall, "") if visat.provat else "",
    }


def _chosen(vem: Granskare, visat: Visat | None) -> dict[str, Any]:
    if visat is None or visat.bild is None or visat.forklarat is None:
        return {"handelse": None}
    sida = visat.forklarat.sida
    return {
        "handelse": handelsen.told(sida, names(vem.regelverk, sida)),
        "val": visat.val,
        "bevisat": visat.forklarat.bevisat,
        "da": tidslinjen.then(visat.bild.tidslinje, visat.val),
    }


HANDLERS: Final = [opened, shown, evidence]
