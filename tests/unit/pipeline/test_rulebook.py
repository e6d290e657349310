"""The regelverk in force, as the api reads it: none until record 0 is judged, and the artefacts only once."""

import pytest
from hub import Hub, artefacts

from samverkanshub.adapters.memory import MemoryArtefacts, MemoryProjection
from samverkanshub.codec.artefacts import regelverk_from
from samverkanshub.pipeline.rulebook import ActiveRegelverk
from samverkanshub.ports import Unavailable


async def test_intake_is_closed_until_record_0_is_judged():
    hub = Hub()
    with pytest.raises(Unavailable) as closed:
        await ActiveRegelverk(MemoryProjection(hub.database), hub.artefacts).current()
    assert closed.value.what == "regelverk"


async def test_the_regelverk_is_the_one_whose_digests_are_in_force():
    hub = await Hub().started()
    active = ActiveRegelverk(MemoryProjection(hub.database), hub.artefacts)
    first = await active.current()
    assert first.digest == regelverk_from(artefacts()).digest
    assert await active.current() is first


async def test_a_missing_artefact_is_not_guessed():
    hub = await Hub().started()
    with pytest.raises(Unavailable):
        await ActiveRegelverk(MemoryProjection(hub.database), MemoryArtefacts()).current()
