"""T1: a regelverk comes into force by two, and only instead of the one that they knew."""

from dataclasses import replace

import pytest
from world import World

from samverkanshub.codec.artefacts import regelverk_digest
from samverkanshub.domain.events import REGELVERK, Event
from samverkanshub.domain.flows.flow import activates
from samverkanshub.domain.regelverk import digest_of
from samverkanshub.domain.state import OmradeState

FIRST, SECOND = (("frister", "aa"), ("katalog", "bb")), (("frister", "cc"), ("katalog", "bb"))


def activation(nr: int, named: tuple[tuple[str, str], ...], bas: str = "", godkand_av: str = "bo") -> Event:
    codes = {"artefakter": [{"namn": name, "digest": digest} for name, digest in named]}
    codes = {**codes, "foreslagen_av": "anna", "godkand_av": godkand_av}
    return Event(f"h{nr}", REGELVERK, "samverkanshub", "", "", "", koder={**codes, **({"bas": bas} if bas else {})})


def in_force(world: World) -> tuple[tuple[str, str], ...]:
    return world.tillstand.omrade.artefakter


def test_instead_of_the_one_in_force_it_comes() -> None:
    world = World().happens(activation(0, FIRST)).happens(activation(1, SECOND, bas=digest_of(FIRST)))
    assert world.refused() == set()
    assert in_force(world) == SECOND


def test_after_another_it_is_refused_and_that_one_stays() -> None:
    """What was approved side by side would take back what the first brought."""
    world = World().happens(activation(0, FIRST)).happens(activation(1, SECOND, bas=digest_of(FIRST)))
    world = world.happens(activation(2, FIRST, bas=digest_of(FIRST)))
    assert world.refused() == {"T1 bygger-pa-annat-regelverk"}
    assert in_force(world) == SECOND


def test_one_that_says_nothing_of_what_was_comes_whatever_was() -> None:
    world = World().happens(activation(0, FIRST)).happens(activation(1, SECOND)).happens(activation(2, FIRST))
    assert world.refused() == set()
    assert in_force(world) == FIRST


def test_by_one_alone_it_is_refused_whatever_it_builds_on() -> None:
    world = World().happens(activation(0, FIRST))
    world = world.happens(activation(1, SECOND, bas=digest_of(FIRST), godkand_av="anna"))
    assert world.refused() == {"T1 godkand-av-samma"}
    assert in_force(world) == FIRST


@pytest.mark.parametrize(
    ("event", "activated"),
    [
        (activation(1, SECOND), True),
        (activation(1, SECOND, bas=digest_of(FIRST)), True),
        (activation(1, SECOND, bas=digest_of(SECOND)), False),
        (activation(1, SECOND, godkand_av="anna"), False),
        (activation(1, SECOND, bas=digest_of(FIRST), godkand_av="anna"), False),
    ],
)
def test_what_the_gate_loads_is_what_it_takes(event: Event, activated: bool) -> None:
    state = replace(OmradeState(0), artefakter=FIRST)
    assert activates(event, state) == activated


def test_the_digest_is_that_of_the_codec_in_whatever_order() -> None:
    assert digest_of(FIRST) == digest_of(tuple(reversed(FIRST))) == regelverk_digest(dict(FIRST))
    assert digest_of(()) != digest_of(FIRST)
