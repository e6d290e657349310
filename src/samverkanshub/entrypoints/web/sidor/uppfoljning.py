"""Operators and auditors follow the work up: tables with nobody in them, as a chart, as a table and as CSV (T4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import SkipValidation
from litestar.response import Template

from samverkanshub.codec.tabell import to_csv
from samverkanshub.domain.tid import swedish_day
from samverkanshub.domain.uppfoljning.tabeller import RAKNINGAR, Tabell, tables
from samverkanshub.domain.uppfoljning.visad import SUMMA, Visad
from samverkanshub.entrypoints.web.inloggad import OPERATOR, REVISOR, Inloggad
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.skydd import ROLES
from samverkanshub.entrypoints.web.staplar import BAR, DOLT, LEFT, WIDTH, drawn
from samverkanshub.pipeline.uppfoljning import Lage

OF_BOTH: Final = frozenset({OPERATOR, REVISOR})
OPT: Final = {ROLES: OF_BOTH}
TABELLER: Final[Mapping[str, Tabell]] = {one.id: one for one in tables()}
VAL: Final = tuple((one.namn, [t for t in TABELLER.values() if t.rakning is one]) for one in RAKNINGAR)
"""The closed list, by what is counted, to choose from."""
MATT: Final = {"bredd": WIDTH, "vanster": LEFT, "stapel": BAR}
FEL: Final[Mapping[str, str]] = {
    "ar": "Det finns inga tal för det året. Välj ett år i listan.",
    "tabell": "Det finns ingen sådan tabell. Välj en tabell i listan.",
}

Web = NamedDependency[SkipValidation[WebServices]]
Asking = Request[Inloggad, Any, Any]


@dataclass(frozen=True, slots=True)
class Valt:
    """What is asked for, the latest year's first table where nothing is; and what is wrong with it, by field."""

    ar: str
    tabell: str
    fel: Mapping[str, str] = field(default_factory=dict)


def chosen(query: Mapping[str, str], lage: Lage) -> Valt:
    """What an address asks for. Nobody is named in it."""
    ar = query.get("ar") or str(lage.ar[-1] if lage.ar else "")
    tabell = query.get("tabell") or next(iter(TABELLER))
    right = {"ar": not lage.ar or ar in map(str, lage.ar), "tabell": tabell in TABELLER}
    return Valt(ar, tabell, {name: FEL[name] for name, ok in right.items() if not ok})


@get("/uppfoljning", opt=OPT)
async def page(request: Asking, services: Web) -> Template:
    """A table of a year, with its chart; or the form alone, with what is wrong in it."""
    lage = await services.uppfoljning.lage()
    valt = chosen(request.query_params, lage)
    visad = await services.uppfoljning.tabell(int(valt.ar), valt.tabell) if lage.ar and not valt.fel else None
    nu = services.clock.now_ms()
    context = {
        "vem": request.user,
        "lage": lage,
        "valt": valt,
        "val": VAL,
        "visad": visad,
        "pagar": visad is not None and visad.ar == swedish_day(nu).year,
        "diagram": drawn(visad) if visad else None,
        "matt": MATT,
        "dolt": DOLT,
    }
    return Template("uppfoljning.html", context=context, status_code=422 if valt.fel else 200)


@get("/uppfoljning/csv", opt=OPT)
async def as_csv(request: Asking, services: Web) -> Response[bytes]:
    """The same table as a file, whose name says which and of what year."""
    lage = await services.uppfoljning.lage()
    valt = chosen(request.query_params, lage)
    if valt.fel or not lage.ar:
        raise NotFoundException("okand-tabell")
    visad = await services.uppfoljning.tabell(int(valt.ar), valt.tabell)
    name = f"uppfoljning-{valt.tabell}-{valt.ar}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(written(visad), media_type="text/csv", headers=headers)


def written(visad: Visad) -> bytes:
    """T4: a table as CSV, with its sums; a figure that is not shown on the page is not in it."""
    names = (visad.tabell.rader.namn, *visad.kolumner, SUMMA)
    rows = ((rad.namn, *map(_told, rad.celler), _told(rad.summa)) for rad in visad.rader)
    return to_csv(names, (dict(zip(names, row, strict=True)) for row in rows))


def _told(cell: int | None) -> int | str:
    return DOLT if cell is None else cell


HANDLERS: Final = [page, as_csv]
