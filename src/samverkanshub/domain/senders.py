"""Who may send what, judged without state: F1, K8, P6 and B2 of RULES.md."""

from collections.abc import Iterator, Mapping
from typing import Final

from samverkanshub.domain.actors import HALSO_SJUKVARD, SOCIAL_CHILD_UNIT, SOCIALTJANST, Enhet
from samverkanshub.domain.brist import Brist
from samverkanshub.domain.events import (
    BESLUT_OM_BARN,
    FORETRADARE,
    HUB,
    HUBS_OWN,
    MISSTANKT,
    MOGNAD,
    SKYDD,
    UTREDNING,
    UTSKRIVNINGSKLAR,
    VARDNAD,
    Event,
)
from samverkanshub.domain.regelverk import Regelverk

MAY_SUSPECT: Final = frozenset({SOCIALTJANST, "polis", "aklagare"})
"""F1: socialnämnd, police, prosecutor."""
BOARD: Final = frozenset({SOCIALTJANST})
_BY_THE_BOARD: Final = ("K8", "only socialtjänst registers such decisions and appointments")
ONLY: Final[Mapping[str, tuple[str, str]]] = {
    MISSTANKT: ("F1", "only socialnämnd, police or prosecutor register `misstankt`"),
    VARDNAD: ("K8", "only socialtjänst registers `vardnad`, and health care provisionally"),
    MOGNAD: ("K8", "only socialtjänst or health care register `mognad`"),
    BESLUT_OM_BARN: _BY_THE_BOARD,
    FORETRADARE: _BY_THE_BOARD,
    UTREDNING: ("B2", "only the socialtjänst's child unit registers `utredning`"),
}
"""By fact that not everybody registers, the rule and what it says."""


def sender_known(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """T1: the sender is a reader group of the directory, in the unit and organisation that the event says.

    What only the hub appends comes from the hub, and from nobody else.
    """
    if event.typ in HUBS_OWN and event.aktor == HUB:
        return
    grupp = regelverk.katalog.lasargrupper.get(event.lasargrupp)
    enhet = _unit(event, regelverk)
    if (
        event.typ in HUBS_OWN
        or grupp is None
        or enhet is None
        or grupp.enhet != event.enhet
        or enhet.aktor != event.aktor
    ):
        yield Brist("T1", "okand-avsandare", "/source", "`source` is no reader group in the directory")


def may_ever_register(typ: str, enhet: Enhet) -> bool:
    """F1, K8, B2, S4: may this unit register such a fact about anybody, if only provisionally?"""
    if typ == MISSTANKT:
        return _authority(enhet, MAY_SUSPECT)
    if typ in (VARDNAD, MOGNAD):
        return _authority(enhet, BOARD) or enhet.verksamhet == HALSO_SJUKVARD
    if typ in (BESLUT_OM_BARN, FORETRADARE):
        return _authority(enhet, BOARD)
    if typ == UTREDNING:
        return _authority(enhet, BOARD) and enhet.typ == SOCIAL_CHILD_UNIT
    return typ != UTSKRIVNINGSKLAR or enhet.verksamhet == HALSO_SJUKVARD


def registers_provisionally(typ: str, enhet: Enhet) -> bool:
    """K8, P6: is what this unit registers of it provisional?"""
    return typ in (VARDNAD, SKYDD) and not _authority(enhet, BOARD)


def may_register(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """F1, K8, P6, B2: facts about a person come from those who answer for them."""
    enhet = _unit(event, regelverk)
    if enhet is None:
        return
    if event.typ in ONLY and not may_ever_register(event.typ, enhet):
        yield _may_not(ONLY[event.typ][0], "/type", ONLY[event.typ][1])
    elif event.koder.get("enligt_beslut") and not _authority(enhet, BOARD):
        yield _may_not("K8", "/data/enligt_beslut", "only socialtjänst consents in the guardians' stead")
    elif registers_provisionally(event.typ, enhet):
        yield from _custody(event) if event.typ == VARDNAD else _protection(event)


def _custody(event: Event) -> Iterator[Brist]:
    """K8: socialtjänst registers; health care provisionally, which can only restrict."""
    if event.koder.get("provisoriskt") is not True:
        yield _may_not("K8", "/data/provisoriskt", "health care registers `vardnad` provisionally only")


def _protection(event: Event) -> Iterator[Brist]:
    """P6: anyone may raise it provisionally; others than socialtjänst may do no more."""
    if event.koder.get("niva") == "ingen":
        yield _may_not("P6", "/data/niva", "only socialtjänst may lower `niva`")
    elif event.koder.get("provisoriskt") is not True:
        yield _may_not("P6", "/data/provisoriskt", "others than socialtjänst raise `niva` provisionally only")


def _may_not(regel: str, falt: str, detail: str) -> Brist:
    return Brist(regel, "far-ej-registrera", falt, detail)


def _authority(enhet: Enhet, verksamheter: frozenset[str]) -> bool:
    return enhet.offentlig and enhet.verksamhet in verksamheter


def _unit(event: Event, regelverk: Regelverk) -> Enhet | None:
    return regelverk.katalog.enheter.get(event.enhet)
