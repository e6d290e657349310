"""Employees in a journal written from a log: a number in place of each name, the same for the same employee. Pure.

Decisions ask whether two users are one (K3, V7, T1) and never who they are: renamed, they are the same to the byte. Of
operators they do ask (G1), and the regelverk names those: in an erasure nobody is renamed.
"""

from collections.abc import Mapping
from typing import Any, Final

from samverkanshub.domain.events import RADERING

EMPLOYEES: Final = frozenset({"anvandare", "chef", "bedomd_av", "foreslagen_av", "godkand_av"})
"""The members of an event and of its codes that name an employee of an actor's."""


class Names:
    """Numbers employees in the order in which the log first names them, so that a longer journal keeps the numbers."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def unnamed(self, value: Any, aktor: str) -> Any:
        """The same with a number for each employee: of the `aktor` that stands beside the name, else of the sender."""
        if isinstance(value, list):
            return [self.unnamed(part, aktor) for part in value]
        if not isinstance(value, Mapping) or value.get("typ") == RADERING:
            return value
        whose = str(value.get("aktor", aktor))
        return {name: self._member(name, part, whose) for name, part in value.items()}

    def _member(self, name: str, part: Any, aktor: str) -> Any:
        named = name in EMPLOYEES and isinstance(part, str) and part
        return self._number(aktor, part) if named else self.unnamed(part, aktor)

    def _number(self, aktor: str, name: str) -> str:
        return self._known.setdefault((aktor, name), f"anstalld-{len(self._known) + 1}")
