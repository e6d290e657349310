"""Servers that end, are killed, or answer no longer, and the network between them and the roles."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from signal import SIGKILL, SIGQUIT, SIGTERM, Signals

from asyncpg.exceptions import InterfaceError, PostgresError

from faults.fel import Prov, fel
from faults.proxy import Proxy
from faults.scen import Broken, until
from samverkanshub.adapters.postgres.listener import CHANNEL

GRACE_S = 30.0
CUT_S = 45.0
TERMINATE = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where pid <> pg_backend_pid() and backend_type = 'client backend' and (state = 'active' or random() < 0.3)
"""


@fel("kafka-avslutas")
async def broker_ends(prov: Prov) -> None:
    """SIGTERM, some seconds without, and started again on the same data."""
    await _broker(prov, SIGTERM)


@fel("kafka-dodas")
async def broker_killed(prov: Prov) -> None:
    """kill -9, some seconds without, and started again on the same data."""
    await _broker(prov, SIGKILL)


async def _broker(prov: Prov, number: Signals) -> None:
    kafka = prov.hub.kafka
    for _ in range(prov.rng.randint(1, 2)):
        await kafka.child.stop(number, GRACE_S)
        away = prov.rng.uniform(0, 6)
        prov.tell(f"away for {away:.1f} s")
        await asyncio.sleep(away)
        await kafka.start()
        await asyncio.sleep(prov.rng.uniform(1, 4))


@fel("postgres-omstart")
async def postgres_restarts(prov: Prov) -> None:
    """An immediate shutdown (SIGQUIT), as after a crash, and started again."""
    postgres = prov.hub.postgres
    for _ in range(prov.rng.randint(2, 3)):
        await postgres.child.stop(SIGQUIT, GRACE_S)
        away = prov.rng.uniform(0, 6)
        prov.tell(f"away for {away:.1f} s")
        await asyncio.sleep(away)
        await postgres.start()
        await asyncio.sleep(prov.rng.uniform(1, 4))


@fel("postgres-commit-kapas", proxied=True)
async def cut_at_commit(prov: Prov) -> None:
    """Connections are reset as a batch goes by: before the server sees it, and after, when nobody hears that it did."""
    way = prov.hub.till_postgres
    for after in prov.rng.sample((True, False), 2):
        way.after, before, most = after, way.cut, prov.rng.randint(4, 12)
        way.word = CHANNEL.encode()  # in the one statement that writes a batch
        try:
            await until(partial(_cut, prov, before + most), CUT_S, f"{most} commits are cut", every_s=0.01)
        finally:
            way.word = b""
        prov.tell(f"{way.cut - before} cut {'after' if after else 'before'} the server saw it")
        await asyncio.sleep(prov.rng.uniform(1, 3))


async def _cut(prov: Prov, most: int) -> bool:
    return prov.hub.till_postgres.cut >= most


@fel("postgres-sessioner-dodas")
async def sessions_end(prov: Prov) -> None:
    """Sessions at work are ended by the server, again and again."""
    ended = 0

    async def once() -> None:
        nonlocal ended
        ended += (await prov.hub.sql(TERMINATE))[0]["count"]

    await _again_and_again(once, prov.rng.uniform(4, 8), 0.05)
    prov.tell(f"{ended} sessions ended")
    if not ended:
        raise Broken("no session was at work")


async def _again_and_again(act: Callable[[], Awaitable[None]], for_s: float, every_s: float) -> None:
    clock = asyncio.get_running_loop().time
    until_ = clock() + for_s
    while clock() < until_:
        try:
            await act()
        except (OSError, PostgresError, InterfaceError):
            continue
        finally:
            await asyncio.sleep(every_s)


@fel("nat-trogt", proxied=True)
async def slow_network(prov: Prov) -> None:
    """Everything to one server or both takes its time, each way."""
    ways = prov.rng.choice(_ways(prov))
    for way in ways:
        way.delay_s = prov.rng.uniform(0.05, 0.4)
        prov.tell(f"port of {'kafka' if way is prov.hub.till_kafka else 'postgres'}: {1000 * way.delay_s:.0f} ms")
    try:
        await asyncio.sleep(prov.rng.uniform(8, 15))
    finally:
        for way in ways:
            way.delay_s = 0.0


@fel("nat-bryts", proxied=True)
async def resetting_network(prov: Prov) -> None:
    """Every connection to one server or both is reset, again and again."""
    ways = prov.rng.choice(_ways(prov))
    for _ in range(prov.rng.randint(4, 8)):
        for way in ways:
            way.reset_all()
        await asyncio.sleep(prov.rng.uniform(0.2, 2.5))
    prov.tell(f"{sum(way.cut for way in ways)} connections reset")


def _ways(prov: Prov) -> list[tuple[Proxy, ...]]:
    kafka, postgres = prov.hub.till_kafka, prov.hub.till_postgres
    return [(kafka,), (postgres,), (kafka, postgres)]
