"""Open duties (O4, H2, N1, S3, S4, A3): made by a decision with their deadlines frozen, met by an act, or escalated.

A duty stands in its ärende. `watch` appends a `plikt_steg` when a step's time has come; the gate decides whether the
step still has a meaning, so that a step for a duty already met changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from samverkanshub.domain import ids
from samverkanshub.domain.decision import Entry, Reason
from samverkanshub.domain.frister import due
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import ArendeState, Plikt, Steg
from samverkanshub.domain.varden import replace

PAMINNELSE: Final = "paminnelse"
ANDRA_KONTAKT: Final = "andra_kontakt"
ENHETSCHEF: Final = "enhetschef"
REGION: Final = "region"

O4_KVITTENS: Final = "o4.kvittens"
O4_SKYDDSBEDOMNING: Final = "o4.skyddsbedomning"
N1_KVITTENS: Final = "n1.kvittens"
H2_KVITTENS: Final = "h2.kvittens"
H2_INNEHAVARE: Final = "h2.innehavare"
S3_INFORMATION: Final = "s3.information"
S4_KALLELSE: Final = "s4.kallelse"
A3_ANSVAR: Final = "a3.ansvar"
F1_GRANSKNING: Final = "f1.granskning"

_O4: Final = ((PAMINNELSE, "o4.kvittens"), (ANDRA_KONTAKT, "o4.andra_kontakt"), (REGION, "o4.region"))
LADDERS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    O4_KVITTENS: _O4,
    N1_KVITTENS: _O4,
    O4_SKYDDSBEDOMNING: ((ENHETSCHEF, "o4.skyddsbedomning"),),
    H2_KVITTENS: ((PAMINNELSE, "h2.kvittens"), (ENHETSCHEF, "h2.enhetschef")),
    H2_INNEHAVARE: ((ENHETSCHEF, "h2.innehavare"),),
    S3_INFORMATION: ((PAMINNELSE, "s3.information"), (ENHETSCHEF, "s3.enhetschef")),
    S4_KALLELSE: ((PAMINNELSE, "s4.kallelse"), (ANDRA_KONTAKT, "s4.andra_kontakt"), (REGION, "s4.region")),
    A3_ANSVAR: ((ENHETSCHEF, "a3.ansvar"),),
    F1_GRANSKNING: ((PAMINNELSE, "f1.granskning"), (ENHETSCHEF, "f1.enhetschef")),
}
"""By duty, its steps in order, each with the deadline of the regelverk that says when."""


def make(
    slag: str,
    handelse_id: str,
    barare: str,
    tid: int,
    regelverk: Regelverk,
    *,
    vantar: str = "",
    kommun: str = "",
    aven: tuple[str, ...] = (),
) -> Plikt:
    """A duty that a unit bears from `tid` (ms), with each step that the regelverk has a deadline for."""
    named = ((steg, due(regelverk, frist, tid, kommun)) for steg, frist in LADDERS[slag])
    steps = tuple(Steg(steg, when) for steg, when in named if when)
    return Plikt(ids.duty_id(handelse_id, slag, barare), slag, handelse_id, barare, vantar, steps, aven=aven)


def entries(plikter: Iterable[Plikt]) -> Iterator[Entry]:
    """T1: each frozen step as a line of the decision that makes it due, `vag` naming duty, step and who bears it."""
    for plikt in plikter:
        reason = Reason(rule(plikt), "plikt", False)
        for steg in plikt.steg:
            name = f"{plikt.slag}/{steg.namn}"
            yield Entry("", f"#{name}/{plikt.barare}", (reason,), "plikt", frist=steg.tid, frist_slag=name)


def met_entries(uppfyllda: Iterable[Plikt]) -> Iterator[Entry]:
    """T1: each duty that a decision meets, as a line of it."""
    for plikt in uppfyllda:
        reason = Reason(rule(plikt), "plikt-uppfylld", False)
        yield Entry("", f"#{plikt.slag}/uppfylld/{plikt.barare}/{plikt.id}", (reason,), "plikt")


def rule(plikt: Plikt) -> str:
    """The id of the rule that a duty is one of."""
    return plikt.slag.partition(".")[0].upper()


def may_meet(plikt: Plikt, enhet: str) -> bool:
    """Is the duty open, and the unit its bearer or one that may meet it in the bearer's place?"""
    return not plikt.uppfylld and enhet in (plikt.barare, *plikt.aven)


def open_ones(arende: ArendeState, slag: str) -> tuple[Plikt, ...]:
    """The duties of a kind that nobody has met yet."""
    return tuple(plikt for plikt in arende.plikter if plikt.slag == slag and not plikt.uppfylld)


def meet(arende: ArendeState, wanted: Callable[[Plikt], bool], tid: int, utfall: str) -> ArendeState:
    """The ärende with every open duty that `wanted` picks met at `tid` (ms), and how."""

    def met(plikt: Plikt) -> Plikt:
        hit = not plikt.uppfylld and wanted(plikt)
        return replace(plikt, uppfylld=tid, utfall=utfall) if hit else plikt

    return replace(arende, plikter=tuple(met(plikt) for plikt in arende.plikter))


def open_again(arende: ArendeState, wanted: Callable[[Plikt], bool]) -> ArendeState:
    """The ärende with the duties that `wanted` picks open as they were: its steps frozen, those taken still taken."""
    opened = (replace(plikt, uppfylld=0, utfall="") if wanted(plikt) else plikt for plikt in arende.plikter)
    return replace(arende, plikter=tuple(opened))


def take(arende: ArendeState, plikt_id: str, steg: str) -> ArendeState:
    """The ärende with a step noted as taken."""

    def taken(plikt: Plikt) -> Plikt:
        return replace(plikt, tagna=(*plikt.tagna, steg)) if plikt.id == plikt_id else plikt

    return replace(arende, plikter=tuple(taken(plikt) for plikt in arende.plikter))


def ladder_done(plikt: Plikt) -> bool:
    """Has each step of the duty's ladder been taken? Of one without steps there is none to wait for."""
    return {steg.namn for steg in plikt.steg} <= set(plikt.tagna)


def open_steps(plikt: Plikt) -> Iterator[Steg]:
    """Each step that `watch` shall append when its time comes: of an open duty, not yet taken."""
    return (steg for steg in plikt.steg if steg.namn not in plikt.tagna and not plikt.uppfylld)
