"""What must hold when a run has come to rest.

I1 to I9 are held by the checker of `make faults` (tests/faults/granskare), which shares no code with the hub; it is
given the run from memory. I9, which reads every byte of everything, is asked of every tenth run. Beside it the
simulation itself says, as SVAR, that no request was answered as none may be (docs/fel.md); as RO, that all came to rest
and no role ended by a defect; and, of I4, that no notice was sent before what it tells of stood in the projection.
"""

import json
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Final

from granskare.bild import Bild
from granskare.korning import Korning, Saknas
from granskare.nummer import i9
from granskare.prova import INVARIANTER
from granskare.svar import Svar
from hub import START_MS
from korning_i_minne import Nedskriven, written

from simulation.hubb import Hubb
from simulation.klienter import Klienter

MARGINAL_MS: Final = 120_000
PA_FIL: Final = frozenset({"trad", "nycklar", "loggar", "checkpoints"})
"""What the checker reads as files."""


class MinnesFil(PurePosixPath):
    """A path to what is in memory: each run has a class of its own, whose `innehall` is its files."""

    innehall: ClassVar[dict[str, bytes]] = {}

    def rglob(self, monster: str) -> Iterator["MinnesFil"]:
        """The files below it whose names are such."""
        below = (name for name in self.innehall if name.startswith(f"{self}/"))
        return (found for found in map(type(self), below) if found.match(monster))

    def is_file(self) -> bool:
        """Is there such a file?"""
        return str(self) in self.innehall

    def open(self, _mode: str) -> BytesIO:
        """To be read."""
        return BytesIO(self.read_bytes())

    def read_bytes(self) -> bytes:
        """What is in it."""
        return self.innehall[str(self)]

    def read_text(self) -> str:
        """What is in it."""
        return self.read_bytes().decode()


class MinnesKorning(Korning):
    """A run directory in memory."""

    def __init__(self, nedskriven: Nedskriven) -> None:
        seen = "".join(json.dumps(row) + "\n" for row in nedskriven.rader["checkpoints/0"]).encode()
        files = {**nedskriven.filer, "checkpoints/0.jsonl": seen}
        root: Any = type("Fil", (MinnesFil,), {"innehall": {f"run/{name}": content for name, content in files.items()}})
        super().__init__(root("run"))
        self._rader = nedskriven.rader

    def _i(self, mapp: str) -> dict[str, list[Any]]:
        return {name.partition("/")[2]: rows for name, rows in self._rader.items() if name.startswith(f"{mapp}/")}

    @cached_property
    def klienter(self) -> dict[str, list[Any]]:
        """What each client noted, in its order."""
        return self._i("klienter")

    @cached_property
    def amnen(self) -> dict[str, list[Any]]:
        """Every topic's records."""
        return self._i("kafka")

    def tabell(self, vad: str, namn: str) -> list[Any]:
        """A table."""
        return self._rader[f"{vad}/{namn}"]

    def filer(self, mapp: str, monster: str = "*") -> list[Path]:
        """The files of a folder; of what is in memory their names alone."""
        if mapp in PA_FIL:
            return super().filer(mapp, monster)
        return [Path(f"{name}.jsonl") for name in sorted(self._i(mapp))]


class Korda:
    """A hub and its clients, named as those name them who write a run down."""

    def __init__(self, hubb: Hubb, klienter: Klienter) -> None:
        self.whole, self.tree = hubb, hubb.tree
        self.noted, self.seen = klienter.noted, hubb.tree.sedda
        # While it befell the hub something might be acknowledged before anybody could remind of it.
        self.marginal_ms = MARGINAL_MS + hubb.lugn_ms - START_MS


async def provad(hubb: Hubb, klienter: Klienter, *, nummer: bool = False) -> list[str]:
    """What does not hold, each beginning with which; `nummer`: I9 too."""
    bild = Bild(MinnesKorning(await written(Korda(hubb, klienter))))
    return [*hubb.brutet, *_brutna(bild, nummer=nummer)]


def _brutna(bild: Bild, *, nummer: bool) -> Iterator[str]:
    for invariant in INVARIANTER:
        if invariant is not i9 or nummer:
            try:
                svar = invariant(bild)
            except Saknas as missing:
                svar = Svar(invariant.__name__.upper(), 0, "", oprovad=f"missing {missing}")
            if svar.fel:
                yield svar.rad()
