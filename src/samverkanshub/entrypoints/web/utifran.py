"""Who somebody is, by what a provider of OpenID Connect says of them. Which role they have the regelverk says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from samverkanshub.domain.personnummer import contains_personnummer
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.entrypoints.web.inloggad import AKTOR, OPERATOR, Inloggad, Roll, stands
from samverkanshub.entrypoints.web.kaka import ROOT
from samverkanshub.settings import Settings

_ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
"""What may name a user, an actor or a reader group, as in the tokens of agencies' systems."""


@dataclass(frozen=True, slots=True)
class Utifran:
    """Where the pages are for browsers, and the claims that name user, actor and reader group."""

    adress: str
    anvandare: str
    aktor: str
    lasargrupp: str

    @property
    def ater(self) -> str:
        """Where the provider sends back whoever has logged in."""
        return f"{self.adress}{ROOT}/logga-in/svar"

    @property
    def aven_ut(self) -> str:
        """Where it says that somebody has logged out elsewhere."""
        return f"{self.adress}{ROOT}/logga-in/utloggad"

    @property
    def utloggad(self) -> str:
        """Where it sends back whoever has logged out."""
        return f"{self.adress}{ROOT}/logga-in"


def utifran_of(settings: Settings) -> Utifran | None:
    """What the settings say; None where logins are not from elsewhere."""
    if not settings.oidc_utfardare:
        return None
    return Utifran(settings.webb_adress, settings.oidc_anvandare, settings.oidc_aktor, settings.oidc_lasargrupp)


def vem_of(utifran: Utifran, claims: Mapping[str, Any], roll: Roll, regelverk: Regelverk, now: int) -> Inloggad | None:
    """Whoever the claims name, in a role that the regelverk in force gives them today; None where it does not.

    A reader group may be one of several that are claimed, where the regelverk has just one of them for the actor.
    """
    user = _named(claims, utifran.anvandare)
    aktor = _named(claims, utifran.aktor) if roll != OPERATOR else ""
    if not user or contains_personnummer(user) or (roll != OPERATOR and not aktor):
        return None
    groups = _several(claims, utifran.lasargrupp) if roll == AKTOR else [""]
    found = [Inloggad(roll, user, now, aktor, group) for group in groups]
    standing = [vem for vem in found if stands(vem, regelverk, now)]
    return standing[0] if len(standing) == 1 else None


def _named(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _several(claims: Mapping[str, Any], name: str) -> list[str]:
    value = claims.get(name)
    values = value if isinstance(value, list) else [value]
    return sorted({one for one in values if isinstance(one, str) and _ID.fullmatch(one)})
