"""B0, K4: the answer to a consent request: given, refused, or not asked because it would endanger somebody.

A consent releases nothing by itself. Where the sender wants its message released it says so, and what was withheld is
judged anew at the answer's own position; what was delivered stays as it is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain import ids
from samverkanshub.domain.decision import Decision, Delivery, Entry, Reason, Skeende, in_order
from samverkanshub.domain.delivery import as_leverans, carried, with_present_ages
from samverkanshub.domain.events import MESSAGES, Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.flows.sip import called
from samverkanshub.domain.flows.tillbaka import own_message
from samverkanshub.domain.givare import is_child, is_mature
from samverkanshub.domain.messages import Sak, deliveries_of, judge_items, requests, worth_asking
from samverkanshub.domain.protection import concerns_protected
from samverkanshub.domain.routing import Kandidat, candidates
from samverkanshub.domain.rules import PURPOSES
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, Nekande, Plikt, Ref, Tillstand
from samverkanshub.domain.varden import quick, replace

GIVEN: Final = "lamnat"
REFUSED: Final = "nekat"
DANGER: Final = "ej_fragat_fara"
TOLD: Final = {GIVEN: "samtycke-lamnat", REFUSED: "samtycke-nekat", DANGER: "ej-fragat-fara"}
COMPLEMENT: Final = "komplettering"
Duties = Callable[[Sak, Decision], Iterable[Plikt]]


@quick
@dataclass(frozen=True, slots=True)
class Omprovning:
    """A message judged anew: `sak` is the message in the state and at the position of the answer."""

    sak: Sak
    arende: ArendeState
    message: Meddelande
    svar: Event

    @property
    def kandidater(self) -> tuple[Kandidat, ...]:
        """Whom the message was for when it was sent: an answer adds no recipient."""
        return candidates(self.sak.event, self.message.tid, self.sak.regelverk)

    def had(self, lasargrupp: str) -> tuple[Leverans, ...]:
        """What a reader group has of the message already."""
        found = flow.deliveries_of(self.arende, self.sak.event.handelse_id)
        return tuple(lev for lev in found if lev.mottagare == lasargrupp)

    def entries(self) -> list[Entry]:
        """Every item that did not go before, to every candidate, as it is judged now."""
        return [entry for kandidat in self.kandidater for entry in self._judged(kandidat)]

    def _judged(self, kandidat: Kandidat) -> Iterator[Entry]:
        gone = {vag for lev in self.had(kandidat.grupp.id) for vag in (*lev.vagar, *lev.muntligen)}
        left = [uppgift for uppgift in self.sak.event.uppgifter if uppgift.vag not in gone]
        for entry in judge_items(self.sak, kandidat, left):
            yield replace(entry, leverans_id=self._id(kandidat.grupp.id)) if entry.leverans_id else entry

    def _id(self, lasargrupp: str) -> str:
        return ids.delivery_id(self.svar.handelse_id, lasargrupp)

    def deliveries(self, entries: list[Entry]) -> Iterator[Delivery]:
        """K4: to who had nothing a delivery; to who had something a complement with the newly released items alone."""
        for delivery in deliveries_of(self.sak, self.kandidater, entries):
            before = self.had(delivery.mottagare)
            named = replace(delivery, leverans_id=self._id(delivery.mottagare))
            yield replace(named, kod=COMPLEMENT, avser=before[0].leverans_id) if before else named


def decide(sak: Sak, duties: Duties) -> Decision:
    """B0, K4: recorded, and where the sender wants it released what was withheld is judged anew, here."""
    arende, message = flow.arende_of(sak), own_message(sak, str(sak.event.koder["meddelande"]))
    if arende is None or message is None or message.handelse.typ not in MESSAGES:
        return flow.unknown(sak)
    if message.aterkallad:
        return flow.act(sak, Reason("Q2", "aterkallad", True))
    original = replace(with_present_ages(sak.tillstand, message.handelse, sak.event), arende_id=arende.arende_id)
    omprovning = Omprovning(replace(sak, event=original), arende, message, sak.event)
    svar = str(sak.event.koder["svar"])
    decision = replace(_recorded(sak, message, svar), omprovar=original.handelse_id)
    if svar == GIVEN and sak.event.koder.get("slapp"):
        return _released(decision, omprovning, duties)
    return replace(decision, nekanden=tuple(_refusals(omprovning))) if svar == REFUSED else decision


def _recorded(sak: Sak, message: Meddelande, svar: str) -> Decision:
    skeende = Skeende(message.handelse.handelse_id, TOLD[svar])
    return flow.act(sak, Reason("B0", TOLD[svar], False), skeenden=(skeende,))


def _released(decision: Decision, omprovning: Omprovning, duties: Duties) -> Decision:
    entries = omprovning.entries()
    told = replace(
        decision,
        entries=in_order((*decision.entries, *entries)),
        deliveries=tuple(omprovning.deliveries(entries)),
        requests=() if DANGER in omprovning.message.svar else tuple(requests(omprovning.sak, entries)),
        skyddad=concerns_protected(omprovning.sak.tillstand, omprovning.sak.event),
    )
    return flow.with_duties(told, _owed(told, omprovning, duties))


def _owed(decision: Decision, omprovning: Omprovning, duties: Duties) -> Iterator[Plikt]:
    """O4, H2: who now receives something owes what recipients of the message owe, unless it still owes just that.

    A first delivery also asks for a holder.
    """
    katalog = omprovning.sak.regelverk.katalog
    reached = {katalog.unit_of(delivery.mottagare).id for delivery in decision.deliveries}
    concerned = {*reached, omprovning.sak.event.enhet} if reached else set()  # The caller owes guardians (S3).
    owed = {(p.slag, p.handelse_id, p.barare) for p in omprovning.arende.plikter if not p.uppfylld}
    made = {plikt.id: plikt for plikt in duties(omprovning.sak, decision)}
    for plikt in (made[id_] for id_ in sorted(made)):
        new = (plikt.slag, plikt.handelse_id, plikt.barare) not in owed
        if new and plikt.barare in concerned:
            yield replace(plikt, id=ids.duty_id(omprovning.svar.handelse_id, plikt.slag, plikt.barare))


def _refusals(omprovning: Omprovning) -> Iterator[tuple[str, Nekande]]:
    """B0: whoever was asked has refused: no more is asked for this purpose and these recipients."""
    sak, units = omprovning.sak, dict[str, set[str]]()
    items = {uppgift.vag: uppgift.person_id for uppgift in sak.event.uppgifter}
    for entry in (entry for entry in omprovning.entries() if worth_asking(sak, entry)):
        units.setdefault(items[entry.vag], set()).add(sak.regelverk.katalog.unit_of(entry.mottagare).id)
    for person_id in sorted(_answering(omprovning, set(units))):
        recipients = tuple(Ref("enhet", id_) for id_ in sorted(units[person_id]))
        purpose, givers = PURPOSES[sak.event.typ], _givers(sak, person_id)
        yield person_id, Nekande(omprovning.svar.handelse_id, purpose, givers, recipients, sak.position.offset)


def _answering(omprovning: Omprovning, asked: set[str]) -> set[str]:
    """B0: of those to ask, whose answer this is: those in the role that it names, else the only one asked.

    Of several, when it names none, the one that the message is about: a no is nobody else's who was perhaps not asked.
    """
    event, named = omprovning.sak.event, omprovning.svar.koder.get("av_roll")
    if named:
        return asked & {person.person_id for person in event.with_role(str(named))}
    about = event.exposed
    return asked & {about.person_id} if about is not None and len(asked) > 1 else asked


def _givers(sak: Sak, person_id: str) -> tuple[str, ...]:
    """K8: whom a question would go to: the person, or a child's guardians."""
    person = next(one for one in sak.event.personer if one.person_id == person_id)
    state = sak.tillstand.person(person_id)
    child = is_child(state, person.aldersklass, person.roll) and not is_mature(state, PURPOSES[sak.event.typ])
    return state.vardnadshavare if child else (person_id,)


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The answer stands with its message, what it released in the ärende, and a refusal with who refused."""
    arende = tillstand.arenden[decision.arende_id]
    answered = tuple(_answered(message, event, decision) for message in arende.meddelanden)
    message = next(m.handelse for m in answered if m.handelse.handelse_id == decision.omprovar)
    released = tuple(as_leverans(message, one, decision, position) for one in carried(decision))
    arende = replace(
        arende,
        meddelanden=answered,
        leveranser=(*arende.leveranser, *released),
        deltagare=tuple(sorted({*arende.deltagare, *(one.mottagare for one in released)})),
        plikter=(*arende.plikter, *decision.plikter),
    )
    arende = called(arende, message, decision, position)
    for person_id, nekande in decision.nekanden:
        person = tillstand.person(person_id)
        tillstand = tillstand.with_person(replace(person, nekanden=(*person.nekanden, nekande)))
    return tillstand.with_arende(arende)


def _answered(message: Meddelande, event: Event, decision: Decision) -> Meddelande:
    if message.handelse.handelse_id != decision.omprovar:
        return message
    return replace(message, svar=tuple(sorted({*message.svar, str(event.koder["svar"])})))
