"""Which persons and ärenden an event's decision looks at, so that the pipeline can load them and no others."""

from samverkanshub.domain.events import (
    ATERKALLELSE,
    CONSENTS,
    DRIFTATGARD,
    MESSAGES,
    MISSTANKT,
    NOTICES,
    PERSON_FACTS,
    RADERING,
    RISKBEDOMNING,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_MAKULERAT,
    SAMTYCKE_SVAR,
    SIP_KALLELSE,
    Event,
)
from samverkanshub.domain.state import Tillstand

_WHOLE = frozenset({SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT, DRIFTATGARD, RADERING})
"""What looks at every ärende that mentions its person: to tell of a withdrawal, or whether an erasure may be."""
_JOINING = MESSAGES | NOTICES | {MISSTANKT}


def needs(tillstand: Tillstand, event: Event) -> tuple[frozenset[str], frozenset[str]]:
    """Person and ärende ids, given what is loaded so far. Ask again after loading, until nothing new comes."""
    arenden = _arenden(tillstand, event)
    persons = event.person_ids | _wards(tillstand, event) | _children(tillstand, event)
    for arende in (tillstand.arenden[id_] for id_ in arenden if id_ in tillstand.arenden):
        for message in arende.meddelanden:
            persons |= message.handelse.person_ids
    close = {id_ for person_id in persons for id_ in _close_to(tillstand, person_id)}
    return frozenset(persons | close), frozenset(arenden)


def _wards(tillstand: Tillstand, event: Event) -> frozenset[str]:
    """K8: what rested on the consent of a guardian who becomes suspected is looked for among their children's."""
    suspects = event.with_role("misstankt") if event.typ == MISSTANKT else ()
    return frozenset(child for suspect in suspects for child in tillstand.person(suspect.person_id).barn)


def _children(tillstand: Tillstand, event: Event) -> frozenset[str]:
    """G3: what has been decided of their children may bind whom an erasure is about."""
    about = event.person_ids if event.typ in (DRIFTATGARD, RADERING) else ()
    return frozenset(child for person_id in about for child in tillstand.person(person_id).barn)


def _arenden(tillstand: Tillstand, event: Event) -> set[str]:
    """A message joins an open ärende, an act names its own, and a withdrawal is told in all that mention the person."""
    found = {event.arende_id} - {""}
    for state in (tillstand.person(person_id) for person_id in event.person_ids):
        if event.typ in _JOINING:
            found |= {id_ for _, id_ in state.arenden}
        if event.typ in _WHOLE:
            found |= set(state.berorda)
    found |= _spread(tillstand, event)
    found |= _called_anew(tillstand, event)
    found |= {id_ for child in _wards(tillstand, event) for id_ in tillstand.person(child).berorda}
    return found


def _called_anew(tillstand: Tillstand, event: Event) -> set[str]:
    """S4: a call that is taken back may have met a duty of any SIP of the person's, and leaves it in the open one."""
    if event.typ != ATERKALLELSE and not (event.typ == SIP_KALLELSE and event.koder.get("rattar")):
        return set()
    arende = tillstand.arenden.get(event.arende_id)
    about = {arende.person_id} if arende else {event.exposed.person_id} if event.exposed else set()
    return {id_ for one in about for id_ in tillstand.person(one).berorda}


def _spread(tillstand: Tillstand, event: Event) -> set[str]:
    """K7, P5: a consent is told to parties of the person's ärenden, and may name request ids made in any of them.

    R3: an assessment is held against earlier ones, also of an ärende that is closed.
    """
    about = event.exposed
    if about is None:
        return set()
    person = tillstand.person(about.person_id)
    if event.typ in CONSENTS | {RISKBEDOMNING, SAMTYCKE_SVAR}:
        return set(person.berorda) | {id_ for _, id_ in person.arenden}
    return {id_ for _, id_ in person.arenden} if event.typ in PERSON_FACTS else set()


def _close_to(tillstand: Tillstand, person_id: str) -> set[str]:
    """Household, guardians, who speaks in their stead, and those suspected: whom P6, K8 and V4 ask about.

    K11: also who is suspected of exposing one of the household or a guardian, since whom they live with presses too.
    """
    person = tillstand.person(person_id)
    kin = {*person.hushall, *person.vardnadshavare}
    suspects = {m.misstankt for id_ in (person_id, *kin) for m in tillstand.person(id_).misstankta}
    spokesmen = {*(one.person for one in person.foretradare), *(one.foretradare for one in person.beslut)} - {""}
    return kin | suspects | spokesmen
