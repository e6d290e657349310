"""A hub of its own for one round: servers, roles that can each be killed, proxies before the servers if asked for."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg
from asyncpg.exceptions import InterfaceError, PostgresError

from faults.last import ACTORS
from faults.proxy import Proxy
from faults.roller import Roll
from samverkanshub import bootstrap, resources
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.keys import make_key
from samverkanshub.adapters.servers.kafka import EmbeddedKafka
from samverkanshub.adapters.servers.places import LOOPBACK, free_port, locked, temporary_data
from samverkanshub.adapters.servers.postgres import EmbeddedPostgres
from samverkanshub.adapters.tree_files import TreeFiles
from samverkanshub.client import UnavailableError
from samverkanshub.client.client import health_of
from samverkanshub.entrypoints.cli.supervisor import API, GATE, NOTARY, WATCH
from samverkanshub.entrypoints.demo.run import KEYS_FROM
from samverkanshub.settings import Settings, cache_directory

FREE_PORTS = ("SAMVERKAN_API_PORT", "SAMVERKAN_KAFKA_PORT", "SAMVERKAN_POSTGRES_PORT")
ROLES = (GATE, API, WATCH, NOTARY)
START_S = 90.0


class Broken(Exception):
    """What was promised did not happen; says what."""


async def until(true: Callable[[], Awaitable[bool]], within_s: float, what: str, every_s: float = 0.2) -> None:
    """Wait until something is so; raises `Broken` where it is not in time. Who does not answer says no."""
    try:
        async with asyncio.timeout(within_s):
            while not await _answered(true):  # noqa: ASYNC110 -- what is waited for is elsewhere
                await asyncio.sleep(every_s)
    except TimeoutError:
        raise Broken(f"{what}: not within {within_s:.0f} s") from None


async def _answered(true: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await true()
    except (OSError, PostgresError, InterfaceError, UnavailableError):
        return False


class ProxiedKafka(EmbeddedKafka):
    """A broker with a second listener, which it advertises at the proxy's port: who comes that way stays there."""

    def __init__(self, directory: Path, advertised: int) -> None:
        source = resources.root() / "deploy" / "kafka"
        super().__init__(directory, 0, source, cache_directory(), os.environ)  # noqa: TID251
        self.advertised = advertised
        self.behind = free_port()

    def _configure(self, controller: int) -> Path:
        config = super()._configure(controller)
        own = f"PLAINTEXT://{LOOPBACK}:{self.port}"
        more = {
            "listeners": f"{own},NAT://{LOOPBACK}:{self.behind},CONTROLLER://{LOOPBACK}:{controller}",
            "advertised.listeners": f"{own},NAT://{LOOPBACK}:{self.advertised}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,NAT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "PLAINTEXT",
        }
        with config.open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in more.items())
        return config


@dataclass
class Scen:
    """A running hub. `settings` reach its servers past every proxy."""

    settings: Settings
    kafka: ProxiedKafka
    postgres: EmbeddedPostgres
    till_kafka: Proxy
    till_postgres: Proxy
    keys: dict[str, Path]
    gate: Roll
    api: Roll
    watch: Roll
    notary: Roll
    more: list[Roll] = field(default_factory=list)
    """Roles that a fault has added."""

    @property
    def url(self) -> str:
        """Where its api listens."""
        return f"http://{self.settings.api_vard}:{self.settings.api_port}"

    @property
    def roles(self) -> list[Roll]:
        """All its roles, in the order in which they are ended."""
        return [self.watch, *self.more, self.api, self.notary, self.gate]

    @property
    def of_roles(self) -> Settings:
        """The settings that its roles have."""
        return self.gate.settings

    # ------------------------------------------------------------------------------------------ looking

    async def sql(self, statement: str, *arguments: object, valv: bool = False) -> list[dict[str, Any]]:
        """Past the hub, to either database."""
        connection = await asyncpg.connect(self.settings.valv if valv else self.settings.projektion)
        try:
            return [dict(row) for row in await connection.fetch(statement, *arguments)]
        finally:
            await connection.close()

    async def end(self) -> int:
        """The log's end."""
        return await KafkaLogReader(self.settings.kafka).end(0)

    async def position(self) -> dict[str, Any]:
        """The gate's row, with a position of 0 before there is one."""
        found = await self.sql("select * from position where partition = 0")
        return found[0] if found else {"position": 0, "notified": 0, "epoch": 0}

    async def judged(self, at_least: int) -> bool:
        """Has the gate come so far?"""
        return bool((await self.position())["position"] >= at_least)

    async def settled(self) -> bool:
        """Is all that was appended judged, told and signed, the watch idle and the hub well?"""
        end = await self.end()
        place = await self.position()
        if (place["position"], place["notified"]) != (end, end):
            return False
        head = TreeFiles(self.settings.trad / "0")
        if head.head().size != end or f"\n{end}\n".encode() not in head.checkpoint():
            return False
        return await self._idle(end) and (await health_of(self.url)).halsa == "gron"

    async def _idle(self, end: int) -> bool:
        """Has the watch gone round since, without having anything to say?"""
        at = "select extract(epoch from now() - at) as age, state from watch_status where partition = 0"
        await asyncio.sleep(2.5)
        rows = await self.sql(at)
        return bool(rows) and rows[0]["state"] == "igang" and rows[0]["age"] < 2.5 and await self.end() == end


@asynccontextmanager
async def scen(*, proxied: bool, **given: str) -> AsyncIterator[Scen]:
    """A hub in a directory that is gone afterwards, all its roles at work. In the main thread only."""
    data = temporary_data("samverkanshub-fel-")
    try:
        with locked(data):
            async with AsyncExitStack() as opened:
                hub = await _made(data, proxied, given, opened)
                await until(lambda: _green(hub), START_S, "the hub starts")
                yield hub
    finally:
        shutil.rmtree(data, ignore_errors=True)


async def _green(hub: Scen) -> bool:
    return (await health_of(hub.url)).halsa == "gron"


async def _made(data: Path, proxied: bool, given: dict[str, str], opened: AsyncExitStack) -> Scen:
    settings = Settings.from_env({**dict.fromkeys(FREE_PORTS, "0"), "SAMVERKAN_DATA": str(data), **given})
    settings = replace(settings, api_port=free_port())
    keys = {aktor: make_key(aktor, settings.nycklar, data / "privata", KEYS_FROM)[1] for aktor in ACTORS}
    kafka = ProxiedKafka(data / "kafka", free_port())
    postgres = EmbeddedPostgres(data / "postgres", 0)
    for server in (kafka, postgres):
        await server.start()
        opened.push_async_callback(server.stop)
    bootstrap.make_kek(settings)
    bootstrap.make_notary_key(settings)
    projektion, valv = [await postgres.create(name) for name in bootstrap.DATABASES]
    settings = replace(settings, kafka=kafka.bootstrap, projektion=projektion, valv=valv)
    await bootstrap.prepare(settings)
    await bootstrap.activate_regelverk(settings)
    ways = Proxy(kafka.advertised, kafka.behind), Proxy(free_port(), postgres.port)
    for way in ways:
        await opened.enter_async_context(way.running())
    seen = _through(settings, *ways) if proxied else settings
    gate, api, watch, notary = (Roll(role, seen) for role in ROLES)
    hub = Scen(settings, kafka, postgres, *ways, keys, gate, api, watch, notary)
    opened.push_async_callback(_ended, hub)
    for role in hub.roles:
        role.start()
    return hub


def _through(settings: Settings, kafka: Proxy, postgres: Proxy) -> Settings:
    def moved(dsn: str) -> str:
        return dsn.replace(f":{postgres.target}/", f":{postgres.port}/")

    projektion, valv = moved(settings.projektion), moved(settings.valv)
    return replace(settings, kafka=f"{LOOPBACK}:{kafka.port}", projektion=projektion, valv=valv)


async def _ended(hub: Scen) -> None:
    for role in hub.roles:
        await role.stop()
