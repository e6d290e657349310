"""B1, B7: a report that could not be read has reached nobody: its sender telephones, and O4's clock runs until it has.

Made from its type, sender, child and municipality alone: what else it says is what could not be judged.
"""

from collections.abc import Iterable
from typing import Final

from samverkanshub.domain import ids, plikter
from samverkanshub.domain.decision import Decision, Skeende, in_order
from samverkanshub.domain.events import OROSANMALAN, Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.flows.aterkallelse import UNKNOWN
from samverkanshub.domain.messages import PROCESSES, Sak
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.rules import report_concerns_adult
from samverkanshub.domain.state import ArendeState, Plikt, Tillstand
from samverkanshub.domain.varden import replace

NOBODY: Final = ""
"""Who bears the duty to acknowledge what no recipient was found for, so that each step goes to who waits (O4)."""
TO_NOTE: Final = "samtal-att-notera"
SENT_ANEW: Final = "sand-pa-nytt"


def clocked(
    tillstand: Tillstand, event: Event, decision: Decision, position: Position, regelverk: Regelverk
) -> Decision:
    """O4: the decision on a record in quarantine, with the clock that runs where it was a report.

    It stands in the child's ärende, opened where there is none; the sender reads that a call is to be noted.
    """
    child = event.exposed
    if event.typ != OROSANMALAN or child is None or report_concerns_adult(event):
        return decision
    if event.enhet not in regelverk.katalog.enheter:
        return decision
    open_ones = dict(tillstand.person(child.person_id).arenden)
    arende_id = open_ones.get(PROCESSES[OROSANMALAN]) or ids.arende_id(event.handelse_id)
    decision, known = replace(decision, arende_id=arende_id), tillstand.arenden.get(arende_id)
    owed = plikter.make(
        plikter.O4_KVITTENS,
        event.handelse_id,
        NOBODY,
        position.tid,
        regelverk,
        vantar=event.enhet,
        kommun=str(event.koder.get("kommun", "")),
    )
    if known is not None and any(plikt.id == owed.id for plikt in known.plikter):
        return decision  # It came twice.
    return flow.with_duties(replace(decision, skeenden=(Skeende(event.handelse_id, TO_NOTE),)), (owed,))


def fold(tillstand: Tillstand, event: Event, decision: Decision) -> Tillstand:
    """The clock runs in the child's ärende."""
    child = event.exposed
    if child is None or not decision.plikter:
        return tillstand
    new = ArendeState(decision.arende_id, PROCESSES[OROSANMALAN], child.person_id, antecknat=())
    arende = tillstand.arenden.get(decision.arende_id) or new
    arende = replace(arende, plikter=(*arende.plikter, *decision.plikter))
    person = tillstand.person(child.person_id)
    person = replace(person, berorda=tuple(sorted({*person.berorda, arende.arende_id})))
    return flow.as_open(tillstand.with_person(person), arende).with_arende(arende)


def unread(arende: ArendeState | None, event: Event, named: Iterable[object]) -> list[Plikt]:
    """The clocks, running or stopped, of the acting unit's own reports that could not be read, of those named."""
    wanted = set(named)
    own = [p for p in (arende.plikter if arende else ()) if (p.barare, p.vantar) == (NOBODY, event.enhet)]
    return [plikt for plikt in own if plikt.handelse_id in wanted]


def sent_anew(sak: Sak, decision: Decision) -> Decision:
    """B7: the report that its sender sends again stops the clock of the one that was not read; its own runs instead.

    Known by the same id, or by `rattar`: another report about the child says nothing of what that one said.
    """
    again = any(plikt.slag == plikter.O4_KVITTENS for plikt in decision.plikter)
    named = (sak.event.handelse_id, sak.event.koder.get("rattar"))
    own = unread(sak.tillstand.arenden.get(decision.arende_id), sak.event, named) if again else []
    met = [plikt for plikt in own if not plikt.uppfylld]
    if not met:
        return decision
    return replace(
        decision,
        entries=in_order((*decision.entries, *plikter.met_entries(met))),
        uppfyller=tuple(plikt.id for plikt in met),
        skeenden=(*decision.skeenden, *(Skeende(plikt.handelse_id, SENT_ANEW) for plikt in met)),
        hints=tuple(hint for hint in decision.hints if hint != UNKNOWN),
    )


def met(arende: ArendeState, decision: Decision, position: Position) -> ArendeState:
    """B7: the ärende with those clocks stopped."""
    return plikter.meet(arende, lambda plikt: plikt.id in decision.uppfyller, position.tid, SENT_ANEW)
