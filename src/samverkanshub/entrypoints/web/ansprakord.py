"""How the log stands against what the hub took in, in words: where a record departs, never whom it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.entrypoints.web.lage import BAD, UNKNOWN, WELL, Punkt
from samverkanshub.entrypoints.web.ord import alder, antal
from samverkanshub.pipeline.ansprak import ANOTHER, ELSEWHERE, UNCLAIMED
from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.ports import Ansprakslage

NAMN: Final = "Posterna mot det som hubben tog emot"
LATE_MS: Final = 900_000
"""What was judged longer ago than this ought to have been compared."""
WORST: Final = (BAD, UNKNOWN, WELL)
VARFOR: Final[Mapping[str, str]] = {
    UNCLAIMED: "Hubben har inte tagit emot den.",
    ANOTHER: "Hubben tog emot den med andra personer, koder eller uppgifter.",
    ELSEWHERE: "Hubben lade den inte i det här området.",
}
"""How a record departs."""


@dataclass(frozen=True, slots=True)
class Ansprakspost:
    """A record that is not as it was taken in."""

    offset: int
    vad: str
    varfor: str


@dataclass(frozen=True, slots=True)
class Ansprakrad:
    """How a partition stands; `poster` are the last that depart, of `antal`."""

    partition: int
    slag: str
    text: str
    kvar: int
    antal: int
    poster: tuple[Ansprakspost, ...]

    @property
    def fler(self) -> int:
        """How many more depart than are told one by one."""
        return self.antal - len(self.poster)


@dataclass(frozen=True, slots=True)
class Anspraksord:
    """One line on them all, and a row a partition."""

    punkt: Punkt
    rader: tuple[Ansprakrad, ...]


def told(bild: Driftbild | None) -> Anspraksord:
    """How the log stands, in words; nothing is known where the database does not answer."""
    if bild is None:
        return Anspraksord(Punkt(NAMN, BAD, "databasen svarar inte"), ())
    rows = tuple(map(_row, bild.ansprak))
    if not rows:
        return Anspraksord(Punkt(NAMN, UNKNOWN, "inget är dömt än"), ())
    worst = min(rows, key=lambda row: WORST.index(row.slag))
    return Anspraksord(Punkt(NAMN, worst.slag, worst.text), rows)


def _row(lage: Ansprakslage) -> Ansprakrad:
    posts = tuple(Ansprakspost(one.offset, one.vad, VARFOR.get(one.vad, one.vad)) for one in lage.senaste)
    return Ansprakrad(lage.partition, *_judged(lage), kvar=lage.kvar, antal=lage.antal, poster=posts)


def _judged(lage: Ansprakslage) -> tuple[str, str]:
    if lage.antal == 1:
        return BAD, "en post i loggen är inte som hubben tog emot den"
    if lage.antal:
        return BAD, f"{antal(lage.antal)} poster i loggen är inte som hubben tog emot dem"
    if lage.kvar_ms > LATE_MS:
        return UNKNOWN, f"det som dömdes för {alder(lage.kvar_ms)} sedan är inte jämfört än"
    return WELL, "stämmer"
