"""The part of the fold that changes persons: consents, exemptions, protection, custody, suspicion, household."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from samverkanshub.domain.acts import LEVELS, consent_of, is_free, level, subject
from samverkanshub.domain.consent import starts
from samverkanshub.domain.events import (
    ADULT,
    HUSHALL,
    MISSTANKT,
    SAMTYCKE_ANDRAT,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_LAMNAT,
    SAMTYCKE_MAKULERAT,
    SKYDD,
    VARDNAD,
    Event,
    Person,
    Position,
)
from samverkanshub.domain.state import Misstanke, PersonState, Ref, Samtycke, Tillstand, Undantag
from samverkanshub.domain.tid import to_ms

T = TypeVar("T")
Change = Callable[[T], T]


# ------------------------------------------------------------------------------------------ consent


def fold_consent(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """K1-K4, K9: consents are added, never removed; an end is noted on them; exemptions outlive what made them."""
    person = tillstand.person(subject(event).person_id)
    if event.typ in (SAMTYCKE_LAMNAT, SAMTYCKE_ANDRAT):
        return tillstand.with_person(_give(tillstand, person, event, position))
    if event.typ in (SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT):
        return tillstand.with_person(_end(person, event, position))
    return tillstand.with_person(replace(person, undantag=_lifted(person.undantag, event)))


def _give(tillstand: Tillstand, person: PersonState, event: Event, position: Position) -> PersonState:
    changed = consent_of(tillstand, event) if event.typ == SAMTYCKE_ANDRAT else None
    new = _samtycke(event, position, changed)
    kept = tuple(_cut_short(s, starts(new)) if changed and s.id == changed.id else s for s in person.samtycken)
    person = replace(person, samtycken=(*kept, new), undantag=(*person.undantag, *_exemptions(event)))
    return _withdrawn_chain(person, new, position) if new.id in person.aterkallade else person


def _withdrawn_chain(person: PersonState, new: Samtycke, position: Position) -> PersonState:
    """K4: its withdrawal came before it; that ends it and what it was changed from, as in the ordinary order."""

    def end(samtycke: Samtycke) -> Samtycke:
        ended = samtycke.kedja == new.kedja
        return replace(samtycke, aterkallat=samtycke.aterkallat or position.tid) if ended else samtycke

    return replace(person, samtycken=tuple(end(samtycke) for samtycke in person.samtycken))


def _cut_short(samtycke: Samtycke, tid: int) -> Samtycke:
    """K9: what is changed ends where its successor comes into force, also for recipients the successor leaves out."""
    return replace(samtycke, till=min(samtycke.till, tid))


def _samtycke(event: Event, position: Position, changed: Samtycke | None) -> Samtycke:
    koder = event.koder
    return Samtycke(
        id=event.handelse_id,
        andamal=koder["andamal"],
        givare=_givers(event),
        mottagare=_refs(koder["mottagare"]),
        kategorier=tuple(sorted(koder["kategorier"])),
        fran=to_ms(koder["fran"]),
        till=to_ms(koder["till"]),
        position_tid=position.tid,
        offset=position.offset,
        registrerad_av=event.enhet,
        kedja=changed.kedja if changed else event.handelse_id,
        fri=is_free(event),
    )


def _givers(event: Event) -> tuple[str, ...]:
    """K8: a child's guardians as listed; for an adult only the person."""
    about = subject(event)
    guardians = tuple(sorted(person.person_id for person in event.with_role("vardnadshavare")))
    return guardians if guardians and about.aldersklass != ADULT else (about.person_id,)


def _refs(named: list[Mapping[str, Any]]) -> tuple[Ref, ...]:
    return tuple(sorted((Ref(one["slag"], one["id"]) for one in named), key=lambda ref: (ref.slag, ref.id)))


def _exemptions(event: Event) -> tuple[Undantag, ...]:
    exempt = event.koder.get("undantag") or {}
    if not any(exempt.values()):
        return ()
    return (
        Undantag(
            andamal=event.koder["andamal"],
            registrering=event.handelse_id,
            givare=_givers(event),
            kategorier=tuple(sorted(exempt.get("kategorier", ()))),
            uppgifter=tuple(sorted(exempt.get("uppgifter", ()))),
            mottagare=_refs(exempt.get("mottagare", [])),
        ),
    )


def _end(person: PersonState, event: Event, position: Position) -> PersonState:
    """K4: withdrawn from its position, with what it was changed from and into.

    Annulled is one registration alone; that also undoes its exemptions. One that the log has not come to yet is
    remembered, so that it is born withdrawn.
    """
    annulled, wanted = event.typ == SAMTYCKE_MAKULERAT, str(event.koder["samtycke"])
    if all(samtycke.id != wanted for samtycke in person.samtycken):
        return replace(person, aterkallade=tuple(sorted({*person.aterkallade, wanted})))
    chains = {samtycke.kedja for samtycke in person.samtycken if samtycke.id == wanted}

    def end(samtycke: Samtycke) -> Samtycke:
        if annulled and samtycke.id == wanted:
            return replace(samtycke, makulerat=samtycke.makulerat or position.tid)
        if not annulled and samtycke.kedja in chains:
            return replace(samtycke, aterkallat=samtycke.aterkallat or position.tid)
        return samtycke

    kept = tuple(u for u in person.undantag if not (annulled and u.registrering == wanted))
    return replace(person, samtycken=tuple(end(s) for s in person.samtycken), undantag=kept)


def _lifted(exemptions: tuple[Undantag, ...], event: Event) -> tuple[Undantag, ...]:
    """K3: only what is expressly named is lifted, and only by those who exempted it, or by the person come of age."""
    koder, givers, about = event.koder, set(_givers(event)), subject(event)
    grown = about.aldersklass == ADULT  # Then the person is the only giver (K8).
    categories, items = set(koder.get("kategorier", ())), set(koder.get("uppgifter", ()))
    recipients = set(_refs(koder.get("mottagare", [])))
    kept = []
    for exempt in exemptions:
        if exempt.andamal == koder["andamal"] and (grown or givers.issuperset(exempt.givare)):
            exempt = replace(
                exempt,
                kategorier=tuple(k for k in exempt.kategorier if k not in categories),
                uppgifter=tuple(u for u in exempt.uppgifter if u not in items),
                mottagare=tuple(m for m in exempt.mottagare if m not in recipients),
            )
        if exempt.kategorier or exempt.uppgifter or exempt.mottagare:
            kept.append(exempt)
    return tuple(kept)


# ------------------------------------------------------------------------------------------ facts


def fold_fact(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """P6, P7, K8, F1: protection, custody, suspicion, household."""
    folds = {SKYDD: _protect, VARDNAD: _custody, MISSTANKT: _suspect, HUSHALL: _household}
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
        everybody = tuple(sorted(named | set(child.vardnadshavare)))
        return tillstand.with_person(replace(child, vardnadshavare=everybody, vardnad_provisorisk=True))
    settled = replace(child, vardnadshavare=tuple(sorted(named)), vardnad_kand=True, vardnad_provisorisk=False)
    return tillstand.with_person(settled)


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
    """P6: who lives together, noted on each; whom they lived with before and no longer do loses them in turn."""
    together = _together(event)
    before = {other for person_id in together for other in tillstand.person(person_id).hushall}
    for person_id in sorted(together):
        person = tillstand.person(person_id)
        tillstand = tillstand.with_person(replace(person, hushall=tuple(sorted(together - {person_id}))))
    for person_id in sorted(before - together):
        person = tillstand.person(person_id)
        left = tuple(other for other in person.hushall if other not in together)
        tillstand = tillstand.with_person(replace(person, hushall=left))
    return tillstand
