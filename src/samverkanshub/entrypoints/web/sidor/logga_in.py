"""Logging in and out. In development anybody on this machine is whom they say, of those that the regelverk names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import PermissionDeniedException
from litestar.params import Body, SkipValidation
from litestar.response import Redirect, Template

from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.entrypoints.web.inloggad import AKTOR, OPERATOR, REVISOR, Inloggad, Inloggningar, stands
from samverkanshub.entrypoints.web.kaka import Kaka
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.sidor.meny import MENY
from samverkanshub.entrypoints.web.skydd import OPEN, ROOT

Web = NamedDependency[SkipValidation[WebServices]]
Logins = NamedDependency[SkipValidation[Inloggningar]]
Key = NamedDependency[SkipValidation[Kaka]]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]

DEV_USER: Final = "utveckling.1"
"""The user of a reader group in development, where the regelverk names none."""


@dataclass(frozen=True, slots=True)
class Val:
    """Whom one may log in as in development: a value for the form, and how it is told."""

    id: str
    namn: str
    vem: Inloggad


def choices(regelverk: Regelverk, now: int) -> list[Val]:
    """Those whom the regelverk gives a role today that has pages, in order."""
    return [val for val in _named(regelverk, now) if val.vem.roll in MENY and stands(val.vem, regelverk, now)]


def _named(regelverk: Regelverk, now: int) -> Iterator[Val]:
    for user in sorted({one.anvandare for one in regelverk.operatorer}):
        yield Val(f"{OPERATOR}/{user}", f"Operatör {user}", Inloggad(OPERATOR, user, now))
    for aktor, user in sorted({(one.aktor, one.anvandare) for one in regelverk.revisorer}):
        yield Val(f"{REVISOR}/{aktor}/{user}", f"Granskare {user}, {aktor}", Inloggad(REVISOR, user, now, aktor))
    for group in sorted(regelverk.katalog.lasargrupper):
        aktor = regelverk.katalog.unit_of(group).aktor
        yield Val(f"{AKTOR}/{group}", f"Användare i {group}", Inloggad(AKTOR, DEV_USER, now, aktor, group))


@get("/logga-in", opt={OPEN: True})
async def log_in(services: Web) -> Template:
    """How one logs in here."""
    return Template("logga_in.html", context={"vem": None, "val": None})


@get("/logga-in", opt={OPEN: True})
async def log_in_dev(services: Web) -> Template:
    """Choose whom to be."""
    found = choices(await services.regelverk.current(), services.clock.now_ms())
    return Template("logga_in.html", context={"vem": None, "val": found})


@post("/logga-in", opt={OPEN: True})
async def logged_in_dev(
    request: Request[Inloggad | None, Any, Any], data: Form, services: Web, logins: Logins, nyckel: Key
) -> Redirect:
    """Be the one that was chosen."""
    now = services.clock.now_ms()
    chosen = {val.id: val for val in choices(await services.regelverk.current(), now)}.get(data.get("vem", ""))
    if chosen is None:
        raise PermissionDeniedException("fel-roll")
    key = await logins.begin(chosen.vem, instead_of=nyckel.read(request))
    answer = Redirect(f"{ROOT}/", status_code=303)
    nyckel.put(answer, key)
    return answer


@post("/logga-ut", opt={OPEN: True})
async def log_out(request: Request[Inloggad | None, Any, Any], logins: Logins, nyckel: Key) -> Redirect:
    """Be nobody: the key opens nothing from now on."""
    await logins.end(nyckel.read(request))
    answer = Redirect(f"{ROOT}/logga-in", status_code=303)
    nyckel.drop(answer)
    return answer


def handlers(*, dev: bool) -> list[Any]:
    """The pages of login: that of development where `dev`, else one that says how to get in."""
    return [log_in_dev, logged_in_dev, log_out] if dev else [log_in, log_out]
