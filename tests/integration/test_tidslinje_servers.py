"""A case of the demo played on a real hub, and its ärende on the page: drawn, explained, proved, thought otherwise."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from samverkanshub import resources
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.entrypoints.cli.supervisor import Hub, running_hub
from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.settings import Settings

pytestmark = pytest.mark.servers

CASE = "01-sip-med-undantag"
AUDITORS = """\
revisorer:
  - {aktor: region-dalarna, anvandare: prov, myndighet: region-dalarna, giltig_fran: 2020-01-01}
"""
FREE_PORTS = ("SAMVERKAN_API_PORT", "SAMVERKAN_KAFKA_PORT", "SAMVERKAN_POSTGRES_PORT")
PATIENCE_S = 60.0
"""How long the notary may take to sign what is judged."""
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
async def played() -> AsyncIterator[tuple[Hub, list[run.Told]]]:
    """A hub that one case is played on, and what came of its steps."""
    data: Path = temporary_data("samverkanshub-test-")
    shutil.copytree(resources.root() / "deploy" / "regelverk", data / "regelverk")
    (data / "regelverk" / "revisorer.yaml").write_text(AUDITORS, encoding="utf-8")
    [case] = [one for one in cases.load(run.directory()) if one.fil.startswith(CASE)]
    env = {"SAMVERKAN_DATA": str(data), "SAMVERKAN_REGELVERK": str(data / "regelverk")}
    settings = Settings.from_env(dict.fromkeys(FREE_PORTS, "0") | env)
    keys = run.make_keys([case], settings, data / "nycklar-privata")
    told: list[run.Told] = []
    try:
        async with running_hub(settings) as hub:
            await run.play([case], cases.common(run.directory()), run.connector(hub.url, keys), told.append)
            yield hub, told
    finally:
        shutil.rmtree(data)


@pytest.fixture
async def auditor(played: tuple[Hub, list[run.Told]]) -> AsyncIterator[httpx.AsyncClient]:
    hub, _ = played
    async with httpx.AsyncClient(base_url=hub.url, headers=OURS, timeout=60) as browser:
        await browser.post("/webb/logga-in", data={"vem": "revisor/region-dalarna/prov"})
        yield browser


async def summons(browser: httpx.AsyncClient) -> str:
    """The id of the summons, as the auditor finds it."""
    found = await browser.post("/webb/granskning/handelser", data={})
    row = next(part for part in found.text.split("<tr>") if "Kallelse till SIP" in part)
    return re.findall(r'name="handelse" value="([0-9a-f-]{36})"', row)[0]


async def shown(browser: httpx.AsyncClient, **data: str) -> str:
    answer = await browser.post("/webb/tidslinje", data=data)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_case_of_the_demo_is_drawn_and_its_decision_explained_and_proved(auditor: httpx.AsyncClient) -> None:
    sent = await summons(auditor)
    page = await shown(auditor, handelse=sent)
    assert page.count("<foreignObject") >= 4
    assert "Samtycke: SIP" in page
    assert "Mottagaren har tagit över" in page
    assert "undanhölls" in page, "the police were named by no consent"
    async with asyncio.timeout(PATIENCE_S):
        while "Väntar</span>" in (page := await shown(auditor, handelse=sent, val=sent)):  # noqa: ASYNC110 -- a page
            await asyncio.sleep(0.1)
    assert '<span class="marke bra">Helt</span>' in page
    assert "Kontrollpunkt över" in page
    assert "K3" in page


async def test_without_the_consent_it_would_have_been_otherwise(auditor: httpx.AsyncClient) -> None:
    sent = await summons(auditor)
    [utan] = set(re.findall(r'<option value="(samtycke:[0-9a-f-]{36})"', await shown(auditor, handelse=sent)))
    page = await shown(auditor, handelse=sent, utan=utan)
    assert "Det här hade blivit annorlunda" in page
    assert "Samtycket hade återkallats" in page
    assert "skulle ha bedömts annorlunda" in page
