"""The flows of an ärende: for each type of event that acts in one, how it is decided and what it changes.

To add a flow: a module with `decide` and `fold`, a line in `FLOWS`; a duty that messages make, a line in `DUTIES`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.events import (
    ALDERSKLASS,
    ANSVAR_FORSLAG,
    ANSVAR_SVAR,
    ATERKALLELSE,
    ATERKOPPLING,
    AVSLUT,
    DRIFTATGARD,
    INFORMERAD,
    JAV,
    KANARIE,
    KVITTENS,
    OVERLAMNING,
    OVERLAMNING_SVAR,
    PLIKT_STEG,
    RADERING,
    SAMTAL,
    SAMTYCKE_SVAR,
    SKYDDSBEDOMNING,
    UPPTINING,
    UTSKRIVNINGSKLAR,
    Event,
    Position,
)
from samverkanshub.domain.flows import (
    alder,
    ansvar,
    aterkallelse,
    aterkoppling,
    avslut,
    driftatgard,
    innehavare,
    jav,
    kanarie,
    kontakt,
    kvittens,
    kvittenser,
    overlamning,
    radering,
    riskbild,
    samtal,
    samtycke_svar,
    sip,
    steg,
    upptining,
)
from samverkanshub.domain.flows.flow import Flow, unchanged, with_duties
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.state import Plikt, Tillstand


def _answered(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """R3: what an answer releases may be an assessment."""
    return riskbild.remember(samtycke_svar.fold(tillstand, event, decision, position), event, decision, position)


def _recalled(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """R3: a recalled assessment differs from none."""
    return riskbild.remember(aterkallelse.fold(tillstand, event, decision, position), event, decision, position)


FLOWS: Final[Mapping[str, Flow]] = {
    ATERKALLELSE: Flow(aterkallelse.decide, _recalled),
    PLIKT_STEG: Flow(steg.decide, steg.fold),
    # What an event says of ages is folded whatever its type.
    ALDERSKLASS: Flow(alder.decide, unchanged),
    INFORMERAD: Flow(sip.decide_informed, sip.fold_informed),
    KANARIE: Flow(kanarie.decide, unchanged),
    UPPTINING: Flow(upptining.decide, upptining.fold),
    DRIFTATGARD: Flow(driftatgard.decide, driftatgard.fold),
    RADERING: Flow(radering.decide, radering.fold),
    UTSKRIVNINGSKLAR: Flow(sip.decide_notice, sip.fold_notice),
    SAMTYCKE_SVAR: Flow(lambda sak: riskbild.told(sak, samtycke_svar.decide(sak, duties)), _answered),
    KVITTENS: Flow(kvittens.decide, kvittens.fold),
    SAMTAL: Flow(samtal.decide, samtal.fold),
    SKYDDSBEDOMNING: Flow(aterkoppling.decide_assessment, aterkoppling.fold_assessment),
    ATERKOPPLING: Flow(aterkoppling.decide_feedback, unchanged),
    OVERLAMNING: Flow(overlamning.decide, overlamning.fold),
    OVERLAMNING_SVAR: Flow(overlamning.decide_answer, overlamning.fold_answer),
    AVSLUT: Flow(avslut.decide, avslut.fold),
    ANSVAR_FORSLAG: Flow(ansvar.decide, ansvar.fold),
    ANSVAR_SVAR: Flow(ansvar.decide_answer, ansvar.fold_answer),
    JAV: Flow(jav.decide, jav.fold),
}
DUTIES: Final[tuple[Callable[[Sak, Decision], Iterable[Plikt]], ...]] = (
    kvittenser.o4_duties,
    kvittenser.o4_assessment,
    kontakt.n1_duties,
    sip.s3_duties,
    kvittenser.h2_duties,
    innehavare.duties,
    ansvar.duties,
)
"""What a message makes somebody owe, given its decision."""


def duties(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """Every duty of a message, given its decision; each unit acknowledges once."""
    yield from kvittenser.strictest(plikt for made in DUTIES for plikt in made(sak, decision))


def stopped(sak: Sak) -> tuple[Reason, ...]:
    """Why a message is refused whole in the state it meets; empty where it is judged item by item."""
    return tuple(sorted((*sip.s4_stops(sak), *ansvar.stops(sak))))


def owed(sak: Sak, decision: Decision) -> Decision:
    """A message's decision with every duty that it makes, sorted by id; one that is refused makes none."""
    made = {plikt.id: plikt for plikt in duties(sak, decision)}
    return with_duties(decision, (made[id_] for id_ in sorted(made)))
