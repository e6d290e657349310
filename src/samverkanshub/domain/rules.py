"""The rules on one item to one recipient, gathered, and B5: the order between them.

Each rule is a named function with its id from RULES.md, in `bases`, `provisions` and `hindrances`; none knows of
another's answer.
"""

from collections.abc import Callable, Iterable
from typing import Final

from samverkanshub.domain.bases import a1_nothing_identifying, b1_legal_duty, b3_consent, report_concerns_adult
from samverkanshub.domain.decision import Reason
from samverkanshub.domain.fraga import NOTHING, PURPOSES, Dom, Fraga
from samverkanshub.domain.hindrances import HINDRANCES, beats, v1_perpetrators_readers
from samverkanshub.domain.provisions import alternatives, b2_provision, b6_inner_secrecy, would_permit

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

BASES: Final[tuple[Callable[[Fraga], Dom], ...]] = (a1_nothing_identifying, b2_provision, b6_inner_secrecy, b3_consent)
INVOKED: Final = frozenset({"B2", "B6"})
"""Bases that the sender relies on expressly: where they fail, the sender reads why, whatever else is said."""


def judge(fraga: Fraga) -> Dom:
    """B5, the order: nothing stops B1 (V1 decides which of the unit's readers open); P, V and K10 beat B2, B3 and B6;
    K3 beats B3 and B6; B7 all but B1.

    Without any basis the item is withheld (B0), which the reasons of the failed bases say.
    """
    duty = b1_legal_duty(fraga)
    if duty.reasons:
        return Dom(tuple(sorted({*duty.reasons, *v1_perpetrators_readers(fraga)})), duty.grunder)
    found = [basis(fraga) for basis in BASES]
    hinder = hindrances(fraga)
    carrying = [dom for dom in found if dom.grunder]
    if not carrying:
        why = hinder | _failures(found)
        return _joined(found, why or {Reason("B0", "samtycke-saknas", True)})
    least = min((_stopping(dom, hinder) for dom in carrying), key=len)
    free = [dom for dom in carrying if _stopping(dom, hinder) == least]
    return _joined(free, least | _in_vain(found) if least else ())


def hindrances(fraga: Fraga) -> frozenset[Reason]:
    """Everything that stops the item, whatever basis it has been given."""
    found: list[Reason] = []
    for rule in HINDRANCES:
        found += rule(fraga)
    return frozenset(found)


def r1_instead_of_asking(fraga: Fraga) -> frozenset[str]:
    """R1: for a child no consent is asked where a provision of the catalogue would permit the item; it is named."""
    stopped = any(beats(reason, "B2") for rule in HINDRANCES for reason in rule(fraga))
    return frozenset() if stopped else would_permit(fraga)


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
    doms = tuple(doms)
    return Dom(
        tuple(sorted({*more, *(reason for dom in doms for reason in dom.reasons)})),
        tuple(sorted({grund for dom in doms for grund in dom.grunder})),
        tuple(sorted({samtycke for dom in doms for samtycke in dom.samtycken})),
    )
