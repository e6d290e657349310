"""The laws' own test: each goes red when the rule it guards is broken in the way that it is there to notice.

A mutant is one rule put wrong. The law it is held up to must find a history that shows it; where such a one is rare,
the mutant brings its own, so that the test is quick.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import broken_rules as broken
import histories
import pytest
import reach
import test_arende_laws as on_arende
import test_delivery_laws as on_delivery
import test_gate_laws as on_gate
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mini_regelverk import FALUN_BARN, UTSATT

from samverkanshub.codec import states
from samverkanshub.domain import (
    consent,
    consent_fold,
    delivery,
    fold,
    fraga,
    gate,
    hindrances,
    messages,
    plikter,
    routing,
    rules,
)
from samverkanshub.domain.events import DRIFTATGARD, KANARIE, RADERING
from samverkanshub.domain.flows import aterkallelse, bortfall, flow, jav

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
    reach.probe.cache_clear()


class _Latest:
    """Draws what was given last, in the place of `st.data()`."""

    def draw(self, strategy: st.SearchStrategy[Any]) -> str:
        return "S1"


def _consent(**terms: Any) -> histories.Move:
    usual = {"namn": "anna", "till": list(histories.UNITS), "kategorier": ["insats", "boende"], "andamal": "sip"}
    more = {"givare": (), "start": -1, "dagar": 9, "undantag": None, "enskilt": True, "andrar": None}
    return "samtycke", {**usual, **more, **terms}


def _exempted(**vad: Any) -> histories.Move:
    usual = {"namn": "anna", "andamal": "sip", "givare": (), "narvarande": None, "av": UTSATT}
    return "undantar", {**usual, "vad": vad}


def _sent(typ: str, namn: str = "anna") -> histories.Move:
    return "meddelande", {"typ": typ, "namn": namn, "till": [] if typ == "oro" else list(reach.UNITS)}


_EMPTY: histories.Move = ("borjar", {"nr": 0})
_ALONE: histories.Move = ("vardnad", {"guardians": ("anna",), "provisoriskt": False})
_WITH_HER: histories.Move = ("hushall", {"namn": "anna", "members": ["maken"], "av": UTSATT})
_PROTECTED: histories.Move = ("skydd", {"namn": "anna", "niva": "sekretessmarkering", "av": UTSATT})
_SUSPECTED: histories.Move = ("misstankt", {"suspect": "mormor", "mot": "anna", "borttagen": False, "av": UTSATT})
_AT_HOME: histories.Move = ("hushall", {"namn": "maken", "members": ["mormor"], "av": UTSATT})
_NOT = {"kategorier": ["insats"]}
_HANDED_OVER: histories.Move = ("lamnar", {"nummer": 0, "till": FALUN_BARN, "svar": "", "avslutar": False})

MUTANTS = {
    "T1 an operator's act forgets": Mutant(
        on_gate.test_t1_what_an_operator_does_in_between_changes_no_other_decision,
        (*HISTORY, st.sampled_from(sorted(on_gate.OPERATORS))),
        fold,
        "FLOWS",
        broken.forgetting(DRIFTATGARD),
    ),
    "G3 whatever restricts is forgotten": Mutant(
        on_gate.test_g3_nobody_reads_more_of_whoever_is_named_again_after_an_erasure,
        (*HISTORY, histories.persons),
        on_gate,
        "restrictions",
        lambda tillstand, person, day: (),
    ),
    "G1 an erasure forgets": Mutant(
        on_gate.test_g1_an_erasure_in_between_changes_no_other_decision,
        (*HISTORY, histories.persons),
        fold,
        "FLOWS",
        broken.forgetting(RADERING),
    ),
    "T1 a canary forgets": Mutant(
        on_gate.test_t1_a_canary_in_between_changes_no_other_decision,
        HISTORY,
        fold,
        "FLOWS",
        broken.forgetting(KANARIE),
    ),
    "K9 revives": Mutant(
        on_gate.test_k4_withdrawing_a_consent_never_widens_access,
        (*CONSENT, st.data()),
        consent,
        "governing",
        broken.reviving,
        ([_EMPTY, _consent()], _consent(kategorier=["insats"]), _Latest()),
    ),
    "K3 upside down": Mutant(
        on_gate.test_k3_an_exemption_never_lets_more_through,
        (*CONSENT, histories.exemptions.filter(bool)),
        consent,
        "exempted",
        broken.opposite(consent.exempted),
    ),
    "K3 of the latest alone": Mutant(
        on_gate.test_k3_k9_what_is_exempted_without_any_consent_lets_nothing_more_through_and_leaves_consents_as_they_were,
        (*HISTORY, histories.exempted_alone),
        consent_fold,
        "fold_consent",
        broken.only_the_latest,
        ([_EMPTY, _consent(undantag=_NOT)], _exempted(kategorier=["skydd"])),
    ),
    "K9 by an exemption": Mutant(
        on_gate.test_k3_k9_what_is_exempted_without_any_consent_lets_nothing_more_through_and_leaves_consents_as_they_were,
        (*HISTORY, histories.exempted_alone),
        consent_fold,
        "fold_consent",
        broken.superseding,
        ([_EMPTY, _consent()], _exempted(kategorier=["skydd"])),
    ),
    "P6 upside down": Mutant(
        on_gate.test_p4_protection_never_lets_more_through,
        (*HISTORY, histories.persons),
        fraga,
        "is_protected",
        broken.opposite(fraga.is_protected),
    ),
    "P5 but of the suspected": Mutant(
        on_gate.test_p5_v4_a_suspicion_names_no_sender_and_takes_away_no_marking,
        (*HISTORY, st.permutations(histories.PERSONS)),
        messages,
        "concerns_protected",
        broken.unless_suspected,
        ([_EMPTY, _consent(), (_PROTECTED[0], {**_PROTECTED[1], "namn": "maken"})], ["maken", "anna", "barn"]),
    ),
    "V6 of the suspected alone": Mutant(
        on_delivery.test_v6_no_request_points_to_one_suspected_or_close_to_one,
        HISTORY,
        messages,
        "pointed_to",
        hindrances.suspects,
        ([_EMPTY, _SUSPECTED, _AT_HOME],),
    ),
    "V2 of everybody": Mutant(
        on_gate.test_f1_a_suspicion_never_lets_more_through_but_where_the_rules_say,
        (*HISTORY, st.permutations(histories.PERSONS)),
        hindrances,
        "_perpetrators_own",
        broken.everybodys_own,
        ([_EMPTY, _consent()], ["maken", "anna", "barn"]),
    ),
    "B7 upside down": Mutant(
        on_gate.test_b7_a_frozen_person_never_lets_more_through,
        (*HISTORY, histories.persons),
        hindrances,
        "is_frozen_near",
        broken.opposite(hindrances.is_frozen_near),
    ),
    "B7 left out": Mutant(
        on_gate.test_b7_nothing_but_a_report_passes_about_the_frozen,
        HISTORY,
        rules,
        "HINDRANCES",
        broken.without("b7_frozen"),
    ),
    "a repeat counts": Mutant(on_gate.test_a_repeat_changes_nothing, HISTORY, gate, "repeated", broken.accepted_again),
    "B7 of everybody": Mutant(
        on_gate.test_events_about_others_change_nothing, HISTORY, hindrances, "is_frozen_near", broken.anybody_frozen
    ),
    "B5 by who comes first": Mutant(
        on_gate.test_the_order_of_the_rules_does_not_matter,
        (*HISTORY, st.randoms(use_true_random=False)),
        messages,
        "judge",
        broken.first_basis_wins,
        ([_EMPTY, _consent(), _PROTECTED, _sent("sip")], random.Random(1)),
    ),
    "ids at random": Mutant(
        on_gate.test_the_same_log_gives_the_same_states_and_decisions,
        HISTORY,
        messages.ids,
        "delivery_id",
        broken.random_ids,
    ),
    "a gate with a memory": Mutant(
        on_gate.test_a_decision_depends_only_on_what_came_before, HISTORY, gate, "decide", broken.remembering
    ),
    "T1 without consents": Mutant(
        on_delivery.test_t1_everything_delivered_cites_a_basis_in_force,
        HISTORY,
        messages,
        "judge",
        broken.citing_no_consent,
    ),
    "K1 and K4 left out": Mutant(
        on_delivery.test_b3_a_consent_carries_only_in_force_for_its_purpose_recipient_and_category,
        HISTORY,
        consent,
        "_why_not",
        broken.whatever_it_says,
    ),
    "V1 left out": Mutant(
        on_delivery.test_v1_holds_for_every_recipient_in_every_history,
        HISTORY,
        rules,
        "HINDRANCES",
        broken.without("v1_perpetrators_readers"),
    ),
    "P2 left out": Mutant(
        on_delivery.test_p2_holds_for_every_recipient_in_every_history,
        HISTORY,
        rules,
        "HINDRANCES",
        broken.without("p2_whereabouts"),
    ),
    "P1 of everything": Mutant(
        on_delivery.test_t3_a_delivery_names_what_was_delivered_or_is_told_orally_and_nothing_else,
        HISTORY,
        messages,
        "orally",
        lambda entry: entry.verdict != messages.DELIVERED,
    ),
    "K2 upside down": Mutant(
        on_delivery.test_k2_what_time_alone_opens_rests_on_a_consent_whose_start_lay_ahead,
        HISTORY,
        consent,
        "_why_not",
        broken.never_ending,
        ([_EMPTY, _consent(dagar=3)],),
    ),
    "T1 of another delivery": Mutant(
        on_delivery.test_t1_everything_delivered_cites_a_basis_in_force,
        HISTORY,
        delivery,
        "_anew",
        broken.cited_by_the_message,
        ([_EMPTY, _sent("risk"), ("samtycke_sedan", {"nummer": 0})],),
    ),
    "K8 silences all guardians": Mutant(
        on_gate.test_f1_a_suspicion_never_lets_more_through_but_where_the_rules_say,
        (*HISTORY, st.permutations(histories.PERSONS)),
        consent,
        "is_silent",
        broken.silenced_together,
        ([_EMPTY, _ALONE, _consent(namn="barn", givare=("anna",), undantag=_NOT)], ["maken", "barn", "anna"]),
    ),
    "V7 left out": Mutant(
        on_gate.test_v7_one_who_is_barred_opens_no_more,
        (*HISTORY, st.integers(0, 9), st.just("u1")),
        jav,
        "barred",
        broken.nobody_barred,
    ),
    "V7 left out of what is registered": Mutant(
        on_gate.test_v7_whatever_one_who_is_barred_registers_it_lets_nothing_more_through,
        (*HISTORY, histories.registrations),
        jav,
        "barred",
        broken.nobody_barred,
        ([_EMPTY], _consent()),
    ),
    "V7 with protections lowered": Mutant(
        on_gate.test_v7_whatever_one_who_is_barred_registers_it_lets_nothing_more_through,
        (*HISTORY, histories.registrations),
        jav,
        "only_narrows",
        broken.always,
        ([_EMPTY, _consent(), _PROTECTED], ("skydd", {"namn": "anna", "niva": "ingen", "av": UTSATT})),
    ),
    "V7 with suspicions noted": Mutant(
        on_gate.test_v7_whatever_one_who_is_barred_registers_it_lets_nothing_more_through,
        (*HISTORY, histories.registrations),
        jav,
        "only_narrows",
        broken.also_a_suspicion,
        (
            [_EMPTY, _consent(namn="maken"), _PROTECTED, _WITH_HER],
            ("misstankt", {"suspect": "maken", "mot": "anna", "borttagen": False, "av": UTSATT}),
        ),
    ),
    "V7 left out of corrections": Mutant(
        on_gate.test_v7_q2_what_one_who_is_barred_sends_takes_nothing_back,
        (*HISTORY, st.integers(0, 7), st.just("sip"), histories.persons),
        jav,
        "Jav",
        broken.nobody,
        ([_EMPTY, _consent()], 0, "sip", "anna"),
    ),
    "V7 left out of a report's correction": Mutant(
        on_gate.test_v7_q2_what_one_who_is_barred_sends_takes_nothing_back,
        (*HISTORY, st.integers(0, 7), st.just("oro"), histories.persons),
        aterkallelse,
        "may_not_correct",
        broken.nobody_barred,
        ([_EMPTY], 0, "oro", "barn"),
    ),
    "Q2 without effect": Mutant(
        on_delivery.test_q2_nothing_is_opened_that_was_recalled,
        HISTORY,
        aterkallelse,
        "recalled",
        broken.nothing_taken_back,
        ([("borjar", {"nr": 2}), ("tar_tillbaka", {"nummer": 0, "av_annan": False})],),
    ),
    "V1 where only something is told": Mutant(
        on_delivery.test_v1_what_only_tells_something_reaches_a_perpetrators_reader_for_a_reason,
        HISTORY,
        flow,
        "tell_unit",
        broken.to_all_readers,
        ([_EMPTY, _sent("oro", "barn"), _HANDED_OVER],),
    ),
    "a duty that is met is lost": Mutant(
        on_arende.test_a_duty_is_open_or_ended_with_an_outcome_and_never_lost, HISTORY, flow, "meet", broken.losing
    ),
    "S4 opens what others have done again": Mutant(
        on_arende.test_a_duty_is_open_or_ended_with_an_outcome_and_never_lost,
        HISTORY,
        plikter,
        "open_again",
        broken.all_open_again,
        (histories.CALL_TAKEN_BACK,),
    ),
    "S4 stays met": Mutant(
        on_arende.test_a_duty_is_open_or_ended_with_an_outcome_and_never_lost,
        HISTORY,
        plikter,
        "open_again",
        broken.never_open_again,
        (histories.CALL_TAKEN_BACK,),
    ),
    "S4 owed where nobody can call": Mutant(
        on_arende.test_s4_a_call_is_owed_in_the_sip_that_a_summons_joins,
        HISTORY,
        bortfall,
        "_where_called",
        broken.where_it_was,
        (histories.CALL_TAKEN_BACK_LATER,),
    ),
    "a duty without steps": Mutant(
        on_arende.test_an_open_duty_has_taken_all_its_steps_or_has_one_that_reaches_somebody,
        HISTORY,
        plikter,
        "make",
        broken.without_steps,
    ),
    "states read as blank": Mutant(
        on_arende.test_a_state_survives_its_bytes_at_every_step, HISTORY, states, "decode", broken.always_blank
    ),
    "O1 to another unit": Mutant(
        on_delivery.test_o1_every_report_reaches_a_responsible_unit_or_says_whom_to_telephone,
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
    modules = (on_gate, on_delivery, on_arende)
    named = {name for module in modules for name in vars(module) if name.startswith("test_")}
    assert named == {mutant.law.__name__ for mutant in MUTANTS.values()}
