"""The flows of an ärende: for each type of event that acts in one, how it is decided and what it changes.

To add a flow: a module with `decide` and `fold`, a line in `FLOWS`; a duty that messages make, a line in `DUTIES`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import PLIKT_STEG
from samverkanshub.domain.flows import kvittenser, steg
from samverkanshub.domain.flows.flow import Flow, with_duties
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.state import Plikt

FLOWS: Final[Mapping[str, Flow]] = {
    PLIKT_STEG: Flow(steg.decide, steg.fold),
}
DUTIES: Final[tuple[Callable[[Sak, Decision], Iterable[Plikt]], ...]] = (kvittenser.o4_duties,)
"""What a message makes somebody owe, given its decision."""


def owed(sak: Sak, decision: Decision) -> Decision:
    """A message's decision with every duty that it makes, sorted by id; one that is refused makes none."""
    made = {plikt.id: plikt for duties in DUTIES for plikt in duties(sak, decision)}
    return with_duties(decision, (made[id_] for id_ in sorted(made)))
