"""O1: at once to the child-and-youth unit of the home municipality, and outside its office hours to the socialjour too.

Agreement, "Hälso- och sjukvårdens ansvar", "Våldsutsatta barn", "Samverkan vid tillfällig placering på annan ort".
"""

from dataclasses import replace
from functools import cache

import pytest
from mini_regelverk import (
    FALUN_BARN,
    FALUN_HANDLAGGARE,
    FALUN_JOURHAVANDE,
    FALUN_UTOVARE,
    MORA_BARN,
    MORA_JOURHAVANDE,
    MORA_MOTTAGNING,
    regelverk,
    with_unit,
)
from steps import HOUR, START
from world import World

from samverkanshub import resources
from samverkanshub.adapters.regelverk import read_regelverk
from samverkanshub.domain.tid import to_ms

MORA = {MORA_MOTTAGNING}
FALUN = {FALUN_HANDLAGGARE, FALUN_UTOVARE}


@cache
def red_days() -> frozenset[str]:
    """The holidays of the regelverk as shipped."""
    return read_regelverk(resources.root() / "deploy" / "regelverk", {}).helgdagar


def reported(moment: str, **where: object) -> World:
    """A report at a moment, by the holidays as shipped."""
    return World(replace(regelverk(), helgdagar=red_days())).at(to_ms(moment)).orosanmalan(**where)


# ------------------------------------------------------------------------------------------ where


@pytest.mark.parametrize(
    ("where", "reached"),
    [
        ({"kommun": "mora"}, MORA),
        ({"kommun": "falun"}, FALUN),
        # A temporary placement does not move it, nor does acute danger at home.
        ({"kommun": "mora", "vistelsekommun": "falun"}, MORA),
        ({"kommun": "mora", "vistelsekommun": "falun", "akut_fara": None}, MORA),
        ({"kommun": "falun", "vistelsekommun": "mora"}, FALUN),
        ({"kommun": "mora", "akut_fara": True}, MORA),
        ({"kommun": "mora", "vistelsekommun": "mora", "akut_fara": True}, MORA),
        # Acute danger elsewhere adds that municipality and takes the home municipality from nobody.
        ({"kommun": "mora", "vistelsekommun": "falun", "akut_fara": True}, MORA | FALUN),
        ({"kommun": "falun", "vistelsekommun": "mora", "akut_fara": True}, MORA | FALUN),
    ],
    ids=str,
)
def test_o1_home_as_declared_and_in_acute_danger_elsewhere_there_too(
    where: dict[str, object], reached: set[str]
) -> None:
    assert World().orosanmalan(**where).reached() == reached


def test_o1_a_protected_population_registration_does_not_move_it_either() -> None:
    """Home is where the child is settled, as declared, not a protected folkbokföring."""
    assert World().skydd("barn", "skyddad_folkbokforing").orosanmalan(kommun="mora").reached() == MORA


@pytest.mark.parametrize("elsewhere", [{}, {"vistelsekommun": "falun", "akut_fara": True}])
def test_o1_all_of_them_are_statutory_recipients_and_read_all_of_it(elsewhere: dict[str, object]) -> None:
    world = World().orosanmalan(items=["barnets_situation", "boende"], kommun="mora", **elsewhere)
    for grupp in {MORA_MOTTAGNING, *([FALUN_HANDLAGGARE] if elsewhere else [])}:
        assert world.delivered(grupp) == {"barnets_situation", "boende"}
        assert {entry.funktion for entry in world.entries(grupp)} == {"lagstadgad"}


def test_o1_a_statutory_recipient_that_the_sender_also_names_is_a_statutory_one() -> None:
    world = World().orosanmalan(till=[MORA_BARN])
    assert {entry.funktion for entry in world.entries(MORA_MOTTAGNING)} == {"lagstadgad"}


def test_o1_a_unit_named_where_the_child_is_placed_is_no_statutory_recipient() -> None:
    world = World().orosanmalan(kommun="mora", vistelsekommun="falun", till=[FALUN_BARN])
    assert {entry.funktion for entry in world.entries(FALUN_HANDLAGGARE)} == {"namngiven"}
    assert world.delivered(FALUN_HANDLAGGARE) == set()


# ------------------------------------------------------------------------------------------ when

OFFICE_ENDS_AND_BEGINS = [
    ("2026-03-02T07:59:59+01:00", True),
    ("2026-03-02T08:00:00+01:00", False),
    ("2026-03-02T16:29:59+01:00", False),
    ("2026-03-02T16:30:00+01:00", True),
]
WEEKENDS = [
    ("2026-03-06T16:29:59+01:00", False),  # a Friday
    ("2026-03-06T16:30:00+01:00", True),
    ("2026-03-07T12:00:00+01:00", True),
    ("2026-03-08T12:00:00+01:00", True),
    ("2026-03-09T07:59:59+01:00", True),
    ("2026-03-09T08:00:00+01:00", False),
]
HOLIDAYS = [
    ("2026-01-05T12:00:00+01:00", False),  # the day before trettondedagen, a Monday
    ("2026-01-06T12:00:00+01:00", True),
    ("2026-01-07T12:00:00+01:00", False),
    ("2026-04-02T16:29:59+02:00", False),  # skärtorsdagen
    ("2026-04-02T16:30:00+02:00", True),
    ("2026-04-03T12:00:00+02:00", True),  # långfredagen
    ("2026-04-06T12:00:00+02:00", True),  # annandag påsk
    ("2026-04-07T08:00:00+02:00", False),
    ("2026-05-13T12:00:00+02:00", False),  # the day before Kristi himmelsfärds dag, a Wednesday
    ("2026-05-14T12:00:00+02:00", True),
    ("2026-12-23T16:29:59+01:00", False),
    ("2026-12-24T12:00:00+01:00", True),  # an eve that is treated as a holiday
]
# Clocks go forward on 29 March and back on 25 October 2026; hours are by the clock on the wall.
SUMMER_AND_WINTER_TIME = [
    ("2026-03-27T06:59:59Z", True),
    ("2026-03-27T07:00:00Z", False),
    ("2026-03-30T05:59:59Z", True),
    ("2026-03-30T06:00:00Z", False),
    ("2026-03-30T14:29:59Z", False),
    ("2026-03-30T14:30:00Z", True),
    ("2026-10-23T06:00:00Z", False),
    ("2026-10-26T06:59:59Z", True),
    ("2026-10-26T07:00:00Z", False),
    ("2026-10-26T15:29:59Z", False),
    ("2026-10-26T15:30:00Z", True),
]


@pytest.mark.parametrize(
    ("moment", "on_call"), [*OFFICE_ENDS_AND_BEGINS, *WEEKENDS, *HOLIDAYS, *SUMMER_AND_WINTER_TIME]
)
def test_o1_outside_office_hours_the_socialjour_too(moment: str, on_call: bool) -> None:
    assert reported(moment).reached() == (MORA | {MORA_JOURHAVANDE} if on_call else MORA)


def test_o1_the_socialjour_is_a_statutory_recipient_and_reads_all_of_it() -> None:
    world = World().at(START + 14 * HOUR).orosanmalan(items=["barnets_situation", "boende"])
    assert world.delivered(MORA_JOURHAVANDE) == {"barnets_situation", "boende"}
    assert {entry.funktion for entry in world.entries(MORA_JOURHAVANDE)} == {"lagstadgad"}


def test_o1_in_acute_danger_at_night_both_municipalities_socialjour_answers() -> None:
    world = World().at(START + 14 * HOUR).orosanmalan(vistelsekommun="falun", akut_fara=True, items=["boende"])
    assert {MORA_JOURHAVANDE, FALUN_JOURHAVANDE} <= world.reached()
    assert {entry.funktion for entry in world.entries(FALUN_JOURHAVANDE)} == {"lagstadgad"}


@pytest.mark.parametrize(
    ("moment", "on_call"),
    [
        ("2026-03-02T15:59:59+01:00", set()),
        ("2026-03-02T16:00:00+01:00", {FALUN_JOURHAVANDE}),
        ("2026-03-02T16:30:00+01:00", {FALUN_JOURHAVANDE, MORA_JOURHAVANDE}),
    ],
)
def test_o1_each_municipality_by_its_own_units_hours(moment: str, on_call: set[str]) -> None:
    world = World(with_unit(regelverk(), FALUN_BARN, oppettider="man-fre 08:00-16:00")).at(to_ms(moment))
    world.orosanmalan(vistelsekommun="falun", akut_fara=True)
    assert world.reached() == MORA | FALUN | on_call


@pytest.mark.parametrize(
    ("hours", "on_call"), [("", True), ("dygnet runt", False)], ids=["a unit that says no hours", "round the clock"]
)
def test_o1_the_units_own_hours_decide_also_at_noon_and_at_night(hours: str, on_call: bool) -> None:
    for moment in (START, START + 14 * HOUR):
        world = World(with_unit(regelverk(), MORA_BARN, oppettider=hours)).at(moment).orosanmalan()
        assert (MORA_JOURHAVANDE in world.reached()) is on_call
