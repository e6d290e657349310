"""Publishing through Kafka among real servers: answered, once, whatever dies; nothing but what is sealed lies there."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from gate_support import SENDER, Hub, avvikelse, hub_in, until

from samverkanshub import topics
from samverkanshub.adapters.intagsnycklar import IntakeKeys, make_key
from samverkanshub.adapters.kafka.notices import HEADER_ID
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.client import Client
from samverkanshub.client.direkt import DirectAnswer, DirectPublisher, answer
from samverkanshub.client.events import Prepared

pytestmark = pytest.mark.servers

IN = TopicPartition(topics.inkommande("mora"), 0)
NOTIS = TopicPartition(topics.notis("mora"), 0)
DIES = "direkt.efter-svar=kill@2"
"""The api's first life ends when its second answer is sent, and Kafka does not yet know that it is done."""
TEXT = "remissen glömdes på golvet"


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    """A hub where Mora publishes directly, whose api dies once between an answer and its end."""
    data: Path = temporary_data("samverkanshub-test-")
    make_key(data / "intagsnycklar", "2026-11-23")
    try:
        async with (
            hub_in(data, SAMVERKAN_DIREKT="mora", SAMVERKAN_FELPUNKTER=DIES) as hub,
            hub.kept_gate(),
        ):
            yield hub
    finally:
        shutil.rmtree(data)


async def read(hub: Hub, place: TopicPartition) -> list[Any]:
    """Every record that lies there."""
    consumer = AIOKafkaConsumer(bootstrap_servers=hub.settings.kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([place])
        first, end = (await consumer.beginning_offsets([place]))[place], (await consumer.end_offsets([place]))[place]
        consumer.seek(place, first)
        found: list[Any] = []
        while first + len(found) < end:
            found += (await consumer.getmany(place, timeout_ms=1000)).get(place, [])
        return found
    finally:
        await consumer.stop()


async def answers(hub: Hub) -> dict[int, list[tuple[str, DirectAnswer]]]:
    """What was answered to each record, with the header that tells one answer from another."""
    found: dict[int, list[tuple[str, DirectAnswer]]] = {}
    for record in await read(hub, NOTIS):
        told = answer(record.value)
        if told is not None:
            found.setdefault(told.plats, []).append((dict(record.headers)[HEADER_ID].decode(), told))
    return found


def client(hub: Hub) -> Client:
    return hub.client(SENDER)


async def sent(hub: Hub, *events: Prepared) -> list[int]:
    """Each event, sealed and sent by Mora."""
    key = IntakeKeys(hub.settings.intagsnycklar).public()
    async with client(hub) as mora, DirectPublisher(hub.settings.kafka, mora.identity, key) as direct:
        return [await direct.send(event) for event in events]


async def answered(hub: Hub, offsets: list[int]) -> list[DirectAnswer]:
    """The last answer to each, once all are."""

    async def done() -> bool:
        return set(offsets) <= (await answers(hub)).keys()

    await until(done)
    found = await answers(hub)
    return [found[offset][-1][1] for offset in offsets]


async def test_each_event_has_one_effect_and_one_answer_though_the_api_dies(hub: Hub) -> None:
    async with client(hub) as mora:
        events = [mora.prepare("avvikelse", avvikelse(beskrivning=f"{TEXT} {nr}")) for nr in range(4)]
        over_http = await mora.send(events[0])
    offsets = await sent(hub, *events, events[3])
    told = await answered(hub, offsets)
    assert [one.id for one in told] == [event.id for event in (*events, events[3])]
    assert {one.status for one in told} <= {201, 202}, "a gate that is late is waited for no longer than over HTTP"
    assert told[0].handelse == over_http.handelse_id, "one that was sent over HTTP as well is the same event"
    assert told[3].handelse == told[4].handelse
    await hub.judged()
    found = await answers(hub)
    assert [len(found[offset]) for offset in offsets] == [1, 2, 1, 1, 1]
    twice = found[offsets[1]]
    assert len({id_ for id_, _ in twice}) == len({one.status for _, one in twice}), "the same answer has the same id"
    for one in told:
        assert (await hub.decisions(one.handelse)).count("dom") == 1


async def test_bad_records_are_answered_and_hold_up_nothing(hub: Hub) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=hub.settings.kafka)
    await producer.start()
    try:
        bad = [(await producer.send_and_wait(IN.topic, value, partition=0)).offset for value in (b"", TEXT.encode())]
    finally:
        await producer.stop()
    async with client(hub) as mora:
        wrong = Prepared("x", "avvikelse", mora.prepare("avvikelse", avvikelse()).body.replace(b"ej_bedomt", b"vet_ej"))
        offsets = await sent(hub, wrong, mora.prepare("avvikelse", avvikelse()))
    told = await answered(hub, [*bad, *offsets])
    assert [one.status for one in told[:3]] == [422, 422, 422]
    assert told[3].handelse
    problems = [one.problem for one in told[:3]]
    assert [one and one.type for one in problems] == ["fel-forsegling", "fel-forsegling", "ej-i-lista"]
    assert all(one.ring for one in told[:2]), "what nobody could read may be a report (B1)"


async def test_neither_the_actors_topic_nor_its_answers_hold_anything_to_read(hub: Hub) -> None:
    [offset] = await sent(hub, *[await hub.prepared(beskrivning=TEXT)])
    await answered(hub, [offset])
    everything = [record.value for place in (IN, NOTIS) for record in await read(hub, place)]
    lying = [value for value in everything if value != TEXT.encode()]
    assert lying
    assert not [value for value in lying if b"remissen" in value]
