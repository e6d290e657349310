"""A decision in plain Swedish, with everything that it cites (T1). Pure: from a decision's entries to sentences.

Works on what a decision record holds and nothing else, so that it explains an old decision as well as today's, and one
of a code that this program does not know by saying so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.decision import ACCEPTED, DELIVERED, REFUSED, WITHHELD, Entry, Grund, Reason
from samverkanshub.domain.ord import FUNKTIONER, HINDRAR, MARKEN, MEDGER, TIPS
from samverkanshub.domain.varden import quick

UTSLAG: Final = {DELIVERED: "levereras", WITHHELD: "undanhålls", ACCEPTED: "godtas", REFUSED: "avvisas"}
"""The verdicts as they are written."""


@quick
@dataclass(frozen=True, slots=True)
class Skal:
    """A reason: rule, code, whether it stops, and what that says."""

    regel: str
    kod: str
    nekar: bool
    mening: str


@quick
@dataclass(frozen=True, slots=True)
class Stod:
    """A basis: its id and name, the rule, validity (ISO dates; the end is exclusive), mark and what the mark means."""

    id: str
    namn: str
    regel: str
    giltig_fran: str
    giltig_till: str
    marke: str
    markets_innebord: str


@quick
@dataclass(frozen=True, slots=True)
class Punkt:
    """One entry explained: an item to a recipient, or, with an empty `vag`, what holds for all of it. `frist` in ms."""

    vag: str
    kategori: str
    utslag: str
    skal: tuple[Skal, ...]
    stod: tuple[Stod, ...] = ()
    samtycken: tuple[str, ...] = ()
    leverans_id: str = ""
    frist: int = 0
    frist_slag: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Mottagardel:
    """What becomes of the event for one reader group, delivered first; with an empty `mottagare`, of the event."""

    mottagare: str
    funktion: str
    punkter: tuple[Punkt, ...]


def explain(
    entries: Iterable[Entry], kategorier: Mapping[str, str], namn: Mapping[str, str], mottagare: str = ""
) -> tuple[Mottagardel, ...]:
    """T1: the entries by recipient, that of the event itself first, then who is delivered something.

    `kategorier`: path to category, as far as known. `namn`: names of provisions, as far as known. `mottagare`: an
    actor, a unit or a reader group, to leave the others out.
    """
    by_group: dict[tuple[str, str], list[Entry]] = {}
    for entry in sorted(entries):
        if concerns(entry.mottagare, mottagare):
            by_group.setdefault((entry.mottagare, entry.funktion), []).append(entry)
    parts = [_part(*key, found, kategorier, namn) for key, found in by_group.items()]
    return tuple(sorted(parts, key=_place))


def concerns(lasargrupp: str, mottagare: str) -> bool:
    """Is the reader group the one asked about, or one of the unit's or the actor's? What is of the event, always."""
    return not lasargrupp or not mottagare or f"{lasargrupp}.".startswith(f"{mottagare}.")


def tips(hints: Iterable[str]) -> tuple[str, ...]:
    """What the sender is told to think of, in sentences."""
    return tuple(words(hint, TIPS) or _unknown(hint) for hint in sorted(set(hints)))


def _place(part: Mottagardel) -> tuple[bool, bool, str, str]:
    delivered = any(punkt.utslag == UTSLAG[DELIVERED] for punkt in part.punkter)
    return bool(part.mottagare), not delivered, part.mottagare, part.funktion


def _part(
    mottagare: str, funktion: str, entries: Sequence[Entry], kategorier: Mapping[str, str], namn: Mapping[str, str]
) -> Mottagardel:
    ordered = sorted(entries, key=lambda entry: (entry.verdict not in (DELIVERED, ACCEPTED), entry))
    points = tuple(_point(entry, kategorier, namn) for entry in ordered)
    return Mottagardel(mottagare, FUNKTIONER.get(funktion, funktion), points)


def _point(entry: Entry, kategorier: Mapping[str, str], namn: Mapping[str, str]) -> Punkt:
    return Punkt(
        vag=entry.vag,
        kategori=kategorier.get(entry.vag, ""),
        utslag=UTSLAG[entry.verdict],
        skal=tuple(_reason(reason, entry.grunder) for reason in _telling(entry)),
        stod=tuple(_basis(grund, namn) for grund in entry.grunder),
        samtycken=entry.samtycken,
        leverans_id=entry.leverans_id,
        frist=entry.frist,
        frist_slag=entry.frist_slag,
    )


def _telling(entry: Entry) -> list[Reason]:
    """What stops before what would have carried."""
    return sorted(entry.reasons, key=lambda reason: (not reason.nekar, reason))


def _reason(reason: Reason, cited: Iterable[Grund]) -> Skal:
    return Skal(reason.regel, reason.kod, reason.nekar, sentence(reason, cited))


def sentence(reason: Reason, cited: Iterable[Grund] = ()) -> str:
    """What a reason says. A code that is the id of a basis that the entry cites says that the basis applies."""
    found = words(reason.kod, HINDRAR if reason.nekar else MEDGER)
    if found:
        return found
    if any(grund.id == reason.kod for grund in cited):
        return "Bestämmelsen, som anges nedan, är tillämplig."
    # B7: beside `karantan`, and of no rule, stands what the codec found wrong.
    return _unknown(reason.kod) if reason.regel else f"Teknisk orsak: `{reason.kod}`."


def words(kod: str, table: Mapping[str, str]) -> str:
    """The sentence of a code in a table; empty where there is none."""
    if kod in table:
        return table[kod]
    for line, text in table.items():
        if line.endswith("*") and kod.startswith(line[:-1]):
            return text.format(kod[len(line) - 1 :])
    return ""


def _unknown(kod: str) -> str:
    return f"Koden `{kod}` har ingen förklaring i denna version av programmet."


def _basis(grund: Grund, namn: Mapping[str, str]) -> Stod:
    return Stod(
        id=grund.id,
        namn=namn.get(grund.id, ""),
        regel=grund.regel,
        giltig_fran=grund.giltig_fran,
        giltig_till=grund.giltig_till,
        marke=grund.marke,
        markets_innebord=MARKEN.get(grund.marke, ""),
    )
