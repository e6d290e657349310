"""B7 on real servers: a record that could not be read freezes, is listed, and is let go of by two."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from samverkanshub import bootstrap
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.servers import places
from samverkanshub.entrypoints.cli.supervisor import running_hub
from samverkanshub.pipeline.activation import Approval
from samverkanshub.pipeline.karantan import Karantanpost
from samverkanshub.settings import Settings

pytestmark = pytest.mark.servers

SECONDS = 60
ANNA = UUID("1d3f5a7b-9c1e-4f30-8a52-b4c6d8e0f213")
TWO = Approval("11111111-1111-4111-8111-111111111111", "anna", "bo")


@pytest.fixture
def data() -> Iterator[Path]:
    path = places.temporary_data("samverkanshub-test-")
    yield path
    shutil.rmtree(path, ignore_errors=True)


async def _until(settings: Settings, frysta: int) -> Karantanpost:
    async with asyncio.timeout(SECONDS):
        while True:
            found = await bootstrap.quarantine(settings)
            if found and found[0].frysta == frysta:
                return found[0]
            await asyncio.sleep(0.1)


async def test_b7_a_record_in_quarantine_is_listed_and_let_go_of(data: Path) -> None:
    ports = {f"SAMVERKAN_{name}_PORT": "0" for name in ("API", "KAFKA", "POSTGRES")}
    given = {**os.environ, **ports, "SAMVERKAN_DATA": str(data)}  # noqa: TID251
    async with running_hub(Settings.from_env(given)) as hub:
        log = KafkaLog(hub.settings.kafka)
        await log.append(0, None, (("personer", ANNA.bytes),), b"no record")
        await log.stop()
        post = await _until(hub.settings, frysta=1)
        assert (post.partition, post.offset, post.personer) == (0, 1, 1)
        place = (post.partition, post.offset)
        assert await bootstrap.release_quarantined(hub.settings, place, TWO, "felet_rattat") == 1
        assert (await _until(hub.settings, frysta=0)).personer == 1
