"""K8: a person is in another age class from today, which `watch` appends at Swedish midnight."""

from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import Sak


def decide(sak: Sak) -> Decision:
    """K8: at 12 the child's own word counts for something, at 18 only the person's. Nobody is told of a birthday."""
    return flow.act(sak, Reason("K8", "aldersklass-andrad", False))
