"""Who is protected and who is suspected: P6, V2, V4 of RULES.md, asked of the state."""

from collections.abc import Iterable

from samverkanshub.domain.events import Event
from samverkanshub.domain.state import PersonState, Tillstand, remembered


def is_protected(tillstand: Tillstand, person_id: str) -> bool:
    """P6: own flag, or that of one in the household; a suspected person is never of the household."""
    person = tillstand.person(person_id)
    if person.skydd or not person.hushall:
        return bool(person.skydd)
    suspected_of = {misstanke.mot for misstanke in person.misstankt_mot}
    if suspected_of & set(person.hushall):
        return False
    return any(tillstand.person(member).skydd for member in person.hushall)


@remembered
def suspects(tillstand: Tillstand, event: Event) -> frozenset[str]:
    """V2, V4: who is suspected of exposing anybody the event names, or a guardian or housemate of whom it is about.

    As registered, or as the event itself says. Never whom the event is about: a role blocks nothing of one's own (V2).
    """
    declared = {person.person_id for person in event.with_role("misstankt")}
    concerned, about = set(event.person_ids) - declared, event.exposed
    if about is not None:
        state = tillstand.person(about.person_id)
        concerned |= {*state.vardnadshavare, *state.hushall}
    found = declared | set(_registered(tillstand.person(person_id) for person_id in concerned))
    return frozenset(found - ({about.person_id} if about else set()))


def _registered(persons: Iterable[PersonState]) -> Iterable[str]:
    for person in persons:
        yield from (misstanke.misstankt for misstanke in person.misstankta)


def declares_protection(event: Event) -> bool:
    """P1: does the message itself say that it is about somebody protected? In doubt that holds before any register."""
    return event.koder.get("skyddade_personuppgifter") is True


@remembered
def anybody_protected(tillstand: Tillstand, event: Event) -> bool:
    """P6: is there anybody protected in sight, registered or as the event says of itself?"""
    return declares_protection(event) or any(person.skydd for person in tillstand.personer.values())


@remembered
def protects_its_own(tillstand: Tillstand, event: Event) -> bool:
    """P1, P6: is the person whom the event is about protected, by what it says itself or by what is registered?"""
    exposed = event.exposed
    return declares_protection(event) or (exposed is not None and is_protected(tillstand, exposed.person_id))


@remembered
def concerns_protected(tillstand: Tillstand, event: Event) -> bool:
    """P5, P6, V2: is anybody protected whom the event names or who is named in its ärende?

    Who is suspected too: a suspicion takes away a household, never what is one's own.
    """
    named = event.person_ids | _in_arende(tillstand, event)
    return declares_protection(event) or any(is_protected(tillstand, person_id) for person_id in named)


def _in_arende(tillstand: Tillstand, event: Event) -> frozenset[str]:
    arende = tillstand.arenden.get(event.arende_id)
    if arende is None:
        return frozenset()
    return frozenset(id_ for message in arende.meddelanden for id_ in message.handelse.person_ids)


def is_frozen(tillstand: Tillstand, person_ids: Iterable[str]) -> bool:
    """B7: could a record about one of them not be read?"""
    return any(tillstand.person(person_id).fryst for person_id in person_ids)


def is_frozen_near(tillstand: Tillstand, person_ids: Iterable[str]) -> bool:
    """B7: or about somebody close to one of them?

    What was not read may have said who is protected, suspected or a guardian among those.
    """
    if not any(person.fryst for person in tillstand.personer.values()):
        return False
    known = [tillstand.person(person_id) for person_id in person_ids]
    close = {id_ for s in known for id_ in (*s.hushall, *s.vardnadshavare, *(m.misstankt for m in s.misstankta))}
    return is_frozen(tillstand, {state.person_id for state in known} | close)
