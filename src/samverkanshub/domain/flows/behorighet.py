"""H1: who may hold an ärende: whom the person has not exempted; a child's protection, whom the law trusts with it.

Asked of a unit that is to take over, when it is asked to, when it says yes, and when it takes over by itself.
"""

from collections.abc import Iterator
from typing import Final

from samverkanshub.domain.actors import SOCIAL_CHILD_UNIT, SOCIALTJANST
from samverkanshub.domain.consent import Fall, exempted
from samverkanshub.domain.decision import Reason
from samverkanshub.domain.events import OROSANMALAN, Uppgift
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import PROCESSES, Sak
from samverkanshub.domain.routing import ON_CALL, STATUTORY
from samverkanshub.domain.rules import PURPOSES
from samverkanshub.domain.state import ArendeState, Ref

CHILD_PROTECTION: Final = PROCESSES[OROSANMALAN]
PROTECTORS: Final = frozenset({SOCIAL_CHILD_UNIT, ON_CALL})
"""B1: the types of unit that a report goes to by law."""
EXEMPTED_ITSELF: Final = Reason("K3", "undantagen-sjalv", True)
"""The acting unit, or its employee: for the decision record alone, since whom it is kept from reads it nowhere (T3)."""


def may_not_hold(sak: Sak, arende: ArendeState, till: str) -> Iterator[Reason]:
    """H1, B1, K3, V1: it is connected, with other readers than V1's, not exempted, and one that protects a child."""
    enhet, katalog = flow.unit(sak, till), sak.regelverk.katalog
    if enhet is None or not enhet.ansluten:
        yield Reason("H1", "ej-ansluten", True)
    if all(grupp.arbetar_med_utovare for grupp in katalog.groups_of(till)):
        yield Reason("V1", "arbetar-med-utovare", True)
    if arende.process == CHILD_PROTECTION and not protects(sak, arende, till):
        yield Reason("B1", "ej-for-barns-skydd", True)
    if not by_law(sak, arende, till) and _exempted(sak, arende, till):
        yield EXEMPTED_ITSELF if _exempted(sak, arende, sak.event.enhet) else Reason("K3", "undantag", True)


def protects(sak: Sak, arende: ArendeState, enhet: str) -> bool:
    """B1: is it socialtjänst's child unit or socialjour, or does it have the child's investigation open?"""
    found = flow.unit(sak, enhet)
    social = found is not None and found.verksamhet == SOCIALTJANST and found.typ in PROTECTORS
    return social or _investigates(sak, arende, enhet)


def by_law(sak: Sak, arende: ArendeState, enhet: str) -> bool:
    """B1, B5: does the law trust it with the child's protection, so that no exemption stops it from holding that?

    Also a child unit that the report has not reached, as where the child has moved. What it is sent is judged apart.
    """
    return arende.process == CHILD_PROTECTION and protects(sak, arende, enhet)


def reached_by_law(sak: Sak, arende: ArendeState, enhet: str, handelse_id: str) -> bool:
    """B1: is the unit a statutory recipient of this report?"""
    groups = {grupp.id for grupp in sak.regelverk.katalog.groups_of(enhet)}
    own = (lev for lev in arende.leveranser if lev.handelse_id == handelse_id and lev.mottagare in groups)
    return any(lev.funktion == STATUTORY for lev in own)


def _investigates(sak: Sak, arende: ArendeState, enhet: str) -> bool:
    return enhet in sak.tillstand.person(arende.person_id).utredningar


def _exempted(sak: Sak, arende: ArendeState, till: str) -> bool:
    """K3, K8: the unit, its organisation, or the employee who acts, is exempted for what the ärende serves.

    By one whose word counts. P5: the asking unit names whom it asks, so that what a request id stands for tells it
    nothing here.
    """
    person, event = sak.tillstand.person(arende.person_id), sak.event
    purposes = {PURPOSES[typ] for typ, process in PROCESSES.items() if process == arende.process and typ in PURPOSES}
    acts = None if by_law(sak, arende, event.enhet) else Ref(event.aktor, event.anvandare)

    def against(andamal: str) -> bool:
        about = Uppgift("", "", "", person.person_id)
        fall = Fall(about, person.aldersklass, andamal, till, sak.position.tid, lasare=acts)
        return exempted(sak.tillstand, fall, sak.regelverk)

    return any(against(andamal) for andamal in sorted(purposes))
