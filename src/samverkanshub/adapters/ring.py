"""Whom to telephone about a child at risk when the hub cannot judge: a local file, read without any server (B1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from samverkanshub.adapters.katalog_units import telephone
from samverkanshub.adapters.marked import Faults, load


@dataclass(frozen=True, slots=True)
class Ring:
    """Telephone numbers by municipality, and the county's for every other."""

    lan: str
    kommuner: Mapping[str, str]

    def number(self, kommun: str) -> str:
        """The number for a municipality; the county's where the municipality is empty or not in the file."""
        return self.kommuner.get(kommun, self.lan)


def read_ring(path: Path) -> Ring:
    """The numbers of a file; raises `DirectoryFault` with every fault, file and line."""
    faults = Faults()
    members = load(path, faults, path.parent).record(["lan", "kommuner"])
    lan = telephone(members["lan"]) if "lan" in members else ""
    numbers = members["kommuner"].members() if "kommuner" in members else {}
    ring = Ring(lan, {kommun: telephone(number) for kommun, number in numbers.items()})
    faults.check()
    return ring
