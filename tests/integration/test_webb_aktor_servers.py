"""A form among real servers: a report is signed, judged, opened by its recipient and acknowledged, in two browsers."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any

import httpx
import pytest
from gate_support import REPORTER, SENDER, Hub, hub_in

from samverkanshub.adapters.servers.places import temporary_data

pytestmark = pytest.mark.servers

SUPPORT = SENDER
ADULT = "197807182394"
SUMMONS = {
    "personer/0/roll": "utsatt",
    "personer/0/slag": "personnummer",
    "personer/0/nummer": ADULT,
    "mottagare": "enhet:mora.vinr",
    "delaktighet/satt": "deltar",
    "delaktighet/information": "muntligt",
    "behov/0/text": "stöd i vardagen",
}
CONSENT: dict[str, Any] = {
    "personer/0/roll": "registrerad",
    "personer/0/slag": "personnummer",
    "personer/0/nummer": ADULT,
    "andamal": "sip",
    "mottagare": "enhet:mora.vinr",
    "kategorier": ["behov", "identitet"],
    "fran": "2026-01-01T00:00",
    "till": "2026-12-31T00:00",
    "form": "skriftligt",
    "enskilt": "ja",
    "narvarande": "ingen",
    "tolk": "ingen",
}
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


async def sent(browser: httpx.AsyncClient, typ: str, filled: dict[str, Any]) -> httpx.Response:
    """A form sent, with the id it was shown with."""
    page = await browser.get(f"/webb/skicka/{typ}")
    answer = await browser.post(f"/webb/skicka/{typ}", data={**filled, "_id": hidden(page, "_id"), "gor": "skicka"})
    assert "Skickad och prövad" in answer.text, answer.text
    return answer


async def test_what_an_agency_is_asked_is_answered_from_where_it_is_listed(hub: Hub) -> None:
    """B0, H1: consent is answered from what was sent, and a handover from the list of duties."""
    async with browser(hub, REPORTER) as vc, browser(hub, SUPPORT) as mora:
        await sent(vc, "sip_kallelse", SUMMONS)
        waits = await vc.get("/webb/skickat?urval=fragor")
        message = hidden(waits, "handelse")
        await sent(vc, "samtycke_lamnat", CONSENT)
        answer = {"meddelande": message, "svar": "lamnat", "av_roll": "utsatt", "slapp": "ja"}
        await sent(vc, "samtycke_svar", answer)
        assert message not in (await vc.get("/webb/skickat?urval=fragor")).text
        assert message in (await vc.get("/webb/skickat?urval=meddelanden")).text

        duties = await vc.get("/webb/att-gora")
        arende = hidden(await vc.get("/webb/skickat?urval=meddelanden"), "arende")
        assert "Svara på frågan" not in duties.text
        await sent(vc, "overlamning", {"arende": arende, "till": SUPPORT.rpartition(".")[0]})
        asked = await mora.get("/webb/att-gora")
        await sent(
            mora, "overlamning_svar", {n: hidden(asked, n) for n in ("arende", "overlamning")} | {"svar": "godtas"}
        )
        assert "Svara på frågan" not in (await mora.get("/webb/att-gora")).text

        assert "Ny</span>" in (await mora.get("/webb/inkorg")).text
