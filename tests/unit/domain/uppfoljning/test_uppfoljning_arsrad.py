"""T4: a person is counted once a year, as first known, and is what all the year's records together say."""

import pytest

from samverkanshub.domain.uppfoljning.arsrad import Arsrad, with_more
from samverkanshub.domain.uppfoljning.bidrag import Om

NONE = Arsrad()


def year(*said: Om, fore: Arsrad = NONE) -> Arsrad:
    rad = NONE
    for om in said:
        rad = with_more(rad, om, fore)
    return rad


def assessed(day: str, level: str) -> Om:
    return Om("anna", "kvinna", "vuxen", bedomning=(day, level))


def test_t4_what_was_known_first_stands_and_what_was_not_is_filled_in() -> None:
    rad = year(
        Om("anna", "okand", "okand"),
        Om("anna", "kvinna", "15-17", kommun="mora"),
        Om("anna", "man", "vuxen", kommun="orsa"),
    )
    assert (rad.kon, rad.alder, rad.kommun) == ("kvinna", "15-17", "mora")


def test_t4_groups_kinds_and_questions_are_those_of_all_records() -> None:
    rad = year(
        Om("b", "man", "0-11", grupper=("utsatt",), vald=("vald_mot_barn",), fragor=("anmalan",)),
        Om("b", "man", "0-11", grupper=("sett",), vald=("sexualbrott", "vald_mot_barn"), fragor=("utredning",)),
    )
    assert rad.grupper == ("sett", "utsatt")
    assert rad.vald == ("sexualbrott", "vald_mot_barn")
    assert rad.fragor == ("anmalan", "utredning")


def test_t4_what_is_said_twice_changes_nothing() -> None:
    om = Om("b", "man", "0-11", "mora", ("utsatt",), ("sexualbrott",), ("anmalan",), ("2026-01-01", "lag"), "a/mora")
    assert year(om, om) == year(om)


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        (("2026-04-01", "hog"), True),
        (("2026-04-02", "hog"), False),
        (("2025-10-03", "mycket_hog"), True),
        (("2026-01-02", "forhojd"), False),
        (("2026-01-01", "lag"), False),
    ],
)
def test_r3_t4_assessments_two_levels_apart_within_90_days_are_apart(other: tuple[str, str], apart: bool) -> None:
    rad = year(assessed("2026-01-01", "lag"), assessed(*other))
    assert ("isar" in rad.fragor) is apart


def test_r3_t4_assessments_are_held_together_over_the_turn_of_the_year() -> None:
    last = year(assessed("2025-12-20", "lag"))
    assert year(assessed("2026-01-10", "mycket_hog"), fore=last).fragor == ("isar",)


def test_f1_t4_a_suspicion_that_is_removed_in_the_year_is_not_counted_and_others_stand() -> None:
    rad = year(
        Om("kalle", "man", "vuxen", misstankt="anna/mora"),
        Om("kalle", "man", "vuxen", misstankt="anna/polisen"),
        Om("kalle", "man", "vuxen", borttagen="anna/mora"),
    )
    assert rad.misstankar == ("anna/polisen",)
    assert year(Om("kalle", "man", "vuxen", borttagen="anna/mora")).misstankar == ()
