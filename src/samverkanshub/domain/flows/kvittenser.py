"""O4: whoever must take care of a message acknowledges it in time; each message that asks for it makes that a duty."""

from collections.abc import Iterator
from typing import Final

from samverkanshub.domain import plikter
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import OROSANMALAN, Event
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.routing import STATUTORY, candidates
from samverkanshub.domain.rules import report_concerns_adult
from samverkanshub.domain.state import Plikt, Tillstand

MET_BY_KVITTENS: Final = frozenset({plikter.O4_KVITTENS, plikter.N1_KVITTENS, plikter.H2_KVITTENS})


def o4_duties(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """O4: each statutory recipient of a report must acknowledge, also where nothing could be delivered to it (B1)."""
    if sak.event.typ != OROSANMALAN or report_concerns_adult(sak.event):
        return
    units = {k.enhet.id for k in candidates(sak.event, sak.position.tid, sak.regelverk) if k.funktion == STATUTORY}
    for enhet in sorted(units):
        yield plikter.make(
            plikter.O4_KVITTENS,
            sak.event.handelse_id,
            enhet,
            sak.position.tid,
            sak.regelverk,
            vantar=sak.event.enhet,
            kommun=str(sak.event.koder.get("kommun", "")),
        )


def acknowledged(tillstand: Tillstand, event: Event, handelse_id: str, tid: int) -> Tillstand:
    """The acting unit's duty to acknowledge the message is met by any kvittens, N1's by taking over, at `tid` (ms)."""

    def wanted(plikt: Plikt) -> bool:
        enough = plikt.slag != plikter.N1_KVITTENS or event.koder["slag"] == "overtagen"
        return (
            enough
            and plikt.slag in MET_BY_KVITTENS
            and plikt.handelse_id == handelse_id
            and plikt.barare == event.enhet
        )

    arende = tillstand.arenden[event.arende_id]
    return tillstand.with_arende(plikter.meet(arende, wanted, tid, f"kvittens-{event.koder['slag']}"))
