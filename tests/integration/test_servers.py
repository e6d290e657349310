"""The servers that the tests share are what the hub is run on."""

from collections.abc import Callable

import asyncpg

from samverkanshub.adapters.servers.kafka import answers
from samverkanshub.adapters.servers.places import LOOPBACK, free_port


async def test_kafka_answers(kafka: str) -> None:
    assert await answers(kafka)


async def test_nobody_answers_where_no_broker_is() -> None:
    assert not await answers(f"{LOOPBACK}:{free_port()}")


async def test_postgres_is_durable_and_on_loopback_alone(postgres: str) -> None:
    connection = await asyncpg.connect(postgres)
    shown = {name: await connection.fetchval(f"show {name}") for name in ("fsync", "listen_addresses", "ssl")}
    await connection.close()
    assert shown == {"fsync": "on", "listen_addresses": LOOPBACK, "ssl": "off"}


async def test_a_database_that_is_asked_for_again_is_empty(make_database: Callable[[str], str]) -> None:
    for _ in range(2):
        connection = await asyncpg.connect(make_database("prov_tom"))
        await connection.execute("create table t ()")
        await connection.close()
