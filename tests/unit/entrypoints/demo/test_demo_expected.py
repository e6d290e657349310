"""What counts as expected: exactly what is kept beside the case, with the socialjour or without it (O1)."""

from dataclasses import dataclass
from typing import Any

import pytest

from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.entrypoints.demo.play import as_expected

CASES = cases.load(run.directory())
KEPT = [(case, at) for case in CASES for at in range(len(case.vantat))]


@dataclass(frozen=True)
class Hours:
    """A kept result as it comes out in office hours, and outside them."""

    office: dict[str, Any]
    other: dict[str, Any]


def hours(kept: dict[str, Any]) -> Hours:
    office = {part: value for part, value in kept.items() if part != "utanfor_kontorstid"}
    added = kept.get("utanfor_kontorstid", {})
    return Hours(office, {**office, **{part: {**office[part], **more} for part, more in added.items()}})


@pytest.mark.parametrize(("case", "at"), KEPT, ids=[f"{case.fil}-{at}" for case, at in KEPT])
def test_a_case_comes_out_as_expected_at_any_hour_and_otherwise_not(case: cases.Case, at: int) -> None:
    found = hours(case.vantat[at])
    assert as_expected(case, at, found.office)
    assert as_expected(case, at, found.other)
    assert not as_expected(case, at, {**found.office, "nagot": "annat"})
    assert not as_expected(case, len(case.vantat), found.office)


def test_outside_office_hours_only_the_socialjour_is_added() -> None:
    added = [kept["utanfor_kontorstid"] for case in CASES for kept in case.vantat if "utanfor_kontorstid" in kept]
    assert added
    assert all(".socialjour." in name for parts in added for names in parts.values() for name in names)
