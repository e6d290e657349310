"""What every test may ask for. A test that asks for a server carries the marker `servers` by itself."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as laws

import samverkanshub.entrypoints  # noqa: F401 -- the pinned time zones, before a test reads any
from samverkanshub import resources, settings
from samverkanshub.adapters.servers.kafka import EmbeddedKafka
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.adapters.servers.postgres import EmbeddedPostgres

SERVERS = {"kafka", "postgres_server"}
# How slowly examples come is the machine's doing, not the code's.
laws.register_profile("samverkanshub", deadline=None, suppress_health_check=[HealthCheck.too_slow])
laws.load_profile("samverkanshub")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.servers)


def _run(action: Awaitable[object]) -> None:
    # On a loop of its own, without becoming the thread's current one, and in the main thread: servers die with it.
    async def done() -> None:
        await action

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(done())
    finally:
        loop.close()


@pytest.fixture(scope="session")
def data_directory() -> Iterator[Path]:
    """A directory for servers' data that their users can enter; gone after the run."""
    path = temporary_data("samverkanshub-test-")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def kafka(data_directory: Path) -> Iterator[str]:
    """The bootstrap address of a Kafka broker for the whole run; tests tell their topics apart by name."""
    source = resources.root() / "deploy" / "kafka"
    server = EmbeddedKafka(data_directory / "kafka", 0, source, settings.cache_directory(), os.environ)  # noqa: TID251
    _run(server.start())
    yield server.bootstrap
    _run(server.stop())


@pytest.fixture(scope="session")
def postgres_server(data_directory: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server for the whole run."""
    server = EmbeddedPostgres(data_directory / "postgres", 0)
    _run(server.start())
    yield server
    _run(server.stop())


@pytest.fixture(scope="session")
def postgres(postgres_server: EmbeddedPostgres) -> str:
    """The DSN of the server's admin database."""
    return postgres_server.dsn()


@pytest.fixture(scope="session")
def make_database(postgres_server: EmbeddedPostgres) -> Callable[[str], str]:
    """Makes an empty database of a name (`[a-z0-9_]`) and returns its DSN; one of that name is dropped first."""

    async def fresh(name: str) -> str:
        await postgres_server.drop(name)
        return await postgres_server.create(name)

    def make(name: str) -> str:
        # In a thread, so that a test may call it while its own loop runs.
        with ThreadPoolExecutor(1) as elsewhere:
            return elsewhere.submit(asyncio.run, fresh(name)).result()

    return make
