"""The audit of a hub that has played the demo: its log is sound, and so is the evidence that it writes of it."""

from random import Random

import pytest
from demo_support import Stage

from samverkanshub.entrypoints.audit.run import audit, gather

pytestmark = pytest.mark.servers

LOV = 300


async def test_what_the_hub_signed_of_the_demo_is_sound_and_every_tampering_is_named(played: Stage) -> None:
    """Its tree, log and database; and its evidence of a decision, of one recipient's part and of an absence."""
    found = await gather(played.hub.settings)
    told: list[str] = []
    audited = await audit(found, LOV, Random(1), told.append)
    assert audited.unsound == ""
    assert [line for line in told if not line.startswith("named")] == []
    assert audited.leaves == len(found.log.records) + LOV
    assert audited.passed
    assert sum("a signed record" in line for line in told) == 3
