"""The fake hub with what pages need."""

import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "http"))

from hubfakes import Fake

from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.revisorer import Revisor


@dataclass
class Paged(Fake):
    """The fake hub with what pages need: it is its own regelverk."""

    operatorer: tuple[Operator, ...] = (Operator("drift.1", "2026-01-01"),)
    revisorer: tuple[Revisor, ...] = ()
    dev: tuple[str, ...] = ("localhost:8080",)

    def pass_time(self, ms: int) -> None:
        """The hub's clock goes on."""
        now = self.now_ms()
        self.now_ms = lambda: now + ms
