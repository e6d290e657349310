"""H1: handing over an ärende: one unit asks another to take over, and only its yes moves the responsibility.

County page, "Att tänka på": also from one unit to another of the same body. Who is asked reads that somebody of a role
asks, under an alias, and nothing that identifies anybody (B4, P5).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from samverkanshub.domain import plikter
from samverkanshub.domain.consent import Fall, exempted
from samverkanshub.domain.decision import Decision, Delivery, Reason, Skeende
from samverkanshub.domain.events import Event, Position, Uppgift
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import PROCESSES, Sak
from samverkanshub.domain.overtagande import Overlamning
from samverkanshub.domain.rules import PURPOSES
from samverkanshub.domain.state import ArendeState, Plikt, Tillstand

REPLACED = "ersatt"
"""The answer to a handover whose sender has asked again."""


# ------------------------------------------------------------------------------------------ asked


def decide(sak: Sak) -> Decision:
    """H1: a unit that takes part asks another to take over; H2: which must answer in time."""
    arende, till = flow.arende_of(sak), str(sak.event.koder["till"])
    if arende is None or not flow.takes_part(arende, sak.event, sak.regelverk.katalog):
        return flow.unknown(sak)
    hinder = tuple(_may_not_be_asked(sak, arende, till))
    if hinder:
        return flow.act(sak, *hinder)
    earlier = _waiting(arende, sak.event.enhet)
    answer = plikter.make(
        plikter.H2_KVITTENS, sak.event.handelse_id, till, sak.position.tid, sak.regelverk, vantar=sak.event.enhet
    )
    return flow.act(
        sak,
        Reason("H1", "overlamning-foreslagen", False),
        deliveries=[*_question(sak, till), *_withdrawn(sak, earlier)],
        plikter=(answer,),
        uppfyller=_duties(arende, earlier),
        regel="H1",
    )


def _may_not_be_asked(sak: Sak, arende: ArendeState, till: str) -> Iterator[Reason]:
    """H1: another unit, and one that may hold the ärende."""
    if till == sak.event.enhet:
        yield Reason("H1", "egen-enhet", True)
    yield from may_not_hold(sak, arende, till)


def may_not_hold(sak: Sak, arende: ArendeState, till: str) -> Iterator[Reason]:
    """H1, K3, V1: a unit that is connected, which the person has not exempted, and with other readers than V1's."""
    enhet, katalog = flow.unit(sak, till), sak.regelverk.katalog
    if enhet is None or not enhet.ansluten:
        yield Reason("H1", "ej-ansluten", True)
    if all(grupp.arbetar_med_utovare for grupp in katalog.groups_of(till)):
        yield Reason("V1", "arbetar-med-utovare", True)
    if _exempted(sak, arende, till):
        yield Reason("K3", "undantag", True)


def _exempted(sak: Sak, arende: ArendeState, till: str) -> bool:
    """K3, K8: the unit, or its organisation, is exempted for what the ärende serves: not even the question.

    By one whose word counts. P5: the asking unit names whom it asks, so that what a request id stands for tells it
    nothing here.
    """
    person = sak.tillstand.person(arende.person_id)
    purposes = {PURPOSES[typ] for typ, process in PROCESSES.items() if process == arende.process and typ in PURPOSES}

    def against(andamal: str) -> bool:
        about = Uppgift("", "", "", person.person_id)
        fall = Fall(about, person.aldersklass, andamal, till, sak.position.tid)
        return exempted(sak.tillstand, fall, sak.regelverk)

    return any(against(andamal) for andamal in sorted(purposes))


def _question(sak: Sak, till: str) -> Iterator[Delivery]:
    sender = flow.unit(sak, sak.event.enhet)
    for row in flow.tell_unit(sak, till, "overlamning-foreslagen"):
        yield replace(row, avsandare_roll=sender.typ if sender else "")


def _waiting(arende: ArendeState, fran: str) -> list[Overlamning]:
    return [one for one in arende.overlamningar if one.fran == fran and not one.svar]


def _withdrawn(sak: Sak, earlier: Iterable[Overlamning]) -> Iterator[Delivery]:
    for one in earlier:
        yield from flow.tell_unit(sak, one.till, "overlamning-ersatt")


def _duties(arende: ArendeState, handovers: Iterable[Overlamning]) -> list[Plikt]:
    asked = {one.handelse_id for one in handovers}
    return [plikt for plikt in plikter.open_ones(arende, plikter.H2_KVITTENS) if plikt.handelse_id in asked]


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The question stands; an earlier one of the same unit's no longer does."""
    arende = flow.settled(tillstand.arenden[event.arende_id], decision, position, REPLACED)
    asked = Overlamning(event.handelse_id, event.enhet, str(event.koder["till"]), position.offset)
    earlier = _waiting(arende, event.enhet)
    kept = (replace(one, svar=REPLACED) if one in earlier else one for one in arende.overlamningar)
    return tillstand.with_arende(replace(arende, overlamningar=(*kept, asked)))


# ------------------------------------------------------------------------------------------ answered


def decide_answer(sak: Sak) -> Decision:
    """H1: accepted by the unit that was asked, which then holds what the other held; or declined."""
    arende = flow.arende_of(sak)
    asked = _asked(arende, sak.event) if arende else None
    if arende is None or asked is None:
        return flow.unknown(sak)
    if asked.svar:
        return flow.act(sak, Reason("H1", "redan-besvarad", True))
    kod = "overlamning-godtagen" if _yes(sak.event) else "overlamning-avvisad"
    holder = plikter.open_ones(arende, plikter.H2_INNEHAVARE) if _yes(sak.event) and _passes(arende, asked) else ()
    return flow.act(
        sak,
        Reason("H1", kod, False),
        deliveries=flow.tell_unit(sak, asked.fran, kod, avser=asked.handelse_id),
        uppfyller=[*_duties(arende, (asked,)), *holder],
        skeenden=(Skeende(asked.handelse_id, kod),),
        regel="H1",
    )


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
