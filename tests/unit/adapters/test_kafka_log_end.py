"""The consumer that health shares: opened when it is needed, given up when it failed, never asked by two at once."""

import asyncio
from typing import Any, ClassVar

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from samverkanshub.adapters.kafka import reader
from samverkanshub.adapters.kafka.reader import KafkaLogEnd
from samverkanshub.ports import Unavailable


class Consumer:
    """Answers as its class is told to, and says what is done with it."""

    made: ClassVar[list["Consumer"]]
    fails: ClassVar[dict[str, Exception]]
    silent: ClassVar[asyncio.Event | None]

    def __init__(self, **_: Any) -> None:
        self.made.append(self)
        self.asked = 0
        self.at_once = 0
        self.stopped = False

    async def start(self) -> None:
        self._fail("start")

    async def stop(self) -> None:
        self.stopped = True
        self._fail("stop")

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        self.at_once += 1
        assert self.at_once == 1
        self.asked += 1
        await (self.silent.wait() if self.silent else asyncio.sleep(0))
        self.at_once -= 1
        self._fail("end_offsets")
        return {tp: 10 + tp.partition for tp in partitions}

    def _fail(self, name: str) -> None:
        if name in self.fails:
            raise self.fails[name]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Consumer]:
    Consumer.made, Consumer.fails, Consumer.silent = [], {}, None
    monkeypatch.setattr(reader, "AIOKafkaConsumer", Consumer)
    return Consumer.made


async def test_every_question_goes_to_one_consumer_one_at_a_time(made: list[Consumer]) -> None:
    ends = KafkaLogEnd("b")
    assert made == []
    assert await asyncio.gather(*(ends.end(number) for number in range(4))) == [10, 11, 12, 13]
    [consumer] = made
    assert (consumer.asked, consumer.stopped) == (4, False)
    await ends.close()
    assert consumer.stopped


@pytest.mark.parametrize("where", ["start", "end_offsets"])
async def test_a_consumer_that_failed_is_given_up_and_the_next_question_has_a_new_one(
    made: list[Consumer], where: str
) -> None:
    ends = KafkaLogEnd("b")
    Consumer.fails = {where: KafkaConnectionError(), "stop": KafkaConnectionError()}
    with pytest.raises(Unavailable, match="kafka"):
        await ends.end(0)
    Consumer.fails = {}
    assert await ends.end(0) == 10
    assert [consumer.stopped for consumer in made] == [True, False]


async def test_a_question_nobody_waits_for_any_longer_costs_the_next_nothing(made: list[Consumer]) -> None:
    ends = KafkaLogEnd("b")
    Consumer.silent = asyncio.Event()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ends.end(0), 0.01)
    Consumer.silent = None
    assert await ends.end(0) == 10
    assert [consumer.stopped for consumer in made] == [True, False]


async def test_a_server_that_does_not_answer_in_time_is_told_as_away(made: list[Consumer]) -> None:
    Consumer.silent = asyncio.Event()
    with pytest.raises(Unavailable, match="kafka"):
        await KafkaLogEnd("b", timeout_s=0.01).end(0)


async def test_a_fault_that_is_not_kafkas_is_no_outage(made: list[Consumer]) -> None:
    Consumer.fails = {"end_offsets": ValueError("a defect")}
    with pytest.raises(ValueError, match="a defect"):
        await KafkaLogEnd("b").end(0)


async def test_closing_what_was_never_opened_is_nothing(made: list[Consumer]) -> None:
    await KafkaLogEnd("b").close()
    assert made == []
