"""Rules put wrong, each in the way that a law is there to notice."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from steps import DAY

from samverkanshub.domain import consent, consent_fold, delivery, gate, hindrances, ids, plikter, rules
from samverkanshub.domain.decision import Decision, Delivery, Entry, Reason
from samverkanshub.domain.events import MISSTANKT, UNDANTAG_ANMALT, Event, Position
from samverkanshub.domain.flows import FLOWS, flow
from samverkanshub.domain.flows.flow import Flow
from samverkanshub.domain.fraga import Dom, Fraga
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.overtagande import Jav
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import ArendeState, Leverans, PersonState, Plikt, Samtycke, Tillstand


def without(name: str) -> tuple[Callable[[Fraga], tuple[Reason, ...]], ...]:
    """The hindrances, but for one."""
    return tuple(rule for rule in hindrances.HINDRANCES if rule.__name__ != name)


def opposite(rule: Callable[..., bool]) -> Callable[..., bool]:
    """The rule says yes for no."""
    return lambda *arguments, **named: not rule(*arguments, **named)


def reviving(
    person: PersonState, givare: str, andamal: str, enhet: str, meddelande: str, tid: int, katalog: Any
) -> Samtycke | None:
    """K9 wrong: the latest that is not ended governs, so that what was superseded revives."""
    found = [
        samtycke
        for samtycke in person.samtycken
        if samtycke.andamal == andamal
        and givare in samtycke.givare
        and consent.covers(samtycke, enhet, meddelande, katalog)
        and consent.starts(samtycke) <= tid
        and not consent.ended(samtycke, tid)
    ]
    return found[-1] if found else None


def accepted_again(event: Event, digest: str) -> Decision:
    """A repeat is taken as if it were new."""
    return Decision(event.handelse_id, event.typ, event.aktor, digest, (Entry("", "", (Reason("T1", "ny", False),)),))


def anybody_frozen(tillstand: Tillstand, person_ids: object) -> bool:
    """B7 wrong: whoever is frozen stops everybody."""
    return any(person.fryst for person in tillstand.personer.values())


def everybodys_own(question: Fraga) -> bool:
    """V2 wrong: where anybody is suspected, all is taken for the suspect's own."""
    return bool(hindrances.suspects(question.tillstand, question.event))


def unless_suspected(tillstand: Tillstand, event: Event) -> bool:
    """P5, V2 wrong: who is suspected is not asked about, whatever flag is theirs."""
    named = event.person_ids - hindrances.suspects(tillstand, event)
    return any(tillstand.person(person_id).skydd for person_id in named)


_judge = rules.judge


def first_basis_wins(question: Fraga, asked: Any = None) -> Dom:
    """B5 wrong: the first hindrance to speak is the only one heard."""
    heard = next((reasons for rule in rules.HINDRANCES if (reasons := rule(question))), ())
    dom = _judge(question)
    return replace(dom, reasons=tuple(sorted(heard))) if heard and dom.reasons else dom


def citing_no_consent(question: Fraga, asked: Any = None) -> Dom:
    """T1 wrong: the consents that carry are not cited."""
    return replace(_judge(question), samtycken=())


def whatever_it_says(samtycke: Samtycke, fall: Any) -> Iterator[Reason]:
    """K1, K4 wrong: who governs carries, whatever it says and whether it has ended."""
    yield from ()


def never_ending(samtycke: Samtycke, fall: Any) -> Iterator[Reason]:
    """K2 wrong: a consent is counted on from its end."""
    if fall.tid < samtycke.till - DAY:
        yield Reason("K2", "samtycke-upphort", True)


_decide = gate.decide
_seen: set[str] = set()


def remembering(tillstand: Tillstand, event: Event, position: Position, regelverk: Regelverk) -> Decision:
    """A gate that remembers outside its state, so that what comes later tells on what came before."""
    decision = _decide(tillstand, event, position, regelverk)
    known = event.handelse_id in _seen
    _seen.add(event.handelse_id)
    return replace(decision, hints=(*decision.hints, "sedd-forut")) if known else decision


def random_ids(handelse_id: str, lasargrupp: str, slag: str = "meddelande") -> str:
    """A delivery's id that derives from nothing."""
    return f"{random.random()}"


def losing(arende: ArendeState, wanted: Callable[[Plikt], bool], tid: int, utfall: str) -> ArendeState:
    """O4, H2 wrong: a duty that is met is forgotten."""
    return replace(arende, plikter=tuple(plikt for plikt in arende.plikter if plikt.uppfylld or not wanted(plikt)))


def all_open_again(arende: ArendeState, wanted: Callable[[Plikt], bool]) -> ArendeState:
    """S4 wrong: with the call that is taken back, all that anybody has done is owed again."""
    opened = (replace(plikt, uppfylld=0, utfall="") for plikt in arende.plikter)
    return replace(arende, plikter=tuple(opened))


def where_it_was(tillstand: Tillstand, home: ArendeState, id_: str) -> Tillstand:
    """H1, S4 wrong: a call is owed in an ärende that no summons joins any more."""
    return tillstand


def never_open_again(arende: ArendeState, wanted: Callable[[Plikt], bool]) -> ArendeState:
    """S4 wrong: a call that is taken back counts as made."""
    return arende


_make = plikter.make


def without_steps(*arguments: Any, **named: Any) -> Plikt:
    """O4, H2 wrong: a duty that nobody is ever reminded of."""
    return replace(_make(*arguments, **named), steg=())


def to_all_readers(sak: Sak, enhet: str, kod: str, *, avser: str = "", slag: str = flow.NOTICE) -> Iterator[Delivery]:
    """V1 wrong: a unit is told by all its readers, those who work with the perpetrator among them."""
    yield from (flow.notice(sak, one.id, kod, avser=avser, slag=slag) for one in sak.regelverk.katalog.groups_of(enhet))


def nothing_taken_back(tillstand: Tillstand, decision: Decision, position: Position) -> Tillstand:
    """Q2 wrong: a recall is told and does nothing."""
    return tillstand


def nobody_barred(tillstand: Tillstand, event: Event) -> bool:
    """V7 wrong."""
    return False


def nobody(aktor: str, anvandare: str) -> Jav:
    """V7 wrong: whoever asks is somebody else."""
    return Jav(aktor, "")


def also_a_suspicion(event: Event) -> bool:
    """V7 wrong: a suspicion only narrows."""
    return event.typ == MISSTANKT


def always(event: Event) -> bool:
    """V7 wrong: whatever is registered only narrows."""
    return True


def silenced_together(tillstand: Tillstand, person: PersonState, givare: str, fall: Any, regelverk: Regelverk) -> bool:
    """K8 wrong: once anybody is suspected, no guardian's exemption counts."""
    return bool(person.misstankta)


_fold_consent = consent_fold.fold_consent


def only_the_latest(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """K3 wrong: who exempts something has lifted what they exempted before."""
    after = _fold_consent(tillstand, event, position)
    person = after.person(event.personer[0].person_id)
    return after.with_person(replace(person, undantag=person.undantag[-1:]))


def superseding(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    """K9 wrong: what is exempted without any consent ends those that there are."""
    after = _fold_consent(tillstand, event, position)
    person = after.person(event.personer[0].person_id)
    ended = tuple(replace(samtycke, andrat=position.tid) for samtycke in person.samtycken)
    return after.with_person(replace(person, samtycken=ended)) if event.typ == UNDANTAG_ANMALT else after


def always_blank(kind: str, content: bytes) -> PersonState:
    """A projection that reads as if nothing was in it."""
    return PersonState("")


_anew = delivery._anew


def cited_by_the_message(sak: Sak, kandidat: Any, leverans: Leverans) -> list[Entry]:
    """T1 wrong: an opening cites the message's first delivery, whichever is opened."""
    first = ids.delivery_id(leverans.handelse_id, leverans.mottagare)
    return [replace(entry, leverans_id=entry.leverans_id and first) for entry in _anew(sak, kandidat, leverans)]


def forgetting(typ: str) -> dict[str, Flow]:
    """An event of this type makes the gate forget everybody."""
    return {**FLOWS, typ: replace(FLOWS[typ], fold=lambda tillstand, *_: replace(tillstand, personer={}))}
