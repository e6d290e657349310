"""H1: handing over an ärende: one unit asks another to take over, and only its yes moves the responsibility.

County page, "Att tänka på": also from one unit to another of the same body. Who is asked reads that somebody of a role
asks, under an alias, and nothing that identifies anybody (B4, P5).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from samverkanshub.domain import plikter
from samverkanshub.domain.decision import Decision, Delivery, Reason, Skeende
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.flows.behorighet import may_not_hold
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.overtagande import Overlamning
from samverkanshub.domain.state import ArendeState, Plikt, Tillstand
from samverkanshub.domain.varden import quick, replace

ACCEPTED = "overlamning-godtagen"
REPLACED = "ersatt"
"""The answer to a handover whose sender has asked again."""
VOIDED = "overlamning-ersatt"
"""What is told of it, to who was asked and in the outcome of who asked."""
PROPOSED = Reason("H1", "overlamning-foreslagen", False)


# ------------------------------------------------------------------------------------------ asked


@quick
@dataclass(frozen=True, slots=True)
class Asking:
    """What asking a unit to take over tells, makes owed and, where it replaces an earlier question, meets and voids."""

    deliveries: tuple[Delivery, ...]
    plikter: tuple[Plikt, ...]
    uppfyller: tuple[Plikt, ...]
    skeenden: tuple[Skeende, ...]


NOBODY = Asking((), (), (), ())


def decide(sak: Sak) -> Decision:
    """H1: a unit that takes part asks another to take over; H2: which must answer in time.

    O5: who has only reported a child has nothing to hand over.
    """
    arende, till, katalog = flow.arende_of(sak), str(sak.event.koder["till"]), sak.regelverk.katalog
    if arende is None or not flow.takes_part(arende, sak.event, katalog):
        return flow.unknown(sak)
    if sak.event.enhet not in flow.bearers(arende, katalog):
        return flow.act(sak, Reason("O5", "inget-att-lamna-over", True))
    hinder = tuple(may_not_be_asked(sak, arende, till))
    if hinder:
        return flow.act(sak, *hinder)
    put = asking(sak, arende, till)
    return flow.act(
        sak,
        PROPOSED,
        deliveries=put.deliveries,
        plikter=put.plikter,
        uppfyller=put.uppfyller,
        skeenden=put.skeenden,
        regel="H1",
    )


def may_not_be_asked(sak: Sak, arende: ArendeState, till: str) -> Iterator[Reason]:
    """H1: another unit, and one that may hold the ärende."""
    if till == sak.event.enhet:
        yield Reason("H1", "egen-enhet", True)
    yield from may_not_hold(sak, arende, till)


def asking(sak: Sak, arende: ArendeState, till: str) -> Asking:
    """H1, H2: the question to the unit, which owes an answer, in place of an earlier one of the acting unit's."""
    earlier = _waiting(arende, sak.event.enhet)
    answer = plikter.make(
        plikter.H2_KVITTENS, sak.event.handelse_id, till, sak.position.tid, sak.regelverk, vantar=sak.event.enhet
    )
    return Asking(
        deliveries=(*_question(sak, till), *_withdrawn(sak, earlier)),
        plikter=(answer,),
        uppfyller=tuple(_duties(arende, earlier)),
        skeenden=tuple(Skeende(one.handelse_id, VOIDED) for one in earlier),
    )


def _question(sak: Sak, till: str) -> Iterator[Delivery]:
    sender = flow.unit(sak, sak.event.enhet)
    for row in flow.tell_unit(sak, till, PROPOSED.kod):
        yield replace(row, avsandare_roll=sender.typ if sender else "")


def _waiting(arende: ArendeState, fran: str) -> list[Overlamning]:
    return [one for one in arende.overlamningar if one.fran == fran and not one.svar]


def _withdrawn(sak: Sak, earlier: Iterable[Overlamning]) -> Iterator[Delivery]:
    for one in earlier:
        yield from flow.tell_unit(sak, one.till, VOIDED)


def _duties(arende: ArendeState, handovers: Iterable[Overlamning]) -> list[Plikt]:
    asked = {one.handelse_id for one in handovers}
    return [plikt for plikt in plikter.open_ones(arende, plikter.H2_KVITTENS) if plikt.handelse_id in asked]


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The question stands; an earlier one of the same unit's no longer does."""
    arende = with_question(tillstand.arenden[event.arende_id], event, str(event.koder["till"]), position)
    return tillstand.with_arende(flow.settled(arende, decision, position, REPLACED))


def with_question(arende: ArendeState, event: Event, till: str, position: Position) -> ArendeState:
    """The ärende with the question in it, and in place of an earlier one of the same unit's."""
    earlier = _waiting(arende, event.enhet)
    replaced = {plikt.id for plikt in _duties(arende, earlier)}
    arende = plikter.meet(arende, lambda plikt: plikt.id in replaced, position.tid, REPLACED)
    kept = (replace(one, svar=REPLACED) if one in earlier else one for one in arende.overlamningar)
    question = Overlamning(event.handelse_id, event.enhet, till, position.offset)
    return replace(arende, overlamningar=(*kept, question))


# ------------------------------------------------------------------------------------------ answered


def decide_answer(sak: Sak) -> Decision:
    """H1: accepted by the unit that was asked, which then holds what the other held; or declined.

    K3, V1, B1: a yes asks of the unit what the question did, since the person may have exempted it meanwhile.
    """
    arende = flow.arende_of(sak)
    asked = _asked(arende, sak.event) if arende else None
    if arende is None or asked is None:
        return flow.unknown(sak)
    if asked.svar:
        return flow.act(sak, Reason("H1", "redan-besvarad", True))
    hinder = tuple(may_not_hold(sak, arende, asked.till)) if _yes(sak.event) else ()
    if hinder:
        return flow.act(sak, *hinder)
    kod = ACCEPTED if _yes(sak.event) else "overlamning-avvisad"
    holder = plikter.open_ones(arende, plikter.H2_INNEHAVARE) if _yes(sak.event) and _passes(arende, asked) else ()
    return flow.act(
        sak,
        Reason("H1", kod, False),
        deliveries=flow.tell_unit(sak, asked.fran, kod, avser=asked.handelse_id),
        uppfyller=[*_duties(arende, (asked,)), *holder],
        skeenden=(Skeende(asked.handelse_id, kod),),
        regel="H1",
    )


def taken(sak: Sak, arende: ArendeState) -> Asking:
    """H1: who takes over what it was asked to has said yes: who asked is told, and it owes no answer any more."""
    asked = _put_to(arende, sak.event.enhet)
    told = (row for one in asked for row in flow.tell_unit(sak, one.fran, ACCEPTED, avser=one.handelse_id))
    return Asking(
        deliveries=tuple(told),
        plikter=(),
        uppfyller=tuple(_duties(arende, asked)),
        skeenden=tuple(Skeende(one.handelse_id, ACCEPTED) for one in asked),
    )


def with_yes(arende: ArendeState, event: Event, position: Position) -> ArendeState:
    """The ärende with every question that waited for the acting unit accepted."""
    asked = _put_to(arende, event.enhet)
    answered = (
        replace(one, svar=flow.GODTAS, offset=position.offset) if one in asked else one for one in arende.overlamningar
    )
    return replace(arende, overlamningar=tuple(answered))


def _put_to(arende: ArendeState, enhet: str) -> list[Overlamning]:
    return [one for one in arende.overlamningar if one.till == enhet and not one.svar]


def _asked(arende: ArendeState, event: Event) -> Overlamning | None:
    wanted = event.koder.get("overlamning")
    return next((o for o in arende.overlamningar if o.handelse_id == wanted and o.till == event.enhet), None)


def _yes(event: Event) -> bool:
    return event.koder.get("svar") == flow.GODTAS


def _passes(arende: ArendeState, asked: Overlamning) -> bool:
    """H1: who holds nothing hands over its own part alone: the ärende passes from its holder, and from nobody else."""
    return arende.ansvarig == asked.fran


def fold_answer(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """A yes makes the unit one that takes part, and the holder where the other held."""
    arende = flow.settled(tillstand.arenden[event.arende_id], decision, position, str(event.koder["svar"]))
    answered = tuple(
        replace(o, svar=str(event.koder["svar"]), offset=position.offset) if o == _asked(arende, event) else o
        for o in arende.overlamningar
    )
    asked = _asked(arende, event)
    passes = asked is not None and _yes(event) and _passes(arende, asked)
    holder = event.enhet if passes else arende.ansvarig
    return tillstand.with_arende(replace(arende, overlamningar=answered, ansvarig=holder))
