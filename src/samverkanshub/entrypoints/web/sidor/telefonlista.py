"""Whom to telephone in each municipality while the hub is stopped: one page, to print beforehand (B1)."""

from typing import Any, Final

from litestar import Request, get
from litestar.response import Template

from samverkanshub.entrypoints.web import telefoner
from samverkanshub.entrypoints.web.inloggad import AKTOR, OPERATOR, Inloggad
from samverkanshub.entrypoints.web.sidor.drift import Web
from samverkanshub.entrypoints.web.skydd import ROLES

OF_BOTH: Final = frozenset({AKTOR, OPERATOR})


@get("/telefonlista", opt={ROLES: OF_BOTH})
async def page(request: Request[Inloggad, Any, Any], services: Web) -> Template:
    """The list as of now, and what to do meanwhile."""
    katalog = (await services.regelverk.current()).katalog
    context = {
        "vem": request.user,
        "kommuner": telefoner.told(katalog, services.ring),
        "lan": services.ring.number(""),
        "nu": services.clock.now_ms(),
    }
    return Template("telefonlista.html", context=context)


HANDLERS: Final = [page]
