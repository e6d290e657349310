"""T1: what an operator does is an event. It is judged for its form alone, and changes nothing that is judged later."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from samverkanshub.domain.atgarder import (
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
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.operatorer import operates
from samverkanshub.domain.tid import swedish_day, to_ms

REGEL: Final[Mapping[str, str]] = {
    UPPTINING_FORESLAGEN: "B7",
    UPPTINING_AVBOJD: "B7",
    REGELVERK_FORESLAGET: "T1",
    REGELVERK_AVBOJT: "T1",
    REGELVERK_PROVAT: "T1",
    STOPP_PLANERAT: "B1",
    STOPP_HAVT: "B1",
}
"""By which rule each is noted: of a redrive, of a regelverk, and of what agencies are told while nothing is judged."""
NAMNER: Final[Mapping[str, tuple[str, ...]]] = {
    UPPTINING_FORESLAGEN: ("partition", "offset"),
    UPPTINING_AVBOJD: ("forslag",),
    REGELVERK_FORESLAGET: ("artefakter",),
    REGELVERK_AVBOJT: ("forslag",),
    REGELVERK_PROVAT: ("forslag",),
    STOPP_PLANERAT: ("fran", "till"),
    STOPP_HAVT: ("forslag",),
}
"""What each says what it concerns by; it names nothing else."""


def decide(sak: Sak) -> Decision:
    """T1, B7, B1: noted where an operator of the day did it, for a reason of its own, and says what it concerns."""
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
    if _named(koder) != NAMNER.get(slag):
        yield Reason("T1", "avser-passar-ej", True)
    elif slag == STOPP_PLANERAT and not max(to_ms(koder["fran"]), tid) < to_ms(koder["till"]):
        yield Reason("T1", "stopp-bakvant", True)


def _named(koder: Mapping[str, Any]) -> tuple[str, ...]:
    known = ("partition", "offset", "forslag", "artefakter", "fran", "till")
    return tuple(name for name in known if koder.get(name))
