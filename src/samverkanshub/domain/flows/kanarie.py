"""A canary: what the hub sends to itself through log and gate, to see that what others send gets through.

It is about nobody and in no ärende, so that it can be taken for nobody's, and is judged in its turn like any record.
"""

from typing import Final

from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.events import KANARIE, KANARIENS
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import Sak

IDENTIFYING: Final = Reason("B4", "kanarie-om-nagon", True)


def decide(sak: Sak) -> Decision:
    """B4: it goes to the hub's own reader group, and nowhere where it says anything of anybody."""
    event = sak.event
    if event.personer or event.uppgifter or event.arende_id:
        return flow.act(sak, IDENTIFYING)
    told = flow.notice(sak, KANARIENS, KANARIE)
    return flow.act(sak, Reason("B4", "kanarie", False), deliveries=(told,), regel="T1")
