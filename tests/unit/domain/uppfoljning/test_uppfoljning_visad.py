"""T4: a table as it is shown."""

from samverkanshub.domain.uppfoljning.rakna import Enhet, cells
from samverkanshub.domain.uppfoljning.tabeller import FRAGOR, UTSATTA, tables
from samverkanshub.domain.uppfoljning.visad import Rad, Visad, shown

KOMMUNER = {"orsa": "Orsa", "alvdalen": "Älvdalen", "mora": "Mora"}
TABLES = {one.id: one for one in tables()}


def some(antal: int, kon: str = "kvinna", kommun: str = "mora") -> Enhet:
    answers = {fraga.id: "nej" for fraga in FRAGOR}
    return {"kon": kon, "alder": "vuxen", "kommun": kommun, **answers}, antal


def table(*of: Enhet, id_: str = "utsatta-kommun") -> Visad:
    return shown(TABLES[id_], cells(UTSATTA, of), 2026, KOMMUNER)


def test_t4_a_figure_stands_in_its_row_and_column_and_in_the_sums() -> None:
    found = table(some(20), some(7, "man", "orsa"), some(9, "man"))
    assert found.kolumner == ("kvinna", "man", "okänt")
    assert found.rader == (
        Rad("Mora", (20, 9, 0), 29),
        Rad("Orsa", (0, 7, 0), 7),
        Rad("Älvdalen", (0, 0, 0), 0),
        Rad("okänd", (0, 0, 0), 0),
        Rad("summa", (20, 16, 0), 36),
    )
    assert (found.doljer, found.tom, found.grans) == (False, False, 5)


def test_t4_a_figure_under_the_limit_is_none_and_so_is_what_would_tell_it() -> None:
    found = table(some(20), some(3, "man"), some(9, "man", "orsa"), some(9, "kvinna", "orsa"))
    rader = {rad.namn: rad for rad in found.rader}
    assert found.doljer
    assert rader["Mora"] == Rad("Mora", (None, None, 0), 23)
    assert rader["Orsa"] == Rad("Orsa", (None, None, 0), 18)
    assert rader["summa"] == Rad("summa", (29, 12, 0), 41)


def test_t4_of_nobody_the_table_is_empty_and_a_municipality_without_a_name_goes_by_its_id() -> None:
    assert table().tom
    gone = table(some(6, kommun="borta"))
    assert [rad.namn for rad in gone.rader] == ["Mora", "Orsa", "Älvdalen", "okänd", "borta", "summa"]
