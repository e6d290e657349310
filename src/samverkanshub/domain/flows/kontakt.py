"""N1: contact arranged for an adult is taken over within O4's deadlines."""

from collections.abc import Iterator

from samverkanshub.domain import plikter
from samverkanshub.domain.decision import DELIVERED, Decision
from samverkanshub.domain.events import KONTAKTFORMEDLING
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.routing import CONTACT
from samverkanshub.domain.state import Plikt


def n1_duties(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """N1: each unit that the request reached takes it over (Agreement, "Hälso- och sjukvårdens ansvar" 3).

    One that a missing consent kept it from owes nothing yet.
    """
    if sak.event.typ != KONTAKTFORMEDLING:
        return
    groups = {e.mottagare for e in decision.entries if e.funktion == CONTACT and e.verdict == DELIVERED}
    for enhet in sorted({sak.regelverk.katalog.unit_of(grupp).id for grupp in groups}):
        yield plikter.make(
            plikter.N1_KVITTENS,
            sak.event.handelse_id,
            enhet,
            sak.position.tid,
            sak.regelverk,
            vantar=sak.event.enhet,
            kommun=str(sak.event.koder["kommun"]),
        )
