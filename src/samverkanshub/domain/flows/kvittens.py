"""A kvittens (O4, D1, H1): received, documented in the recipient's own record, taken over by a named unit."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.delivery import RECALLED, find, recipient
from samverkanshub.domain.events import AVVIKELSE, OROSANMALAN, UPPGIFT_TILL_UTREDNING, Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.flows.kvittenser import met_by
from samverkanshub.domain.flows.overlamning import may_not_hold
from samverkanshub.domain.messages import MESSAGE, PROCESSES, Sak, markings
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import CONTACT, STATUTORY
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, Tillstand

DOCUMENTED: Final = "dokumenterad"
TAKEN_OVER: Final = "overtagen"
NEEDS_OPENING: Final = frozenset({DOCUMENTED, TAKEN_OVER})


def decide(sak: Sak) -> Decision:
    """O4, H2: meets what the unit owes; the last two only of what has been opened.

    D1: documented carries what the record must not be shown to whom, as it is now (Agreement, "Journalföra skyddade
    personuppgifter").
    """
    found = find(sak.tillstand, sak.event)
    if found is None:
        return flow.unknown(sak)
    hinder = _hinder(sak, found[0])
    if hinder is not None:
        return flow.act(sak, hinder)
    slag = str(sak.event.koder["slag"])
    marks = tuple(_marks(sak, *found)) if slag == DOCUMENTED else ()
    return flow.act(
        sak,
        Reason("O4", f"kvittens-{slag}", False),
        *(Reason("D1", mark, False) for mark in marks),
        uppfyller=met_by(sak.tillstand.arenden[sak.event.arende_id], sak.event, found[0].handelse_id),
        hints=marks,
    )


def _hinder(sak: Sak, leverans: Leverans) -> Reason | None:
    slag = sak.event.koder["slag"]
    if leverans.aterkallad:
        return RECALLED
    if slag in NEEDS_OPENING and not leverans.oppnad:
        return Reason("D1", "ej-oppnad", True)
    if slag == TAKEN_OVER and not _entitles(sak.tillstand.arenden[sak.event.arende_id], leverans):
        return Reason("H1", "inget-att-overta", True)
    if not _own_unit(sak.event, sak.regelverk):
        return Reason("H1", "annans-enhet", True)
    if slag == TAKEN_OVER and _held_by_another(sak.tillstand, sak.event, leverans):
        return Reason("H1", "annan-haller-arendet", True)
    return next(_may_not_hold(sak), None)


def _may_not_hold(sak: Sak) -> Iterator[Reason]:
    """H1, K3, V1: who takes over for another unit of its actor asks of it what a handover to it would."""
    holder = _takes_over(sak.event)
    if sak.event.koder["slag"] == TAKEN_OVER and holder != sak.event.enhet:
        yield from sorted(may_not_hold(sak, sak.tillstand.arenden[sak.event.arende_id], holder))


def _entitles(arende: ArendeState, leverans: Leverans) -> bool:
    """H1: may who received it take over the ärende? A message alone lets it, and one about the person it is about.

    B1: a child's protection is taken over by a statutory recipient, or by who investigates it, and by nobody else.
    """
    if leverans.slag != MESSAGE or (arende.person_id and leverans.typ == AVVIKELSE):
        return False
    if arende.process != PROCESSES[OROSANMALAN]:
        return True
    return leverans.funktion == STATUTORY or leverans.typ == UPPGIFT_TILL_UTREDNING


def _marks(sak: Sak, leverans: Leverans, message: Meddelande) -> Iterator[str]:
    """V4, P: judged anew, since what the record must not show may have been registered after the delivery."""
    told = replace(message.handelse, arende_id=sak.event.arende_id)
    yield from markings(replace(sak, event=told), recipient(leverans, sak.regelverk))


def _own_unit(event: Event, regelverk: Regelverk) -> bool:
    """H1: nobody takes over on behalf of another actor's unit, which would also be let past P2 as the holder."""
    enhet = regelverk.katalog.enheter.get(_takes_over(event))
    return enhet is not None and enhet.aktor == event.aktor


def _held_by_another(tillstand: Tillstand, event: Event, leverans: Leverans) -> bool:
    """H1: who holds an ärende hands it over; nobody takes it from them, nor believes to have taken it.

    N1: a holder that asks for contact has asked for just that.
    """
    asking = leverans.avsandare if leverans.funktion == CONTACT else ""
    return tillstand.arenden[event.arende_id].ansvarig not in ("", asking, _takes_over(event))


def _takes_over(event: Event) -> str:
    return str(event.koder.get("enhet") or event.enhet)


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """Noted on the delivery; taken over, the unit holds the ärende, also where it had closed its part before."""
    slag = str(event.koder["slag"])
    tillstand = flow.with_delivery(tillstand, event, lambda lev: _noted(lev, slag))
    arende = flow.settled(tillstand.arenden[event.arende_id], decision, position, f"kvittens-{slag}")
    return _held(tillstand, arende, _takes_over(event)) if slag == TAKEN_OVER else tillstand.with_arende(arende)


def _held(tillstand: Tillstand, arende: ArendeState, holder: str) -> Tillstand:
    """H1: the unit holds it, and where all had left it the ärende is the person's open one again."""
    arende = replace(arende, ansvarig=holder, avslut=tuple(one for one in arende.avslut if one.enhet != holder))
    return (flow.as_open(tillstand, arende) if arende.person_id else tillstand).with_arende(arende)


def _noted(leverans: Leverans, slag: str) -> Leverans:
    return replace(leverans, kvitterad=tuple(sorted({*leverans.kvitterad, slag})))
