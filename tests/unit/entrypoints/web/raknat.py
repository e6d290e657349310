"""Tables of follow-up behind the pages: of what a test says is counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from samverkanshub.domain.uppfoljning.rakna import Enhet, cells
from samverkanshub.domain.uppfoljning.tabeller import FRAGOR, UTSATTA, tables
from samverkanshub.domain.uppfoljning.visad import Visad, shown
from samverkanshub.pipeline.uppfoljning import Lage

KOMMUNER = {"mora": "Mora", "orsa": "Orsa"}


def some(antal: int, kon: str = "kvinna", kommun: str = "mora") -> Enhet:
    """So many exposed adults, of whom nothing more is known."""
    return {"kon": kon, "alder": "vuxen", "kommun": kommun, **{fraga.id: "nej" for fraga in FRAGOR}}, antal


@dataclass
class Tabeller:
    """The real tables, over the exposed persons of each year. `fel` is raised instead of any answer."""

    data: dict[int, Sequence[Enhet]] = field(default_factory=dict)
    kvar: int = 0
    fel: Any = None

    async def lage(self) -> Lage:
        """What there is to ask for."""
        if self.fel:
            raise self.fel
        return Lage(tuple(sorted(self.data)), 1_790_000_000_000 if self.data else 0, self.kvar)

    async def tabell(self, ar: int, id: str) -> Visad:
        """One table."""
        tabell = next(one for one in tables() if one.id == id)
        of = self.data[ar] if tabell.rakning is UTSATTA else ()
        return shown(tabell, cells(tabell.rakning, of), ar, KOMMUNER)
