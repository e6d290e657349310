"""The api in front of the whole hub in memory, tried by Schemathesis as its OpenAPI document says that it is."""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

sys.path.append(str(Path(__file__).parents[1] / "unit" / "entrypoints" / "missbruk"))

import schemathesis
import structlog
from angripare import SANDARE, A, Dorr
from intakehub import Whole, called, caller
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

DOCUMENT: Final = "/schema/openapi.json"
QUESTIONS: Final = "/granskning"
STATUSES: Final = ("2xx", "401", "403", "404", "409", "422", "429", "503")
"""What a request that fits the document may be answered: 422 where a rule refuses what is well formed."""
REFUSALS: Final = ("400", "401", "403", "404", "405", "409", "413", "415", "422", "429", "431")

HEALTH: Final = {"not_a_server_error": {"expected-statuses": ["2xx", "4xx", "503"]}}
"""Which answers 503 where the hub is red, as this one is: it has no notary."""


@dataclass
class Utfall:
    """What came of it: requests, checks, and each fault once, by its title and where."""

    requests: int = 0
    checks: int = 0
    faults: dict[tuple[str, str], str] = field(default_factory=dict)


async def hub() -> Dorr:
    """A hub in which something has been sent and opened."""
    dorr = Dorr(await Whole().started())
    _, _, row = await called(dorr.whole)
    await dorr.whole.deliver.open(caller(A), row["leverans_id"])
    return dorr


def config(antal: int, seed: int) -> SchemathesisConfig:
    """All checks. Of each operation so many generated requests, besides what the document's edges give."""
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "generation": {"max-examples": antal},
            "checks": {
                "enabled": True,
                "positive_data_acceptance": {"enabled": True, "expected-statuses": list(STATUSES)},
                "negative_data_rejection": {"enabled": True, "expected-statuses": list(REFUSALS)},
                "max_response_time": 10.0,
            },
            "operations": [{"include-path": "/halsa", "checks": HEALTH}],
        }
    )


def tokens(dorr: Dorr) -> type:
    """Who gives every request a fresh token, as the route wants it."""

    class Tokens:
        def get(self, case: Any, ctx: Any) -> dict[str, str]:
            if ctx.operation.path.startswith(QUESTIONS):
                return dorr.bearer(SANDARE, "granskare.1", revisor=True)
            return dorr.bearer(A)

        def set(self, case: Any, data: dict[str, str], ctx: Any) -> None:
            case.headers = {**(case.headers or {}), **data}

    return Tokens


def tried(antal: int, seed: int = 1) -> Utfall:
    """Try every operation of the document."""
    structlog.configure(processors=[_dropped])
    dorr = asyncio.run(hub())
    schemathesis.auth(refresh_interval=None)(tokens(dorr))
    schema = schemathesis.openapi.from_asgi(DOCUMENT, dorr.app, config=config(antal, seed))
    utfall = Utfall()
    for event in from_schema(schema).execute():
        _count(utfall, event)
    return utfall


def _dropped(*_: Any) -> Any:
    raise structlog.DropEvent


def _count(utfall: Utfall, event: Any) -> None:
    if isinstance(event, events.NonFatalError | events.FatalError):
        utfall.faults.setdefault((type(event).__name__, getattr(event, "label", "")), str(event.__dict__)[:2_000])
    for label, checks in _checked(event):
        utfall.requests += 1
        for check in checks:
            utfall.checks += 1
            if failure := getattr(check.failure_info, "failure", None):
                utfall.faults.setdefault((check.name, label), f"{failure}\n{check.failure_info.code_sample}")


def _checked(event: Any) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(event, events.ScenarioFinished):
        for id_, case in event.recorder.cases.items():
            yield case.value.operation.label, event.recorder.checks.get(id_, [])
