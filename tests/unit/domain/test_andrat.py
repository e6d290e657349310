"""`replace` is that of dataclasses, faster."""

import dataclasses

import pytest

from samverkanshub.domain.andrat import replace
from samverkanshub.domain.events import Event, Person
from samverkanshub.domain.state import OmradeState, PersonState, Tillstand

BO = PersonState("bo", skydd="sekretessmarkering")


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        (BO, {}),
        (BO, {"skydd": "", "hushall": ("eva",)}),
        (Event("h", "skydd", "mora", "mora.vinr", "mora.vinr.utsatt", "u"), {"personer": (Person("bo", "utsatt"),)}),
        (Tillstand(OmradeState(0)), {"personer": {"bo": BO}}),
    ],
)
def test_it_makes_what_dataclasses_make(value, changes):
    assert replace(value, **changes) == dataclasses.replace(value, **changes)


def test_a_member_that_there_is_none_of_is_a_fault():
    with pytest.raises(TypeError):
        replace(BO, adress="")


def test_what_was_answered_of_the_old_state_is_not_carried_over():
    before = Tillstand(OmradeState(0))
    before.svar["fråga", 1] = ("svar",)
    assert not replace(before, personer={"bo": BO}).svar
