"""Age classes (K8): made by the api at each claim and by `watch` at Swedish midnight; nobody grows younger."""

from typing import Final

from samverkanshub.domain.events import (
    ADULT,
    AGE_0_11,
    AGE_12_14,
    AGE_15_17,
    AGE_UNKNOWN,
    OROSANMALAN,
    Event,
    Person,
)
from samverkanshub.domain.state import PersonState, Tillstand
from samverkanshub.domain.varden import replace

GROWING: Final = (AGE_UNKNOWN, AGE_0_11, AGE_12_14, AGE_15_17, ADULT)
"""Age classes in the order that a person passes through them."""


def is_later(aldersklass: str, than: str) -> bool:
    """Does a person come to this class after that one?"""
    return GROWING.index(aldersklass) > GROWING.index(than)


def grown(tillstand: Tillstand, event: Event) -> Event:
    """K8: the event with everybody as old as the log knows them; a birthday may come between claim and append.

    A report stays a report about the child it was made about (B1).
    """
    if event.typ == OROSANMALAN:
        return event
    return with_ages(tillstand, event)


def with_ages(tillstand: Tillstand, event: Event) -> Event:
    """K8: with everybody as old as the log knows them, also in a report that is judged anew."""
    persons = tuple(_as_old(person, tillstand.person(person.person_id)) for person in event.personer)
    return replace(event, personer=persons) if persons != event.personer else event


def _as_old(person: Person, known: PersonState) -> Person:
    older = is_later(known.aldersklass, person.aldersklass)
    return replace(person, aldersklass=known.aldersklass) if older else person


def aged(tillstand: Tillstand, event: Event) -> Tillstand:
    """K8: the state after an event has told how old its persons are."""
    for person in event.personer:
        known = tillstand.person(person.person_id)
        if is_later(person.aldersklass, known.aldersklass):
            tillstand = tillstand.with_person(replace(known, aldersklass=person.aldersklass))
    return tillstand
