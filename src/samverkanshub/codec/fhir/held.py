"""A consent as an event holds it, and its persons: what the mapping to FHIR reads and makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from samverkanshub.codec.fhir.reading import Node, refuse
from samverkanshub.codec.fhir.terms import PERSONS, Resource, by_uuid, identified
from samverkanshub.codec.formats import UUID

SUBJECT: Final = "registrerad"
"""Whose consent it is."""
GIVERS: Final = ("vardnadshavare", "foretradare")
BY_ID: Final = "uuid"
_URN: Final = "urn:uuid:"
_SYSTEMS: Final[Mapping[str, str]] = {system: slag for slag, system in PERSONS.items()}


@dataclass(frozen=True, slots=True)
class Part:
    """A person in a role. `slag` is `uuid` where the hub names them, else how their sender does (`personnummer` …)."""

    roll: str
    slag: str
    varde: str = field(repr=False)

    def reference(self) -> Resource:
        """How FHIR names them."""
        kind = "Patient" if self.roll == SUBJECT else "RelatedPerson"
        if self.slag == BY_ID:
            return by_uuid(self.varde, kind)
        return {**identified(PERSONS[self.slag], self.varde), "type": kind}


@dataclass(frozen=True, slots=True)
class Held:
    """A consent given or changed. `koder` are the event's codes, `enhet` the unit that registers it."""

    typ: str
    enhet: str
    personer: tuple[Part, ...]
    koder: Mapping[str, Any]

    def with_role(self, *roller: str) -> tuple[Part, ...]:
        """The persons in one of these roles, in the order of the roles."""
        return tuple(part for roll in roller for part in self.personer if part.roll == roll)


def part_in(node: Node, roll: str, *more: str) -> Part:
    """The person that a Reference names: by the hub's id, or by an identifier of a system that the hub knows."""
    node.only("reference", "identifier", "display", "type", *more)
    if "identifier" not in node:
        return Part(roll, BY_ID, urn_of(node.at("reference")))
    if "reference" in node:
        refuse(f"{node.path}.reference", "stands beside an identifier: the hub takes one name")
    identifier = node.at("identifier").only("system", "value", "use", "type")
    system = identifier.at("system")
    if system.text() not in _SYSTEMS:
        refuse(system.path, "is not a system that the hub knows persons by")
    return Part(roll, _SYSTEMS[system.text()], identifier.at("value").text())


def urn_of(node: Node) -> str:
    """The UUID of a `urn:uuid:`; nothing else is followed."""
    id_ = node.text().removeprefix(_URN)
    if not node.text().startswith(_URN) or not UUID.fullmatch(id_):
        refuse(node.path, "must be a `urn:uuid:` of the hub's, or an identifier in its stead")
    return id_
