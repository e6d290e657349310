"""Answers in words, clocks and charts: pure functions of rows."""

from datetime import date

import pytest

from samverkanshub.entrypoints.web import diagram, handelsen
from samverkanshub.entrypoints.web.svar import Cell, told
from samverkanshub.pipeline.granskning.fraga import Sida
from samverkanshub.pipeline.granskning.incidenter import COLUMNS as INCIDENT
from samverkanshub.pipeline.granskning.oppningar import COLUMNS as OPENING
from samverkanshub.pipeline.granskning.slutar import COLUMNS as ENDING

HOUR = 3_600_000
NOW = 1_790_000_000_000


def cells(fraga: str, row: dict[str, object], kolumner: tuple[str, ...] = ()) -> dict[str, Cell]:
    """The cells of a row by heading."""
    table = told(fraga, Sida(kolumner, [row]), NOW)
    return dict(zip((name for name, _ in table.rubriker), table.rader[0].celler, strict=True))


@pytest.mark.parametrize(
    ("due", "told_of", "marke"),
    [
        (NOW + 71 * HOUR, "2 dygn 23 tim kvar", ""),
        (NOW + 5 * HOUR, "5 tim kvar", "okant"),
        (NOW - 2 * HOUR, "gick ut för 2 tim sedan", "fel"),
    ],
)
def test_an_incident_has_a_clock_until_somebody_has_decided(due: int, told_of: str, marke: str) -> None:
    row = dict.fromkeys(INCIDENT, "") | {"frist": due, "tid": NOW, "personer": ["a" * 40], "skal": ["rattad-oppnad"]}
    clock = cells("incidenter", row)["Anmäls senast"]
    assert (clock.rader[1], clock.marke) == (told_of, marke)
    decided = row | {"beslut": "ej-anmald", "beslutat": NOW, "beslutat_av": "granskare.1"}
    found = cells("incidenter", decided)
    assert (len(found["Anmäls senast"].rader), found["Beslut"].rader[0]) == (1, "Ska inte anmälas")
    assert told("incidenter", Sida(INCIDENT, [row]), NOW).rader[0].att_besluta
    assert not told("incidenter", Sida(INCIDENT, [decided]), NOW).rader[0].att_besluta
    assert cells("incidenter", row)["Berör"].rader == ("aaaaaaaa",)


def test_a_consent_that_ends_within_a_week_is_marked() -> None:
    row = dict.fromkeys(ENDING, "") | {"slutar": NOW + 8 * 24 * HOUR, "tid": NOW, "andamal": "sip"}
    assert cells("slutar", row)["Kvar"] == Cell(("8 dygn",))
    soon = cells("slutar", row | {"slutar": NOW + 6 * 24 * HOUR})["Kvar"]
    assert (soon.rader, soon.marke) == (("6 dygn",), "okant")


def test_why_an_opening_is_chosen_is_told_in_words() -> None:
    row = dict.fromkeys(OPENING, "") | {"tid": NOW, "urval": ["stickprov", "utanfor-kontorstid"], "personer": []}
    assert cells("oppningar", row)["Ses över"].rader == ("stickprov", "utanför öppettiderna")


def test_what_was_asked_is_told_without_the_digest_of_a_number() -> None:
    row = {"tid": NOW, "fraga": "person", "parametrar": '{"nummer":"abcdef","fran":"2026-01-01"}', "rader": 1234}
    found = cells("fragor", row)
    assert found["Om"].rader == ("ett personnummer", "fran: 2026-01-01")
    assert found["Rader"] == Cell(("1\u00a0234",), tal=True)
    assert cells("fragor", row | {"parametrar": "ej json"})["Om"].rader == ()


def test_a_basis_that_a_reason_names_is_told_as_one() -> None:
    row = {
        "tid": NOW,
        "utslag": "levereras",
        "regler": ["B2"],
        "skal": ["osl-10-1"],
        "grunder": ["osl-10-1 V 2026-01-01/"],
    }
    assert cells("arende", row)["Varför"].rader == ("B2", "Bestämmelsen osl-10-1 är tillämplig.")


def test_numbers_stand_to_the_right_in_heading_and_cell_alike() -> None:
    table = told(
        "undanhallet",
        Sida((), [{"manad": "2026-09", "regel": "K3", "skal": "ej-langre-tillganglig", "beslut": 1, "uppgifter": 2}]),
        NOW,
    )
    assert "Det finns inte längre stöd för att visa något av leveransen." in table.rader[0].celler[2].rader
    assert [tal for _, tal in table.rubriker] == [cell.tal for cell in table.rader[0].celler]
    assert told("undanhallet", Sida((), []), NOW).rader == ()


def test_a_chart_for_each_reason_with_the_same_months_and_scale() -> None:
    rows = [
        {"manad": "2026-11", "regel": "K1", "skal": "aterkallad", "uppgifter": 10},
        {"manad": "2027-01", "regel": "B0", "skal": "aterkallad", "uppgifter": 20},
        {"manad": "2027-01", "regel": "B0", "skal": "aterkallad", "uppgifter": 20},
    ]
    most, other = diagram.by_reason(rows)
    assert (most.summa, most.namn[:2], other.summa) == (40, "B0", 10)
    assert [one.manad for one in other.staplar] == ["2026-11", "2026-12", "2027-01"]
    assert [one.hojd for one in other.staplar] == [diagram.HEIGHT // 4, 0, 0]
    assert most.staplar[-1].hojd == diagram.HEIGHT
    assert most.staplar[-1].y + most.staplar[-1].hojd == most.golv
    assert max(one.x + one.bredd for one in most.staplar) <= most.bredd


def test_a_chart_is_of_all_the_months_that_were_asked_about() -> None:
    [one] = diagram.by_reason(
        [{"manad": "2026-11", "regel": "K1", "skal": "aterkallad", "uppgifter": 1}],
        date(2026, 10, 31),
        date(2027, 3, 1),
    )
    assert [(stapel.manad, stapel.ar) for stapel in one.staplar] == [
        ("2026-10", "2026"),
        ("2026-11", ""),
        ("2026-12", ""),
        ("2027-01", "2027"),
        ("2027-02", ""),
    ]


def test_days_far_away_draw_no_more_than_there_is() -> None:
    [one] = diagram.by_reason(
        [{"manad": "2026-11", "regel": "K1", "skal": "aterkallad", "uppgifter": 1}], date.min, date.max
    )
    assert [stapel.manad for stapel in one.staplar] == ["2026-11"]


def test_what_is_little_beside_the_rest_is_still_seen() -> None:
    drawn = diagram.columns("K1", [("2026-01", 1), ("2026-02", 0)], 1000)
    assert [one.hojd for one in drawn.staplar] == [2, 0]
    assert diagram.by_reason([]) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("osl-1 V 2026-01-01/2027-01-01", "OSL [osl-1], gäller från och med 2026-01-01 till (men inte med) 2027-01-01"),
        ("samtycke P /", "samtycke från den eller dem som ska lämna det [samtycke], utan tidsgräns, märkt P"),
        ("annat X /2027-01-01", "annat, gäller till (men inte med) 2027-01-01, märkt X"),
    ],
)
def test_a_basis_is_told_with_validity_and_mark(text: str, said: str) -> None:
    assert handelsen.basis(text, {"osl-1": "OSL"}).startswith(said)


def test_of_an_event_with_nothing_to_read_nothing_is_told() -> None:
    assert handelsen.told(Sida((), []), {}) is None
