"""G2: who has noted something about a person, and when last: how long it must be kept is counted from that day."""

from collections.abc import Iterable, Iterator
from datetime import date

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import CONSENTS, PERSON_FACTS, Event, Position
from samverkanshub.domain.state import OKANT, ArendeState, PersonState, Tillstand
from samverkanshub.domain.tid import iso_day
from samverkanshub.domain.varden import replace

Antecknat = tuple[tuple[str, str], ...]


def noted(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """G2: the state after somebody has done something: in the ärende that it was in, or with those that a fact or a
    consent is about. What the hub does itself is no note.
    """
    if not event.enhet:
        return tillstand
    day = iso_day(position.tid)
    arende = tillstand.arenden.get(decision.arende_id or event.arende_id)
    if arende is not None and (on := _with(arende.antecknat, event.enhet, day)) != arende.antecknat:
        tillstand = tillstand.with_arende(replace(arende, antecknat=on))
    for person_id in sorted(event.person_ids) if event.typ in CONSENTS | PERSON_FACTS else ():
        person = tillstand.person(person_id)
        if (by := _with(person.antecknat, event.enhet, day)) != person.antecknat:
            tillstand = tillstand.with_person(replace(person, antecknat=by))
    return tillstand


def _with(notes: Antecknat, enhet: str, day: str) -> Antecknat:
    if dict(notes).get(enhet, "") >= day:
        return notes
    return tuple(sorted({**dict(notes), enhet: day}.items()))


def known(person: PersonState, arenden: Iterable[ArendeState]) -> bool:
    """G2: does the state say of all that was noted when that was? What an earlier program kept does not."""
    kept = (person.antecknat, *(arende.antecknat for arende in arenden))
    return not any(note in OKANT for notes in kept for note in notes)


def last_notes(person: PersonState, arenden: list[ArendeState], katalog: Katalog) -> Iterator[tuple[str, date]]:
    """G2: (verksamhet, day of its last note) of all that was noted about a person; empty for a unit nobody knows now.

    Who was sent something has it in its own file from that day, opened or not.
    """
    for enhet, day in _by_unit(person, arenden, katalog):
        unit = katalog.enheter.get(enhet)
        yield unit.verksamhet if unit else "", date.fromisoformat(day)


def _by_unit(person: PersonState, arenden: list[ArendeState], katalog: Katalog) -> Iterator[tuple[str, str]]:
    yield from (note for note in person.antecknat if note not in OKANT)
    yield from ((one.registrerad_av, iso_day(one.position_tid)) for one in person.samtycken)
    for arende in arenden:
        yield from (note for note in arende.antecknat if note not in OKANT)
        yield from ((one.handelse.enhet, iso_day(one.tid)) for one in arende.meddelanden)
        for lev in arende.leveranser:
            grupp = katalog.lasargrupper.get(lev.mottagare)
            yield grupp.enhet if grupp else "", iso_day(lev.tid)
