"""The rules on one item to one recipient, gathered, and B5: the order between them.

Each rule is a named function with its id from RULES.md, in `bases`, `provisions` and `hindrances`; none knows of
another's answer.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.bases import a1_nothing_identifying, b1_legal_duty, b3_consent, report_concerns_adult
from samverkanshub.domain.decision import Reason
from samverkanshub.domain.events import AVVIKELSE, OROSANMALAN
from samverkanshub.domain.fraga import NOTHING, PURPOSES, Dom, Fraga
from samverkanshub.domain.hindrances import HINDRANCES, MAY_STOP, beats, v1_perpetrators_readers
from samverkanshub.domain.provisions import alternatives, b2_provision, b6_inner_secrecy, invoked, would_permit
from samverkanshub.domain.routing import STATUTORY
from samverkanshub.domain.varden import quick

__all__ = [
    "BASES",
    "HINDRANCES",
    "INVOKED",
    "NOTHING",
    "PURPOSES",
    "Dom",
    "Fraga",
    "judge",
    "r1_instead_of_asking",
    "report_concerns_adult",
    "to_consider",
]

Basis = Callable[[Fraga], Dom]
Hinder = Callable[[Fraga], tuple[Reason, ...]]
BASES: Final[tuple[Basis, ...]] = (a1_nothing_identifying, b2_provision, b6_inner_secrecy, b3_consent)
MAY_CARRY: Final[Mapping[Basis, Callable[[Fraga], bool]]] = {
    a1_nothing_identifying: lambda fraga: fraga.event.typ == AVVIKELSE,
    b2_provision: lambda fraga: bool(invoked(fraga)),
    b6_inner_secrecy: lambda fraga: fraga.event.koder.get("behov_i_arbetet") is True,
    b3_consent: lambda fraga: fraga.event.typ in PURPOSES,
}
"""Where a basis may say anything, whichever the item."""
INVOKED: Final = frozenset({"B2", "B6"})
"""Bases that the sender relies on expressly: where they fail, the sender reads why, whatever else is said."""


def may_be_duty(fraga: Fraga) -> bool:
    """B1: is it a report to its statutory recipient?"""
    return fraga.event.typ == OROSANMALAN and fraga.kandidat.funktion == STATUTORY


@quick
@dataclass(frozen=True, slots=True)
class Asked:
    """The rules that may say anything of an event to a recipient, whichever the item."""

    duty: bool
    bases: tuple[Basis, ...]
    hindrances: tuple[Hinder, ...]


EVERY: Final = Asked(True, BASES, HINDRANCES)


def asked_of(fraga: Fraga) -> Asked:
    """Those rules, for this question and all that differ from it in the item alone: the others would keep silent.

    Found once a recipient, since there are many items to each; no rule relies on not being asked.
    """
    bases = tuple(rule for rule in BASES if MAY_CARRY[rule](fraga))
    return Asked(may_be_duty(fraga), bases, tuple(rule for rule in HINDRANCES if MAY_STOP[rule](fraga)))


def judge(fraga: Fraga, asked: Asked = EVERY) -> Dom:
    """B5, the order: nothing stops B1 (V1 decides which of the unit's readers open); P, V and K10 beat B2, B3 and B6;
    K3 beats B3 and B6; B7 all but B1.

    Without any basis the item is withheld (B0), which the reasons of the failed bases say.
    """
    duty = b1_legal_duty(fraga) if asked.duty else NOTHING
    if duty.reasons:
        return Dom(tuple(sorted({*duty.reasons, *v1_perpetrators_readers(fraga)})), duty.grunder)
    found = [basis(fraga) for basis in asked.bases]
    hinder = hindrances(fraga, asked)
    carrying = [dom for dom in found if dom.grunder]
    if not carrying:
        why = hinder | _failures(found)
        return _joined(found, why or {Reason("B0", "samtycke-saknas", True)})
    least = min((_stopping(dom, hinder) for dom in carrying), key=len)
    free = [dom for dom in carrying if _stopping(dom, hinder) == least]
    return _joined(free, least | _in_vain(found) if least else ())


def hindrances(fraga: Fraga, asked: Asked = EVERY) -> frozenset[Reason]:
    """Everything that stops the item, whatever basis it has been given."""
    found: list[Reason] = []
    for rule in asked.hindrances:
        found += rule(fraga)
    return frozenset(found)


def r1_instead_of_asking(fraga: Fraga) -> frozenset[str]:
    """R1: for a child no consent is asked where a provision of the catalogue would permit the item; it is named."""
    permitted = would_permit(fraga)
    stopped = bool(permitted) and any(beats(reason, "B2") for reason in hindrances(fraga))
    return frozenset() if stopped else permitted


def to_consider(fraga: Fraga) -> frozenset[str]:
    """B2, R1: for the sender of a withheld item, provisions not invoked that may carry it: their ids."""
    return alternatives(fraga) | r1_instead_of_asking(fraga)


def _stopping(dom: Dom, hinder: frozenset[Reason]) -> frozenset[Reason]:
    """B5: what beats this basis. What stops one is nested in what stops the next: B4, B2, then B3 and B6."""
    return frozenset(reason for reason in hinder if any(beats(reason, grund.regel) for grund in dom.grunder))


def _failures(found: Iterable[Dom]) -> frozenset[Reason]:
    return frozenset(reason for dom in found for reason in dom.reasons if reason.nekar)


def _in_vain(found: Iterable[Dom]) -> frozenset[Reason]:
    return frozenset(reason for reason in _failures(found) if reason.regel in INVOKED)


def _joined(doms: Iterable[Dom], more: Iterable[Reason]) -> Dom:
    doms, more = tuple(doms), tuple(more)
    if len(doms) == 1 and not more and all(len(part) < 2 for part in (doms[0].reasons, doms[0].grunder)):
        return doms[0]
    return Dom(
        tuple(sorted({*more, *(reason for dom in doms for reason in dom.reasons)})),
        tuple(sorted({grund for dom in doms for grund in dom.grunder})),
        tuple(sorted({samtycke for dom in doms for samtycke in dom.samtycken})),
    )
