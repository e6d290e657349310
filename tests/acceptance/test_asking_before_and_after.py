"""On real servers: what is asked before is what comes of it, and what came of it is explained after."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from demo_support import Stage, own_directory, stage
from whole import judged, rows

from samverkanshub.client import Client, RefusedError
from samverkanshub.client.models import Assessment, Outcome

pytestmark = pytest.mark.servers

VC = "region-dalarna.vardcentral-mora.handlaggare"
ANNA = {"personnummer": "197807182394"}
SECONDS = 60


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Stage]:
    with own_directory() as data:
        async with stage(data) as running:
            yield running


@pytest.fixture
async def sender(hub: Stage) -> AsyncIterator[Client]:
    async with hub.connect(VC) as client:
        yield client


def consent(**changes: Any) -> dict[str, Any]:
    return {
        "personer": [{"roll": "registrerad", **ANNA}],
        "andamal": "sip",
        "mottagare": [{"slag": "enhet", "id": "mora.vinr"}],
        "kategorier": ["identitet", "behov"],
        "fran": "2026-01-01T00:00:00+01:00",
        "till": "2026-12-31T00:00:00+01:00",
        "form": "skriftligt",
        "enskilt": True,
        "narvarande": ["ingen"],
        "tolk": "ingen",
        **changes,
    }


def summons() -> dict[str, Any]:
    return {
        "personer": [{"roll": "utsatt", **ANNA}],
        "mottagare": [{"slag": "enhet", "id": "mora.vinr"}],
        "skyddade_personuppgifter": False,
        "delaktighet": {"satt": "deltar", "information": "muntligt"},
        "syfte": "samordna insatser",
        "behov": [{"text": "stöd i vardagen"}],
    }


def said(told: Assessment | Outcome) -> tuple[Any, ...]:
    return told.dom, told.skal, told.hints, told.ring, told.mottagare, told.samtycke_att_fraga


async def test_a_bedomning_is_the_outcome_of_then_sending_the_same(hub: Stage, sender: Client) -> None:
    """Before anybody is known, and with a consent in force."""
    for given in (None, consent()):
        if given:
            await sender.publish("samtycke_lamnat", given)
        event = sender.prepare("sip_kallelse", summons())
        found = await sender.assess(event)
        receipt = await sender.send(event)
        outcome = await sender.outcome(receipt.handelse_id)
        assert (found.status, found.aktuell) == ("hypotes", True)
        assert said(found) == said(outcome)
        assert {one.status for one in outcome.mottagare} == ({"delvis"} if given else {"undanhallen"})


async def test_asking_changes_nothing_in_either_database(hub: Stage, sender: Client) -> None:
    before = await judged(hub.hub.settings.projektion), await _vault(hub)
    unknown = summons() | {"personer": [{"roll": "utsatt", "referens": "nobody-knows"}]}
    assert (await sender.assess(sender.prepare("sip_kallelse", unknown))).varningar == ("lokal-referens",)
    assert (await judged(hub.hub.settings.projektion), await _vault(hub)) == before


async def _vault(hub: Stage) -> list[list[dict[str, Any]]]:
    return [
        await rows(hub.hub.settings.valv, f"select * from {table}") for table in ("person", "datanyckel", "ansprak")
    ]


async def test_only_a_message_is_asked_about(sender: Client) -> None:
    with pytest.raises(RefusedError) as refused:
        await sender.assess(sender.prepare("samtycke_lamnat", consent()))
    assert refused.value.code == "ej-meddelande"


async def test_t1_a_decision_is_explained_from_the_database(hub: Stage, sender: Client) -> None:
    given = await sender.publish("samtycke_lamnat", consent())
    receipt = await sender.publish("sip_kallelse", summons())
    status, told = explain(hub, receipt.handelse_id, "--recipient", "mora")
    assert status == 0
    assert "mora.vinr.utsatt (angiven av avsändaren)\n  levereras /behov/0 (behov)\n    B3 samtycke: Det finns" in told
    assert f"    samtycke: {given.handelse_id}\n    leverans: " in told
    assert "  undanhålls /syfte (insats)\n    K1 kategori-saknas: " in told
    assert ANNA["personnummer"] not in told
    assert explain(hub, "00000000-0000-4000-8000-000000000000")[0] == 1


def explain(hub: Stage, *words: str) -> tuple[int, str]:
    """As an operator runs it, with nothing but the database's address."""
    settings = {"SAMVERKAN_PROJEKTION": hub.hub.settings.projektion, "SAMVERKAN_DATA": str(hub.data)}
    command = [sys.executable, "-m", "samverkanshub.entrypoints.cli.main", "explain", *words]
    env = {**os.environ, **settings}  # noqa: TID251
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=SECONDS, check=False)
    return ended.returncode, ended.stdout
