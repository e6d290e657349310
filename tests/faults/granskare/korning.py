"""A run directory as `make faults` leaves it: files of JSON, one row a line, read without the hub."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

Rad = dict[str, Any]
LOGG: Final = "samverkan.logg"
NOTIS: Final = "samverkan.notis."


class Saknas(Exception):
    """A file that a check needs is missing or cannot be read; the text names it."""


@dataclass(frozen=True)
class Fakta:
    """What the harness says of the run. `nummer`: every personnummer used. Times in ms since the epoch."""

    nummer: tuple[str, ...]
    till_ms: int
    marginal_ms: int
    planterade: frozenset[tuple[int, int]] | None
    """Places in the log where the harness itself has written; None where it does not say."""


class Korning:
    """The files of a run; each is read once, when it is first asked for. Raises `Saknas`."""

    def __init__(self, plats: Path) -> None:
        self.plats = plats

    @cached_property
    def fakta(self) -> Fakta:
        """`fakta.json`; `marginal_ms` (two minutes unless given) is how late a reminder may be."""
        try:
            said = json.loads((self.plats / "fakta.json").read_bytes())
            planted = said.get("planterade")
            return Fakta(
                nummer=tuple(str(number) for number in said["nummer"]),
                till_ms=int(said["till_ms"]),
                marginal_ms=int(said.get("marginal_ms", 120_000)),
                planterade=None if planted is None else frozenset((int(p), int(o)) for p, o in planted),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise Saknas(f"fakta.json ({type(fault).__name__})") from fault

    @cached_property
    def klienter(self) -> dict[str, list[Rad]]:
        """What each client noted, in its order."""
        files = self.filer("klienter", "*.jsonl")
        return {path.stem: list(rader(path)) for path in files}

    @cached_property
    def amnen(self) -> dict[str, list[Rad]]:
        """Every topic's records."""
        return {path.stem: list(rader(path)) for path in self.filer("kafka", "*.jsonl")}

    def tabell(self, vad: str, namn: str) -> list[Rad]:
        """A table of `projektion`, `valv` or `replay`."""
        key = f"{vad}/{namn}"
        if key not in self._tabeller:
            self._tabeller[key] = list(rader(self.plats / vad / f"{namn}.jsonl"))
        return self._tabeller[key]

    @cached_property
    def _tabeller(self) -> dict[str, list[Rad]]:
        return {}

    def filer(self, mapp: str, monster: str = "*") -> list[Path]:
        """The files of a folder, in order; `Saknas` where there are none."""
        found = sorted(path for path in (self.plats / mapp).rglob(monster) if path.is_file())
        if not found:
            raise Saknas(f"{mapp}/ has no {monster}")
        return found


def rader(path: Path) -> Iterator[Rad]:
    """The rows of a file; raises `Saknas`."""
    try:
        with path.open("rb") as lines:
            yield from (json.loads(line) for line in lines if line.strip())
    except (OSError, ValueError) as fault:
        raise Saknas(f"{path.parent.name}/{path.name} ({type(fault).__name__})") from fault
