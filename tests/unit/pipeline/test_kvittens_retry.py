"""A kvittens sent again under the id it had is the same event: a late retry acts no second time."""

from dataclasses import replace

import pytest
from intakehub import UTSATT, VC, Died, Whole, caller, consent, deviation, summons

from samverkanshub.domain.errors import Conflict, Refused
from samverkanshub.ports import Unavailable

ID = "9d2f8f0e-5b1c-4f6a-8c3d-2e7b6a5f4c1d"
OTHER_ID = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"


async def summoned(whole: Whole) -> str:
    """The id of a delivery to those who support the exposed."""
    await whole.publish(VC, "samtycke_lamnat", consent())
    await whole.publish(VC, "sip_kallelse", summons())
    return (await whole.delivered(UTSATT))["leverans_id"]


async def kvittens(whole: Whole, leverans: str, slag: str = "overtagen", *, id: str = ID):
    return await whole.deliver.acknowledge(caller(UTSATT), leverans, slag, id=id)


def statuses(whole: Whole, handelse_id: str) -> list[str]:
    return [row.status for _, row in whole.hub.decisions() if row.handelse_id == handelse_id]


async def test_sent_twice_it_is_one_event(whole):
    leverans = await summoned(whole)
    first, again = await kvittens(whole, leverans), await kvittens(whole, leverans, id=ID.upper())
    assert (first.handelse_id, first.dom) == (again.handelse_id, again.dom)
    assert statuses(whole, first.handelse_id) == ["dom", "upprepning"]


async def test_a_late_retry_of_a_takeover_acts_no_second_time(whole):
    leverans = await summoned(whole)
    first = await kvittens(whole, leverans)
    await kvittens(whole, leverans, "mottagen", id=OTHER_ID)
    happened = dict(whole.hub.database.delivery_events)
    assert await kvittens(whole, leverans) == first
    assert whole.hub.database.delivery_events == happened


@pytest.mark.parametrize("point", ["api.fore-append", "api.efter-append"])
async def test_a_retry_after_the_api_died_is_the_same_event(whole, point):
    leverans = await summoned(whole)
    whole.points.at = point
    with pytest.raises(Died):
        await kvittens(whole, leverans)
    whole.points.at = ""
    receipt = await kvittens(whole, leverans)
    assert statuses(whole, receipt.handelse_id)[0] == "dom"
    assert statuses(whole, receipt.handelse_id)[1:] == ([] if point == "api.fore-append" else ["upprepning"])


async def test_a_retry_after_a_log_that_did_not_answer_is_the_same_event(whole):
    leverans = await summoned(whole)
    whole.log.down_after = True
    with pytest.raises(Unavailable):
        await kvittens(whole, leverans)
    whole.log.down_after = False
    receipt = await kvittens(whole, leverans)
    assert statuses(whole, receipt.handelse_id) == ["dom", "upprepning"]


async def test_an_id_used_before_with_other_content_is_refused(whole):
    leverans = await summoned(whole)
    await kvittens(whole, leverans)
    before = len(await whole.records())
    other_user = replace(caller(UTSATT), anvandare="u-18")
    for again in (
        kvittens(whole, leverans, "mottagen"),
        whole.deliver.acknowledge(other_user, leverans, "overtagen", id=ID),
        whole.deliver.acknowledge(caller(UTSATT), leverans, "overtagen", "mora.vinr", id=ID),
    ):
        with pytest.raises(Conflict) as refused:
            await again
        assert refused.value.falt == "/id"
    assert len(await whole.records()) == before


async def test_an_id_of_a_published_event_is_no_kvittens(whole):
    leverans = await summoned(whole)
    await whole.publish(UTSATT, "avvikelse", deviation(mottagare=[{"slag": "enhet", "id": "mora.vinr"}]), id=ID)
    with pytest.raises(Conflict):
        await kvittens(whole, leverans)


@pytest.mark.parametrize(
    ("id", "code"), [("inget uuid", "fel-form"), ("9d2f8f0e-5b1c-4f6a-8c3d-197807182394", "personnummer-i-kod")]
)
async def test_an_id_that_is_none_is_refused_before_anything_is_kept(whole, id, code):
    leverans = await summoned(whole)
    with pytest.raises(Refused) as refused:
        await kvittens(whole, leverans, id=id)
    assert (refused.value.code, refused.value.falt) == (code, "/id")


async def test_without_an_id_each_is_an_event_of_its_own(whole):
    leverans = await summoned(whole)
    receipts = [await whole.deliver.acknowledge(caller(UTSATT), leverans, "mottagen") for _ in range(2)]
    assert len({receipt.handelse_id for receipt in receipts}) == 2
