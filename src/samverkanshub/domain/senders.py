"""Who may send what, judged without state: F1, K8, P6 and B2 of RULES.md."""

from collections.abc import Iterator
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
    VARDNAD,
    Event,
)
from samverkanshub.domain.regelverk import Regelverk

MAY_SUSPECT: Final = frozenset({SOCIALTJANST, "polis", "aklagare"})
"""F1: socialnämnd, police, prosecutor."""
BOARD: Final = frozenset({SOCIALTJANST})


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


def may_register(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """F1, K8, P6, B2: facts about a person come from those who answer for them."""
    enhet = _unit(event, regelverk)
    if enhet is None:
        return
    if event.typ == MISSTANKT and not _authority(enhet, MAY_SUSPECT):
        yield _may_not("F1", "/type", "only socialnämnd, police or prosecutor register `misstankt`")
    elif event.typ == VARDNAD:
        yield from _custody(event, enhet)
    elif event.typ == MOGNAD and not (_authority(enhet, BOARD) or enhet.verksamhet == HALSO_SJUKVARD):
        yield _may_not("K8", "/type", "only socialtjänst or health care register `mognad`")
    elif event.typ in (BESLUT_OM_BARN, FORETRADARE) and not _authority(enhet, BOARD):
        yield _may_not("K8", "/type", "only socialtjänst registers such decisions and appointments")
    elif event.koder.get("enligt_beslut") and not _authority(enhet, BOARD):
        yield _may_not("K8", "/data/enligt_beslut", "only socialtjänst consents in the guardians' stead")
    elif event.typ == UTREDNING and not (_authority(enhet, BOARD) and enhet.typ == SOCIAL_CHILD_UNIT):
        yield _may_not("B2", "/type", "only the socialtjänst's child unit registers `utredning`")
    elif event.typ == SKYDD and not _authority(enhet, BOARD):
        yield from _protection(event)


def _custody(event: Event, enhet: Enhet) -> Iterator[Brist]:
    """K8: socialtjänst registers; health care provisionally, which can only restrict."""
    if _authority(enhet, BOARD):
        return
    if enhet.verksamhet != HALSO_SJUKVARD:
        yield _may_not("K8", "/type", "only socialtjänst registers `vardnad`, and health care provisionally")
    elif event.koder.get("provisoriskt") is not True:
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
