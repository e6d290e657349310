"""Values that are made quickly are those that dataclasses make, and as frozen."""

import dataclasses
from dataclasses import FrozenInstanceError, dataclass, field

import pytest

from samverkanshub.domain import decision, events, state
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.events import Event, Person
from samverkanshub.domain.state import OmradeState, PersonState, Tillstand
from samverkanshub.domain.varden import quick, replace

BO = PersonState("bo", skydd="sekretessmarkering")


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        (BO, {}),
        (BO, {"skydd": "", "hushall": ("eva",)}),
        (Event("h", "skydd", "mora", "mora.vinr", "mora.vinr.utsatt", "u"), {"personer": (Person("bo", "utsatt"),)}),
        (Tillstand(OmradeState(0)), {"personer": {"bo": BO}}),
        (Katalog({}, {}, {}), {"kommuner": {"mora": "mora"}}),
    ],
)
def test_it_changes_what_dataclasses_change(value, changes):
    assert replace(value, **changes) == dataclasses.replace(value, **changes)


@pytest.mark.parametrize("value", [BO, Katalog({}, {}, {}), Tillstand(OmradeState(0))])
def test_a_member_that_there_is_none_of_is_a_fault(value):
    with pytest.raises(TypeError):
        replace(value, adress="")


def test_what_is_no_member_to_be_given_cannot_be_changed():
    with pytest.raises(TypeError):
        replace(Tillstand(OmradeState(0)), svar={})


def test_what_was_answered_of_the_old_state_is_not_carried_over():
    before = Tillstand(OmradeState(0))
    before.svar["fråga", 1] = ("svar",)
    assert not replace(before, personer={"bo": BO}).svar


def test_they_stay_frozen():
    with pytest.raises(FrozenInstanceError):
        BO.skydd = ""
    with pytest.raises(FrozenInstanceError):
        replace(BO, skydd="").skydd = "annat"


@pytest.mark.parametrize("module", [decision, events, state])
def test_each_is_made_of_the_same_arguments_as_by_dataclasses(module):
    for kind in vars(module).values():
        if not dataclasses.is_dataclass(kind) or kind.__module__ != module.__name__:
            continue
        given = {one.name: object() for one in dataclasses.fields(kind) if one.init}
        needed = {
            one.name: given[one.name]
            for one in dataclasses.fields(kind)
            if one.init and one.default is one.default_factory is dataclasses.MISSING
        }
        made = kind(*given.values())
        assert [getattr(made, name) for name in given] == list(given.values())
        left = kind(**needed)
        for one in dataclasses.fields(kind):
            if one.name not in needed:
                default = one.default if one.default is not dataclasses.MISSING else one.default_factory()
                assert getattr(left, one.name) == default
        with pytest.raises(TypeError):
            kind(**needed, adress="")


def test_defaults_that_are_made_are_made_anew():
    one, other = Tillstand(OmradeState(0)), Tillstand(OmradeState(0))
    assert one.personer is not other.personer
    assert one.svar is not other.svar


def test_what_has_more_to_do_when_it_is_made_is_refused():
    @dataclass(frozen=True, slots=True)
    class Counted:
        number: int
        double: int = field(init=False)

        def __post_init__(self):
            object.__setattr__(self, "double", 2 * self.number)

    with pytest.raises(TypeError, match="`Counted`"):
        quick(Counted)
    assert replace(Counted(2), number=3).double == 6


def test_what_has_no_slots_is_refused():
    @dataclass(frozen=True)
    class Loose:
        number: int

    with pytest.raises(TypeError, match="`Loose`"):
        quick(Loose)
