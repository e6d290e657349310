"""Errors as RFC 9457 problem details: one table from error to status, and never a word of the request in the answer.

`type` is the stable code (DESIGN.md, answers to a publisher). `detail` of our own errors names the input; Litestar's
own texts are replaced, since they repeat values and addresses.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException

from samverkanshub.codec import svar
from samverkanshub.domain.errors import Busy, Conflict, Forbidden, HubError, NotFound, Refused, Unauthenticated
from samverkanshub.entrypoints.http.stopp import Stopp
from samverkanshub.ports import Unavailable

PROBLEM_JSON: Final = "application/problem+json"
RETRY_AFTER_S: Final = 5
"""Seconds a caller is asked to wait when a server the hub depends on does not answer."""

OURS: Final = frozenset({"antal", "markor", "utan_innehavare", "slag", "enhet", "id", "format"})
"""Parameters that a refusal of the framework's may name."""
_NUMBER: Final = re.compile(r"\d{6}(?:\d{2})?[-+]?\d{4}")


class Problem(svar.Problem, omit_defaults=True):
    """The body of every error. `regel` cites the rule of RULES.md that refuses, where one does.

    `stopp`: where the hub does not answer, or has too much to do, the stops that were planned.
    """

    stopp: list[Stopp] = msgspec.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a class of errors becomes: status and title."""

    status: int
    title: str


INTERNAL: Final = Kind(500, "internal error")
TABLE: Final[Mapping[type[Exception], Kind]] = {
    Refused: Kind(422, "refused"),
    Unauthenticated: Kind(401, "not authenticated"),
    Forbidden: Kind(403, "not allowed"),
    NotFound: Kind(404, "not found"),
    Conflict: Kind(409, "conflict"),
    Busy: Kind(429, "too much at once"),
    Unavailable: Kind(503, "not available"),
}
"""The one table from error to status; the first class an error is an instance of, in its own order of inheritance."""

BY_CODE: Final[Mapping[str, Kind]] = {
    "ej-json": Kind(400, "malformed"),
    "ej-cloudevent": Kind(400, "malformed"),
    "dubbelt-namn": Kind(400, "malformed"),
    "for-stor": Kind(413, "too large"),
}
"""Refusals of a body that could not be read at all, or was too large to; they go before the table."""

FRAMEWORK: Final[Mapping[int, tuple[str, str, str]]] = {
    400: ("ogiltig", "malformed", "the request could not be read"),
    404: ("finns-ej", "not found", "there is nothing at this address"),
    405: ("fel-metod", "method not allowed", "this address does not take this method"),
    408: ("for-langsam", "too slow", "the body did not come in time"),
    413: ("for-stor", "too large", "the body is larger than 262144 bytes"),
    431: ("for-stort-huvud", "head too large", "the request's head is larger than 16384 bytes"),
    415: ("fel-medietyp", "unsupported media type", "the body's `content-type` is not one this address takes"),
}
"""Status to code, title and detail for what the framework itself refuses."""


def problem_of(error: Exception, ring: str = "") -> Problem:
    """The problem an error becomes. `ring` is the number to give where the error brings none of its own."""
    number = _ring_of(error) or ring
    if isinstance(error, HTTPException):
        return _of_framework(error, number)
    kind = _kind(error)
    if kind is INTERNAL:
        return Problem("internt-fel", kind.title, kind.status, "the hub failed; its log says how", ring=number)
    if isinstance(error, Unavailable):
        return Problem("ej-tillganglig", kind.title, kind.status, f"`{error.what}` does not answer", ring=number)
    return _of_hub(error, kind, number)


def titles() -> dict[int, str]:
    """Every status that an error can have, with its title."""
    ours = [*TABLE.values(), *BY_CODE.values(), INTERNAL]
    return {status: title for status, (_, title, _) in FRAMEWORK.items()} | {kind.status: kind.title for kind in ours}


def allowed(error: Exception) -> str:
    """The methods that an address takes, where it was asked with another."""
    return (error.headers or {}).get("allow", "") if isinstance(error, HTTPException) else ""


def retry_after_s(error: Exception) -> int:
    """Seconds after which to ask again, whole; 0 where that would not help."""
    if isinstance(error, Busy):
        return int(error.values["vanta_s"])
    return RETRY_AFTER_S if isinstance(error, Unavailable) else 0


def answer(problem: Problem, allow: str = "", retry_after: int = 0) -> Response[Problem]:
    """The HTTP response that carries a problem. Who is too slow is not waited for to send the rest."""
    headers = {"allow": allow} if allow else {}
    if retry_after:
        headers["retry-after"] = str(retry_after)
    if problem.status == 408:
        headers["connection"] = "close"
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(problem, status_code=problem.status, media_type=PROBLEM_JSON, headers=headers)


def _kind(error: Exception) -> Kind:
    if isinstance(error, Refused) and error.code in BY_CODE:
        return BY_CODE[error.code]
    return next((TABLE[cls] for cls in type(error).__mro__ if cls in TABLE), INTERNAL)


def _of_hub(error: Exception, kind: Kind, ring: str) -> Problem:
    assert isinstance(error, HubError)
    regel = str(error.values.get("regel", ""))
    return Problem(error.code, kind.title, kind.status, mask(error.detail), mask(error.falt), regel, ring)


def _of_framework(error: HTTPException, ring: str) -> Problem:
    known = FRAMEWORK.get(error.status_code)
    if known is None:
        return Problem("internt-fel", INTERNAL.title, INTERNAL.status, "the hub failed; its log says how", ring=ring)
    code, title, detail = known
    return Problem(code, title, error.status_code, detail, _framework_field(error.extra), ring=ring)


def _framework_field(extra: Any) -> str:
    """The parameter a framework refusal names: only where it is one of ours, so nothing of the request is repeated."""
    first = extra[0] if isinstance(extra, list) and extra else {}
    key = first.get("key", "") if isinstance(first, dict) else ""
    return f"/{key}" if key in OURS else ""


def _ring_of(error: Exception) -> str:
    return error.ring if isinstance(error, HubError | Unavailable) else ""


def mask(text: str) -> str:
    """Replace anything shaped like a personnummer; a pointer may contain a member's name that the caller chose."""
    return _NUMBER.sub("*", text)
