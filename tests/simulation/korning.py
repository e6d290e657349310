"""One run: a hub, its clients and a schedule, all of a seed."""

import asyncio
from collections.abc import Coroutine, Iterable
from contextvars import Context
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Any, Final, TypeVar

import structlog

from samverkanshub.pipeline.reading import digest_of
from simulation.arbete import arbeten, las_om
from simulation.hubb import Hubb
from simulation.klienter import Klienter
from simulation.provning import provad
from simulation.slinga import Fastnat, Slinga
from simulation.turer import MINUT_S, Turer

Svar = TypeVar("Svar")
SENARE_MIN: Final = (0, 61, 200)
"""How long is let pass at the end, so that what nobody acknowledged is reminded of."""


@dataclass(frozen=True)
class Utfall:
    """What came of a run."""

    fro: int
    steg: int
    logg: str = ""
    """A digest of the log that it left."""
    handelser: dict[str, int] = field(default_factory=dict)
    brutet: tuple[str, ...] = ()


def kor(fro: int) -> Utfall:
    """The run of a seed: the same whenever it is run."""
    drag = Turer(Random(f"{fro}:turer"))
    slinga = Slinga(drag)
    hubb = drag.hubb = Hubb(slinga, Random(f"{fro}:entropi"))
    with structlog.testing.capture_logs():
        klienter = Klienter(hubb)
        try:
            _till_slut(slinga, _spelad(fro, drag, klienter))
        except Fastnat as fault:
            hubb.brutet.append(f"RO {fault}")
        avsluta(hubb)
        brutet = _till_slut(slinga, provad(hubb, klienter, nummer=fro % 10 == 0))
        slinga.close()
    brutet += [f"RO nobody heard of {type(fault).__name__}: {fault}" for fault in slinga.fel]
    return Utfall(fro, slinga.steg, _summa(hubb), hubb.handelser, tuple(brutet))


def _till_slut(slinga: Slinga, arbete: Coroutine[Any, Any, Svar]) -> Svar:
    return slinga.run_until_complete(slinga.create_task(arbete, context=Context()))


async def _spelad(fro: int, drag: Turer, klienter: Klienter) -> None:
    hubb, slump = drag.hubb, Random(f"{fro}:arbete")
    await hubb.startad()
    working = [hubb.myndigheter.kor(one) for one in arbeten(klienter, slump)]
    await asyncio.gather(*working)
    drag.lugna()
    await hubb.myndigheter.kor(_efter(klienter, slump))


async def _efter(klienter: Klienter, slump: Random) -> None:
    slinga, hubb = klienter.hubb.slinga, klienter.hubb
    await hubb.till_ro()
    hubb.lugn_ms = hubb.klocka.ms
    slinga.till(slinga.time() + MINUT_S * slump.choice(SENARE_MIN))
    await hubb.till_ro()
    await las_om(klienter)
    await hubb.till_ro()


def _summa(hubb: Hubb) -> str:
    whole = sha256()
    for record in hubb.hub.log._partitions[0]:
        whole.update(digest_of(record))
    return whole.hexdigest()


def avsluta(hubb: Hubb) -> None:
    """Every process ends, and what is left of its tasks with it."""
    slinga = hubb.slinga
    slinga.drag = lambda _: None
    for process in [*hubb.processer.values(), hubb.myndigheter]:
        process.vid_slut.clear()
        process.slut()
    left = asyncio.all_tasks(slinga)
    for task in left:
        task.cancel()
    _till_slut(slinga, _alla(left))


async def _alla(tasks: Iterable["asyncio.Task[Any]"]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
