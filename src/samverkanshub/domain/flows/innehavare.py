"""H2: an ärende that nobody holds is fallen between chairs: an open duty of all who take part, until somebody holds it.

The duty stands from the first delivery, and anew when a holder closes its part without a successor. The list of such
ärenden is that of these duties whose step has been taken.
"""

from collections.abc import Iterator

from samverkanshub.domain import plikter
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.messages import MESSAGE, Sak
from samverkanshub.domain.state import ArendeState, Plikt


def duties(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """H2: what the first delivered message about somebody makes. An avvikelse has A3 instead."""
    arende = sak.tillstand.arenden.get(decision.arende_id)
    delivered = any(delivery.slag == MESSAGE for delivery in decision.deliveries)
    if delivered and sak.event.exposed is not None and needs_holder(arende):
        yield missing(sak)


def needs_holder(arende: ArendeState | None) -> bool:
    """Does nobody hold the ärende, and is that not asked for already?"""
    return arende is None or not (arende.ansvarig or plikter.open_ones(arende, plikter.H2_INNEHAVARE))


def missing(sak: Sak) -> Plikt:
    """The duty to agree on a holder, from now on; it is borne in the name of the acting unit, and all are told."""
    return plikter.make(plikter.H2_INNEHAVARE, sak.event.handelse_id, sak.event.enhet, sak.position.tid, sak.regelverk)
