"""G1, B1: somebody is erased in the midst of what others do about them, at any moment of it."""

import asyncio
from typing import Any

import pytest
from foreslagna import OTHER
from intakehub import BO, DISA, VC_RATTVIK, caller, person, report
from raderade import RATTVIK, Erasing, after_twelve_years, service

from samverkanshub.codec.envelope import persons_of
from samverkanshub.pipeline.radering import DRAIN_S
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.ports import Claim, KnownPerson, Unavailable

ERASURE = "0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1"
BEFORE_THE_CLAIM = "api.fore-ansprak"


@pytest.fixture
async def hub() -> Erasing:
    return await after_twelve_years()


async def known(hub: Erasing, number: str = DISA) -> KnownPerson:
    [found] = await hub.whole.vault.find([f"nr:{number}"])
    assert found is not None
    return found


async def erased_before_the_claim(hub: Erasing, number: str) -> None:
    """Whoever publishes next has looked them up when they are erased, from beginning to end, and claims after it."""
    forslag = await hub.proposed(f"nr:{number}")

    async def erase() -> None:
        assert (await hub.radering.godkann(OTHER, forslag)).dom == "godtas"

    hub.whole.points.meanwhile[BEFORE_THE_CLAIM] = erase


def about_bos_child(beskrivning: str) -> dict[str, Any]:
    """A report of a child of today, whose number is not known, with Bo as guardian."""
    return report(personer=[person("barn", "barn-7"), person("vardnadshavare", BO)], beskrivning=beskrivning)


async def read_of(hub: Erasing, receipt: Receipt) -> dict[str, Any]:
    """What the recipient of a report reads."""
    row = await hub.whole.delivered(RATTVIK)
    assert row["handelse_id"] == receipt.handelse_id
    return await hub.whole.deliver.open(caller(RATTVIK), row["leverans_id"])


async def test_b1_a_report_reaches_its_recipient_at_once_about_whoever_the_number_is_now(hub: Erasing) -> None:
    before = await known(hub, BO)
    await erased_before_the_claim(hub, BO)
    receipt = await hub.whole.publish(VC_RATTVIK, "orosanmalan", about_bos_child("på nytt"))
    assert receipt.dom == "godtagen"
    opened = await read_of(hub, receipt)
    assert opened["uppgifter"]["/beskrivning"] == "på nytt"
    assert [one["nummer"] for one in opened["personer"] if one["roll"] == "vardnadshavare"] == [BO]
    assert (await known(hub, BO)).person_id != before.person_id


async def test_g3_protection_protects_whoever_the_number_is_now(hub: Erasing) -> None:
    await erased_before_the_claim(hub, DISA)
    data = {"personer": [person("registrerad", DISA)], "niva": "sekretessmarkering", "kalla": "folkbokforing"}
    receipt = await hub.whole.publish(RATTVIK, "skydd", data)
    [claim] = [one for one in hub.whole.vault.claims() if one.handelse_id == receipt.handelse_id]
    assert persons_of(claim.headers) == ((await known(hub)).person_id,)


async def test_b1_who_is_erased_each_time_is_telephoned_about(hub: Erasing) -> None:
    points, claimed = hub.whole.points, len(hub.whole.vault.claims())

    async def forgotten() -> None:
        hub.whole.vault.forget((await known(hub)).person_id)
        points.meanwhile[BEFORE_THE_CLAIM] = forgotten

    points.passed.clear()
    points.meanwhile[BEFORE_THE_CLAIM] = forgotten
    with pytest.raises(Unavailable, match="`valv`") as refused:
        await hub.whole.publish(VC_RATTVIK, "orosanmalan", report())
    assert refused.value.ring == "0248-111"
    assert points.passed.count(BEFORE_THE_CLAIM) == 3
    assert len(hub.whole.vault.claims()) == claimed


async def test_b1_while_the_fence_is_up_a_report_is_answered_with_whom_to_telephone(hub: Erasing) -> None:
    await hub.erasing.begin(ERASURE, (await known(hub)).person_id)
    hub.whole.points.passed.clear()
    with pytest.raises(Unavailable, match="`valv`") as refused:
        await hub.whole.publish(VC_RATTVIK, "orosanmalan", report())
    assert refused.value.ring == "0248-111"
    assert BEFORE_THE_CLAIM not in hub.whole.points.passed, "nobody is given her to name"


async def test_an_act_names_nobody_by_what_was_known_before(hub: Erasing) -> None:
    person_id, points = (await known(hub)).person_id, hub.whole.points
    points.passed.clear()
    points.meanwhile[BEFORE_THE_CLAIM] = lambda: hub.erasing.erase(ERASURE, person_id)
    act = {"leverans": hub.row["leverans_id"]}
    await hub.whole.publish(RATTVIK, "skyddsbedomning_gjord", act, id="6d9b6a3e-3f0e-4c39-8f2e-1f5b1a7c9d10")
    assert points.passed.count(BEFORE_THE_CLAIM) == 2, "it was found anew whom it concerns"


async def test_a_kvittens_names_nobody_by_what_was_known_before(hub: Erasing, monkeypatch: pytest.MonkeyPatch) -> None:
    disa, vault, tried = await known(hub), hub.whole.vault, list[Claim]()
    claim = vault.claim

    async def erased_first(made: Claim) -> Claim:
        tried.append(made)
        await hub.erasing.erase(ERASURE, disa.person_id)
        return await claim(made)

    monkeypatch.setattr(vault, "claim", erased_first)
    receipt = await hub.whole.deliver.acknowledge(caller(RATTVIK), hub.row["leverans_id"], "dokumenterad")
    assert receipt.dom == "godtagen"
    [bo] = await vault.find([f"nr:{BO}"])
    assert bo is not None
    of_disa, of_bo = ((one.key.subject, one.key.version) for one in (disa, bo))
    assert [made.nycklar - {of_bo} for made in tried] == [{of_disa}, frozenset()]
    assert tried[0].id == tried[1].id


async def test_what_was_claimed_before_the_fence_is_waited_for_and_then_decides(hub: Erasing) -> None:
    forslag, points = await hub.proposed(f"nr:{BO}"), hub.whole.points
    claimed, goes_on = asyncio.Event(), asyncio.Event()
    slept: list[float] = []

    async def held() -> None:
        claimed.set()
        await goes_on.wait()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        goes_on.set()
        await asyncio.wait_for(asyncio.shield(published), 5)

    points.meanwhile["api.fore-append"] = held
    published = asyncio.ensure_future(hub.whole.publish(VC_RATTVIK, "orosanmalan", about_bos_child("på väg")))
    await claimed.wait()
    hub.erasing.age_ms = 0
    besked = await service(hub.whole, hub.erasing, sleep).godkann(OTHER, forslag)
    assert slept == [DRAIN_S]
    assert (besked.dom, "oppen-leverans" in besked.skal) == ("avvisas", True)
    assert (await read_of(hub, await published))["uppgifter"]["/beskrivning"] == "på väg"
