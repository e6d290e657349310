"""A kvittens (O4, D1, H1): received, documented in the recipient's own record, taken over.

Who takes over by naming another unit of its actor takes over itself, and asks that unit: nobody is made a holder that
has not said yes, and what is owed is met by who read it.
"""

from collections.abc import Iterator
from typing import Final

from samverkanshub.domain.actors import SOCIAL_CHILD_UNIT
from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.delivery import RECALLED, find, recipient
from samverkanshub.domain.events import AVVIKELSE, UPPGIFT_TILL_UTREDNING, Event, Position
from samverkanshub.domain.flows import flow, overlamning
from samverkanshub.domain.flows.behorighet import (
    CHILD_PROTECTION,
    by_law,
    may_not_hold,
    protects,
    reached_by_law,
)
from samverkanshub.domain.flows.kvittenser import met_by
from samverkanshub.domain.messages import MESSAGE, Sak, markings
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import CONTACT, ON_CALL, STATUTORY
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, Tillstand
from samverkanshub.domain.varden import replace

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
    slag, arende = str(sak.event.koder["slag"]), sak.tillstand.arenden[sak.event.arende_id]
    marks = tuple(_marks(sak, *found)) if slag == DOCUMENTED else ()
    put = overlamning.asking(sak, arende, _asks(sak.event)) if _asks(sak.event) else overlamning.NOBODY
    yes = overlamning.taken(sak, arende) if slag == TAKEN_OVER else overlamning.NOBODY
    return flow.act(
        sak,
        Reason("O4", f"kvittens-{slag}", False),
        *(Reason("D1", mark, False) for mark in marks),
        *((overlamning.PROPOSED,) if _asks(sak.event) else ()),
        deliveries=(*put.deliveries, *yes.deliveries),
        plikter=put.plikter,
        uppfyller=(*met_by(arende, sak.event, found[0].handelse_id), *put.uppfyller, *yes.uppfyller),
        skeenden=(*put.skeenden, *yes.skeenden),
        hints=marks,
        regel="H1",
    )


def _hinder(sak: Sak, leverans: Leverans) -> Reason | None:
    slag = sak.event.koder["slag"]
    if leverans.aterkallad:
        return RECALLED
    if slag in NEEDS_OPENING and not leverans.oppnad:
        return Reason("D1", "ej-oppnad", True)
    return next(_may_not_take_over(sak, leverans), None) if slag == TAKEN_OVER else None


def _may_not_take_over(sak: Sak, leverans: Leverans) -> Iterator[Reason]:
    """H1, K3, V1: who takes over asks of itself what a handover to it would; B1: but for whom the law trusts with it.

    Of another unit that it names, it asks what a handover to that one does.
    """
    arende, event = sak.tillstand.arenden[sak.event.arende_id], sak.event
    if not _entitles(arende, leverans):
        yield Reason("H1", "inget-att-overta", True)
    if not _own_unit(event, sak.regelverk):
        yield Reason("H1", "annans-enhet", True)
    if _held_by_another(sak, arende, leverans):
        yield Reason("H1", "annan-haller-arendet", True)
    if not by_law(sak, arende, event.enhet):
        yield from sorted(may_not_hold(sak, arende, event.enhet))
    if _asks(event):
        yield from sorted(overlamning.may_not_be_asked(sak, arende, _asks(event)))


def _entitles(arende: ArendeState, leverans: Leverans) -> bool:
    """H1: may who received it take over the ärende? A message alone lets it, and one about the person it is about.

    B1: a child's protection is taken over by a statutory recipient, or by who investigates it, and by nobody else.
    """
    if leverans.slag != MESSAGE or (arende.person_id and leverans.typ == AVVIKELSE):
        return False
    if arende.process != CHILD_PROTECTION:
        return True
    return leverans.funktion == STATUTORY or leverans.typ == UPPGIFT_TILL_UTREDNING


def _marks(sak: Sak, leverans: Leverans, message: Meddelande) -> Iterator[str]:
    """V4, P: judged anew, since what the record must not show may have been registered after the delivery."""
    told = replace(message.handelse, arende_id=sak.event.arende_id)
    yield from markings(replace(sak, event=told), recipient(leverans, sak.regelverk))


def _own_unit(event: Event, regelverk: Regelverk) -> bool:
    """H1: another actor's unit is asked by a handover, and not by a kvittens."""
    enhet = regelverk.katalog.enheter.get(_asks(event) or event.enhet)
    return enhet is not None and enhet.aktor == event.aktor


def _held_by_another(sak: Sak, arende: ArendeState, leverans: Leverans) -> bool:
    """H1: who holds an ärende hands it over; nobody takes it from them, nor believes to have taken it.

    N1: a holder that asks for contact has asked for just that. B1: a statutory recipient takes a child's protection
    from who is not there to protect it, and a child unit from the socialjour that answered for it.
    """
    holder = flow.holder(arende, sak.regelverk.katalog)
    asking = leverans.avsandare if leverans.funktion == CONTACT else ""
    if holder in ("", asking, sak.event.enhet):
        return False
    if leverans.funktion != STATUTORY:
        return True
    return protects(sak, arende, holder) and not _answered_for(sak, arende, leverans, holder)


def _answered_for(sak: Sak, arende: ArendeState, leverans: Leverans, holder: str) -> bool:
    """O1, O4: is the acting unit a child unit, and the holder a socialjour that answered for it?

    That of its own municipality, or of where the child was in danger: a stay does not move the home municipality.
    """
    units = sak.regelverk.katalog.enheter
    own, other = units[sak.event.enhet], units[holder]
    if (own.typ, other.typ) != (SOCIAL_CHILD_UNIT, ON_CALL):
        return False
    shared = not set(own.territorium).isdisjoint(other.territorium)
    return shared or reached_by_law(sak, arende, holder, leverans.handelse_id)


def _asks(event: Event) -> str:
    """H1: another unit of its own actor, that who takes over names and thereby asks; empty where it names none."""
    named = str(event.koder.get("enhet") or "") if event.koder["slag"] == TAKEN_OVER else ""
    return named if named != event.enhet else ""


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """Noted on the delivery; taken over, the unit holds the ärende, also where it had closed its part before.

    H1: and it alone, until another that it names has said yes.
    """
    slag = str(event.koder["slag"])
    tillstand = flow.with_delivery(tillstand, event, lambda lev: _noted(lev, slag))
    arende = tillstand.arenden[event.arende_id]
    if slag == TAKEN_OVER:
        arende = overlamning.with_yes(arende, event, position)
    if _asks(event):
        arende = overlamning.with_question(arende, event, _asks(event), position)
    arende = flow.settled(arende, decision, position, f"kvittens-{slag}")
    return _held(tillstand, arende, event.enhet) if slag == TAKEN_OVER else tillstand.with_arende(arende)


def _held(tillstand: Tillstand, arende: ArendeState, holder: str) -> Tillstand:
    """H1: the unit holds it, and where all had left it the ärende is the person's open one again."""
    arende = replace(arende, ansvarig=holder, avslut=tuple(one for one in arende.avslut if one.enhet != holder))
    return (flow.as_open(tillstand, arende) if arende.person_id else tillstand).with_arende(arende)


def _noted(leverans: Leverans, slag: str) -> Leverans:
    return replace(leverans, kvitterad=tuple(sorted({*leverans.kvitterad, slag})))
