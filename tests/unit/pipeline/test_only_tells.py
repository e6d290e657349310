"""Rows of the inbox that only tell something: what is asked of them is answered for good."""

import pytest
from intakehub import VC_RATTVIK, Whole, caller
from watched import CHILD_UNIT, HOUR, passes, reported, watch

from samverkanshub.domain.errors import NotFound


@pytest.mark.parametrize("slag", ["paminnelse", "larm"])
async def test_o4_a_reminder_and_an_alarm_of_it_have_nothing_to_open_or_acknowledge(whole: Whole, slag: str) -> None:
    """They name the delivery that has; to ask is answered for good, and nothing is appended."""
    await reported(whole)
    passes(whole, 3 * HOUR)
    await watch(whole).round()
    row = next(row for row in whole.hub.database.inbox.values() if row.slag == slag)
    told, asked = row.leverans_id, caller(row.lasargrupp)
    before = await whole.hub.log.end(0)
    with pytest.raises(NotFound):
        await whole.deliver.open(asked, told)
    with pytest.raises(NotFound):
        await whole.deliver.acknowledge(asked, told, "mottagen")
    with pytest.raises(NotFound):
        await whole.publish(row.lasargrupp, "aterkoppling", {"personer": [], "leverans": told, "utfall": "inledd"})
    assert await whole.hub.log.end(0) == before


async def test_a_notice_of_what_somebody_did_has_nothing_to_open(whole: Whole) -> None:
    await reported(whole)
    page = await whole.deliver.inbox(caller(CHILD_UNIT), "", 100)
    [row] = page["rader"]
    feedback = {"personer": [], "leverans": row["leverans_id"], "utfall": "inledd"}
    await whole.publish(CHILD_UNIT, "aterkoppling", feedback)
    notice = await whole.delivered(VC_RATTVIK)
    before = await whole.hub.log.end(0)
    assert notice["slag"] == "andring"
    with pytest.raises(NotFound):
        await whole.deliver.open(caller(VC_RATTVIK), notice["leverans_id"])
    assert await whole.hub.log.end(0) == before
