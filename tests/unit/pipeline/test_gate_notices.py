"""Notices are sent after the commit, by a successor where the gate died before it had sent them."""

import pytest
from intakehub import VC, Whole, consent, summons


@pytest.fixture
async def whole():
    found = await Whole().started()
    await found.publish(VC, "samtycke_lamnat", consent())
    await found.publish(VC, "sip_kallelse", summons())
    return found


async def test_a_successor_sends_the_notices_that_were_not_sent(whole):
    hub = whole.hub
    sent = list(hub.notices.sent)
    hub.notices.sent.clear()
    hub.database.positions[0].notified = 1
    await hub.new_gate().assign(0)
    assert sent
    assert hub.notices.sent == sent
    assert hub.database.positions[0].notified == hub.database.positions[0].position


async def test_a_notice_says_of_which_partition_it_is_also_when_a_successor_sends_it(whole):
    hub = whole.hub
    hub.notices.sent.clear()
    await hub.gate.assign(1)
    for kept in [record async for record in hub.log.records(0, 0, 3)]:
        await hub.log.append(1, kept.key, kept.headers, kept.value)
    await hub.gate.batch(1, [record async for record in hub.log.records(1, 0, 3)])
    sent = list(hub.notices.sent)
    assert sent
    assert {notice.partition for notice in sent} == {1}
    hub.notices.sent.clear()
    hub.database.positions[1].notified = 0
    await hub.new_gate().assign(1)
    assert hub.notices.sent == sent
