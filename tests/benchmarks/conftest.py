"""What the benchmarks' tests stand on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.ground import Ground, ground_on
from samverkanshub.adapters.servers.postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
async def made(
    kafka: str, postgres_server: EmbeddedPostgres, make_database: Callable[[str], str], data_directory: Path
) -> Ground:
    """One hub for all of them: there is one log on the broker."""
    projektion, valv = make_database("bench_projektion"), make_database("bench_valv")
    return await ground_on(kafka, postgres_server, projektion, valv, data_directory / "bench")
