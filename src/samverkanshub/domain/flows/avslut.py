"""H1: closing one's part of an ärende: after another unit's acceptance, or on a manager's recorded decision."""

from collections.abc import Iterator
from typing import Final

from samverkanshub.domain import plikter
from samverkanshub.domain.decision import Decision, Delivery, Entry, Reason, in_order
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.flows import ansvar, flow, innehavare
from samverkanshub.domain.messages import ALARM, Sak
from samverkanshub.domain.overtagande import Avslut
from samverkanshub.domain.state import ArendeState, Plikt, Tillstand
from samverkanshub.domain.varden import replace

LAST: Final = "sista-part"
"""Nobody is left and nothing owed: the ärende is no longer the person's open one; a later message opens a new."""
NOBODY_LEFT: Final = Entry("", f"#{LAST}", (Reason("H1", LAST, False),))
"""T3: a line for the auditor, and none of the outcome: who else has taken part is not the closing unit's to know."""
WITHOUT: Final = "avslut-utan-efterfoljare"
UNCALLED: Final = Reason("S4", "oppen-plikt", True)
KEEPS_OPEN: Final = frozenset(
    {plikter.S4_KALLELSE, plikter.O4_KVITTENS, plikter.O4_SKYDDSBEDOMNING, plikter.N1_KVITTENS}
)
"""What somebody owes the person, whoever has left: the clock goes on, and what meets it belongs in this ärende."""


def decide(sak: Sak) -> Decision:
    """H1: refused where the handover named is not accepted, by one that still takes part.

    S4: who owes the call after a discharge owes it still, and makes it or is relieved by a new notice before it leaves.
    Without a successor, which intake lets through with manager, ground and informed alone, the heads of all who take
    part are told, and where the closing unit held the ärende it has nobody: H2. A3: that it was to be responsible for
    an avvikelse meanwhile is void, and told.
    """
    arende = flow.arende_of(sak)
    if arende is None or not flow.takes_part(arende, sak.event, sak.regelverk.katalog):
        return flow.unknown(sak)
    if any(plikt.barare == sak.event.enhet for plikt in plikter.open_ones(arende, plikter.S4_KALLELSE)):
        return flow.act(sak, UNCALLED)
    left = flow.bearers(arende, sak.regelverk.katalog) - {sak.event.enhet}
    succeeded = _successor(arende, sak.event) in left
    if sak.event.koder.get("overlamning") and not succeeded:
        return flow.act(sak, Reason("H1", "overlamning-ej-godtagen", True))
    decision = flow.act(
        sak,
        Reason("H1", "avslut" if succeeded else WITHOUT, False),
        deliveries=[*(() if succeeded else _heads(sak, arende)), *ansvar.void_told(sak, arende)],
        plikter=_without_holder(sak, arende) if left else (),
        uppfyller=() if left else plikter.open_ones(arende, plikter.H2_INNEHAVARE),
        skeenden=ansvar.void_outcomes(sak, arende),
        regel="H1",
    )
    if left or _owed(arende):
        return decision
    return replace(decision, entries=in_order((*decision.entries, NOBODY_LEFT)))


def _owed(arende: ArendeState) -> bool:
    """S4, O4, N1: an ärende with such a clock running ends by nobody's leaving."""
    return any(plikter.open_ones(arende, slag) for slag in KEEPS_OPEN)


def _successor(arende: ArendeState, event: Event) -> str:
    """The unit that has accepted the handover named, if the closing unit is who asked it."""
    wanted = event.koder.get("overlamning")
    accepted = (o for o in arende.overlamningar if o.fran == event.enhet and o.svar == flow.GODTAS)
    return next((o.till for o in accepted if o.handelse_id == wanted), "")


def _heads(sak: Sak, arende: ArendeState) -> Iterator[Delivery]:
    for enhet in sorted(flow.answering(arende, sak.regelverk.katalog) | {sak.event.enhet}):
        yield from flow.tell_heads(sak, enhet, WITHOUT, slag=ALARM)


def _without_holder(sak: Sak, arende: ArendeState) -> Iterator[Plikt]:
    """H2: the holder leaves and somebody is left in an ärende about a person."""
    if arende.person_id and arende.ansvarig == sak.event.enhet:
        yield innehavare.missing(sak)


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The unit takes no part and holds nothing; with nobody left the person has no open ärende of the process."""
    arende = flow.settled(tillstand.arenden[event.arende_id], decision, position, "avslutat")
    closed = tuple(one for one in arende.avslut if one.enhet != event.enhet)
    arende = replace(
        arende,
        avslut=(*closed, Avslut(event.enhet, position.offset)),
        ansvarig="" if arende.ansvarig == event.enhet else arende.ansvarig,
        forslag=tuple(one for one in arende.forslag if one.enhet != event.enhet),
    )
    return (
        _ended(tillstand, arende).with_arende(arende)
        if NOBODY_LEFT in decision.entries
        else tillstand.with_arende(arende)
    )


def _ended(tillstand: Tillstand, arende: ArendeState) -> Tillstand:
    if not arende.person_id:
        return tillstand
    person = tillstand.person(arende.person_id)
    left = tuple(one for one in person.arenden if one != (arende.process, arende.arende_id))
    return tillstand.with_person(replace(person, arenden=left))
