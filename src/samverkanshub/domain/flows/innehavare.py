"""H2: an ärende that nobody holds is fallen between chairs: an open duty of all who take part, until somebody holds it.

The duty stands from the first delivery, and anew when a holder closes its part without a successor, or has left the
directory, from what happens next. The list of such ärenden is that of these duties whose step has been taken.
"""

from collections.abc import Iterator

from samverkanshub.domain import plikter
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.decision import Decision, accepted
from samverkanshub.domain.flows import flow
from samverkanshub.domain.flows.flow import Flow
from samverkanshub.domain.messages import MESSAGE, Sak
from samverkanshub.domain.state import ArendeState, Plikt, Tillstand
from samverkanshub.domain.varden import replace


def duties(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """H2: what the first delivered message about somebody makes. An avvikelse has A3 instead."""
    arende, katalog = sak.tillstand.arenden.get(decision.arende_id), sak.regelverk.katalog
    delivered = any(delivery.slag == MESSAGE for delivery in decision.deliveries)
    if delivered and sak.event.exposed is not None and (arende is None or needs_holder(arende, katalog)):
        yield missing(sak)


def needs_holder(arende: ArendeState, katalog: Katalog) -> bool:
    """Does nobody hold the ärende, and is that not asked for already?"""
    return not (flow.holder(arende, katalog) or plikter.open_ones(arende, plikter.H2_INNEHAVARE))


def missing(sak: Sak) -> Plikt:
    """The duty to agree on a holder, from now on; it is borne in the name of the acting unit, and all are told."""
    return plikter.make(plikter.H2_INNEHAVARE, sak.event.handelse_id, sak.event.enhet, sak.position.tid, sak.regelverk)


# ------------------------------------------------------------------------------------------ left the directory


def decide(sak: Sak, act: Flow) -> Decision:
    """H2: what becomes of an act; it asks for a holder where the old one has left the directory and it gives no new.

    Somebody who takes part must be left to find one.
    """
    decision, before, katalog = act.decide(sak), flow.arende_of(sak), sak.regelverk.katalog
    if before is None or not _left(before, katalog) or not accepted(decision):
        return decision
    after = act.fold(sak.tillstand, sak.event, decision, sak.position).arenden[before.arende_id]
    if not needs_holder(after, katalog) or not flow.answering(after, katalog):
        return decision
    return replace(flow.with_duties(decision, (missing(sak),)), plikter=(*decision.plikter, missing(sak)))


def _left(arende: ArendeState, katalog: Katalog) -> bool:
    return bool(arende.person_id and arende.ansvarig) and not flow.holder(arende, katalog)


def fold(tillstand: Tillstand, decision: Decision) -> Tillstand:
    """The state after an act, with the duty that it made beside its own."""
    arende = tillstand.arenden.get(decision.arende_id)
    if arende is None:
        return tillstand
    known = {plikt.id for plikt in arende.plikter}
    made = [one for one in decision.plikter if one.slag == plikter.H2_INNEHAVARE and one.id not in known]
    return tillstand.with_arende(replace(arende, plikter=(*arende.plikter, *made))) if made else tillstand
