"""How units are named to an auditor: its own by name, others by role; nobody else where somebody is protected (P5)."""

from typing import Final

from samverkanshub.domain.events import HUB
from samverkanshub.pipeline.granskning.omfattning import Omfattning

ID: Final = 36
"""How long an id is (a UUID)."""
CONSENT: Final = "#samtycke"
"""What a line on a consent begins with, whose id is its event's."""


def group(scope: Omfattning, lasargrupp: str, *, hidden: bool) -> str:
    """A reader group as the auditor reads of it: its id, or else its unit's role."""
    if not lasargrupp:
        return ""
    own = scope.katalog.lasargrupper.get(lasargrupp)
    enhet = own.enhet if own else lasargrupp.rpartition(".")[0]
    return lasargrupp if _by_name(scope, enhet, hidden=hidden) else _role(scope, enhet)


def unit(scope: Omfattning, enhet: str, *, hidden: bool) -> str:
    """A unit as the auditor reads of it: its id, or else its role."""
    return enhet if _by_name(scope, enhet, hidden=hidden) else _role(scope, enhet)


def line(scope: Omfattning, vag: str, *, hidden: bool) -> str:
    """The path of an item; in that of a line on something else, such as a duty, a unit is named as any other is."""
    if not vag.startswith("#"):
        return vag
    first, *rest = vag.split("/")
    # A duty's id is made of who bears it: it would tell who that is to whoever tries every unit.
    told = [part for part in rest if not (hidden and len(part) == ID and first != CONSENT)]
    return "/".join([first, *(unit(scope, part, hidden=hidden) if "." in part else part for part in told)])


def sender(scope: Omfattning, aktor: str, lasargrupp: str, *, hidden: bool) -> str:
    """Who sent an event: a reader group, or the hub itself."""
    return group(scope, lasargrupp, hidden=hidden) if lasargrupp else (HUB if aktor == HUB else "")


def is_named(scope: Omfattning, lasargrupp: str, *, hidden: bool) -> bool:
    """Does the auditor read of the reader group by name?"""
    return bool(lasargrupp) and group(scope, lasargrupp, hidden=hidden) == lasargrupp


def _by_name(scope: Omfattning, enhet: str, *, hidden: bool) -> bool:
    """P5: an authority reads its own places by name, whoever is protected; of a matter nobody's, where somebody is."""
    return scope.sees_unit(enhet) and not (hidden and not scope.aktor)


def _role(scope: Omfattning, enhet: str) -> str:
    found = scope.katalog.enheter.get(enhet)
    return found.typ if found else ""
