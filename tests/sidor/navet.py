"""The hub whose pages are walked: the demo's, its cases played, on servers of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from samverkanshub.entrypoints.cli.demo import own_directory, own_settings
from samverkanshub.entrypoints.cli.supervisor import Hub, running_hub
from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.entrypoints.demo.regelverk import with_roles


@asynccontextmanager
async def played() -> AsyncIterator[Hub]:
    """It runs, and all cases have come out as expected. Raises RuntimeError where one has not."""
    chosen, shared = cases.load(run.directory()), cases.common(run.directory())
    with own_directory() as data:
        settings = with_roles(own_settings("demo", data))
        keys = run.make_keys(chosen, settings, data / "nycklar-privata")
        async with running_hub(settings) as hub:
            tally = await run.play(chosen, shared, run.connector(hub.url, keys), lambda told: None)
            if tally.mismatches:
                raise RuntimeError(tally.line())
            yield hub
