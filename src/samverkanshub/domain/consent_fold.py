"""The part of the fold that changes consents, refusals and exemptions: K1-K4, K9 and B0 of RULES.md."""

from collections.abc import Mapping
from typing import Any

from samverkanshub.domain.acts import consent_of, subject, why_nothing_lifted
from samverkanshub.domain.consent import starts
from samverkanshub.domain.consent_form import exempt_in
from samverkanshub.domain.events import (
    ADULT,
    SAMTYCKE_ANDRAT,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_LAMNAT,
    SAMTYCKE_MAKULERAT,
    SAMTYCKE_NEKAT,
    UNDANTAG_ANMALT,
    Event,
    Position,
)
from samverkanshub.domain.frihet import is_free, named_present, said_free
from samverkanshub.domain.state import Nekande, PersonState, Ref, Samtycke, Tillstand, Undantag
from samverkanshub.domain.tid import to_ms
from samverkanshub.domain.varden import replace


def fold_consent(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """K1-K4, K9: consents are added, never removed; an end is noted on them; exemptions outlive what made them."""
    person = tillstand.person(subject(event).person_id)
    if event.typ in (SAMTYCKE_LAMNAT, SAMTYCKE_ANDRAT):
        return tillstand.with_person(_give(tillstand, person, event, position))
    if event.typ in (SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT):
        return tillstand.with_person(_end(person, event, position))
    if event.typ == SAMTYCKE_NEKAT:
        return tillstand.with_person(replace(person, nekanden=(*person.nekanden, _refusal(event, position))))
    if event.typ == UNDANTAG_ANMALT:
        return tillstand.with_person(replace(person, undantag=(*person.undantag, *_exemptions(event))))
    if why_nothing_lifted(tillstand, event):
        return tillstand
    return tillstand.with_person(replace(person, undantag=_lifted(person.undantag, event)))


def _give(tillstand: Tillstand, person: PersonState, event: Event, position: Position) -> PersonState:
    changed = consent_of(tillstand, event) if event.typ == SAMTYCKE_ANDRAT else None
    new = replace(_samtycke(event, position, changed), fri=is_free(tillstand, person, event), sagd_fri=said_free(event))
    kept = tuple(_changed(s, starts(new)) if changed and s.id == changed.id else s for s in person.samtycken)
    person = replace(person, samtycken=(*kept, new), undantag=(*person.undantag, *_exemptions(event)))
    return _withdrawn_chain(person, new, position) if new.id in person.aterkallade else person


def _withdrawn_chain(person: PersonState, new: Samtycke, position: Position) -> PersonState:
    """K4: its withdrawal came before it; that ends it and what it was changed from, as in the ordinary order."""

    def end(samtycke: Samtycke) -> Samtycke:
        ended = samtycke.kedja == new.kedja
        return replace(samtycke, aterkallat=samtycke.aterkallat or position.tid) if ended else samtycke

    return replace(person, samtycken=tuple(end(samtycke) for samtycke in person.samtycken))


def _changed(samtycke: Samtycke, tid: int) -> Samtycke:
    """K9: from when (ms) the successor is in force; of several changes, the first."""
    return replace(samtycke, andrat=min(samtycke.andrat or tid, tid))


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
        narvarande=named_present(event),
    )


def _givers(event: Event) -> tuple[str, ...]:
    """K8: a child's guardians as listed, or who speaks in their stead; for an adult the person, or who is appointed.

    `enligt_beslut`: the socialnämnd, by the decision named.
    """
    if decision := event.koder.get("enligt_beslut"):
        return (str(decision),)
    about = subject(event)
    roles = ("foretradare",) if about.aldersklass == ADULT else ("foretradare", "vardnadshavare")
    return tuple(sorted({person.person_id for person in event.with_role(*roles)})) or (about.person_id,)


def _refusal(event: Event, position: Position) -> Nekande:
    """B0: a plain no; it withdraws nothing and grants nothing."""
    koder = event.koder
    recipients = _refs(koder["mottagare"])
    return Nekande(event.handelse_id, str(koder["andamal"]), _givers(event), recipients, position.offset)


def _refs(named: list[Mapping[str, Any]]) -> tuple[Ref, ...]:
    return tuple(sorted((_ref(one) for one in named), key=lambda ref: (ref.slag, ref.id, ref.meddelande)))


def _ref(one: Mapping[str, Any]) -> Ref:
    """P5: what a request id named is about that id's message alone."""
    return Ref(one["slag"], one["id"], one.get("meddelande", ""))


def _users(named: list[Mapping[str, Any]]) -> tuple[Ref, ...]:
    return _refs([{"slag": one["aktor"], "id": one["anvandare"]} for one in named])


def _exemptions(event: Event) -> tuple[Undantag, ...]:
    exempt = exempt_in(event)
    if not exempt:
        return ()
    return (
        Undantag(
            andamal=event.koder["andamal"],
            registrering=event.handelse_id,
            registrerad_av=event.enhet,
            givare=_givers(event),
            kategorier=tuple(sorted(exempt.get("kategorier", ()))),
            uppgifter=tuple(sorted(exempt.get("uppgifter", ()))),
            mottagare=_refs(exempt.get("mottagare", [])),
            anvandare=_users(exempt.get("anvandare", [])),
        ),
    )


def _end(person: PersonState, event: Event, position: Position) -> PersonState:
    """K4: withdrawn from its position, with what it was changed from and into.

    Annulled is one registration alone; that also undoes its exemptions, and so an exemption that was all it said. A
    consent that the log has not come to yet is remembered, so that it is born withdrawn.
    """
    annulled, wanted = event.typ == SAMTYCKE_MAKULERAT, str(event.koder["samtycke"])
    kept = tuple(u for u in person.undantag if not (annulled and u.registrering == wanted))
    if all(samtycke.id != wanted for samtycke in person.samtycken):
        unknown = {wanted} if kept == person.undantag else set()
        return replace(person, aterkallade=tuple(sorted({*person.aterkallade, *unknown})), undantag=kept)
    chains = {samtycke.kedja for samtycke in person.samtycken if samtycke.id == wanted}

    def end(samtycke: Samtycke) -> Samtycke:
        if annulled and samtycke.id == wanted:
            return replace(samtycke, makulerat=samtycke.makulerat or position.tid)
        if not annulled and samtycke.kedja in chains:
            return replace(samtycke, aterkallat=samtycke.aterkallat or position.tid)
        return samtycke

    return replace(person, samtycken=tuple(end(s) for s in person.samtycken), undantag=kept)


def _lifted(exemptions: tuple[Undantag, ...], event: Event) -> tuple[Undantag, ...]:
    """K3: only what is expressly named is lifted, and only by those who exempted it, or by the person come of age.

    K11: where somebody is named as present it is kept, with who that was, since they may be suspected later.
    """
    givers, about, present = set(_givers(event)), subject(event), named_present(event)
    grown = about.aldersklass == ADULT and about.person_id in givers  # Then the person decides alone (K8).
    kept = []
    for exempt in exemptions:
        if exempt.andamal != event.koder["andamal"] or not (grown or givers.issuperset(exempt.givare)):
            kept.append(exempt)
            continue
        kept.append(_part(exempt, event, named=False))
        if present:
            infor = tuple(sorted({*exempt.havd_infor, present}))
            kept.append(replace(_part(exempt, event, named=True), havd_infor=infor))
    return tuple(one for one in kept if one.kategorier or one.uppgifter or one.mottagare or one.anvandare)


def _part(exempt: Undantag, event: Event, *, named: bool) -> Undantag:
    """K3: what of an exemption a lifting names, or what it leaves."""
    koder = event.koder
    categories, items = set(koder.get("kategorier", ())), set(koder.get("uppgifter", ()))
    recipients, users = set(_refs(koder.get("mottagare", []))), set(_users(koder.get("anvandare", [])))
    return replace(
        exempt,
        kategorier=tuple(k for k in exempt.kategorier if (k in categories) == named),
        uppgifter=tuple(u for u in exempt.uppgifter if (u in items) == named),
        mottagare=tuple(m for m in exempt.mottagare if (m in recipients) == named),
        anvandare=tuple(a for a in exempt.anvandare if (a in users) == named),
    )
