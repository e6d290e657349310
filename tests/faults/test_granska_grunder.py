"""Delivered without a basis, and shown after a withdrawal: each is named (I2, I3 of docs/fel.md)."""

from pathlib import Path

import pytest
from korning_i_minne import UTSATT
from skada import (
    CONSENT,
    REFUSED,
    REPORT,
    SUMMONS,
    WITHDRAWAL,
    Row,
    broken,
    change,
    codes,
    delivered,
    entries,
    event_at,
    status,
)


def test_invariant_2_a_delivery_without_a_basis(run: Path) -> None:
    change(run, "projektion/beslut", delivered(SUMMONS, grunder=[], samtycken=[]))
    assert f"0/{SUMMONS} delivery " in (line := broken(run, "I2"))
    assert "/behov/0: no basis" in line


def test_invariant_2_a_provision_that_has_ceased(run: Path) -> None:
    old = {"id": "sol-2001-453-14-1", "regel": "B1", "marke": "V", "giltig_fran": "", "giltig_till": "2025-06-30"}
    change(run, "projektion/beslut", delivered(REPORT, grunder=[old]))
    assert "sol-2001-453-14-1 is not in force on 2026-12-" in broken(run, "I2")


def test_invariant_2_a_consent_that_was_withdrawn_before_the_opening(run: Path) -> None:
    given = event_at(run, CONSENT)

    def shown(lines: list[Row]) -> None:
        basis = {"id": "samtycke", "regel": "B3", "marke": "P", "giltig_fran": "", "giltig_till": ""}
        for line in lines:
            line.update(utslag="levereras", grunder=[basis], samtycken=[given])

    change(run, "projektion/beslut", entries(REFUSED, shown))
    assert f"consent {given} ended at {WITHDRAWAL}" in broken(run, "I2")


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"andamal": "kontakt"}, "has another purpose"),
        ({"kategorier": ["halsa"]}, "does not name the category"),
        ({"mottagare": [{"slag": "enhet", "id": "orsa.vinr"}]}, "does not name the recipient"),
        ({"fran": "2027-01-01T00:00:00+01:00"}, "has not begun"),
        ({"till": "2026-12-02T00:00:00+01:00"}, "is past its end"),
    ],
)
def test_invariant_2_a_consent_that_does_not_cover_what_it_is_cited_for(run: Path, how: Row, why: str) -> None:
    change(run, "kafka/samverkan.logg", codes(CONSENT, **how))
    assert f"consent {event_at(run, CONSENT)} {why}" in broken(run, "I2")


@pytest.mark.parametrize(
    "said",
    [{"kategorier": ["behov"]}, {"mottagare": [{"slag": "organisation", "id": "mora"}]}],
)
def test_invariant_2_what_was_exempted_and_delivered_on_consent_all_the_same(run: Path, said: Row) -> None:
    change(run, "kafka/samverkan.logg", codes(CONSENT, undantag=said))
    assert f"/behov/0: exempted at {CONSENT}" in broken(run, "I2")


def test_invariant_2_an_exemption_of_something_else_breaks_nothing(run: Path) -> None:
    change(run, "kafka/samverkan.logg", codes(CONSENT, undantag={"kategorier": ["halsa"], "mottagare": None}))
    assert status(run, "I2") == 0


def test_invariant_3_content_shown_after_the_withdrawal_was_answered(run: Path) -> None:
    def shown(found: list[Row]) -> None:
        before, after = (row for row in found if row["vag"].endswith("/oppna"))
        after.update(status=200, svar=before["svar"])

    change(run, f"klienter/{UTSATT}", shown)
    assert "showed /behov/*, /syfte, nummer after the withdrawal" in broken(run, "I3")


def test_invariant_3_an_opening_asked_for_before_the_withdrawal_was_answered_may_show_it(run: Path) -> None:
    def early(found: list[Row]) -> None:
        before, after = (row for row in found if row["vag"].endswith("/oppna"))
        after.update(status=200, svar=before["svar"], sant_ms=before["svar_ms"])

    change(run, f"klienter/{UTSATT}", early)
    assert status(run, "I3") == 2
