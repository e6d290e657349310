"""K11: given freely: in private, with no suspected person or relative of theirs present or interpreting.

Agreement: ask in private. What the registration says of who was there is judged as it stands; whom it names, by
what is registered now, so that who becomes suspected later counts as having been so, from that position.
"""

from typing import Final

from samverkanshub.domain.events import Event
from samverkanshub.domain.protection import suspects
from samverkanshub.domain.state import PersonState, Tillstand, Undantag, remembered

PRESSURE: Final = frozenset({"misstankt", "anhorig_till_misstankt"})
PRESENT: Final = ("narvarande", "tolk")
"""The roles of those who were there, and the names of what is said of them."""


NONE: Final[frozenset[str]] = frozenset()


def said_free(event: Event) -> bool:
    """K11: does the registration itself say that it was free?"""
    present = {*event.koder.get("narvarande", ()), event.koder.get("tolk")}
    return bool(event.koder.get("enskilt")) and not present & PRESSURE


def named_present(event: Event) -> tuple[str, ...]:
    """K11: whom the registration names as present or interpreting, person ids, sorted."""
    return tuple(sorted({person.person_id for person in event.with_role(*PRESENT)}))


def is_free(tillstand: Tillstand, person: PersonState, event: Event) -> bool:
    """K11: and is nobody it names suspected, or close to one who is?"""
    return said_free(event) and pressing(tillstand, person).isdisjoint(named_present(event))


def pressing(tillstand: Tillstand, person: PersonState, also: frozenset[str] = frozenset()) -> frozenset[str]:
    """K11: who is suspected of exposing the person or those close to them, or is suspected too; who lives with them.

    Not those exposed themselves, nor a guardian who is not suspected. One registered provisionally alone is spared as
    neither: that can only restrict (K8).
    """
    close = (person, *(tillstand.person(id_) for id_ in (*person.vardnadshavare, *person.hushall)))
    suspected = also | {misstanke.misstankt for one in close for misstanke in one.misstankta}
    relatives = {other for id_ in suspected for other in tillstand.person(id_).hushall}
    spared = {person.person_id, *person.vardnadshavare, *(one.person_id for one in close if one.misstankta)}
    return frozenset(suspected | relatives - (spared - set(person.vardnad_provisorisk)))


@remembered
def pointed_to(tillstand: Tillstand, event: Event) -> frozenset[str]:
    """V6: whom no request that the event makes may point to: the suspected and their close relatives.

    As in K11 one exposed, or a guardian who is not suspected, is no relative. Never whom the event is about (V2).
    """
    suspected, about = suspects(tillstand, event), event.exposed.person_id if event.exposed else ""
    exposed = {id_ for id_ in event.person_ids - suspected if tillstand.person(id_).misstankta}
    return pressing(tillstand, tillstand.person(about), suspected) - exposed - {about}


def unfree(tillstand: Tillstand, person: PersonState) -> frozenset[str]:
    """K11: the ids of the person's consents at which somebody was present who presses, by what is registered now."""
    if not [samtycke for samtycke in person.samtycken if samtycke.narvarande]:
        return NONE
    there = pressing(tillstand, person)
    return frozenset(samtycke.id for samtycke in person.samtycken if not there.isdisjoint(samtycke.narvarande))


def binding(tillstand: Tillstand, person: PersonState) -> tuple[Undantag, ...]:
    """K3, K11: the person's exemptions, less those lifted with nobody there who presses, by what is registered now."""
    there = pressing(tillstand, person) if any(undantag.havd_infor for undantag in person.undantag) else frozenset()

    def binds(undantag: Undantag) -> bool:
        return not any(there.isdisjoint(present) for present in undantag.havd_infor)

    return tuple(undantag for undantag in person.undantag if binds(undantag))
