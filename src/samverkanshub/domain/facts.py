"""The part of the fold that changes persons: protection, custody, K8's grounds, suspicion, household."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from samverkanshub.domain.acts import LEVELS, level, subject
from samverkanshub.domain.events import (
    BESLUT_OM_BARN,
    FORETRADARE,
    HUSHALL,
    MISSTANKT,
    MOGNAD,
    SKYDD,
    UTREDNING,
    VARDNAD,
    Event,
    Person,
    Position,
)
from samverkanshub.domain.overtagande import Jav
from samverkanshub.domain.state import Beslut, Foretradare, Misstanke, Mognad, PersonState, Tillstand
from samverkanshub.domain.varden import replace

T = TypeVar("T")
Change = Callable[[T], T]


def fold_fact(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """P6, P7, K8, F1, B2: protection, custody and what K8 puts in its place, suspicion, household, investigation."""
    folds = {SKYDD: _protect, VARDNAD: _custody, MISSTANKT: _suspect, HUSHALL: _household, UTREDNING: _investigation}
    folds |= {MOGNAD: _maturity, BESLUT_OM_BARN: _decide, FORETRADARE: _appoint}
    return folds[event.typ](tillstand, event, position)


def _protect(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """P6: a provisional flag only ever raises; what is already as strong stays as it is, and nobody is told so."""
    person = tillstand.person(subject(event).person_id)
    provisional = bool(event.koder.get("provisoriskt"))
    if provisional and LEVELS.index(level(event)) <= LEVELS.index(person.skydd):
        return tillstand
    return tillstand.with_person(replace(person, skydd=level(event), skydd_provisoriskt=provisional))


def _custody(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """K8: names all guardians; a provisional registration can only restrict, so it adds and never replaces."""
    child = tillstand.person(subject(event).person_id)
    named = {person.person_id for person in event.with_role("vardnadshavare")}
    if event.koder.get("provisoriskt"):
        added = named - set(child.vardnadshavare) | set(child.vardnad_provisorisk)
        child = replace(child, vardnad_provisorisk=tuple(sorted(added)))
        return _with_custody(tillstand, child, named | set(child.vardnadshavare))
    return _with_custody(tillstand, replace(child, vardnad_kand=True, vardnad_provisorisk=()), named)


def _maturity(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """K8: for the question it names; the latest registration stands."""
    child, koder = tillstand.person(subject(event).person_id), event.koder
    new = Mognad(koder["andamal"], bool(koder["mogen"]), event.enhet, koder["kalla"], koder["datum"])
    others = tuple(one for one in child.mognad if one.andamal != new.andamal)
    return tillstand.with_person(replace(child, mognad=tuple(sorted((*others, new), key=lambda one: one.andamal))))


def _decide(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """K8: a listed ground; registered anew by the same actor under its reference, it is changed, or ended."""
    child, koder = tillstand.person(subject(event).person_id), event.koder
    key = (event.aktor, koder["slag"], koder["referens"])
    known = next((one.id for one in child.beslut if (one.aktor, one.slag, one.referens) == key), event.handelse_id)
    new = Beslut(
        id=known,
        slag=koder["slag"],
        andamal=tuple(sorted(koder["andamal"])),
        fran=koder["fran"],
        till=koder.get("till") or "",
        referens=koder["referens"],
        aktor=event.aktor,
        ersatter=tuple(sorted(person.person_id for person in event.with_role("vardnadshavare"))),
        foretradare=next((person.person_id for person in event.with_role("foretradare")), ""),
    )
    return tillstand.with_person(replace(child, beslut=(*(one for one in child.beslut if one.id != known), new)))


def _appoint(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """K8: a god man or förvaltare; registered anew by the same actor, the appointment is changed, or ended."""
    person, koder = tillstand.person(subject(event).person_id), event.koder
    new = Foretradare(
        person=event.with_role("foretradare")[0].person_id,
        slag=koder["slag"],
        andamal=tuple(sorted(koder["andamal"])),
        fran=koder["fran"],
        till=koder.get("till") or "",
        kalla=koder["kalla"],
        aktor=event.aktor,
    )
    same = (new.person, new.slag, new.aktor)
    others = tuple(one for one in person.foretradare if (one.person, one.slag, one.aktor) != same)
    return tillstand.with_person(replace(person, foretradare=(*others, new)))


def _with_custody(tillstand: Tillstand, barn: PersonState, guardians: Iterable[str]) -> Tillstand:
    """K8: the child's guardians from now on, noted on the child, on each of them, and on those who were."""
    now, before = set(guardians), set(barn.vardnadshavare)
    tillstand = tillstand.with_person(replace(barn, vardnadshavare=tuple(sorted(now))))
    for guardian in sorted(now | before):
        state = tillstand.person(guardian)
        children = set(state.barn) - {barn.person_id} | ({barn.person_id} if guardian in now else set())
        tillstand = tillstand.with_person(replace(state, barn=tuple(sorted(children))))
    return tillstand


def _suspect(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """F1: stands until removed; noted on both persons."""
    exposed = tillstand.person(subject(event).person_id)
    for person in event.with_role("misstankt"):
        suspicion = _suspicion(event, person, exposed, position)
        exposed = replace(exposed, misstankta=_noted(exposed.misstankta, suspicion, event))
        tillstand = tillstand.with_person(exposed)
        suspect = tillstand.person(person.person_id)
        suspect = replace(suspect, misstankt_mot=_noted(suspect.misstankt_mot, suspicion, event))
        tillstand = tillstand.with_person(suspect)
        exposed = tillstand.person(exposed.person_id)
    return tillstand


def _suspicion(event: Event, suspect: Person, exposed: PersonState, position: Position) -> Misstanke:
    koder = event.koder
    return Misstanke(
        misstankt=suspect.person_id,
        mot=exposed.person_id,
        registrerad_av=event.enhet,
        aktor=event.aktor,
        kalla=koder["kalla"],
        granskas=koder["granskas"],
        offset=position.offset,
        handelse_id=event.handelse_id,
    )


def _noted(known: tuple[Misstanke, ...], new: Misstanke, event: Event) -> tuple[Misstanke, ...]:
    """Each actor's registration stands by itself: nobody removes another's."""
    same = (new.misstankt, new.mot, new.aktor)
    others = tuple(m for m in known if (m.misstankt, m.mot, m.aktor) != same)
    return others if event.koder.get("borttagen") else (*others, new)


def fold_addition(tillstand: Tillstand, event: Event) -> Tillstand:
    """P6: from a unit that may not take anybody out of a household: all known to live with any of them are one."""
    together = _together(event)
    everybody = together | {other for person_id in together for other in tillstand.person(person_id).hushall}
    for person_id in sorted(everybody):
        person = tillstand.person(person_id)
        others = (everybody | set(person.hushall)) - {person_id}
        tillstand = tillstand.with_person(replace(person, hushall=tuple(sorted(others))))
    return tillstand


def _together(event: Event) -> set[str]:
    return {subject(event).person_id, *(person.person_id for person in event.with_role("medlem"))}


def _household(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """P6: who lives together, noted on each; whom they lived with before and no longer do loses them in turn.

    V7: but for whom the registering user is barred from, who stays where it was.
    """
    together = _together(event)
    before = {other for person_id in together for other in tillstand.person(person_id).hushall} - together
    kept = {other for other in before if Jav(event.aktor, event.anvandare) in tillstand.person(other).javiga}
    for person_id in sorted(together):
        person = tillstand.person(person_id)
        others = (together | kept.intersection(person.hushall)) - {person_id}
        tillstand = tillstand.with_person(replace(person, hushall=tuple(sorted(others))))
    for person_id in sorted(before - kept):
        person = tillstand.person(person_id)
        left = tuple(other for other in person.hushall if other not in together)
        tillstand = tillstand.with_person(replace(person, hushall=left))
    return tillstand


def _investigation(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """B2: open at the registering unit until that unit closes it; another unit's own stands beside it."""
    child = tillstand.person(subject(event).person_id)
    others = set(child.utredningar) - {event.enhet}
    units = others | {event.enhet} if event.koder.get("oppen") else others
    return tillstand.with_person(replace(child, utredningar=tuple(sorted(units))))
