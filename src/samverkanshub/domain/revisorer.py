"""Who may ask what happened: auditors by name, each for an authority or for one matter, and for a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from samverkanshub.domain.tid import in_force
from samverkanshub.domain.varden import quick

MYNDIGHET: Final = "myndighet"
ARENDE: Final = "arende"
SCOPES: Final = (ARENDE, MYNDIGHET)


@quick
@dataclass(frozen=True, slots=True)
class Revisor:
    """A user of an actor who may ask.

    `slag` `myndighet`: about the actor `id`; `arende`: about the matter of event `id`.
    `fran`, `till`: the Swedish days (ISO) on which it may ask, the end exclusive and empty when open.
    """

    aktor: str
    anvandare: str
    slag: str
    id: str
    fran: str
    till: str = ""


def auditing(revisorer: Iterable[Revisor], day: date) -> bool:
    """T3: is anybody an auditor on a Swedish day?"""
    return any(in_force(day, one.fran, one.till) for one in revisorer)


def scopes_of(revisorer: Iterable[Revisor], aktor: str, anvandare: str, day: date) -> tuple[Revisor, ...]:
    """T3: what a user may ask about on a Swedish day, each scope once; nothing for whoever is no auditor."""
    own = (one for one in revisorer if (one.aktor, one.anvandare) == (aktor, anvandare))
    found = {(one.slag, one.id): one for one in own if in_force(day, one.fran, one.till)}
    return tuple(found[key] for key in sorted(found))
