"""`python -m benchmarks.bare_api`: the api with an intake that checks an event and does nothing with it."""

import asyncio
from dataclasses import replace

import uvicorn

from samverkanshub import roles
from samverkanshub.codec.cloudevents import parse
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain import ids
from samverkanshub.domain.tid import swedish_day
from samverkanshub.entrypoints.http.__main__ import config
from samverkanshub.pipeline.checked import admit, check
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.settings import Settings


class Checking:
    """Intake's own checks, and no more: nothing sealed, claimed or appended."""

    def __init__(self, services: roles.ApiServices) -> None:
        self._services = services
        self._schemas = default_schemas()

    async def publish(self, caller: Caller, body: bytes) -> Receipt:
        """Check one CloudEvent."""
        given = parse(body)
        admit(given, caller, self._schemas)
        regelverk = await self._services.regelverk.current()
        check(given, caller, regelverk, self._schemas, swedish_day(self._services.clock.now_ms()))
        return Receipt(202, ids.event_id(caller.aktor, given.id))


async def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    async with roles.api_services(settings) as services:
        bare = replace(services, intake=Checking(services))  # type: ignore[arg-type]
        await uvicorn.Server(config(bare, settings)).serve()


if __name__ == "__main__":
    asyncio.run(serve(Settings.from_env()))
