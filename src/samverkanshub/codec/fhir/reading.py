"""Reads a FHIR resource closed: every element is either taken, or refused by its path. No value is ever repeated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from samverkanshub.domain.errors import Refused

NO_PLACE: Final = "ej-avbildbar"
"""The code of an element that the hub has no place for."""


def refuse(path: str, why: str, code: str = NO_PLACE) -> NoReturn:
    """Refuse an element by its path."""
    raise Refused(f"`{path}` {why}", falt=path, code=code)


@dataclass(frozen=True, slots=True)
class Node:
    """An element and where it stands."""

    path: str
    value: Any = field(repr=False)

    def only(self, *names: str) -> "Node":
        """The same. Refuses an element that is none of these: it would be lost."""
        if not isinstance(self.value, Mapping):
            refuse(self.path, "must be an element with elements in it", "fel-form")
        for name in self.value:
            if name not in names:
                # The library has seen that the name is one of FHIR's.
                refuse(f"{self.path}.{name}", "has no place in the hub")
        return self

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def at(self, name: str) -> "Node":
        """The element of that name, which must be there."""
        if name not in self.value:
            refuse(f"{self.path}.{name}", "is missing", "saknas")
        return Node(f"{self.path}.{name}", self.value[name])

    def each(self, name: str, *, least: int = 0, most: int = 100) -> list["Node"]:
        """The elements of a list, at least and at most so many."""
        path, found = f"{self.path}.{name}", self.value.get(name, [])
        if not isinstance(found, list):
            refuse(path, "must be a list", "fel-form")
        if len(found) < least:
            refuse(path, "is missing", "saknas")
        if len(found) > most:
            refuse(f"{path}[{most}]", f"is more than the {most} that the hub holds")
        return [Node(f"{path}[{index}]", item) for index, item in enumerate(found)]

    def text(self) -> str:
        """The text that it is."""
        if not isinstance(self.value, str) or not self.value:
            refuse(self.path, "must be text", "fel-form")
        return str(self.value)

    def boolean(self) -> bool:
        """The truth value that it is."""
        if not isinstance(self.value, bool):
            refuse(self.path, "must be true or false", "fel-form")
        return bool(self.value)

    def fixed(self, wanted: str, why: str) -> None:
        """Refuses any other text than this."""
        if self.text() != wanted:
            refuse(self.path, why)

    def code_of(self, system: str) -> str:
        """The code of a Coding of this system. A display text is for people and is not read."""
        self.only("system", "code", "display")
        self.at("system").fixed(system, "is not a system that the hub knows here")
        return self.at("code").text()

    def concept(self, wanted: tuple[str, str]) -> None:
        """Refuses a CodeableConcept that is not this one code."""
        self.only("coding", "text")
        one = self.each("coding", least=1, most=1)[0]
        if one.code_of(wanted[0]) != wanted[1]:
            refuse(f"{one.path}.code", "is not a code that the hub knows here")

    def value_of(self, system: str) -> str:
        """The value of a Reference by an identifier of this system."""
        one = self.only("identifier", "display", "type").at("identifier").only("system", "value")
        one.at("system").fixed(system, "is not a system that the hub knows here")
        return one.at("value").text()

    def extensions(self, known: Mapping[str, str]) -> dict[str, list["Node"]]:
        """The extensions by name. `known`: URL to name. Refuses any other."""
        found: dict[str, list[Node]] = {}
        for one in self.each("extension"):
            url = one.at("url")
            if url.text() not in known:
                refuse(url.path, "is an extension that has no place in the hub")
            found.setdefault(known[url.text()], []).append(one)
        return found
