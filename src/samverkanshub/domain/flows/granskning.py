"""F1: a registered suspicion stands until it is removed, and whoever registered it reviews it by the date it gave."""

from collections.abc import Iterator

from samverkanshub.domain import ids, plikter
from samverkanshub.domain.acts import subject
from samverkanshub.domain.decision import ACCEPTED, Decision
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.state import ArendeState, Plikt, Tillstand
from samverkanshub.domain.tid import to_ms
from samverkanshub.domain.varden import replace

REVIEWED = "granskad"
REMOVED = "borttagen"


def reviewed(sak: Sak, decision: Decision) -> Decision:
    """F1: registering a suspicion makes it the registrar's duty to review it; by the end of its date it is reminded.

    A suspicion goes to every partition; the duty stands once, in the registrar's own. Nothing in it says whom it is
    about, and its reminders go to the registrar's unit and its head alone (V6).
    """
    accepted = all(entry.verdict == ACCEPTED for entry in decision.entries if not entry.mottagare)
    if not accepted or sak.event.koder.get("borttagen") or not _at_home(sak):
        return decision
    noon = to_ms(f"{sak.event.koder['granskas']}T12:00:00+01:00")
    duty = plikter.make(plikter.F1_GRANSKNING, sak.event.handelse_id, sak.event.enhet, noon, sak.regelverk)
    return flow.with_duties(decision, (duty,))


def _at_home(sak: Sak) -> bool:
    return sak.regelverk.katalog.aktorer[sak.event.aktor].omrade == sak.position.partition


def fold(before: Tillstand, after: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """F1: removed or registered anew, the earlier duty is met; the new one stands in an ärende of the registrar's own.

    `before` knows what the registrar had registered, `after` what the fact has changed.
    """
    about = after.person(subject(event).person_id)
    process = f"granskning.{event.aktor}"
    known = dict(about.arenden).get(process)
    arende = after.arenden[known] if known else _opened(event, process)
    earlier, utfall = set(_registered(before, event)), REMOVED if event.koder.get("borttagen") else REVIEWED

    def wanted(plikt: Plikt) -> bool:
        return plikt.handelse_id in earlier

    arende = plikter.meet(arende, wanted, position.tid, utfall)
    arende = replace(arende, plikter=(*arende.plikter, *decision.plikter))
    if not arende.plikter:
        return after  # Of another partition than the registrar's: nothing is owed here.
    open_ones = {**dict(about.arenden), process: arende.arende_id}
    about = replace(about, arenden=tuple(sorted(open_ones.items())))
    return after.with_person(about).with_arende(arende)


def _opened(event: Event, process: str) -> ArendeState:
    person_id = subject(event).person_id
    return ArendeState(ids.arende_id(event.handelse_id), process, person_id, (event.enhet,), event.enhet, antecknat=())


def _registered(before: Tillstand, event: Event) -> Iterator[str]:
    """The actor's own registrations of the same suspicion: nobody removes or renews another's."""
    named = {person.person_id for person in event.with_role("misstankt")}
    for misstanke in before.person(subject(event).person_id).misstankta:
        if misstanke.misstankt in named and misstanke.aktor == event.aktor:
            yield misstanke.handelse_id
