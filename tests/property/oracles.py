"""V2, P6, K8 and K11 in other words than the rules', for the laws to hold the rules up to."""

from copy import copy
from dataclasses import replace

from varld import Varld

from samverkanshub.domain.events import Event
from samverkanshub.domain.state import PersonState, Tillstand


def close_to(person: PersonState) -> set[str]:
    """The person, their guardians, and those they live with."""
    return {person.person_id, *person.vardnadshavare, *person.hushall}


def shielded(tillstand: Tillstand, person_id: str) -> bool:
    """P6: somebody at home has a flag; who is suspected of exposing one of those has their own alone."""
    person = tillstand.person(person_id)
    exposes_them = any(m.misstankt == person_id for id_ in person.hushall for m in tillstand.person(id_).misstankta)
    return any(tillstand.person(id_).skydd for id_ in (person_id, *(() if exposes_them else person.hushall)))


def suspected(tillstand: Tillstand, event: Event) -> set[str]:
    """V2, V4: by the message itself, or registered of exposing anybody that it is near; but whom it is about is not."""
    named = {p.person_id for p in event.personer if p.roll != "misstankt"}
    about = {event.exposed.person_id} if event.exposed else set()
    near = named | {id_ for one in about for id_ in close_to(tillstand.person(one))}
    found = {m.misstankt for id_ in near for m in tillstand.person(id_).misstankta}
    return (found | {p.person_id for p in event.personer if p.roll == "misstankt"}) - about


def close_relatives(tillstand: Tillstand, event: Event) -> set[str]:
    """V6, K11: who lives with somebody suspected: not one exposed too, nor a guardian who stands as one."""
    near = close_to(tillstand.person(event.exposed.person_id)) if event.exposed else set()
    exposed = {id_ for id_ in near | event.person_ids if tillstand.person(id_).misstankta}
    about = tillstand.person(event.exposed.person_id) if event.exposed else PersonState("")
    guardians = set(about.vardnadshavare) - set(about.vardnad_provisorisk)
    at_home = {id_ for suspect in suspected(tillstand, event) for id_ in tillstand.person(suspect).hushall}
    return at_home - exposed - guardians - {about.person_id}


def kept_secret(tillstand: Tillstand, event: Event, person_id: str) -> bool:
    """P1-P3: is an item about this person of a message one of somebody protected?"""
    own = person_id in suspected(tillstand, event)  # A suspect's is not secret for the other's sake.
    declared = event.koder.get("skyddade_personuppgifter") is True
    about = event.exposed is not None and shielded(tillstand, event.exposed.person_id)
    return shielded(tillstand, person_id) or (not own and (declared or about))


def relieved(world: Varld, suspect: str, exposed: str) -> Varld:
    """The world as far as a new suspicion may open it, by RULES.md: it silences the suspect and believes the exposed.

    K8: what a guardian exempted for a child counts for nothing once all who exempted it are suspected of exposing one
    close to it. K11: who has been exposed is no longer one of another suspect's relatives, whose presence presses.
    """
    other, state = copy(world), world.tillstand
    for person in state.personer.values():
        if exposed in close_to(person):
            state = state.with_person(_silenced(state, _believing(person, exposed), suspect))
    other.tillstand = state
    return other


def _believing(person: PersonState, exposed: str) -> PersonState:
    """What was given or lifted with the exposed there: as if they were not."""

    def without(there: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(id_ for id_ in there if id_ != exposed)

    consents = tuple(replace(s, narvarande=without(s.narvarande)) for s in person.samtycken)
    exempt = tuple(replace(u, havd_infor=tuple(map(without, u.havd_infor))) for u in person.undantag)
    return replace(person, samtycken=consents, undantag=exempt)


def _silenced(state: Tillstand, person: PersonState, suspect: str) -> PersonState:
    def counts(giver: str) -> bool:
        against = {m.mot for m in state.person(giver).misstankt_mot}
        return giver == person.person_id or not (giver == suspect or against & close_to(person))

    kept = tuple(u for u in person.undantag if suspect not in u.givare or any(map(counts, u.givare)))
    return replace(person, undantag=kept)
