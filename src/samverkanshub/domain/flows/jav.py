"""V7: a named employee can be barred in an ärende (relative, own case) by their own actor.

It holds in every ärende about the same person, since one who may not act in one of them may as little act in the next;
an ärende about nobody is barred by itself. A message is not refused for it: a refusal would tell its sender that the
employer has an ärende about the person. The directory knows reader groups and not users, so that nobody can be alerted
where every user of a group is barred: the report stands unopened, and O4's clock runs.
"""

from dataclasses import replace

from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.events import ACTS, KVITTENS, OPPNING, Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.overtagande import Jav
from samverkanshub.domain.state import ArendeState, Tillstand

BARRED = Reason("V7", "javig", True)
STOPPED = ACTS | {OPPNING, KVITTENS}


def barred(tillstand: Tillstand, event: Event) -> bool:
    """V7: may this user not open, acknowledge or act in the ärende?"""
    arende = tillstand.arenden.get(event.arende_id)
    if arende is None or event.typ not in STOPPED:
        return False
    return stands(tillstand, arende, Jav(event.aktor, event.anvandare))


def stands(tillstand: Tillstand, arende: ArendeState, one: Jav) -> bool:
    """V7: is this employee barred in the ärende?"""
    return one in _javiga(tillstand, arende)


def _javiga(tillstand: Tillstand, arende: ArendeState) -> tuple[Jav, ...]:
    return tillstand.person(arende.person_id).javiga if arende.person_id else arende.javiga


def decide(sak: Sak) -> Decision:
    """V7: by the employee's own actor, where it takes part; `havd` lifts it again."""
    arende, units = flow.arende_of(sak), sak.regelverk.katalog.enheter
    own = flow.parties(arende, sak.regelverk.katalog) if arende else frozenset()
    if not any(units[enhet].aktor == sak.event.aktor for enhet in own if enhet in units):
        return flow.unknown(sak)
    return flow.act(sak, Reason("V7", "jav-havt" if sak.event.koder.get("havd") else "jav-noterat", False))


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The employee is barred, or no longer."""
    arende = tillstand.arenden[event.arende_id]
    one = Jav(event.aktor, str(event.koder["anvandare"]))
    others = tuple(known for known in _javiga(tillstand, arende) if known != one)
    javiga = others if event.koder.get("havd") else (*others, one)
    if arende.person_id:
        return tillstand.with_person(replace(tillstand.person(arende.person_id), javiga=javiga))
    return tillstand.with_arende(replace(arende, javiga=javiga))
