"""A step of a duty's ladder, appended by `watch` when its time has come (O4, N1, H2, S3, S4, A3, F1).

O4's ladder: the readers are reminded, then their head and, outside office hours, the socialjour is contacted, then the
region. What several units owe together, a holder (H2) and an agreement (A3), is told to the heads of all.

The gate decides whether it still has a meaning: a step for a duty already met, or already taken, changes nothing.
"""

from collections.abc import Iterator
from typing import Final

from samverkanshub.domain import plikter
from samverkanshub.domain.actors import SOCIALTJANST, Enhet
from samverkanshub.domain.decision import Decision, Delivery, Reason, Skeende
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import ALARM, Sak
from samverkanshub.domain.parter import REPORTS
from samverkanshub.domain.routing import ON_CALL, answers
from samverkanshub.domain.state import ArendeState, Plikt, Tillstand

TOGETHER: Final = frozenset({plikter.H2_INNEHAVARE, plikter.A3_ANSVAR})
"""What several units owe together."""
REGIONAL_CONTACT: Final = "regional_kontakt"
NOT_FOR_REPORTER: Final = frozenset({plikter.O4_SKYDDSBEDOMNING, plikter.H2_INNEHAVARE})
"""O5: a reporter is told of the inquiry alone, and not of the steps in it, nor of who holds the ärende."""


def decide(sak: Sak) -> Decision:
    """O4, H2: remind who bears the duty, then their head, then the region; and say so in the sender's outcome."""
    arende = flow.arende_of(sak)
    plikt = _duty(arende, sak.event) if arende else None
    if arende is None or plikt is None:
        return flow.unknown(sak)
    regel, steg = plikter.rule(plikt), str(sak.event.koder["steg"])
    hinder = _hinder(plikt, steg, sak.position)
    if hinder:
        return flow.act(sak, Reason(regel, hinder, True))
    kod = _kod(plikt, steg)
    return flow.act(
        sak,
        Reason(regel, kod, False),
        deliveries=_told(sak, arende, plikt, steg),
        skeenden=() if hidden(arende, plikt) else (Skeende(plikt.handelse_id, kod),),
        regel=regel,
    )


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The step is taken."""
    arende = tillstand.arenden[event.arende_id]
    return tillstand.with_arende(plikter.take(arende, str(event.koder["plikt"]), str(event.koder["steg"])))


def _duty(arende: ArendeState, event: Event) -> Plikt | None:
    return next((plikt for plikt in arende.plikter if plikt.id == event.koder.get("plikt")), None)


def _hinder(plikt: Plikt, steg: str, position: Position) -> str:
    """Why the step means nothing; empty where it does. What comes too early is appended again later."""
    when = {one.namn: one.tid for one in plikt.steg}
    if steg not in when:
        return "okant-steg"
    if plikt.uppfylld:
        return "redan-uppfylld"
    if steg in plikt.tagna:
        return "redan-tagen"
    return "for-tidigt" if position.tid < when[steg] else ""


def hidden(arende: ArendeState, plikt: Plikt) -> bool:
    """O5: is the step nothing for the sender's outcome, which is a reporter's?"""
    reports = (m.handelse.handelse_id for m in arende.meddelanden if m.handelse.typ in REPORTS)
    return plikt.slag in NOT_FOR_REPORTER and plikt.handelse_id in reports


def _kod(plikt: Plikt, steg: str) -> str:
    """The stable code of a step, such as `o4-kvittens-paminnelse`."""
    return f"{plikt.slag}-{steg}".replace(".", "-").replace("_", "-")


def _told(sak: Sak, arende: ArendeState, plikt: Plikt, steg: str) -> Iterator[Delivery]:
    """Nothing identifying goes to anybody (B4, V6); where who bears the duty is not connected, to who waits for it."""
    kod = _kod(plikt, steg)
    together = _together(sak, arende, plikt)
    for enhet in sorted(together):
        yield from flow.tell_heads(sak, enhet, kod, avser=plikt.handelse_id, slag=ALARM)
    if plikt.slag not in TOGETHER:
        yield from _ladder(sak, arende, plikt, steg, kod)
    # Where nobody of those left may be told that nobody holds it, somebody still is (H2, V1, O5).
    if steg == plikter.REGION or (plikt.slag == plikter.H2_INNEHAVARE and not together):
        for region in sak.regelverk.katalog.units(typ=REGIONAL_CONTACT):
            yield from flow.tell_unit(sak, region.id, kod, slag=ALARM)


def _together(sak: Sak, arende: ArendeState, plikt: Plikt) -> frozenset[str]:
    """H2, A3: those who owe it together."""
    if plikt.slag == plikter.H2_INNEHAVARE:
        return flow.answering(arende, sak.regelverk.katalog)
    return frozenset({plikt.barare, *plikt.aven}) if plikt.slag == plikter.A3_ANSVAR else frozenset()


def _ladder(sak: Sak, arende: ArendeState, plikt: Plikt, steg: str, kod: str) -> Iterator[Delivery]:
    bearer = flow.unit(sak, plikt.barare)
    if bearer is None or not bearer.ansluten:
        yield from _waiting(sak, plikt, kod)
    elif steg == plikter.PAMINNELSE:
        yield from _readers(sak, arende, plikt, kod)
    elif steg in (plikter.ANDRA_KONTAKT, plikter.ENHETSCHEF):
        yield from flow.tell_heads(sak, plikt.barare, kod, avser=plikt.handelse_id, slag=ALARM)
        for enhet in _on_call(sak, bearer) if steg == plikter.ANDRA_KONTAKT else ():
            yield from flow.tell_unit(sak, enhet.id, kod, slag=ALARM)


def _waiting(sak: Sak, plikt: Plikt, kod: str) -> Iterator[Delivery]:
    if plikt.vantar:
        yield from flow.tell_heads(sak, plikt.vantar, kod, avser=plikt.handelse_id, slag=ALARM)


def _on_call(sak: Sak, bearer: Enhet) -> Iterator[Enhet]:
    """O4: outside its office hours a socialtjänst unit's second contact reaches the socialjour too (policy)."""
    if bearer.verksamhet != SOCIALTJANST or answers(bearer, sak.position.tid, sak.regelverk):
        return
    for kommun in bearer.territorium:
        units = sak.regelverk.katalog.units(typ=ON_CALL, kommun=kommun)
        yield from (enhet for enhet in units if enhet.id != bearer.id)


def _readers(sak: Sak, arende: ArendeState, plikt: Plikt, kod: str) -> Iterator[Delivery]:
    """The reader groups that hold the delivery in question; where the duty rests on no delivery, all of the unit."""
    own = {grupp.id for grupp in sak.regelverk.katalog.groups_of(plikt.barare)}
    held = [lev for lev in flow.deliveries_of(arende, plikt.handelse_id) if lev.mottagare in own]
    for lev in held:
        yield flow.notice(sak, lev.mottagare, kod, avser=lev.leverans_id, slag=flow.REMINDER)
    if not held:
        yield from flow.tell_unit(sak, plikt.barare, kod, avser=plikt.handelse_id, slag=flow.REMINDER)
