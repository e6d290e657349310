"""Where a contender's time goes: a stopwatch put around the hub's functions by name, each stage without those in it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from importlib import import_module
from time import perf_counter
from typing import Any, Final

STAGES: Final = {
    "avro in": ("pipeline.gate:read",),
    "look up": ("pipeline.minne:Minne.prefetch", "pipeline.minne:Minne.tillstand", "pipeline.minne:Minne.put"),
    "decide": ("domain.gate:decide",),
    "fold": ("pipeline.judging:fold",),
    "rows": (
        "pipeline.judging:encode_decision",
        "pipeline.rows:outcome",
        "pipeline.rows:inbox",
        "pipeline.rows:notices",
        "pipeline.rows:delivery_events",
        "pipeline.judging:traces",
    ),
    "states out": (
        "pipeline.minne:Minne.dirty",
        "pipeline.minne:Minne.duties",
    ),
    "postgres": (
        "adapters.postgres.gate_store:PostgresGateStore.states",
        "adapters.postgres.gate_store:PostgresGateStore.seen",
        "adapters.postgres.gate_store:PostgresGateStore.commit",
        "adapters.postgres.gate_store:PostgresGateStore.notified",
    ),
    "notices": ("adapters.kafka.notices:KafkaNotices.send",),
}
"""The stages of the gate's batch, and the functions that each is."""
BESIDE: Final = ("postgres", "notices")
"""Those that are awaited while the next part of the batch is judged, so that they are no part of a sum."""


class Stopwatch:
    """Seconds by stage. What is timed within something timed counts for the inner one alone."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        # Of each task its own, since a part is written while the next is judged.
        self._inner: ContextVar[float] = ContextVar("inner", default=0.0)

    def around(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed: an awaited one from its call to its answer."""
        return (
            self._awaited(stage, function) if asyncio.iscoroutinefunction(function) else self._called(stage, function)
        )

    def _called(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            began, outer = self._begin()
            try:
                return function(*args, **kwargs)
            finally:
                self._end(stage, began, outer)

        return timed

    def _awaited(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        async def timed(*args: Any, **kwargs: Any) -> Any:
            began, outer = self._begin()
            try:
                return await function(*args, **kwargs)
            finally:
                self._end(stage, began, outer)

        return timed

    def _begin(self) -> tuple[float, float]:
        outer = self._inner.get()
        self._inner.set(0.0)
        return perf_counter(), outer

    def _end(self, stage: str, began: float, outer: float) -> None:
        took = perf_counter() - began
        self.spent[stage] += took - self._inner.get()
        self._inner.set(outer + took)


def staged(watch: Stopwatch) -> None:
    """Put the stopwatch around every stage of this process. Raises `AttributeError` for what is no longer there."""
    for stage, names in STAGES.items():
        for name in names:
            module, _, path = name.partition(":")
            owner: Any = import_module(f"samverkanshub.{module}")
            *outer, last = path.split(".")
            for part in outer:
                owner = getattr(owner, part)
            setattr(owner, last, watch.around(stage, getattr(owner, last)))
