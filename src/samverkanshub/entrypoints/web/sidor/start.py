"""The first page: where each role has its work."""

from typing import Any, Final

from litestar import Request, get
from litestar.response import Redirect

from samverkanshub.entrypoints.web.inloggad import AKTOR, OPERATOR, REVISOR, Inloggad
from samverkanshub.entrypoints.web.sidor.meny import home
from samverkanshub.entrypoints.web.skydd import ROLES

EVERYONE: Final = frozenset({AKTOR, OPERATOR, REVISOR})


@get("/", opt={ROLES: EVERYONE})
async def start(request: Request[Inloggad, Any, Any]) -> Redirect:
    """On to the role's own first page."""
    return Redirect(home(request.user.roll), status_code=303)


HANDLERS: Final = [start]
