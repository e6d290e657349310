"""No personnummer and no free text of the demo is readable in what the hub keeps; what is planted is found."""

from collections.abc import Mapping
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from demo_support import Stage

from skanning import planterat
from skanning.nalar import of_the_demo
from skanning.planterat import TOPIC
from skanning.platser import everywhere, unredacted
from skanning.segment import batches, codec
from skanning.sokning import Search

pytestmark = pytest.mark.servers


async def test_nothing_that_the_hub_keeps_has_a_number_or_text_of_the_cases(played: Stage) -> None:
    assert await everywhere(Search(of_the_demo(played.cases)), played.hub.settings) == []


def test_no_line_of_the_roles_logs_has_gone_past_the_redaction(played: Stage) -> None:
    loggar = played.hub.settings.loggar
    assert {path.stem for path in loggar.glob("*.log")} == {"api", "gate", "notary", "watch"}
    assert unredacted(loggar) == []


async def test_what_is_planted_is_found_wherever_it_lies(played: Stage) -> None:
    settings, search = played.hub.settings, Search(planterat.needles())
    assert await everywhere(search, settings) == []
    places = [*await planterat.in_kafka(settings.kafka), *await planterat.in_postgres(settings)]
    places += planterat.in_files(settings)
    async with planterat.in_a_process(settings.data) as process:
        found = await everywhere(search, settings)
    assert planterat.missed([*places, process], found) == []


# ------------------------------------------------------------------------------------------------- no compression


async def test_no_topic_compresses_what_it_is_sent(played: Stage) -> None:
    found = await topic_settings(played.hub.settings.kafka)
    ours = {name for name in found if name.startswith("samverkan.")}
    assert "samverkan.logg" in ours
    assert len(ours) > 15
    assert {name: found[name]["compression.type"] for name in ours} == dict.fromkeys(ours, "uncompressed")


async def topic_settings(bootstrap: str) -> dict[str, Mapping[str, str]]:
    """Every topic's settings as the broker has them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        names = await admin.list_topics()
        answers: list[Any] = await admin.describe_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        )
        rows = [row for answer in answers for row in answer.resources]
        return {name: {entry[0]: entry[1] for entry in entries} for _, _, _, name, entries in rows}
    finally:
        await admin.close()


def test_no_batch_on_disk_is_compressed(played: Stage) -> None:
    """But for what `test_what_is_planted_is_found_wherever_it_lies` has packed."""
    kafka = played.data / "kafka" / "data"
    found = {path.parent.name: [codec(batch) for batch in batches(path.read_bytes())] for path in kafka.rglob("*.log")}
    assert sum(map(len, found.values())) > 100
    assert {name for name, codecs in found.items() if {*codecs} - {"none"} and TOPIC not in name} == set()
    assert found["samverkan.logg-0"]
