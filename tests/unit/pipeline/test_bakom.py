"""What waits behind the gate and narrows access is noted, and nothing else is."""

import pytest
from intakehub import ANNA, VC, Whole, consent

from samverkanshub.adapters.memory import MemoryMatningar
from samverkanshub.pipeline import bakom
from samverkanshub.pipeline.bakom import Bakomgrinden
from samverkanshub.ports import Verkan


def looking(whole: Whole) -> tuple[Bakomgrinden, MemoryMatningar]:
    whole.hub.database.now_ms = whole.hub.clock.now_ms
    matningar = MemoryMatningar(whole.hub.database)
    return Bakomgrinden(whole.hub.log, whole.projection, matningar, whole.hub.schemas), matningar


async def verkan(matningar: MemoryMatningar) -> Verkan:
    [found] = await matningar.verkan()
    return found


async def withdrawn(whole: Whole) -> None:
    given = (await whole.publish(VC, "samtycke_lamnat", consent())).handelse_id
    whole.log.paused = True
    data = {"personer": [{"roll": "registrerad", "personnummer": ANNA}], "samtycke": given}
    await whole.publish(VC, "samtycke_aterkallat", data)


async def test_k4_a_withdrawal_that_waits_for_a_dead_gate_is_seen_and_grows_older(whole: Whole) -> None:
    look, matningar = looking(whole)
    await withdrawn(whole)
    await look.note({0: await whole.hub.log.end(0)})
    whole.hub.clock.ms += 90_000
    assert await verkan(matningar) == Verkan(0, -1, -1, 1, 90_000)
    await whole.log.judge()
    assert await verkan(matningar) == Verkan(0, 90_000, 90_000, 0, 0)


async def test_what_the_gate_has_judged_is_not_read(whole: Whole) -> None:
    look, matningar = looking(whole)
    await withdrawn(whole)
    await whole.log.judge()
    whole.hub.log.records = None  # type: ignore[assignment, method-assign]
    await look.note({0: await whole.hub.log.end(0)})
    assert (await verkan(matningar)).vantar == 0


async def test_each_record_is_read_once_and_a_long_wait_a_part_at_a_time(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, matningar = looking(whole)
    await withdrawn(whole)
    whole.log.paused = False
    await whole.hub.append_raw(b"no envelope", (), None)
    end, position = await whole.hub.log.end(0), whole.hub.database.positions[0].position
    monkeypatch.setattr(bakom, "MOST", 1)
    for read in (position + 1, end, end):
        await look.note({0: end})
        assert look._read == {0: read}
    assert (await verkan(matningar)).vantar == 1
