"""A hub in memory where somebody may be erased: Disa's report of twelve years ago, with Bo as her guardian."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from foreslagna import ONE, OTHER, hub_with_operators, new
from intakehub import BO, DISA, VC_RATTVIK, Whole, caller, person, report

from samverkanshub.adapters.memory import MemoryErasing
from samverkanshub.pipeline.driftatgarder import Besked, Driftatgarder
from samverkanshub.pipeline.radering import Radering

YEARS_MS = 12 * 366 * 86_400_000
GROUND = "bevarandetid_slut"
RATTVIK, JOUR, SAMRAD = (
    "rattvik.barn-unga.mottagning",
    "rattvik.socialjour.handlaggare",
    "barnahus-dalarna.samrad.handlaggare",
)


@dataclass
class Erasing:
    """The hub after twelve years, with what erases."""

    whole: Whole
    radering: Radering
    erasing: Any
    row: dict[str, Any]

    async def proposed(self, lookup: str = f"nr:{DISA}") -> str:
        besked = await self.radering.foresla(new("r"), ONE, lookup, GROUND)
        assert besked.dom == "godtas", besked
        return besked.handelse_id

    async def erased(self) -> Besked:
        return await self.radering.godkann(OTHER, await self.proposed())

    async def opened(self) -> dict[str, Any]:
        return await self.whole.deliver.open(caller(RATTVIK), self.row["leverans_id"])

    async def known(self) -> bool:
        return (await self.whole.vault.find([f"nr:{DISA}"])) != [None]


async def at_once(_seconds: float) -> None:
    """Waits for nothing: in memory nobody is on their way."""


def service(
    whole: Whole, erasing: Any, sleep: Callable[[float], Awaitable[object]] = at_once, omraden: int = 1
) -> Radering:
    given = (whole.projection, whole.log, whole.regelverk, whole.hub.schemas, bytes)
    atgarder = Driftatgarder(*given, wait_s=0.05, omraden=omraden)
    return Radering(
        *(whole.vault, erasing, whole.projection, whole.log, atgarder, whole.hub.schemas, whole.points, bytes),
        omraden=omraden,
        wait_s=0.05,
        sleep=sleep,
    )


async def reported(whole: Whole) -> dict[str, Any]:
    """Disa is reported with Bo as her guardian; everybody opens it, one takes it over, and nothing is owed."""
    persons = [person("barn", DISA), person("vardnadshavare", BO)]
    await whole.publish(VC_RATTVIK, "orosanmalan", report(personer=persons))
    row = await whole.delivered(RATTVIK)
    for group in (RATTVIK, JOUR, SAMRAD):
        got = (await whole.delivered(group))["leverans_id"]
        seen = await whole.deliver.open(caller(group), got)
        row |= {"oppnad": seen} if group == RATTVIK else {}
        await whole.deliver.acknowledge(caller(group), got, "overtagen" if group == RATTVIK else "mottagen")
    await whole.publish(RATTVIK, "skyddsbedomning_gjord", {"leverans": row["leverans_id"]})
    return row


async def after_twelve_years() -> Erasing:
    """Disa's report was opened and taken over, twelve years ago."""
    whole = await hub_with_operators()
    row = await reported(whole)
    whole.hub.clock.ms += YEARS_MS
    erasing = MemoryErasing(whole.vault)
    return Erasing(whole, service(whole, erasing), erasing, row)
