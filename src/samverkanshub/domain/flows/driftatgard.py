"""T1: what an operator does is an event. It changes nothing that is judged later, and is judged for its form.

But for an erasure, which is not proposed while anything stands in its way, and is remembered until it is settled.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from samverkanshub.domain.atgarder import (
    RADERING_AVBOJD,
    RADERING_FORESLAGEN,
    REGELVERK_AVBOJT,
    REGELVERK_FORESLAGET,
    REGELVERK_PROVAT,
    SKAL,
    STOPP_HAVT,
    STOPP_PLANERAT,
    UPPTINING_AVBOJD,
    UPPTINING_FORESLAGEN,
)
from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.flows import flow, radering
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.operatorer import operates
from samverkanshub.domain.raderingsforslag import Raderingsforslag, with_proposed, without
from samverkanshub.domain.state import Tillstand
from samverkanshub.domain.tid import swedish_day, to_ms
from samverkanshub.domain.varden import replace

REGEL: Final[Mapping[str, str]] = {
    UPPTINING_FORESLAGEN: "B7",
    UPPTINING_AVBOJD: "B7",
    REGELVERK_FORESLAGET: "T1",
    REGELVERK_AVBOJT: "T1",
    REGELVERK_PROVAT: "T1",
    STOPP_PLANERAT: "B1",
    STOPP_HAVT: "B1",
    RADERING_FORESLAGEN: "G1",
    RADERING_AVBOJD: "G1",
}
"""By which rule each is noted: a redrive, a regelverk, what agencies are told while nothing is judged, an erasure."""
NAMNER: Final[Mapping[str, tuple[str, ...]]] = {
    UPPTINING_FORESLAGEN: ("partition", "offset"),
    UPPTINING_AVBOJD: ("forslag",),
    REGELVERK_FORESLAGET: ("artefakter",),
    REGELVERK_AVBOJT: ("forslag",),
    REGELVERK_PROVAT: ("forslag",),
    STOPP_PLANERAT: ("fran", "till"),
    STOPP_HAVT: ("forslag",),
    RADERING_FORESLAGEN: (),
    RADERING_AVBOJD: ("forslag",),
}
"""What each says what it concerns by; it names nothing else."""
ABOUT: Final = frozenset({RADERING_FORESLAGEN})
"""What concerns a person, one, whom the event names; no other does."""


def decide(sak: Sak) -> Decision:
    """T1, B7, B1, G1: noted where an operator of the day did it, for a reason of its own, and says what it concerns.

    G2, G3: an erasure is not proposed while anything stands in its way.
    """
    wrong = tuple(_wrong(sak))
    slag = str(sak.event.koder.get("atgard"))
    return flow.act(sak, *wrong) if wrong else flow.act(sak, Reason(REGEL[slag], slag.replace("_", "-"), False))


def _wrong(sak: Sak) -> Iterator[Reason]:
    koder, tid = sak.event.koder, sak.position.tid
    slag = str(koder.get("atgard"))
    if not operates(sak.regelverk.operatorer, str(koder.get("vem")), swedish_day(tid)):
        yield Reason("T1", "ej-operator", True)
    if koder.get("skal") not in SKAL.get(slag, ()):
        yield Reason("T1", "skal-passar-ej", True)
    if _named(koder) != NAMNER.get(slag) or len(sak.event.personer) != (slag in ABOUT):
        yield Reason("T1", "avser-passar-ej", True)
    elif slag == STOPP_PLANERAT and not max(to_ms(koder["fran"]), tid) < to_ms(koder["till"]):
        yield Reason("T1", "stopp-bakvant", True)
    if slag == RADERING_FORESLAGEN:
        yield from radering.hindrances(sak)


def _named(koder: Mapping[str, Any]) -> tuple[str, ...]:
    known = ("partition", "offset", "forslag", "artefakter", "fran", "till")
    return tuple(name for name in known if koder.get(name))


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """G1: an erasure that is proposed stands in the område until it is declined, or done."""
    slag, omrade = event.koder["atgard"], tillstand.omrade
    if slag == RADERING_FORESLAGEN:
        new = Raderingsforslag(event.handelse_id, event.personer[0].person_id, event.koder["vem"])
        return replace(tillstand, omrade=replace(omrade, raderingar=with_proposed(omrade.raderingar, new)))
    if slag == RADERING_AVBOJD:
        return replace(tillstand, omrade=replace(omrade, raderingar=without(omrade.raderingar, event.koder["forslag"])))
    return tillstand
