"""The laws' own test: each goes red when the rule it guards is broken in the way that it is there to notice.

A mutant is one rule put wrong. The law it is held up to must find a history that shows it; where such a one is rare,
the mutant brings its own, so that the test is quick.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import histories
import pytest
import test_gate_laws as laws
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from steps import DAY

from samverkanshub.domain import consent, fraga, gate, hindrances, messages, routing, rules
from samverkanshub.domain.decision import Decision, Entry, Reason
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.fraga import Dom, Fraga
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import PersonState, Samtycke, Tillstand

SEARCH = settings(
    max_examples=400,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""No shrinking: that a history is found is enough."""
HISTORY = (histories.histories,)
CONSENT = (histories.histories, histories.consents)


@dataclass(frozen=True)
class Mutant:
    """A law, the strategies of its arguments, and where what is put in the place of a rule."""

    law: Callable[..., None]
    arguments: Sequence[st.SearchStrategy[Any]]
    where: object
    name: str
    broken: object
    history: tuple[Any, ...] = ()
    """Arguments that show it; found by search where there are none."""


@contextmanager
def put_wrong(mutant: Mutant) -> Iterator[None]:
    """The rule is broken; what was remembered of worlds under whole rules is forgotten, before and after."""
    with ExitStack() as stack:
        stack.callback(_forget)
        stack.enter_context(patch.object(mutant.where, mutant.name, mutant.broken))
        _forget()
        yield


def _forget() -> None:
    histories._begun.cache_clear()
    histories.probe.cache_clear()


# ------------------------------------------------------------------------------------------ rules put wrong


def without(name: str) -> tuple[Callable[[Fraga], tuple[Reason, ...]], ...]:
    """The hindrances, but for one."""
    return tuple(rule for rule in hindrances.HINDRANCES if rule.__name__ != name)


def opposite(rule: Callable[..., bool]) -> Callable[..., bool]:
    """The rule says yes for no."""
    return lambda *arguments, **named: not rule(*arguments, **named)


def reviving(
    person: PersonState, givare: str, andamal: str, enhet: str, meddelande: str, tid: int, katalog: Any
) -> Samtycke | None:
    """K9 wrong: the latest that is not ended governs, so that what was superseded revives."""
    found = [
        samtycke
        for samtycke in person.samtycken
        if samtycke.andamal == andamal
        and givare in samtycke.givare
        and consent.covers(samtycke, enhet, meddelande, katalog)
        and consent.starts(samtycke) <= tid
        and not consent.ended(samtycke, tid)
    ]
    return found[-1] if found else None


def accepted_again(event: Event, digest: str) -> Decision:
    """A repeat is taken as if it were new."""
    return Decision(event.handelse_id, event.typ, event.aktor, digest, (Entry("", "", (Reason("T1", "ny", False),)),))


def anybody_frozen(tillstand: Tillstand, person_ids: object) -> bool:
    """B7 wrong: whoever is frozen stops everybody."""
    return any(person.fryst for person in tillstand.personer.values())


def everybodys_own(question: Fraga) -> bool:
    """V2 wrong: where anybody is suspected, all is taken for the suspect's own."""
    return bool(hindrances.suspects(question.tillstand, question.event))


_judge = rules.judge


def first_basis_wins(question: Fraga) -> Dom:
    """B5 wrong: the first hindrance to speak is the only one heard."""
    heard = next((reasons for rule in rules.HINDRANCES if (reasons := rule(question))), ())
    dom = _judge(question)
    return replace(dom, reasons=tuple(sorted(heard))) if heard and dom.reasons else dom


def citing_no_consent(question: Fraga) -> Dom:
    """T1 wrong: the consents that carry are not cited."""
    return replace(_judge(question), samtycken=())


def whatever_it_says(samtycke: Samtycke, fall: Any) -> Iterator[Reason]:
    """K1, K4 wrong: who governs carries, whatever it says and whether it has ended."""
    yield from ()


def never_ending(samtycke: Samtycke, fall: Any) -> Iterator[Reason]:
    """K2 wrong: a consent is counted on from its end."""
    if fall.tid < samtycke.till - DAY:
        yield Reason("K2", "samtycke-upphort", True)


_decide = gate.decide
_seen: set[str] = set()


def remembering(tillstand: Tillstand, event: Event, position: Position, regelverk: Regelverk) -> Decision:
    """A gate that remembers outside its state, so that what comes later tells on what came before."""
    decision = _decide(tillstand, event, position, regelverk)
    known = event.handelse_id in _seen
    _seen.add(event.handelse_id)
    return replace(decision, hints=(*decision.hints, "sedd-forut")) if known else decision


def random_ids(handelse_id: str, lasargrupp: str, slag: str = "meddelande") -> str:
    """A delivery's id that derives from nothing."""
    return f"{random.random()}"


class _Latest:
    """Draws what was given last, in the place of `st.data()`."""

    def draw(self, strategy: st.SearchStrategy[Any]) -> str:
        return "S1"


def _consent(**terms: Any) -> histories.Move:
    usual = {"namn": "anna", "till": list(histories.UNITS), "kategorier": ["insats", "boende"], "andamal": "sip"}
    more = {"givare": (), "start": -1, "dagar": 9, "undantag": None, "enskilt": True, "andrar": None}
    return "samtycke", {**usual, **more, **terms}


_EMPTY: histories.Move = ("borjar", {"nr": 0})

MUTANTS = {
    "K9 revives": Mutant(
        laws.test_k4_withdrawing_a_consent_never_widens_access,
        (*CONSENT, st.data()),
        consent,
        "governing",
        reviving,
        ([_EMPTY, _consent()], _consent(kategorier=["insats"]), _Latest()),
    ),
    "K3 upside down": Mutant(
        laws.test_k3_an_exemption_never_lets_more_through,
        (*CONSENT, histories.exemptions.filter(bool)),
        consent,
        "exempted",
        opposite(consent.exempted),
    ),
    "P6 upside down": Mutant(
        laws.test_p4_protection_never_lets_more_through,
        (*HISTORY, histories.persons),
        fraga,
        "is_protected",
        opposite(fraga.is_protected),
    ),
    "V2 of everybody": Mutant(
        laws.test_f1_a_suspicion_never_lets_more_through_about_anybody_else,
        (*HISTORY, st.permutations(histories.PERSONS)),
        hindrances,
        "_perpetrators_own",
        everybodys_own,
        ([_EMPTY, _consent()], ["maken", "anna", "barn"]),
    ),
    "B7 upside down": Mutant(
        laws.test_b7_a_frozen_person_never_lets_more_through,
        (*HISTORY, histories.persons),
        hindrances,
        "is_frozen_near",
        opposite(hindrances.is_frozen_near),
    ),
    "B7 left out": Mutant(
        laws.test_b7_nothing_but_a_report_passes_about_the_frozen, HISTORY, rules, "HINDRANCES", without("b7_frozen")
    ),
    "a repeat counts": Mutant(laws.test_a_repeat_changes_nothing, HISTORY, gate, "repeated", accepted_again),
    "B7 of everybody": Mutant(
        laws.test_events_about_others_change_nothing, HISTORY, hindrances, "is_frozen_near", anybody_frozen
    ),
    "B5 by who comes first": Mutant(
        laws.test_the_order_of_the_rules_does_not_matter,
        (*HISTORY, st.randoms(use_true_random=False)),
        messages,
        "judge",
        first_basis_wins,
    ),
    "ids at random": Mutant(
        laws.test_the_same_log_gives_the_same_states_and_decisions, HISTORY, messages.ids, "delivery_id", random_ids
    ),
    "a gate with a memory": Mutant(
        laws.test_a_decision_depends_only_on_what_came_before, HISTORY, gate, "decide", remembering
    ),
    "T1 without consents": Mutant(
        laws.test_t1_everything_delivered_cites_a_basis_in_force, HISTORY, messages, "judge", citing_no_consent
    ),
    "K1 and K4 left out": Mutant(
        laws.test_b3_a_consent_carries_only_in_force_for_its_purpose_recipient_and_category,
        HISTORY,
        consent,
        "_why_not",
        whatever_it_says,
    ),
    "V1 left out": Mutant(
        laws.test_v1_holds_for_every_recipient_in_every_history,
        HISTORY,
        rules,
        "HINDRANCES",
        without("v1_perpetrators_readers"),
    ),
    "P2 left out": Mutant(
        laws.test_p2_holds_for_every_recipient_in_every_history, HISTORY, rules, "HINDRANCES", without("p2_whereabouts")
    ),
    "P1 of everything": Mutant(
        laws.test_t3_a_delivery_names_what_was_delivered_or_is_told_orally_and_nothing_else,
        HISTORY,
        messages,
        "orally",
        lambda entry: entry.verdict != messages.DELIVERED,
    ),
    "K2 upside down": Mutant(
        laws.test_k2_what_time_alone_opens_rests_on_a_consent_whose_start_lay_ahead,
        HISTORY,
        consent,
        "_why_not",
        never_ending,
        ([_EMPTY, _consent(dagar=3)],),
    ),
    "O1 to another unit": Mutant(
        laws.test_o1_every_report_reaches_a_responsible_unit_or_says_whom_to_telephone,
        HISTORY,
        routing,
        "SOCIAL_CHILD_UNIT",
        "vinr",
    ),
}


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_a_law_goes_red_when_the_rule_that_it_guards_is_broken(name: str) -> None:
    mutant = MUTANTS[name]
    inner = mutant.law.hypothesis.inner_test  # type: ignore[attr-defined]
    searched = SEARCH(given(*mutant.arguments)(inner))
    with put_wrong(mutant), pytest.raises(AssertionError):
        inner(*mutant.history) if mutant.history else searched()


@pytest.mark.parametrize("name", sorted(name for name, mutant in MUTANTS.items() if mutant.history))
def test_a_history_that_a_mutant_brings_is_fine_by_the_whole_rules(name: str) -> None:
    MUTANTS[name].law.hypothesis.inner_test(*MUTANTS[name].history)  # type: ignore[attr-defined]


def test_every_law_has_a_mutant() -> None:
    named = {name for name in vars(laws) if name.startswith("test_")}
    assert named == {mutant.law.__name__ for mutant in MUTANTS.values()}
