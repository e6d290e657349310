"""Auditors among real servers: asked over HTTP, answered from what the gate wrote, kept in the vault."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from gate_support import Hub, hub_in

from samverkanshub import resources
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.client import AuditPage, NotAllowedError, NotFoundError

pytestmark = pytest.mark.servers

AUDITORS = """\
revisorer:
  - {aktor: mora, anvandare: prov, myndighet: mora, giltig_fran: 2020-01-01}
  - {aktor: region-dalarna, anvandare: prov, myndighet: region-dalarna, giltig_fran: 2020-01-01}
"""
MORA, VC = "mora.vinr.utsatt", "region-dalarna.vardcentral-mora.handlaggare"
LEKSAND = "leksand.vinr.utsatt"


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    """A hub whose regelverk names two auditors, with its gate running and three deviations judged."""
    data: Path = temporary_data("samverkanshub-test-")
    regelverk = data / "regelverk"
    shutil.copytree(resources.root() / "deploy" / "regelverk", regelverk)
    (regelverk / "revisorer.yaml").write_text(AUDITORS, encoding="utf-8")
    try:
        async with hub_in(data, signed=False, SAMVERKAN_REGELVERK=str(regelverk)) as running, running.kept_gate():
            await running.judged()
            yield running
    finally:
        shutil.rmtree(data)


def senders(page: AuditPage) -> set[str]:
    return {row["avsandare"] for row in page.rader if row["slag"] == "beslut"}


async def test_both_parties_auditors_read_of_an_arende_and_nobody_else(hub: Hub) -> None:
    sent = hub.taken[0]
    async with hub.client(MORA) as mora, hub.client(VC) as region:
        first = await mora.audit("arende", antal=1, handelse=sent)
        page = await mora.audit("arende", handelse=sent)
        assert page.rader[:1] == first.rader
        assert senders(page) == {MORA}
        theirs = await region.audit("arende", handelse=sent)
        assert senders(theirs) == {"vinr"}, "another authority's unit is a role"
        assert (await mora.audit("undanhallet", fran="2020-01-01")).kolumner[0] == "manad"
        with pytest.raises(NotFoundError):
            await mora.audit("arende", handelse="00000000-0000-4000-8000-000000000000")
    async with hub.client(LEKSAND) as leksand:
        with pytest.raises(NotAllowedError):
            await leksand.audit("arende", handelse=sent)


async def test_a_person_is_asked_about_without_becoming_known(hub: Hub) -> None:
    before = await hub.sql("select count(*) from person", valv=True)
    async with hub.client(MORA) as mora:
        assert (await mora.audit("person", nummer="197807182394")).rader == ()
        [heading, nothing] = (await mora.audit("brev", nummer="197807182394")).rader
    assert nothing["text"].startswith("Det finns inga uppgifter")
    assert heading["text"]
    assert await hub.sql("select count(*) from person", valv=True) == before


async def test_the_questions_are_kept_in_the_vault_where_nobody_changes_them(hub: Hub) -> None:
    async with hub.client(MORA) as mora:
        await mora.audit("oppningar")
        page = await mora.audit("fragor", antal=500)
    kept = await hub.sql("select * from granskning where omfattning = 'myndighet:mora' order by nr", valv=True)
    assert [row["fraga"] for row in kept] == [*(row["fraga"] for row in page.rader), "fragor"]
    assert not any("197807182394" in row["parametrar"] for row in kept)
    with pytest.raises(asyncpg.RaiseError):
        await hub.sql("delete from granskning", valv=True)
