"""Which persons and ärenden an event's decision looks at, so that the pipeline can load them and no others."""

from samverkanshub.domain.events import Event
from samverkanshub.domain.state import Tillstand


def needs(tillstand: Tillstand, event: Event) -> tuple[frozenset[str], frozenset[str]]:
    """Person and ärende ids, given what is loaded so far. Ask again after loading, until nothing new comes."""
    arenden = {event.arende_id} - {""} if event.arende_id else set()
    persons = set(event.person_ids)
    for person_id in event.person_ids:
        person = tillstand.person(person_id)
        arenden |= {id_ for _, id_ in person.arenden} | set(person.berorda)
        persons |= _close_to(tillstand, person_id)
    for id_ in arenden:
        arende = tillstand.arenden.get(id_)
        if arende is not None and id_ == event.arende_id:
            for message in arende.meddelanden:
                persons |= message.handelse.person_ids
    for person_id in frozenset(persons):
        persons |= _close_to(tillstand, person_id)
    return frozenset(persons), frozenset(arenden)


def _close_to(tillstand: Tillstand, person_id: str) -> set[str]:
    """Household, guardians, and those suspected: whom P6, K8 and V4 ask about."""
    person = tillstand.person(person_id)
    return {*person.hushall, *person.vardnadshavare, *(m.misstankt for m in person.misstankta)}
