"""T4: operators and auditors read tables with nobody in them; what may not be shown is in no form of them."""

import csv
import io
import re

import httpx
import pytest
from raknat import KOMMUNER, Tabeller, some
from sidohub import Paged

from samverkanshub.domain.uppfoljning.rakna import Enhet, cells
from samverkanshub.domain.uppfoljning.tabeller import UTSATTA, tables
from samverkanshub.domain.uppfoljning.visad import Visad, shown
from samverkanshub.entrypoints.web import staplar
from samverkanshub.entrypoints.web.ord import stor
from samverkanshub.entrypoints.web.sidor.uppfoljning import chosen, written
from samverkanshub.entrypoints.web.staplar import HIDDEN, LEFT, LONGEST, WIDTH, drawn
from samverkanshub.pipeline.uppfoljning import Lage
from samverkanshub.ports import Unavailable

PAGE = "/webb/uppfoljning"
CSV = f"{PAGE}/csv"
DATA = (some(20), some(3, "man"), some(9, "man", "orsa"), some(9, "kvinna", "orsa"))
BY_KOMMUN = {"ar": "2026", "tabell": "utsatta-kommun"}


@pytest.fixture
def counted(hub: Paged) -> Tabeller:
    """Something is counted of two years; the latter is the one that goes on."""
    hub.uppfoljning.data = {2025: [some(7)], 2026: DATA}
    return hub.uppfoljning


def shown_in(page: str) -> list[list[str]]:
    """The figures of the table, row by row."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r'<td class="tal"[^>]*>([^<]*)</td>', row) for row in body.split("</tr>")[:-1]]


# ------------------------------------------------------------------------------------------ whose it is


async def test_t4_operators_and_auditors_find_it_in_their_navigation(
    operator: httpx.AsyncClient, hub: Paged, counted: Tabeller
) -> None:
    answer = await operator.get(PAGE)
    assert answer.status_code == 200
    assert f'<a href="{PAGE}" aria-current="page">Uppföljning</a>' in answer.text
    await operator.post("/webb/logga-in", data={"vem": "revisor/mora/granskare.1"})
    assert f'<a href="{PAGE}" aria-current="page">Uppföljning</a>' in (await operator.get(PAGE)).text


@pytest.mark.parametrize("path", [PAGE, CSV])
async def test_t4_nobody_else_reads_it(browser: httpx.AsyncClient, counted: Tabeller, path: str) -> None:
    assert (await browser.get(path)).status_code == 303
    await browser.post("/webb/logga-in", data={"vem": "aktor/mora.vinr.utsatt"})
    assert (await browser.get(path)).status_code == 403


# ------------------------------------------------------------------------------------------ what it shows


async def test_where_nothing_is_counted_the_page_says_so(operator: httpx.AsyncClient) -> None:
    page = (await operator.get(PAGE)).text
    assert "Inget är räknat än." in page
    assert "<form" not in page.split("<main")[1]
    assert (await operator.get(CSV)).status_code == 404


async def test_t4_the_latest_year_and_the_first_table_are_shown_where_none_is_chosen(
    operator: httpx.AsyncClient, counted: Tabeller
) -> None:
    page = (await operator.get(PAGE)).text
    assert "Utsatta personer: ålder och juridiskt kön, 2026" in page
    assert '<option value="2026" selected>2026</option>' in page


async def test_t4_what_is_hidden_is_told_in_words_and_stands_nowhere(
    operator: httpx.AsyncClient, counted: Tabeller
) -> None:
    page = (await operator.get(PAGE, params=BY_KOMMUN)).text
    assert shown_in(page) == [
        ["dolt", "dolt", "0", "23"],
        ["dolt", "dolt", "0", "18"],
        ["0", "0", "0", "0"],
        ["29", "12", "0", "41"],
    ]
    assert "färre än 5, eller dolt för att" in page
    assert page.count(f'width="{HIDDEN}" height') == 4, "every hidden bar is as long as the others"
    whole = (await operator.get(PAGE, params={"ar": "2025", "tabell": "utsatta-kommun"})).text
    assert "färre än" not in whole


async def test_t4_csv_has_the_same_figures_as_the_page(operator: httpx.AsyncClient, counted: Tabeller) -> None:
    answer = await operator.get(CSV, params=BY_KOMMUN)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="uppfoljning-utsatta-kommun-2026.csv"'
    assert list(csv.reader(io.StringIO(answer.text))) == [
        ["kommun", "kvinna", "man", "okänt", "summa"],
        ["Mora", "dolt", "dolt", "0", "23"],
        ["Orsa", "dolt", "dolt", "0", "18"],
        ["okänd", "0", "0", "0", "0"],
        ["summa", "29", "12", "0", "41"],
    ]


@pytest.mark.parametrize("id_", [one.id for one in tables()])
async def test_t4_every_table_of_the_list_can_be_read(operator: httpx.AsyncClient, counted: Tabeller, id_: str) -> None:
    answer = await operator.get(PAGE, params={"ar": "2026", "tabell": id_})
    assert answer.status_code == 200
    assert f'<option value="{id_}" selected>' in answer.text
    assert "style=" not in answer.text
    assert (await operator.get(CSV, params={"ar": "2026", "tabell": id_})).status_code == 200


async def test_a_year_that_goes_on_is_told_to_change_and_one_that_has_ended_is_not(
    operator: httpx.AsyncClient, counted: Tabeller
) -> None:
    assert "Året pågår" in (await operator.get(PAGE, params={"ar": "2026"})).text
    assert "Året pågår" not in (await operator.get(PAGE, params={"ar": "2025"})).text


async def test_the_page_says_how_far_it_is_counted(operator: httpx.AsyncClient, counted: Tabeller) -> None:
    assert "Räknat till och med 2026-09-21 16:13:20." in (await operator.get(PAGE)).text
    counted.kvar = 1200
    assert "1\u00a0200 poster är inte räknade än." in (await operator.get(PAGE)).text


async def test_where_nobody_is_in_a_table_it_says_so_and_draws_nothing(
    operator: httpx.AsyncClient, counted: Tabeller
) -> None:
    page = (await operator.get(PAGE, params={"ar": "2026", "tabell": "utovare-alder"})).text
    assert "Ingen finns i tabellen" in page
    assert "<svg" not in page


# ------------------------------------------------------------------------------------------ what is asked for wrongly


@pytest.mark.parametrize(
    ("params", "falt"),
    [
        ({"ar": "1999"}, "ar"),
        ({"ar": "'; drop table"}, "ar"),
        ({"ar": "2026", "tabell": "utsatta-personnummer"}, "tabell"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(
    operator: httpx.AsyncClient, counted: Tabeller, params: dict[str, str], falt: str
) -> None:
    answer = await operator.get(PAGE, params=params)
    assert answer.status_code == 422
    assert f'id="{falt}-fel">Fel: ' in answer.text
    assert f'aria-invalid="true" aria-describedby="{falt}-fel"' in answer.text
    assert "<table>" not in answer.text
    assert "drop" not in answer.text
    assert (await operator.get(CSV, params=params)).status_code == 404


async def test_where_the_projection_does_not_answer_the_page_says_so(
    operator: httpx.AsyncClient, counted: Tabeller
) -> None:
    counted.fel = Unavailable("projektion")
    assert (await operator.get(PAGE)).status_code == 503


def test_an_address_that_asks_for_nothing_asks_for_the_first() -> None:
    assert chosen({}, Lage((2025, 2026), 0, 0)).ar == "2026"
    assert chosen({"ar": "", "tabell": ""}, Lage((2025, 2026), 0, 0)).tabell == "utsatta-alder"
    assert chosen({}, Lage((), 0, 0)).fel == {}


# ------------------------------------------------------------------------------------------ the chart


def by_kommun(*of: Enhet) -> Visad:
    found = next(one for one in tables() if one.id == "utsatta-kommun")
    return shown(found, cells(UTSATTA, of), 2026, KOMMUNER)


def test_bars_are_as_long_as_their_figures_and_within_the_chart() -> None:
    chart = drawn(by_kommun(some(20), some(10, "man"), some(1000, "man", "orsa")))
    mora, orsa = chart.grupper
    assert [(one.namn, one.varde, one.langd) for one in mora.staplar] == [("kvinna", "20", 2), ("man", "10", 2)]
    assert [(one.namn, one.varde, one.langd) for one in orsa.staplar] == [("man", "1\u00a0000", LONGEST)]
    assert LEFT + LONGEST < WIDTH
    assert max(one.y + staplar.BAR for grupp in chart.grupper for one in grupp.staplar) <= chart.hojd


def test_rows_in_which_there_is_nobody_are_not_drawn() -> None:
    assert [grupp.namn for grupp in drawn(by_kommun(*DATA)).grupper] == ["Mora", "Orsa"]
    assert drawn(by_kommun()) == staplar.Diagram(0, ())


def test_t4_of_what_is_hidden_nothing_is_drawn_but_that_it_is() -> None:
    chart = drawn(by_kommun(some(2), some(1, "man", "orsa")))
    assert {(one.varde, one.langd, one.dold) for grupp in chart.grupper for one in grupp.staplar} == {
        ("dolt", HIDDEN, True)
    }


def test_t4_a_file_says_no_more_than_the_page() -> None:
    assert b"3" not in written(by_kommun(*DATA)).replace(b"23", b"")


def test_a_name_begins_with_a_capital_and_keeps_the_rest() -> None:
    assert [stor(text) for text in ("SIP-kallelse", "våld mot barn", "")] == ["SIP-kallelse", "Våld mot barn", ""]
