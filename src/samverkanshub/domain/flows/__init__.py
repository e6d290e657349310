"""The flows of an ärende: for each type of event that acts in one, how it is decided and what it changes.

To add a flow: a module with `decide` and `fold`, a line in `FLOWS`; a duty that messages make, a line in `DUTIES`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.events import (
    ALDERSKLASS,
    ATERKALLELSE,
    INFORMERAD,
    PLIKT_STEG,
    SAMTYCKE_SVAR,
    UPPTINING,
    UTSKRIVNINGSKLAR,
)
from samverkanshub.domain.flows import alder, aterkallelse, kontakt, kvittenser, samtycke_svar, sip, steg, upptining
from samverkanshub.domain.flows.flow import Flow, unchanged, with_duties
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.state import Plikt

FLOWS: Final[Mapping[str, Flow]] = {
    ATERKALLELSE: Flow(aterkallelse.decide, aterkallelse.fold),
    PLIKT_STEG: Flow(steg.decide, steg.fold),
    SAMTYCKE_SVAR: Flow(lambda sak: samtycke_svar.decide(sak, duties), samtycke_svar.fold),
    # What an event says of ages is folded whatever its type.
    ALDERSKLASS: Flow(alder.decide, unchanged),
    INFORMERAD: Flow(sip.decide_informed, sip.fold_informed),
    UPPTINING: Flow(upptining.decide, upptining.fold),
    UTSKRIVNINGSKLAR: Flow(sip.decide_notice, sip.fold_notice),
}
DUTIES: Final[tuple[Callable[[Sak, Decision], Iterable[Plikt]], ...]] = (
    kvittenser.o4_duties,
    kontakt.n1_duties,
    sip.s3_duties,
)
"""What a message makes somebody owe, given its decision."""


def duties(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """Every duty of a message, given its decision."""
    for made in DUTIES:
        yield from made(sak, decision)


def stopped(sak: Sak) -> tuple[Reason, ...]:
    """Why a message is refused whole in the state it meets; empty where it is judged item by item."""
    return tuple(sorted(sip.s4_stops(sak)))


def owed(sak: Sak, decision: Decision) -> Decision:
    """A message's decision with every duty that it makes, sorted by id; one that is refused makes none."""
    made = {plikt.id: plikt for plikt in duties(sak, decision)}
    return with_duties(decision, (made[id_] for id_ in sorted(made)))
