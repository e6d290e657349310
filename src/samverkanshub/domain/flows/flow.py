"""What every flow of an ärende is made of: a decision, a fold, and the words that its parties are told in.

A flow is what happens in an ärende after its messages: somebody takes over, hands over, answers, recalls. Each type of
event has one `Flow`; what it tells anybody holds nothing that identifies (B4).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from samverkanshub.domain import ids
from samverkanshub.domain.actors import Enhet, Katalog, Lasargrupp
from samverkanshub.domain.decision import TOLD_OF, Decision, Delivery, Entry, Reason, Skeende, in_order
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.messages import B4, Sak
from samverkanshub.domain.parter import GODTAS as GODTAS
from samverkanshub.domain.parter import bearers as bearers
from samverkanshub.domain.parter import holder as holder
from samverkanshub.domain.parter import parties as parties
from samverkanshub.domain.plikter import entries as duty_entries
from samverkanshub.domain.plikter import meet, met_entries
from samverkanshub.domain.protection import concerns_protected
from samverkanshub.domain.regelverk import digest_of
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, OmradeState, Plikt, Tillstand
from samverkanshub.domain.varden import quick, replace

NOTICE = "andring"
"""A row of the inbox that has no items to open: its code says all."""
REMINDER = "paminnelse"
UNKNOWN = Reason("T3", "finns-ej", True)
"""What who has no business with an ärende reads, whether or not it exists."""


@quick
@dataclass(frozen=True, slots=True)
class Flow:
    """One type of event: what becomes of it, and what it changes once accepted."""

    decide: Callable[[Sak], Decision]
    fold: Callable[[Tillstand, Event, Decision, Position], Tillstand]


def unchanged(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The fold of an act that is only told."""
    return tillstand


# ------------------------------------------------------------------------------------------ questions


def by_two(event: Event) -> bool:
    """Proposed by one person and approved by another, as a regelverk (T1) and a redrive (B7) must be."""
    return bool(event.koder.get("foreslagen_av") != event.koder.get("godkand_av"))


def in_place(event: Event, omrade: OmradeState) -> bool:
    """T1: is what an activation says that it comes instead of the one in force? One that says none always may."""
    base = event.koder.get("bas")
    return not base or base == digest_of(omrade.artefakter)


def activates(event: Event, omrade: OmradeState) -> bool:
    """T1: does an activation put its regelverk in force in this state?"""
    return by_two(event) and in_place(event, omrade)


def arende_of(sak: Sak) -> ArendeState | None:
    """The ärende that an act names, if it exists."""
    return sak.tillstand.arenden.get(sak.event.arende_id)


def takes_part(arende: ArendeState, event: Event, katalog: Katalog) -> bool:
    """Is the sender's unit a party of the ärende: has it sent or received a message in it?"""
    return event.enhet in parties(arende, katalog)


def answering(arende: ArendeState, katalog: Katalog) -> frozenset[str]:
    """H2, V1: who is told of what all owe together: who answers for the ärende and not for the perpetrator alone."""
    return frozenset(enhet for enhet in bearers(arende, katalog) if not _with_perpetrator(enhet, katalog))


def readers(katalog: Katalog, enhet: str) -> tuple[Lasargrupp, ...]:
    """V1: whom what a unit is told goes to: not to who works with the perpetrator, where there are others."""
    groups = katalog.groups_of(enhet)
    return tuple(grupp for grupp in groups if not grupp.arbetar_med_utovare) or groups


def _with_perpetrator(enhet: str, katalog: Katalog) -> bool:
    """Do all the unit's readers, its head apart, work with the perpetrator?"""
    readers = [grupp for grupp in katalog.groups_of(enhet) if not grupp.enhetschef]
    return all(grupp.arbetar_med_utovare for grupp in readers)


def own_message(arende: ArendeState, event: Event) -> Meddelande | None:
    """The message that an act names, if the acting unit sent it."""
    wanted = event.koder.get("meddelande")
    found = next((m for m in arende.meddelanden if m.handelse.handelse_id == wanted), None)
    return found if found is not None and found.handelse.enhet == event.enhet else None


def own_delivery(arende: ArendeState, event: Event) -> Leverans | None:
    """The delivery that an act names, if it is the acting reader group's own."""
    wanted = event.koder.get("leverans")
    found = next((lev for lev in arende.leveranser if lev.leverans_id == wanted), None)
    return found if found is not None and found.mottagare == event.lasargrupp else None


def deliveries_of(arende: ArendeState, handelse_id: str) -> tuple[Leverans, ...]:
    """What reader groups received from one message."""
    return tuple(lev for lev in arende.leveranser if lev.handelse_id == handelse_id)


# ------------------------------------------------------------------------------------------ answers


def act(
    sak: Sak,
    *reasons: Reason,
    deliveries: Iterable[Delivery] = (),
    plikter: Iterable[Plikt] = (),
    uppfyller: Iterable[Plikt] = (),
    skeenden: Iterable[Skeende] = (),
    hints: Iterable[str] = (),
    regel: str = "",
) -> Decision:
    """The decision on an act: refused where a reason stops it, and then nobody is told anything.

    `regel` is the rule that the told are told by.
    """
    refused = any(reason.nekar for reason in reasons)
    rows, duties, met = ((), (), ()) if refused else (_once(deliveries), tuple(plikter), tuple(uppfyller))
    lines = [Entry("", "", tuple(sorted(reasons))), *told(rows, regel), *duty_entries(duties), *met_entries(met)]
    return Decision(
        handelse_id=sak.event.handelse_id,
        typ=sak.event.typ,
        aktor=sak.event.aktor,
        regelverk=sak.regelverk.digest,
        entries=in_order(lines),
        arende_id=sak.event.arende_id,
        deliveries=rows,
        plikter=duties,
        uppfyller=tuple(plikt.id for plikt in met),
        hints=() if refused else tuple(sorted(set(hints))),
        skeenden=() if refused else tuple(skeenden),
    )


def _once(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """Each row once, however many grounds there are to be told it."""
    return tuple({delivery.leverans_id: delivery for delivery in deliveries}.values())


def settled(arende: ArendeState, decision: Decision, position: Position, utfall: str) -> ArendeState:
    """The ärende with the duties that the decision makes, and with those that it meets met."""
    arende = meet(arende, lambda plikt: plikt.id in decision.uppfyller, position.tid, utfall)
    return replace(arende, plikter=(*arende.plikter, *decision.plikter))


def with_delivery(tillstand: Tillstand, event: Event, change: Callable[[Leverans], Leverans]) -> Tillstand:
    """The state with the delivery that an act names changed."""
    arende, wanted = tillstand.arenden[event.arende_id], event.koder["leverans"]
    deliveries = tuple(change(lev) if lev.leverans_id == wanted else lev for lev in arende.leveranser)
    return tillstand.with_arende(replace(arende, leveranser=deliveries))


def as_open(tillstand: Tillstand, arende: ArendeState) -> Tillstand:
    """The state with the ärende as its person's open one of the process again, unless another is (H1, S4)."""
    person = tillstand.person(arende.person_id)
    open_ones = {arende.process: arende.arende_id, **dict(person.arenden)}
    return tillstand.with_person(replace(person, arenden=tuple(sorted(open_ones.items()))))


def unknown(sak: Sak) -> Decision:
    """Refused in the words that a made-up ärende, delivery or message is refused in (T3)."""
    return act(sak, UNKNOWN)


def told(deliveries: Iterable[Delivery], regel: str) -> Iterator[Entry]:
    """T1: a line for each row that tells somebody something, by a rule."""
    for delivery in deliveries:
        reasons = (Reason("B4", "inget-identifierande", False), Reason(regel, "underrattas", False))
        yield Entry(delivery.mottagare, "", reasons, TOLD_OF, (B4,), (), delivery.leverans_id)


def with_duties(decision: Decision, plikter: Iterable[Plikt]) -> Decision:
    """A message's decision with the duties that it makes."""
    made = tuple(plikter)
    return replace(decision, entries=in_order((*decision.entries, *duty_entries(made))), plikter=made)


def notice(sak: Sak, lasargrupp: str, kod: str, *, avser: str = "", slag: str = NOTICE) -> Delivery:
    """A row of one reader group's inbox without items. `avser`: a delivery or an event of that group's own."""
    return Delivery(
        leverans_id=ids.delivery_id(sak.event.handelse_id, lasargrupp, slag),
        mottagare=lasargrupp,
        slag=slag,
        arende_id=sak.event.arende_id,
        handelse_id=sak.event.handelse_id,
        typ=sak.event.typ,
        avsandare_roll="",
        kod=kod,
        avser=avser,
    )


def tell_unit(sak: Sak, enhet: str, kod: str, *, avser: str = "", slag: str = NOTICE) -> Iterator[Delivery]:
    """Such a row to the reader groups of a unit: not to who works with the perpetrator, where there are others (V1)."""
    for grupp in readers(sak.regelverk.katalog, enhet):
        yield notice(sak, grupp.id, kod, avser=avser, slag=slag)


def tell_heads(sak: Sak, enhet: str, kod: str, *, avser: str = "", slag: str = NOTICE) -> Iterator[Delivery]:
    """Such a row to the unit's head; where the directory knows none, to the unit, so that it reaches somebody."""
    heads = sak.regelverk.katalog.heads_of(enhet)
    yield from (notice(sak, grupp.id, kod, avser=avser, slag=slag) for grupp in heads)
    if not heads:
        yield from tell_unit(sak, enhet, kod, avser=avser, slag=slag)


def tell_about(sak: Sak, deliveries: Iterable[Delivery], enhet: str) -> Iterator[Delivery]:
    """The rows with the unit that they speak of: by name, or, where somebody is protected, by its type (P5)."""
    about = unit(sak, enhet)
    hidden = concerns_protected(sak.tillstand, sak.event)
    for delivery in deliveries:
        yield replace(delivery, enhet="" if hidden else enhet, enhet_roll=about.typ if about else "")


def unit(sak: Sak, id_: str) -> Enhet | None:
    """A unit of the directory."""
    return sak.regelverk.katalog.enheter.get(id_)
