"""What every page is: kept nowhere, framed by nobody, fetched from nowhere else, and silent of what went wrong."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sidohub import Paged

from samverkanshub.entrypoints.http.health import Partition
from samverkanshub.entrypoints.web.lage import Lage, Omrade, why
from samverkanshub.entrypoints.web.ord import alder, antal, storlek, tal, tidpunkt
from samverkanshub.ports import GateState

OWN = ("script-src", "style-src", "img-src", "connect-src", "form-action")
PROTECTING = {
    "content-security-policy": "; ".join(
        ["default-src 'none'", *(f"{one} 'self'" for one in OWN), "base-uri 'none'", "frame-ancestors 'none'"]
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""What a browser is told of every page: scripts, styles and pictures are our own alone, and nobody frames it."""


async def test_a_page_is_not_kept_and_fetches_nothing_from_elsewhere(operator: httpx.AsyncClient) -> None:
    answer = await operator.get("/webb/drift")
    assert answer.headers["cache-control"] == "no-store"
    assert {name: answer.headers[name] for name in PROTECTING} == PROTECTING
    assert "://" not in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize("told", [True, False], ids=["by its length", "as it comes"])
async def test_a_form_is_no_larger_than_a_form_is(operator: httpx.AsyncClient, told: bool) -> None:
    def form(size: int) -> Any:
        content = b"vem=" + b"a" * (size - 4)
        return content if told else _in_parts(content)

    kind = {"content-type": "application/x-www-form-urlencoded"}
    largest = await operator.post("/webb/logga-in", content=form(65_536), headers=kind)
    assert (largest.status_code, "Sidan är inte din" in largest.text) == (403, True), "nobody of that name"
    larger = await operator.post("/webb/logga-in", content=form(65_537), headers=kind)
    assert (larger.status_code, "Det som skickades är för stort" in larger.text) == (413, True)


async def _in_parts(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 4096):
        yield content[at : at + 4096]


async def test_style_and_scripts_are_there_under_an_address_of_their_own_version(operator: httpx.AsyncClient) -> None:
    page = (await operator.get("/webb/drift")).text
    found = [part.split('"')[0] for part in page.split('"/webb/statiskt/')[1:]]
    assert {name.split("?v=")[0] for name in found} == {"ikon.svg", "sidor.css", "htmx.min.js", "sse.min.js"}
    for name in found:
        answer = await operator.get(f"/webb/statiskt/{name}")
        assert answer.status_code == 200
        assert set(answer.headers["cache-control"].split(", ")) == {"public", "max-age=31536000", "immutable"}


async def test_what_goes_wrong_is_told_without_what_was_asked(operator: httpx.AsyncClient, hub: Paged) -> None:
    answer = await operator.get("/webb/finns-inte-19121212-1212")
    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text
    assert "1212" not in answer.text


async def test_where_the_vault_does_not_answer_the_page_says_so(operator: httpx.AsyncClient, hub: Paged) -> None:
    hub.says["current"] = RuntimeError("19121212-1212")
    answer = await operator.get("/webb/drift")
    assert answer.status_code == 500
    assert "Något gick fel" in answer.text
    assert "1212" not in answer.text


async def test_the_api_beside_the_pages_is_as_it_was(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/inkorg")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


async def test_the_page_of_operators_says_what_is_wrong_and_of_which_part(
    operator: httpx.AsyncClient, hub: Paged
) -> None:
    assert "Allt fungerar" in (await operator.get("/webb/drift")).text
    hub.says["gate_states"] = [GateState(0, "vagrad", "annan-logg", 0)]
    hub.pass_time(5_000)
    page = (await operator.get("/webb/drift")).text
    assert "Något är fel" in page
    assert "Område 0: Grinden vägrar att döma: annan-logg." in page


def test_b7_that_somebody_is_frozen_is_no_fault_of_the_hubs_and_is_told_first_of_all() -> None:
    def stands(bra: bool, *frysta: int) -> tuple[str, int]:
        parts = tuple(Omrade(Partition(nr, 0, 0, frysta=count), 0) for nr, count in enumerate(frysta))
        lage = Lage(bra, (), (), parts)
        return lage.slag, lage.frysta

    assert stands(True, 0, -1) == ("bra", 0)
    assert stands(True, 2, 1) == ("okant", 3)
    assert stands(False, 2) == ("fel", 2)


@pytest.mark.parametrize("path", ["/webb/finns-inte", "/webb/drift", "/webb/logga-in"])
async def test_no_answer_whatever_it_is_goes_without_what_protects_it(browser: httpx.AsyncClient, path: str) -> None:
    for answer in (await browser.get(path), await browser.post(path, headers={"sec-fetch-site": "cross-site"})):
        assert answer.headers["cache-control"] == "no-store"
        assert {name: answer.headers[name] for name in PROTECTING} == PROTECTING


@pytest.mark.parametrize(
    ("ms", "told"),
    [
        (-5, "nyss"),
        (999, "nyss"),
        (1_000, "1 s"),
        (61_000, "1 min 1 s"),
        (3_600_000, "1 tim"),
        (3_605_000, "1 tim"),
        (90_000_000, "1 dygn 1 tim"),
    ],
)
def test_ages_are_told_in_the_two_largest_units(ms: int, told: str) -> None:
    assert alder(ms) == told


def test_times_are_swedish_and_counts_have_spaces() -> None:
    assert tidpunkt(0) == "1970-01-01 01:00:00"
    assert antal(1_234_567) == "1\u00a0234\u00a0567"


@pytest.mark.parametrize(("value", "told"), [(0.0, "0"), (0.04, "0"), (2.5, "2,5"), (1_234.0, "1\u00a0234")])
def test_numbers_have_a_comma_and_one_decimal_at_most(value: float, told: str) -> None:
    assert tal(value) == told


@pytest.mark.parametrize(
    ("size", "told"), [(0, "0\u00a0byte"), (999, "999\u00a0byte"), (1_000, "1\u00a0kB"), (3_140_000, "3,1\u00a0MB")]
)
def test_sizes_are_told_in_the_largest_unit_there_is_one_of(size: int, told: str) -> None:
    assert storlek(size) == told


def test_a_lost_secret_is_told_by_its_name_and_of_no_omrade() -> None:
    assert why("hemlighet-forlorad:valv.person.2") == (
        "En hemlighet i valvet är förlorad, och det som behöver den vägras (docs/radering.md): valv.person.2."
    )
