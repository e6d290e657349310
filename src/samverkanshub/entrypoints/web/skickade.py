"""What a reader group has sent, as a list in words: what became of each, and of consents what they say. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.events import ACTS, CONSENTS, MESSAGES, NOTICES, PERSON_FACTS
from samverkanshub.entrypoints.web.aktorsord import hant
from samverkanshub.entrypoints.web.blankett.ord import KATEGORIER, varde
from samverkanshub.entrypoints.web.inkorgen import namn
from samverkanshub.entrypoints.web.utfall import Utfall, utfall

ALLT: Final = ""
FRAGOR: Final = "fragor"
URVAL: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    ALLT: ("Allt", MESSAGES | CONSENTS | PERSON_FACTS | NOTICES | ACTS),
    "meddelanden": ("Meddelanden", MESSAGES),
    FRAGOR: ("Väntar på samtycke", MESSAGES),
    "samtycken": ("Samtycken", CONSENTS),
    "personer": ("Uppgifter om personer", PERSON_FACTS | NOTICES),
    "arenden": ("Ärenden", ACTS),
}
"""What the list can be limited to: its name, and the types of events."""


@dataclass(frozen=True, slots=True)
class Skickad:
    """Something sent: when it was judged (ms), what became of it, and of a consent what it says, a line each.

    `godtagen` is what was said of it where it was taken in and goes to nobody.
    """

    tid: int
    utfall: Utfall
    samtycke: tuple[str, ...]
    godtagen: tuple[str, ...]


def skickad(row: Mapping[str, Any], katalog: Katalog) -> Skickad:
    """A row of the list in words."""
    return Skickad(
        tid=row["tid"],
        utfall=utfall(row, katalog, str(row["typ"])),
        samtycke=tuple(_consent(row.get("koder", {}), katalog)),
        godtagen=tuple(_taken(row)),
    )


def _taken(row: Mapping[str, Any]) -> Iterator[str]:
    if row.get("dom") == "godtas" and "mottagare" not in row:
        yield from (hant(one["kod"]) for one in row.get("skal", ()))


def _consent(koder: Mapping[str, Any], katalog: Katalog) -> Iterator[str]:
    """As its own sender registered it: never whose it is."""
    if "andamal" in koder:
        yield varde("andamal", str(koder["andamal"]))
    if koder.get("mottagare"):
        yield "Till: " + ", ".join(_recipient(one, katalog) for one in koder["mottagare"])
    if koder.get("kategorier"):
        yield "Om: " + ", ".join(KATEGORIER.get(kod, kod).lower() for kod in koder["kategorier"])
    if "fran" in koder and "till" in koder:
        yield f"{varde('fran', str(koder['fran']))} – {varde('till', str(koder['till']))}"


def _recipient(one: Mapping[str, Any], katalog: Katalog) -> str:
    """P5: one that is known by a request id alone has no name."""
    return "en mottagare utan namn" if one.get("slag") == "begaran" else namn(str(one.get("id", "")), katalog)
