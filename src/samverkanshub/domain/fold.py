"""The fold: what an event, once decided, changes in persons and ärenden. Refused events change nothing."""

from collections.abc import Iterable
from typing import cast

from samverkanshub.domain import anteckningar, consent_fold, facts, spridning
from samverkanshub.domain.acts import ADDED
from samverkanshub.domain.alder import aged, grown
from samverkanshub.domain.begaran import resolved
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.decision import accepted as accepted
from samverkanshub.domain.delivery import as_leverans, carried, rests_on_law
from samverkanshub.domain.events import (
    CONSENTS,
    MESSAGES,
    MISSTANKT,
    OPPNING,
    PERSON_FACTS,
    REGELVERK,
    Event,
    Position,
)
from samverkanshub.domain.flows import FLOWS, granskning, innehavare, karantan, riskbild
from samverkanshub.domain.flows.flow import with_delivery
from samverkanshub.domain.flows.sip import called
from samverkanshub.domain.flows.tillbaka import recalled
from samverkanshub.domain.messages import PROCESSES
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, Tillstand
from samverkanshub.domain.varden import replace


def advance(tillstand: Tillstand, position: Position) -> Tillstand:
    """Time moves on, monotonically, whatever the record was."""
    return replace(tillstand, omrade=replace(tillstand.omrade, tid=position.tid))


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The state after the event. A repeat or a refused event only moves time.

    Remembered with the state before it, since deciding looks ahead (K7).
    """
    key = (fold, id(decision))
    known = tillstand.svar.get(key)
    if known is None or known[1:3] != (event, position):
        known = tillstand.svar[key] = (decision, event, position, _folded(tillstand, event, decision, position))
    return cast(Tillstand, known[3])


def _folded(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    tillstand = advance(tillstand, position)
    if decision.upprepning or not accepted(decision):
        return tillstand
    event = grown(tillstand, event)
    tillstand = aged(tillstand, event)
    after = spridning.folded(_changed(tillstand, event, decision, position), event, decision, position)
    return anteckningar.noted(after, event, decision, position)


def _changed(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    if event.typ in MESSAGES:
        return _message(tillstand, event, decision, position)
    if event.typ in CONSENTS:
        return consent_fold.fold_consent(tillstand, resolved(tillstand, event), position)
    if event.typ in PERSON_FACTS:
        added = any(reason.kod == ADDED for entry in decision.entries for reason in entry.reasons)
        if added:
            return facts.fold_addition(tillstand, event)
        after = facts.fold_fact(tillstand, event, position)
        return granskning.fold(tillstand, after, event, decision, position) if event.typ == MISSTANKT else after
    if event.typ == OPPNING:
        return _opening(tillstand, event, decision, position)
    if event.typ in FLOWS:
        return innehavare.fold(FLOWS[event.typ].fold(tillstand, event, decision, position), decision)
    return _rulebook(tillstand, event) if event.typ == REGELVERK else tillstand


def freeze(tillstand: Tillstand, person_ids: Iterable[str], position: Position) -> Tillstand:
    """B7: everybody in the header of a record that could not be read is frozen until a redrive."""
    tillstand = advance(tillstand, position)
    for person_id in person_ids:
        person = tillstand.person(person_id)
        frozen = tuple(sorted({*person.fryst, position.offset}))
        tillstand = tillstand.with_person(replace(person, fryst=frozen))
    return tillstand


# ------------------------------------------------------------------------------------------ ärenden


def _message(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    arende = tillstand.arenden.get(decision.arende_id) or _opened_by(event, decision)
    kept = replace(event, arende_id=decision.arende_id, beslutssalt="")
    deliveries = tuple(as_leverans(event, one, decision, position) for one in carried(decision))
    arende = replace(
        arende,
        deltagare=_union(arende.deltagare, {event.enhet}, {one.mottagare for one in deliveries}),
        leveranser=(*arende.leveranser, *deliveries),
        meddelanden=(*arende.meddelanden, Meddelande(position.offset, position.tid, kept, begaran=decision.begaran)),
        plikter=(*arende.plikter, *decision.plikter),
    )
    arende = karantan.met(called(arende, event, decision, position), decision, position)
    tillstand = recalled(_mention(tillstand.with_arende(arende), event, arende), decision, position)
    return riskbild.remember(tillstand, event, decision, position)


def _opened_by(event: Event, decision: Decision) -> ArendeState:
    exposed = event.exposed
    about = exposed.person_id if exposed else ""
    return ArendeState(decision.arende_id, PROCESSES[event.typ], about, antecknat=())


def _mention(tillstand: Tillstand, event: Event, arende: ArendeState) -> Tillstand:
    for person_id in sorted(event.person_ids):
        person = tillstand.person(person_id)
        person = replace(person, berorda=_union(person.berorda, {arende.arende_id}))
        if person_id == arende.person_id:
            open_ones = {**dict(person.arenden), arende.process: arende.arende_id}
            person = replace(person, arenden=tuple(sorted(open_ones.items())))
        tillstand = tillstand.with_person(person)
    return tillstand


def _union(known: tuple[str, ...], *more: set[str]) -> tuple[str, ...]:
    return tuple(sorted(set(known).union(*more)))


def _opening(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    by_law = all(rests_on_law(decision, shown) for shown in decision.deliveries)

    def opened(lev: Leverans) -> Leverans:
        return replace(lev, oppnad=lev.oppnad or position.tid, enligt_lag=lev.enligt_lag and by_law)

    return with_delivery(tillstand, event, opened)


def _rulebook(tillstand: Tillstand, event: Event) -> Tillstand:
    artefacts = tuple(sorted((a["namn"], a["digest"]) for a in event.koder["artefakter"]))
    return replace(tillstand, omrade=replace(tillstand.omrade, artefakter=artefacts))
