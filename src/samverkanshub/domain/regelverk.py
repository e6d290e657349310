"""The regelverk: directory, legal catalogue, closed lists, deadlines and rule set, active from a log position on."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Final

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.bevarande import Bevarande
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.domain.tid import in_force
from samverkanshub.domain.varden import quick


@quick
@dataclass(frozen=True, slots=True)
class Bestammelse:
    """A provision of the catalogue: what it permits, from whom to whom, on which attested conditions.

    `fran_till` pairs a sender's verksamhet with a recipient's; empty categories mean all. Dates are ISO, `giltig_till`
    exclusive, empty when open. `forbjuder`: a forbidden flow (K10). `typer`: message types it serves, empty for all.
    `enskilda`: it covers private bodies too (OSL binds authorities). `inom`: what the two units must share for B6,
    `namnd` or `region`. `alternativ`: provisions that may hold where its conditions fail (B2). `anmarkning` says what a
    lawyer must know of the mark.
    """

    id: str
    regel: str
    namn: str
    kalla: str
    marke: str
    giltig_fran: str
    giltig_till: str = ""
    fran_till: tuple[tuple[str, str], ...] = ()
    kategorier: tuple[str, ...] = ()
    villkor: tuple[str, ...] = ()
    typer: tuple[str, ...] = ()
    forbjuder: bool = False
    anmarkning: str = ""
    enskilda: bool = False
    inom: str = ""
    alternativ: tuple[str, ...] = ()

    def in_force(self, day: str) -> bool:
        """Is it the law of this Swedish day (ISO date)?"""
        return in_force(date.fromisoformat(day), self.giltig_fran, self.giltig_till)

    def covers(self, fran: str, till: str, kategori: str, typ: str) -> bool:
        """Does it concern this flow: verksamhet to verksamhet, category, message type?

        Only its attested conditions are not asked here; a provision that names no pair covers no flow.
        """
        return self.goes(fran, till) and self.concerns(kategori) and self.serves(typ)

    def goes(self, fran: str, till: str) -> bool:
        """Is it for this direction, verksamhet to verksamhet?"""
        return (fran, till) in self.fran_till

    def concerns(self, kategori: str) -> bool:
        """Is it for items of this category?"""
        return not self.kategorier or kategori in self.kategorier

    def serves(self, typ: str) -> bool:
        """Is it for messages of this type?"""
        return not self.typer or typ in self.typer


@quick
@dataclass(frozen=True, slots=True)
class Prenumeration:
    """A subscription (Q1): proposes a unit as recipient of a type; never entitles."""

    enhet: str
    typ: str
    territorium: tuple[str, ...] = ()
    giltig_fran: str = ""
    giltig_till: str = ""

    def in_force(self, day: str) -> bool:
        """Does the subscription stand on this Swedish day (ISO date)?"""
        return in_force(date.fromisoformat(day), self.giltig_fran, self.giltig_till)


def digest_of(artefakter: Iterable[tuple[str, str]]) -> str:
    """The digest of a regelverk: SHA-256 hex over the JCS (RFC 8785) of its sorted (name, digest) pairs, all ASCII."""
    pairs = [list(pair) for pair in sorted(artefakter)]
    return sha256(json.dumps(pairs, separators=(",", ":")).encode()).hexdigest()


FORBIDDEN: Final = "forbjudna"
_DAYS: Final = 1024

KONTORSTID: Final = "man-fre 08:00-16:30"


@quick
@dataclass(frozen=True, slots=True)
class Frist:
    """How long something may take: to the end of a Swedish day so many days on, then so many seconds; either or both.

    `arbetstid`: only working days and office hours count, else clock and calendar. `kommuner`: what holds instead where
    a municipality has chosen otherwise. `marke` is the deadline's legal mark.
    """

    sekunder: int = 0
    dagar: int | None = None
    arbetstid: bool = False
    regel: str = ""
    marke: str = ""
    kommuner: Mapping[str, "Frist"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Regelverk:
    """All that a decision depends on beside the log. `digest` is SHA-256 hex over the sorted artefact digests."""

    digest: str
    katalog: Katalog
    bestammelser: tuple[Bestammelse, ...]
    kategorier: frozenset[str]
    andamal: Mapping[str, str]
    """Purpose to the one message type it serves (`barnskydd` to orosanmalan, …)."""
    frister: Mapping[str, Frist] = field(default_factory=dict)
    """Deadlines by name, e.g. `o4.kvittens`; `domain.frister.due` counts them."""
    prenumerationer: tuple[Prenumeration, ...] = ()
    regelversion: int = 1
    scheman: frozenset[str] = frozenset()
    """`id:fingerprint` of every schema that the log may be written with."""
    befolkningsgrans: int = 25_000
    listor: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Every closed list by name, `kategori`, `andamal` and `kommun` among them."""
    helgdagar: frozenset[str] = frozenset()
    """The days (ISO) on which offices are closed whatever the day of the week; computed when it was compiled."""
    kontorstid: str = KONTORSTID
    """The office hours that a deadline in working time counts, as domain.oppettider reads them."""
    revisorer: tuple[Revisor, ...] = ()
    """Who may ask what happened; no decision depends on it."""
    operatorer: tuple[Operator, ...] = ()
    """Who may see to the hub's running; no decision depends on it."""
    bevaranden: tuple[Bevarande, ...] = ()
    """How long what is noted about a person must be kept (G2)."""
    _av_dagen: dict[tuple[str, str], tuple[Bestammelse, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What has been found to be the law of a day; no part of the value."""
    _scheman: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = frozenset(int(signature.partition(":")[0]) for signature in self.scheman)
        object.__setattr__(self, "_scheman", found)

    def lists(self, scheman: frozenset[int]) -> bool:
        """May the log be written with all of the schemas with these ids? What else it holds is quarantined (B7)."""
        return scheman <= self._scheman

    def provisions(self, regel: str, day: str) -> tuple[Bestammelse, ...]:
        """The provisions that carry a rule on a Swedish day (ISO date), sorted by id."""
        return self._of_day(regel, day, lambda row: row.regel == regel)

    def provision(self, id_: str, day: str) -> Bestammelse | None:
        """The provision with this id, if it is the law of the day."""
        return next((row for row in self._of_day("", day, lambda _: True) if row.id == id_), None)

    def forbidden(self, day: str) -> tuple[Bestammelse, ...]:
        """The flows that no consent permits on a day (K10)."""
        return self._of_day(FORBIDDEN, day, lambda row: row.forbjuder)

    def _of_day(self, which: str, day: str, wanted: Callable[[Bestammelse], bool]) -> tuple[Bestammelse, ...]:
        """Those wanted that are the law of a day, sorted by id; found once a day, since every item asks."""
        found = self._av_dagen.get((which, day))
        if found is None:
            rows = sorted((row for row in self.bestammelser if wanted(row)), key=lambda row: row.id)
            found = tuple(row for row in rows if row.in_force(day))
            if len(self._av_dagen) >= _DAYS:  # A replay of years passes many.
                self._av_dagen.clear()
            self._av_dagen[which, day] = found
        return found
