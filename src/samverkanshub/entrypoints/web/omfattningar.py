"""An auditor's scopes as the pages tell them, and what may be searched for within them."""

from collections.abc import Iterable

from samverkanshub.domain.brevord import ROLLER, said
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.revisorer import MYNDIGHET, scopes_of
from samverkanshub.domain.tid import swedish_day
from samverkanshub.entrypoints.web.inloggad import Inloggad
from samverkanshub.entrypoints.web.svar import SHORT


def held(regelverk: Regelverk, vem: Inloggad, nu: int) -> tuple[str, ...]:
    """The scopes that the regelverk gives today, by name; that of an authority before those of single matters."""
    found = scopes_of(regelverk.revisorer, vem.aktor, vem.anvandare, swedish_day(nu))
    return tuple(sorted((f"{one.slag}:{one.id}" for one in found), reverse=True))


def own(vem: Inloggad) -> str:
    """The scope of the auditor's own authority, whether or not it has it."""
    return f"{MYNDIGHET}:{vem.aktor}"


def told(omfattning: str) -> str:
    """A scope in words; a matter by the beginning of its event's id."""
    slag, _, id_ = omfattning.partition(":")
    return f"Myndigheten {id_}" if slag == MYNDIGHET else f"Ärendet med händelse {id_[:SHORT]}…"


def names(regelverk: Regelverk, scopes: Iterable[str]) -> list[tuple[str, str]]:
    """What senders and recipients are searched for by, with what it means: units that may be named, and roles."""
    authorities = {id_ for slag, _, id_ in (one.partition(":") for one in scopes) if slag == MYNDIGHET}
    of_matters = len(authorities) < len(tuple(scopes))
    units = (one for one in regelverk.katalog.enheter.values() if of_matters or one.aktor in authorities)
    roles = {one.typ for one in regelverk.katalog.enheter.values()}
    return [
        *sorted((one.id, said(one.typ, ROLLER)) for one in units),
        *sorted((role, said(role, ROLLER)) for role in roles),
    ]
