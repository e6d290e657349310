"""Logging in by OpenID Connect: away with an attempt that the browser keeps, and back with an answer to it.

What the browser keeps of an attempt is in a cookie that another site can neither read nor, over TLS, set. It is of use
once: the provider takes a code no second time, and the cookie is taken back with the answer.
"""

import hmac
from collections.abc import Mapping
from typing import Any, Final, get_args

import structlog
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect, Template

from samverkanshub.domain.errors import Unauthenticated
from samverkanshub.entrypoints.web.blankett.tolka import first, given
from samverkanshub.entrypoints.web.inloggad import AKTOR, OPERATOR, REVISOR, Inloggad, Roll
from samverkanshub.entrypoints.web.kaka import Kaka, kaka_of
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.logga_in import Key, Logins, Web, log_out
from samverkanshub.entrypoints.web.sidor.meny import MENY
from samverkanshub.entrypoints.web.skydd import FROM_A_SERVER, OPEN, ROOT
from samverkanshub.entrypoints.web.utifran import Utifran, vem_of
from samverkanshub.ports import TOO_LOW, Forsok, Leverantor

Elsewhere = NamedDependency[SkipValidation[Utifran]]
Provider = NamedDependency[SkipValidation[Leverantor]]

_log = structlog.get_logger("samverkanshub.web")

ATTEMPT_S: Final = 600
"""How long one may take to log in elsewhere."""
SOM: Final = {OPERATOR: "operatör", REVISOR: "granskare", AKTOR: "handläggare"}
"""As what one logs in."""
OTHER: Final = (
    "Inloggningen började inte i den här webbläsaren, eller för mer än tio minuter sedan. Börja om här nedanför."
)
UNPROVED: Final = "Inloggningstjänstens svar gick inte att lita på. Börja om här nedanför."
TOO_WEAK: Final = (
    "Inloggningstjänsten säger inte att du har legitimerat dig så säkert som krävs här. Välj ett annat sätt att "
    "legitimera dig där."
)
BROKEN_OFF: Final = "Inloggningen avbröts. Börja om här nedanför."
NO_ROLE: Final = "Du är inloggad hos inloggningstjänsten, men regelverket ger dig inte den rollen här."


@get("/logga-in", opt={OPEN: True})
async def log_in() -> Template:
    """As what one may log in."""
    return _page()


@get("/logga-in/dit", opt={OPEN: True})
async def away(request: Request[Inloggad | None, Any, Any], utifran: Elsewhere, leverantor: Provider) -> Response[Any]:
    """On to the provider. A link, since the pages send no form to others."""
    roll = request.query_params.get("roll", "")
    if roll not in _roles():
        return _page("Välj vad du ska logga in som.", 400)
    forsok = await leverantor.begin(utifran.ater)
    answer = Redirect(forsok.adress, status_code=303)
    kept = ".".join((roll, forsok.state, forsok.nonce, forsok.verifierare))
    _attempts(utifran).put(answer, kept, ATTEMPT_S)
    return answer


@get("/logga-in/svar", opt={OPEN: True})
async def back(
    request: Request[Inloggad | None, Any, Any],
    services: Web,
    logins: Logins,
    nyckel: Key,
    utifran: Elsewhere,
    leverantor: Provider,
) -> Response[Any]:
    """Whoever comes back is logged in where the answer is to their own attempt, and the role theirs."""
    asked, attempts = request.query_params, _attempts(utifran)
    kept = _kept(attempts.read(request), asked.get("state", ""))
    if kept is None:
        return _page(OTHER, 403)
    roll, forsok = kept
    answer: Response[Any]
    try:
        vem, claims = await _vem(services, leverantor, utifran, roll, forsok, asked.get("code", ""))
        answer = Redirect(f"{ROOT}/", status_code=303)
        nyckel.put(answer, await logins.begin(vem, instead_of=nyckel.read(request), hos=claims))
    except _NotIn as error:
        answer = _page(str(error), 403)
    attempts.drop(answer)
    return answer


@get("/logga-in/ut", opt={OPEN: True})
async def away_out(utifran: Elsewhere, leverantor: Provider) -> Redirect:
    """Log out at the provider too, where it has a place for that."""
    return Redirect(await leverantor.logout(utifran.utloggad) or utifran.utloggad, status_code=303)


@post("/logga-in/utloggad", status_code=200, opt={OPEN: True, FROM_A_SERVER: True})
async def told_out(request: Request[Any, Any, Any], logins: Logins, leverantor: Provider) -> Response[bytes]:
    """The provider says that somebody has logged out: they are logged out here too (Back-Channel Logout 1.0, 2.5)."""
    try:
        claims = await leverantor.logged_out(first(given(await request.body()), "logout_token"))
    except Unauthenticated as error:
        _log.warning("utloggning-nekad", skal=error.detail)
        return Response(b"", status_code=400, media_type="text/plain")
    await logins.end_of(claims)
    return Response(b"", media_type="text/plain")


HANDLERS: Final = [log_in, away, back, away_out, log_out, told_out]


class _NotIn(Exception):
    """Somebody is not logged in; the text says why, to them."""


async def _vem(
    services: WebServices, leverantor: Leverantor, utifran: Utifran, roll: Roll, forsok: Forsok, kod: str
) -> tuple[Inloggad, Mapping[str, Any]]:
    if not kod:
        raise _NotIn(BROKEN_OFF)
    try:
        claims = await leverantor.claims(forsok, kod, utifran.ater)
    except Unauthenticated as error:
        # What was wrong with it, for who runs the hub; its detail holds nothing of whom it is about.
        _log.warning("inloggning-nekad", skal=error.detail)
        raise _NotIn(TOO_WEAK if error.code == TOO_LOW else UNPROVED) from None
    vem = vem_of(utifran, claims, roll, await services.regelverk.current(), services.clock.now_ms())
    if vem is None:
        _log.warning("inloggning-nekad", skal="no such role", roll=roll)
        raise _NotIn(NO_ROLE)
    return vem, claims


def _attempts(utifran: Utifran) -> Kaka:
    return kaka_of(utifran.adress, "samverkan-forsok")


def _roles() -> list[Roll]:
    return [roll for roll in get_args(Roll) if roll in MENY]


def _page(fel: str = "", status: int = 200) -> Template:
    vagar = [(roll, SOM[roll]) for roll in _roles()]
    return Template("logga_in_utifran.html", context={"vem": None, "vagar": vagar, "fel": fel}, status_code=status)


def _kept(cookie: str, state: str) -> tuple[Roll, Forsok] | None:
    """The attempt that the browser keeps, where the answer is to it."""
    parts = cookie.split(".")
    if len(parts) != 4 or not all(parts) or not hmac.compare_digest(parts[1].encode(), state.encode()):
        return None
    named = [roll for roll in _roles() if roll == parts[0]]
    return (named[0], Forsok("", *parts[1:])) if named else None
