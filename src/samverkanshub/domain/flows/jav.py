"""V7: a named employee can be barred in an ärende (relative, own case) by their own actor.

It holds in every ärende about the same person, since one who may not act in one of them may as little act in the next;
an ärende about nobody is barred by itself. What is registered about the person bears on all of them: to lower a
protection or let more through is to act in one's own case, and so is to correct an earlier message.

Only whom the event names is asked of. To refuse a household for whom it leaves out would show who lives with a
protected person, one name at a time (P5, P6, T3): it is taken, and whom the user is barred from stays in it (`facts`).

What only narrows is taken from anybody: the person's no, what they exempt, and a protection raised. It cannot wait for
a colleague, who undoes it if it was wrong, while what has been read cannot be unread (förvaltningslagen (2017:900)
17 §: one who is barred may still do what nobody else can do without delay, N).

A new message is not refused: a refusal would tell its sender that the employer has an ärende about the person. So a
report is always taken (B1), and what it would correct stands. The directory knows reader groups and not users, so that
nobody can be alerted where every user of a group is barred: the report stands unopened, and O4's clock runs.
"""

from collections.abc import Iterable

from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.events import (
    ACTS,
    CONSENTS,
    KVITTENS,
    MESSAGES,
    NOTICES,
    OPPNING,
    OROSANMALAN,
    PERSON_FACTS,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_NEKAT,
    SKYDD,
    UNDANTAG_ANMALT,
    Event,
    Position,
)
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.overtagande import Jav
from samverkanshub.domain.state import ArendeState, Tillstand
from samverkanshub.domain.varden import replace

BARRED = Reason("V7", "javig", True)
STOPPED = ACTS | {OPPNING, KVITTENS}
"""In the ärende that the event names."""
REGISTERED = CONSENTS | PERSON_FACTS | NOTICES
"""Of the persons that the event names."""


def barred(tillstand: Tillstand, event: Event) -> bool:
    """V7: may this user not open, acknowledge or act in the ärende, nor register this, nor correct with it?"""
    if event.typ in REGISTERED:
        return not only_narrows(event) and _about_any(tillstand, event, event.person_ids)
    if event.typ in MESSAGES:
        return event.typ != OROSANMALAN and may_not_correct(tillstand, event)
    arende = tillstand.arenden.get(event.arende_id)
    if arende is None or event.typ not in STOPPED:
        return False
    return stands(tillstand, arende, Jav(event.aktor, event.anvandare))


def only_narrows(event: Event) -> bool:
    """Does it take back or raise, whatever is known?

    An annulment does not: it undoes exemptions too (K4). Nor a suspicion: a suspected guardian's no, and what they
    have exempted, count for nothing, and a suspect is left without the household's protection (K8, F1, P6).
    """
    if event.typ == SKYDD:
        return event.koder.get("niva") != "ingen"
    return event.typ in (SAMTYCKE_ATERKALLAT, SAMTYCKE_NEKAT, UNDANTAG_ANMALT)


def _about_any(tillstand: Tillstand, event: Event, person_ids: Iterable[str]) -> bool:
    one = Jav(event.aktor, event.anvandare)
    return any(one in tillstand.person(id_).javiga for id_ in person_ids)


def may_not_correct(tillstand: Tillstand, event: Event) -> bool:
    """V7, Q2: would the message take back an earlier one in an ärende that its user is barred in?"""
    if not event.koder.get("rattar"):
        return False
    arende, about = tillstand.arenden.get(event.arende_id), event.exposed
    here = arende is not None and stands(tillstand, arende, Jav(event.aktor, event.anvandare))
    return here or (about is not None and _about_any(tillstand, event, {about.person_id}))


def hidden(tillstand: Tillstand, event: Event, one: Jav) -> bool:
    """V7: is this employee barred from what was sent: in its ärende, or from somebody that it concerns?"""
    arende = tillstand.arenden.get(event.arende_id)
    here = arende is not None and stands(tillstand, arende, one)
    return here or any(one in tillstand.person(id_).javiga for id_ in concerned(event))


def concerned(event: Event) -> frozenset[str]:
    """Of a message whom it is about; of what is registered everybody that it names."""
    if event.typ in REGISTERED:
        return event.person_ids
    return frozenset({event.exposed.person_id} if event.exposed else ())


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
