"""Auditors' questions: one address for all, asked with POST, so that no id and no number stands in an address."""

from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Response, post
from litestar.params import FromPath, JSONBody, QueryParameter

from samverkanshub.codec.tabell import to_csv, to_jsonl
from samverkanshub.entrypoints.http.auth import AUDIT
from samverkanshub.entrypoints.http.documents import errors
from samverkanshub.entrypoints.http.routes import Call, InjectedServices
from samverkanshub.pipeline.granskning.fraga import Fraga, Sida

CURSOR: Final = "samverkan-markor"
"""The header with the cursor to go on from, where the body holds rows alone."""
FURTHER: Final = "samverkan-vidare"
"""The header that is 1 where there may be more though the page is not full."""


class Svar(msgspec.Struct, frozen=True):
    """A page of an answer: its columns, its rows by column, and the cursor to go on from.

    No rows is the end, unless it is `vidare`: then the hub looked as far as it does for one page, and there may be more
    after the cursor.
    """

    kolumner: tuple[str, ...]
    rader: list[dict[str, Any]]
    markor: str
    vidare: bool


@post("/granskning/{fraga:str}", status_code=200, opt={AUDIT: True}, responses=errors(400, 404, 422))
async def ask(
    request: Call,
    fraga: FromPath[str],
    data: JSONBody[Fraga],
    services: InjectedServices,
    format: Annotated[Literal["json", "csv", "jsonl"], QueryParameter()] = "json",
) -> Response[Any]:
    """Ask what happened, as an auditor: a page of rows, as JSON, CSV or JSON Lines. The question is kept."""
    found = await services.granskning.ask(request.user, fraga, data)
    if format == "json":
        return Response(Svar(found.kolumner, found.rader, found.markor, found.vidare))
    return _exported(found, format)


def _exported(found: Sida, format: str) -> Response[bytes]:
    table = format == "csv"
    content = to_csv(found.kolumner, found.rader) if table else to_jsonl(found.rader)
    kind = "text/csv" if table else "application/jsonl"
    return Response(content, media_type=kind, headers={CURSOR: found.markor, FURTHER: str(int(found.vidare))})
