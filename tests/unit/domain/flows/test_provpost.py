"""A canary: judged as any record, about nobody, and to nobody but the hub itself."""

from dataclasses import replace

import pytest
from flowworld import flow_regelverk
from mini_regelverk import UTSATT

from samverkanshub.domain.decision import Decision, accepted
from samverkanshub.domain.events import HUB, KANARIE, KANARIENS, Event, Person, Position, Uppgift
from samverkanshub.domain.fold import advance, fold
from samverkanshub.domain.gate import decide
from samverkanshub.domain.state import OmradeState, Tillstand

CANARY = Event("h1", KANARIE, HUB, "", "", "")
AT = Position(0, 1, 1_000)
EMPTY = Tillstand(OmradeState(0))


def judged(event: Event) -> Decision:
    return decide(EMPTY, event, AT, flow_regelverk())


def test_b4_a_canary_goes_to_the_hubs_own_reader_group_and_to_nobody_else() -> None:
    decision = judged(CANARY)
    assert accepted(decision)
    assert [(one.mottagare, one.kod, one.arende_id) for one in decision.deliveries] == [(KANARIENS, KANARIE, "")]
    assert KANARIENS not in flow_regelverk().katalog.lasargrupper


def test_a_canary_changes_nothing_but_the_time() -> None:
    assert fold(EMPTY, CANARY, judged(CANARY), AT) == advance(EMPTY, AT)


@pytest.mark.parametrize(
    "about",
    [
        {"personer": (Person("p", "registrerad"),)},
        {"uppgifter": (Uppgift("/fritext", "behov"),)},
        {"arende_id": "a"},
    ],
)
def test_b4_one_that_says_anything_of_anybody_is_refused(about: dict[str, object]) -> None:
    decision = judged(replace(CANARY, **about))  # type: ignore[arg-type]
    assert (accepted(decision), decision.deliveries) == (False, ())


def test_t1_only_the_hub_itself_sends_canaries() -> None:
    theirs = replace(CANARY, aktor="mora", enhet="mora.vinr", lasargrupp=UTSATT)
    assert not accepted(judged(theirs))
