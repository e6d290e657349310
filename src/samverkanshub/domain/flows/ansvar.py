"""A3: an avvikelse is open until those it concerns have agreed who is responsible meanwhile.

Agreement, "Avvikelsehantering": the parties come to such an agreement at once. One proposes a unit, each other accepts;
a new proposal and a no void the earlier one. The deviation system is told of an avvikelse and is no party (A2).
"""

from collections.abc import Iterable, Iterator
from typing import Final

from samverkanshub.domain import plikter
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.decision import Decision, Delivery, Reason, Skeende
from samverkanshub.domain.events import AVVIKELSE, Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import MESSAGE, PROCESSES, Sak
from samverkanshub.domain.overtagande import Forslag
from samverkanshub.domain.routing import DEVIATION_SYSTEM
from samverkanshub.domain.state import ArendeState, Plikt, Tillstand
from samverkanshub.domain.varden import replace

PROPOSED: Final = "ansvar-foreslaget"
AGREED: Final = "ansvar-overenskommet"
DECLINED: Final = "ansvar-avvisat"


def stops(sak: Sak) -> Iterator[Reason]:
    """A1, T3: only who takes part in an ärende refers to it: its alias is the whole actor's, the ärende is not."""
    named = flow.arende_of(sak) if sak.event.typ == AVVIKELSE else None
    if named is None or named.process not in PROCESSES.values():
        return  # Of an ärende of its own.
    if not flow.takes_part(named, sak.event, sak.regelverk.katalog):
        yield flow.UNKNOWN


def duties(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """A3: sender and recipients of an avvikelse owe each other an agreement by its deadline."""
    if sak.event.typ != AVVIKELSE:
        return
    katalog = sak.regelverk.katalog
    reached = [d.mottagare for d in decision.deliveries if d.slag == MESSAGE]
    units = {katalog.lasargrupper[grupp].enhet for grupp in reached}
    others = {enhet for enhet in units - {sak.event.enhet} if katalog.enheter[enhet].typ != DEVIATION_SYSTEM}
    yield plikter.make(
        plikter.A3_ANSVAR,
        sak.event.handelse_id,
        sak.event.enhet,
        sak.position.tid,
        sak.regelverk,
        aven=tuple(sorted(others)),
    )


def parties(arende: ArendeState, plikt: Plikt, katalog: Katalog) -> frozenset[str]:
    """Those who must agree: sender and recipients of the avvikelse that have not closed their part since."""
    return frozenset({plikt.barare, *plikt.aven}) & flow.parties(arende, katalog)


# ------------------------------------------------------------------------------------------ proposed


def decide(sak: Sak) -> Decision:
    """A3: one party proposes a party; with nobody else to ask, it is agreed."""
    arende = flow.arende_of(sak)
    if arende is None or not flow.takes_part(arende, sak.event, sak.regelverk.katalog):
        return flow.unknown(sak)
    plikt = _open(sak, arende)
    if plikt is None:
        return flow.act(sak, Reason("A3", "ingen-oppen-avvikelse", True))
    if sak.event.koder["enhet"] not in _proposable(sak, arende, plikt):
        return flow.act(sak, Reason("A3", "ej-part", True))
    forslag = _proposed(sak.event, plikt)
    return _agreed(sak, arende, plikt, forslag) or _asked(sak, arende, plikt, forslag)


def _open(sak: Sak, arende: ArendeState) -> Plikt | None:
    """The latest avvikelse, still open, that concerns the acting unit."""
    katalog = sak.regelverk.katalog
    found = plikter.open_ones(arende, plikter.A3_ANSVAR)
    return next((p for p in reversed(found) if sak.event.enhet in parties(arende, p, katalog)), None)


def _proposable(sak: Sak, arende: ArendeState, plikt: Plikt) -> frozenset[str]:
    """T3: whom the acting unit knows to be a party: for a recipient itself and the sender, for the sender all."""
    everybody = parties(arende, plikt, sak.regelverk.katalog)
    known = {sak.event.enhet, plikt.barare}
    return everybody if sak.event.enhet == plikt.barare else everybody & known


def _proposed(event: Event, plikt: Plikt) -> Forslag:
    return Forslag(event.handelse_id, plikt.id, event.enhet, str(event.koder["enhet"]))


def _asked(sak: Sak, arende: ArendeState, plikt: Plikt, forslag: Forslag) -> Decision:
    others = parties(arende, plikt, sak.regelverk.katalog) - {sak.event.enhet}
    return flow.act(
        sak,
        Reason("A3", PROPOSED, False),
        deliveries=_told(sak, arende, plikt, forslag, others, PROPOSED),
        skeenden=(Skeende(plikt.handelse_id, PROPOSED),),
        regel="A3",
    )


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The proposal stands in place of an earlier one, or, with nobody else to ask, is agreed."""
    arende = tillstand.arenden[event.arende_id]
    if decision.uppfyller:
        return _settled(tillstand, arende, str(event.koder["enhet"]), decision, position)
    settles = {skeende.handelse_id for skeende in decision.skeenden}
    plikt = next(p for p in plikter.open_ones(arende, plikter.A3_ANSVAR) if p.handelse_id in settles)
    kept = tuple(one for one in arende.forslag if one.plikt != plikt.id)
    return tillstand.with_arende(replace(arende, forslag=(*kept, _proposed(event, plikt))))


# ------------------------------------------------------------------------------------------ answered


def decide_answer(sak: Sak) -> Decision:
    """A3: each other party accepts, and the last yes settles it; a no voids the proposal."""
    arende = flow.arende_of(sak)
    standing = _standing(sak, arende) if arende else None
    if arende is None or standing is None:
        return flow.unknown(sak)
    forslag, plikt = standing
    if sak.event.enhet in (forslag.fran, *forslag.godtaget_av):
        return flow.act(sak, Reason("A3", "redan-besvarat", True))
    if sak.event.koder.get("svar") != flow.GODTAS:
        return _declined(sak, arende, plikt, forslag)
    accepted = _accepted(forslag, sak.event)
    return _agreed(sak, arende, plikt, accepted) or flow.act(sak, Reason("A3", "godtaget", False))


def _standing(sak: Sak, arende: ArendeState) -> tuple[Forslag, Plikt] | None:
    """The proposal that is answered, if it is put to the acting unit and not voided since.

    None makes responsible who has left: a proposal of one that is no party any more is void.
    """
    forslag = next((one for one in arende.forslag if one.handelse_id == sak.event.koder["forslag"]), None)
    plikt = next((p for p in arende.plikter if forslag and p.id == forslag.plikt), None)
    if forslag is None or plikt is None:
        return None
    asked = {sak.event.enhet, forslag.enhet} <= parties(arende, plikt, sak.regelverk.katalog)
    return (forslag, plikt) if asked else None


def _accepted(forslag: Forslag, event: Event) -> Forslag:
    return replace(forslag, godtaget_av=(*forslag.godtaget_av, event.enhet))


def _agreed(sak: Sak, arende: ArendeState, plikt: Plikt, forslag: Forslag) -> Decision | None:
    """All have said yes: everybody is told who is responsible, and the duty is met. None while somebody has not."""
    everybody = parties(arende, plikt, sak.regelverk.katalog)
    if everybody - {forslag.fran, *forslag.godtaget_av}:
        return None
    return flow.act(
        sak,
        Reason("A3", AGREED, False),
        deliveries=_told(sak, arende, plikt, forslag, everybody, AGREED),
        uppfyller=(plikt,),
        skeenden=(Skeende(plikt.handelse_id, AGREED),),
        regel="A3",
    )


def _declined(sak: Sak, arende: ArendeState, plikt: Plikt, forslag: Forslag) -> Decision:
    everybody = parties(arende, plikt, sak.regelverk.katalog)
    return flow.act(
        sak,
        Reason("A3", DECLINED, False),
        deliveries=_told(sak, arende, plikt, forslag, everybody - {sak.event.enhet}, DECLINED),
        skeenden=(Skeende(plikt.handelse_id, DECLINED),),
        regel="A3",
    )


def fold_answer(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """A yes is noted, the last one settles; a no takes the proposal away."""
    arende = tillstand.arenden[event.arende_id]
    forslag = next(one for one in arende.forslag if one.handelse_id == event.koder["forslag"])
    if decision.uppfyller:
        return _settled(tillstand, arende, forslag.enhet, decision, position)
    others = tuple(one for one in arende.forslag if one != forslag)
    if event.koder.get("svar") == flow.GODTAS:
        others = (*others, _accepted(forslag, event))
    return tillstand.with_arende(replace(arende, forslag=others))


def _settled(
    tillstand: Tillstand, arende: ArendeState, enhet: str, decision: Decision, position: Position
) -> Tillstand:
    """A3, H1: the unit is responsible in the avvikelse's own ärende, unless somebody outside the agreement holds it.

    Who holds an ärende about a person is nothing that an avvikelse moves.
    """
    plikt = next(p for p in arende.plikter if p.id in decision.uppfyller)
    arende = flow.settled(arende, decision, position, AGREED)
    moves = not arende.person_id and arende.ansvarig in ("", plikt.barare, *plikt.aven)
    holder = enhet if moves else arende.ansvarig
    kept = tuple(one for one in arende.forslag if one.plikt != plikt.id)
    return tillstand.with_arende(replace(arende, ansvarig=holder, forslag=kept))


# ------------------------------------------------------------------------------------------ void


def voided(sak: Sak, arende: ArendeState) -> tuple[Forslag, ...]:
    """A3: the proposals of the acting unit, which fall with its closing its part."""
    return tuple(forslag for forslag in arende.forslag if forslag.enhet == sak.event.enhet)


def void_told(sak: Sak, arende: ArendeState) -> Iterator[Delivery]:
    """A3: the other parties are told that they have to propose anew."""
    for forslag, plikt in _with_duty(arende, voided(sak, arende)):
        others = parties(arende, plikt, sak.regelverk.katalog) - {sak.event.enhet}
        yield from _told(sak, arende, plikt, forslag, others, DECLINED)


def void_outcomes(sak: Sak, arende: ArendeState) -> Iterator[Skeende]:
    """A3: and so is the sender of the avvikelse, in its outcome."""
    for _, plikt in _with_duty(arende, voided(sak, arende)):
        yield Skeende(plikt.handelse_id, DECLINED)


def _with_duty(arende: ArendeState, forslag: Iterable[Forslag]) -> Iterator[tuple[Forslag, Plikt]]:
    duties = {plikt.id: plikt for plikt in arende.plikter}
    yield from ((one, duties[one.plikt]) for one in forslag)


# ------------------------------------------------------------------------------------------ told


def _told(
    sak: Sak, arende: ArendeState, plikt: Plikt, forslag: Forslag, units: Iterable[str], kod: str
) -> Iterator[Delivery]:
    rows = (row for enhet in sorted(units) for row in _readers(sak, arende, plikt, enhet, kod))
    role = flow.unit(sak, sak.event.enhet)
    for row in flow.tell_about(sak, rows, forslag.enhet):
        yield replace(row, avsandare_roll=role.typ if role else "")


def _readers(sak: Sak, arende: ArendeState, plikt: Plikt, enhet: str, kod: str) -> Iterator[Delivery]:
    """The reader groups that hold the avvikelse: each reads of it by its own delivery, its sender by its own event."""
    own = {grupp.id for grupp in sak.regelverk.katalog.groups_of(enhet)}
    for lev in flow.deliveries_of(arende, plikt.handelse_id):
        if lev.mottagare in own and lev.slag == MESSAGE:
            yield flow.notice(sak, lev.mottagare, kod, avser=lev.leverans_id)
    if enhet == plikt.barare:
        yield from flow.tell_unit(sak, enhet, kod, avser=plikt.handelse_id)
