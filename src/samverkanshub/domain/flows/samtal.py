"""O4: where nobody connected must acknowledge, the sender telephones, and its record of the call stops the clock.

So it is too of a report that could not be read, and has reached nobody (B1).
"""

from typing import Final

from samverkanshub.domain.decision import Decision, Reason, Skeende
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.flows import flow, karantan
from samverkanshub.domain.flows.kvittenser import MET_BY_KVITTENS
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.state import Plikt, Tillstand

NOTED: Final = "samtal-noterat"
STILL_RUNNING: Final = "klockan-gar-vidare"


def decide(sak: Sak) -> Decision:
    """O4: meets the duties of those recipients of the message that are not connected; the others' clocks go on."""
    arende, about = flow.arende_of(sak), str(sak.event.koder["meddelande"])
    if arende is None or not (flow.own_message(arende, sak.event) or karantan.unread(arende, sak.event, (about,))):
        return flow.unknown(sak)
    waiting = [p for p in arende.plikter if p.slag in MET_BY_KVITTENS and p.handelse_id == about and not p.uppfylld]
    met = [plikt for plikt in waiting if not _reached(sak, plikt)]
    running = len(waiting) > len(met)
    return flow.act(
        sak,
        Reason("O4", NOTED, False),
        *([Reason("O4", STILL_RUNNING, False)] if running else []),
        uppfyller=met,
        skeenden=(Skeende(about, NOTED),),
        hints=(STILL_RUNNING,) if running else (),
    )


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The clock stops."""
    arende = tillstand.arenden[event.arende_id]
    return tillstand.with_arende(flow.settled(arende, decision, position, NOTED))


def _reached(sak: Sak, plikt: Plikt) -> bool:
    bearer = flow.unit(sak, plikt.barare)
    return bearer is not None and bearer.ansluten
