"""A regelverk among real servers: proposed by one, tried on what has happened, approved by another, and in force."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from gate_support import Hub, hub_in, until

from samverkanshub import bootstrap, resources
from samverkanshub.adapters.regelverk import DirectoryFault
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.client.tokens import fresh_id

pytestmark = pytest.mark.servers

OPERATORS = "operatorer:\n" + "".join(f"  - {{anvandare: drift.{nr}, giltig_fran: 2020-01-01}}\n" for nr in (1, 2))
PAGE = "/webb/regelverk"


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    """A hub whose regelverk names two operators, with deviations judged."""
    data: Path = temporary_data("samverkanshub-test-")
    regelverk = data / "regelverk"
    shutil.copytree(resources.root() / "deploy" / "regelverk", regelverk)
    (regelverk / "operatorer.yaml").write_text(OPERATORS, encoding="utf-8")
    try:
        async with hub_in(data, SAMVERKAN_REGELVERK=str(regelverk)) as running, running.kept_gate():
            await running.judged()
            yield running
    finally:
        shutil.rmtree(data)


def changed(hub: Hub, name: str, before: str, after: str) -> Path:
    """Another regelverk's directory: one of the files with something else in it."""
    other = hub.settings.data / name
    if not other.exists():
        shutil.copytree(hub.settings.regelverk, other)
    file = other / "frister.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    return other


async def put_forward(hub: Hub, directory: Path, av: str = "drift.1") -> str:
    besked = await bootstrap.propose_regelverk(hub.settings, directory, fresh_id(), av, "nya_bestammelser")
    assert besked.dom == "godtas", besked
    return besked.handelse_id


@asynccontextmanager
async def operator(hub: Hub, namn: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which an operator is logged in."""
    async with httpx.AsyncClient(base_url=hub.url, headers={"sec-fetch-site": "same-origin"}, timeout=30) as browser:
        answer = await browser.post("/webb/logga-in", data={"vem": f"operator/{namn}"})
        assert answer.status_code == 303, answer.text
        yield browser


async def test_what_one_proposes_is_tried_and_another_puts_it_in_force(hub: Hub) -> None:
    before = bootstrap.local_regelverk(hub.settings).digest
    forslag = await put_forward(hub, changed(hub, "kortare", "a3.ansvar: {dagar: 5,", "a3.ansvar: {dagar: 2,"))
    async with operator(hub, "drift.1") as own, operator(hub, "drift.2") as another:
        page = (await own.get(PAGE)).text
        assert before in page, "what is in force"
        assert "dagar: 5 → 2" in page
        assert (await own.post(f"{PAGE}/godkann", data={"forslag": forslag})).status_code == 403, "one's own"
        found = await tried(another, forslag)
        assert "av dem hade dömts annorlunda" in found, found
        answer = await another.post(f"{PAGE}/godkann", data={"forslag": forslag})
        assert answer.status_code == 303, answer.text
        page = (await another.get(PAGE)).text
    assert before not in page.split('<h2 id="innehall-rubrik">')[0]
    assert re.search(r"slutet av dag 2, i arbetstid|slutet av dag 2", page)
    position = (await hub.position())["position"]
    assert f"område 0, plats {position - 1}" in page.replace("\u00a0", "")


async def tried(browser: httpx.AsyncClient, forslag: str) -> str:
    """What the page says when a trial has ended."""
    answer = await browser.post(f"{PAGE}/prova", data={"forslag": forslag, "_id": fresh_id()})
    assert answer.status_code == 303, answer.text

    async def over() -> bool:
        return "hx-trigger" not in (await browser.get(f"{PAGE}/prov")).text

    await until(over)
    found: str = (await browser.get(f"{PAGE}/prov")).text
    assert re.search(r"Prövning av regelverk [0-9a-f]{12}: klart", found), found
    return found


async def test_what_builds_on_an_older_one_is_refused_and_can_be_declined(hub: Hub) -> None:
    old = await put_forward(hub, changed(hub, "ena", "a3.ansvar: {dagar: 5,", "a3.ansvar: {dagar: 3,"))
    new = await put_forward(hub, changed(hub, "andra", "a3.ansvar: {dagar: 5,", "a3.ansvar: {dagar: 4,"))
    async with operator(hub, "drift.2") as another:
        assert (await another.post(f"{PAGE}/godkann", data={"forslag": new})).status_code == 303
        position = await hub.position()
        refused = await another.post(f"{PAGE}/godkann", data={"forslag": old})
        assert refused.status_code == 409
        assert "Ett annat regelverk har satts i kraft" in refused.text
        assert await hub.position() == position
        skal = {"forslag": old, "skal": "inte_aktuellt", "_id": fresh_id()}
        assert (await another.post(f"{PAGE}/avboj", data=skal)).status_code == 303
        assert "Inget är föreslaget." in (await another.get(PAGE)).text


async def test_what_is_wrong_is_told_and_nothing_is_stored(hub: Hub) -> None:
    bad = changed(hub, "fel", "a3.ansvar: {dagar: 5,", "a3.ansvar: {dagar: fem,")
    stored, position = set(hub.settings.artefakter.iterdir()), await hub.position()
    with pytest.raises(DirectoryFault, match=r"frister\.yaml"):
        await bootstrap.propose_regelverk(hub.settings, bad, fresh_id(), "drift.1", "rattelse")
    assert (set(hub.settings.artefakter.iterdir()), await hub.position()) == (stored, position)


async def test_who_is_no_operator_proposes_nothing(hub: Hub) -> None:
    other = changed(hub, "okand", "a3.ansvar: {dagar: 5,", "a3.ansvar: {dagar: 6,")
    besked = await bootstrap.propose_regelverk(hub.settings, other, fresh_id(), "nagon.annan", "rattelse")
    assert (besked.dom, besked.skal) == ("avvisas", ("ej-operator",))
