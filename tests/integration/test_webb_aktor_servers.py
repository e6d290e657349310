"""A form among real servers: a report is signed, judged, opened by its recipient and acknowledged, in two browsers."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape

import httpx
import pytest
from gate_support import REPORTER, Hub, hub_in

from samverkanshub.adapters.servers.places import temporary_data

pytestmark = pytest.mark.servers

RECIPIENT = "leksand.barn-unga.mottagning"
CHILD = "201705142394"
REPORT = {
    "personer/0/roll": "barn",
    "personer/0/slag": "personnummer",
    "personer/0/nummer": CHILD,
    "kommun": "leksand",
    "beskrivning/text": "oro för barnet",
    "anmalarslag": "anmalningsskyldig",
}


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    """A hub with its gate running, which keeps the private keys of its actors for their forms."""
    data = temporary_data("samverkanshub-test-")
    try:
        given = {"SAMVERKAN_KONSOL_NYCKLAR": str(data / "privata"), "SAMVERKAN_DOM_VANTAN_S": "5"}
        async with hub_in(data, **given) as running, running.kept_gate():
            await running.judged()
            yield running
    finally:
        shutil.rmtree(data)


@asynccontextmanager
async def browser(hub: Hub, grupp: str) -> AsyncIterator[httpx.AsyncClient]:
    """One in which a user of the reader group is logged in."""
    ours = {"sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=hub.url, headers=ours, timeout=30, trust_env=False) as made:
        answer = await made.post("/webb/logga-in", data={"vem": f"aktor/{grupp}"})
        assert answer.status_code == 303
        yield made


def hidden(answer: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}"[^>]* value="([^"]*)"', answer.text)
    assert found, name
    return unescape(found.group(1))


async def test_a_report_by_form_is_opened_and_acknowledged_by_its_recipient(hub: Hub) -> None:
    async with browser(hub, REPORTER) as reporter, browser(hub, RECIPIENT) as recipient:
        page = await reporter.get("/webb/skicka/orosanmalan")
        asked = await reporter.post("/webb/skicka/orosanmalan", data={**REPORT, "gor": "bedom"})
        assert "Det här skulle hända" in asked.text
        filled = {**REPORT, "_id": hidden(page, "_id"), "gor": "skicka"}
        sent = [await reporter.post("/webb/skicka/orosanmalan", data=filled) for _ in range(2)]
        assert ["Skickad och prövad" in answer.text for answer in sent] == [True, True]
        [handelse] = {found for answer in sent for found in re.findall(r"<code>([0-9a-f-]{36})</code>", answer.text)}

        inbox = await recipient.get("/webb/inkorg")
        assert "oro för barnet" not in inbox.text
        opened = await recipient.post("/webb/inkorg/oppna", data={"leverans": hidden(inbox, "leverans")})
        assert "oro för barnet" in opened.text
        assert CHILD in opened.text
        kvittens = {"leverans": hidden(opened, "leverans"), "_id": hidden(opened, "_id"), "slag": "mottagen"}
        assert "Kvitterat" in (await recipient.post("/webb/inkorg/kvittera", data=kvittens)).text

        outcome = await reporter.post("/webb/skickat", data={"handelse": handelse})
        assert "Mottagaren har kvitterat leveransen." in outcome.text
        assert (await recipient.post("/webb/skickat", data={"handelse": handelse})).status_code == 404
    decided = await hub.decisions(handelse)
    assert decided[0] == "dom"
    assert CHILD not in (hub.settings.loggar / "api.log").read_text()
