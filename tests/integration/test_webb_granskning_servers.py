"""Auditors on the pages among real servers: searched, explained, saved, verified and judged again."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from gate_support import Hub, hub_in, until

from samverkanshub import resources
from samverkanshub.adapters.servers.places import temporary_data

pytestmark = pytest.mark.servers

AUDITORS = "revisorer:\n  - {aktor: mora, anvandare: prov, myndighet: mora, giltig_fran: 2020-01-01}\n"
ROOT = "/webb/granskning"
NUMBER = "197807182394"


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    """A hub whose regelverk names an auditor of Mora, with three deviations judged and signed."""
    data: Path = temporary_data("samverkanshub-test-")
    regelverk = data / "regelverk"
    shutil.copytree(resources.root() / "deploy" / "regelverk", regelverk)
    (regelverk / "revisorer.yaml").write_text(AUDITORS, encoding="utf-8")
    try:
        async with hub_in(data, SAMVERKAN_REGELVERK=str(regelverk)) as running, running.kept_gate():
            await running.judged()
            yield running
    finally:
        shutil.rmtree(data)


@asynccontextmanager
async def auditor(hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which Mora's auditor is logged in."""
    async with httpx.AsyncClient(base_url=hub.url, headers={"sec-fetch-site": "same-origin"}, timeout=30) as browser:
        answer = await browser.post("/webb/logga-in", data={"vem": "revisor/mora/prov"})
        assert answer.status_code == 303, answer.text
        yield browser


async def checked(browser: httpx.AsyncClient, slag: str) -> str:
    """What the page says when a check has ended."""
    answer = await browser.post(f"{ROOT}/kontroll", data={"slag": slag})
    assert answer.status_code == 303, answer.text

    async def page() -> str:
        return (await browser.get(f"{ROOT}/kontroll/lage")).text

    async def ended() -> bool:
        return "hx-trigger" not in await page()

    await until(ended)
    return await page()


async def test_an_auditor_searches_reads_and_saves_what_the_gate_wrote(hub: Hub) -> None:
    async with auditor(hub) as browser:
        found = (await browser.post(f"{ROOT}/handelser", data={"aktor": "mora.vinr.utsatt"})).text
        assert all(sent in found for sent in hub.taken)
        explained = (await browser.post(f"{ROOT}/forklaring", data={"handelse": hub.taken[0]})).text
        assert re.search(r"plats \d+ i område 0", explained)
        assert re.search(r"<dd>[0-9a-f]{64}</dd>", explained)
        [fortsatt] = re.findall(r'name="fortsatt" value="([^"]+)"', found)
        saved = await browser.post(f"{ROOT}/export", data={"fortsatt": fortsatt, "format": "csv"})
        assert saved.text.startswith("tid,handelse,typ")
        assert all(sent in saved.text for sent in hub.taken)
        assert (await browser.get(f"{ROOT}/undanhallet")).status_code == 200
    kept = await hub.sql("select fraga from granskning order by nr", valv=True)
    assert [row["fraga"] for row in kept] == ["handelser", "handelser", "handelser", "undanhallet"]


async def test_a_number_is_in_no_page_and_in_no_table(hub: Hub) -> None:
    async with auditor(hub) as browser:
        page = await browser.post(f"{ROOT}/person", data={"nummer": NUMBER})
        assert page.status_code == 200
        assert NUMBER[2:] not in page.text
    kept = await hub.sql("select parametrar from granskning where fraga = 'person'", valv=True)
    assert kept
    assert not any(NUMBER[2:] in row["parametrar"] for row in kept)
    assert NUMBER[2:] not in (hub.settings.loggar / "api.log").read_text()


async def test_the_log_is_verified_and_judged_again_and_what_was_changed_is_found(hub: Hub) -> None:
    async def signed() -> bool:
        found = await hub.sql("select size from notarie")
        return bool(found) and found[0]["size"] == (await hub.position())["position"]

    await until(signed)
    async with auditor(hub) as browser:
        verified = await checked(browser, "verifiering")
        assert "Verifiera: allt stämmer" in verified, verified
        again = await checked(browser, "omspelning")
        assert "Spela om: allt stämmer" in again, again
        assert f"{len(hub.taken)} av dina poster" in again
        where = "where handelse_id = $1"
        [kept] = await hub.sql(f"select outcome from beslut {where}", hub.taken[1])
        await hub.sql(f"update beslut set outcome = $2 {where}", hub.taken[1], kept["outcome"] + b" ")
        changed = await checked(browser, "omspelning")
        await hub.sql(f"update beslut set outcome = $2 {where}", hub.taken[1], kept["outcome"])
        assert "Spela om: något skiljer sig" in changed
        assert f"1 av {len(hub.taken)} skiljer sig" in changed
    kept = await hub.sql("select fraga, rader from granskning where fraga like '%omspelning%' order by nr", valv=True)
    assert [row["fraga"] for row in kept] == ["omspelning", "omspelning-lika", "omspelning", "omspelning-skiljer"]
