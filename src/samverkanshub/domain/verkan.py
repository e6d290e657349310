"""What another regelverk would come to for events that have been decided, in numbers. Pure.

Nothing here says who a recipient is, whom an event is about or what it says: only how many, by rule, type of event and
municipality.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from typing import Final

from samverkanshub.domain.decision import DELIVERED, Decision, Entry, accepted
from samverkanshub.domain.delivery import TOLD
from samverkanshub.domain.events import HUBS_OWN, REGELVERK

NOT_COUNTED: Final = HUBS_OWN | {REGELVERK}
"""What the hub itself appended, as its own decisions then had it: with other decisions it would have appended other."""
_PARTS: Final = tuple(one.name for one in fields(Decision) if one.name != "regelverk")


@dataclass(frozen=True, slots=True)
class Skifte:
    """A recipient for whom it would be otherwise: something comes, or it goes.

    `hel`: all of the delivery, and not only so many items of it. `regler`: what withheld, or would withhold, it.
    """

    mottagare: str
    kommer: bool
    hel: bool
    uppgifter: int
    regler: tuple[str, ...]


def skiften(var: Decision, vore: Decision) -> tuple[Skifte, ...]:
    """Who would get more, and who less, by the one decision than by the other; sorted. Who is only told is left out."""
    before, after = _by_recipient(var), _by_recipient(vore)
    found = list[Skifte]()
    for who in sorted(before.keys() | after.keys()):
        old, new = before.get(who, []), after.get(who, [])
        found += _gained(who, old, new, _own(var), kommer=True)
        found += _gained(who, new, old, _own(vore), kommer=False)
    return tuple(found)


def _gained(who: str, without: list[Entry], having: list[Entry], own: list[Entry], *, kommer: bool) -> Iterable[Skifte]:
    """What `having` delivers and `without` does not, and why not."""
    lacked, had = _delivered(without), _delivered(having)
    more = had - lacked
    if more:
        withheld = [one for one in without if one.verdict != DELIVERED and one.vag in more]
        items = sum(1 for vag in more if vag)
        yield Skifte(who, kommer, not lacked, items, _denying(withheld or own))


def _by_recipient(decision: Decision) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in decision.entries:
        if entry.mottagare and entry.funktion not in TOLD:
            found.setdefault(entry.mottagare, []).append(entry)
    return found


def _own(decision: Decision) -> list[Entry]:
    return [entry for entry in decision.entries if not entry.mottagare]


def _delivered(entries: Iterable[Entry]) -> set[str]:
    return {entry.vag for entry in entries if entry.verdict == DELIVERED}


def _denying(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(sorted({reason.regel for entry in entries for reason in entry.reasons if reason.nekar}))


@dataclass(slots=True)
class Tal:
    """How many deliveries would come and go, whole or in part, with how many items."""

    kommer: int = 0
    bortfaller: int = 0
    kommer_uppgifter: int = 0
    bortfaller_uppgifter: int = 0

    def add(self, one: Skifte) -> None:
        """Count one more."""
        if one.kommer:
            self.kommer += 1
            self.kommer_uppgifter += one.uppgifter
        else:
            self.bortfaller += 1
            self.bortfaller_uppgifter += one.uppgifter


@dataclass(slots=True)
class Verkan:
    """The sum of many: `handelser` judged both ways, and of them how many would be decided otherwise.

    `godtas` and `avvisas`: events that would be taken, or refused, instead of the other. `annars`: of which nothing
    comes or goes, but grounds, deadlines or duties would be others. `kommuner` has "" for what is no municipality's.
    """

    handelser: int = 0
    andrade: int = 0
    annars: int = 0
    godtas: int = 0
    avvisas: int = 0
    alla: Tal = field(default_factory=Tal)
    regler: dict[str, Tal] = field(default_factory=dict)
    typer: dict[str, Tal] = field(default_factory=dict)
    kommuner: dict[str, Tal] = field(default_factory=dict)

    def add(self, var: Decision, vore: Decision, kommun: Callable[[str], str]) -> None:
        """Count one more event. `kommun`: the municipality of a reader group, empty where it has none."""
        if var.typ in NOT_COUNTED:
            return
        self.handelser += 1
        if not _otherwise(var, vore):
            return
        self.andrade += 1
        was, would = accepted(var), accepted(vore)
        self.godtas += would and not was
        self.avvisas += was and not would
        found = skiften(var, vore)
        self.annars += not found and was == would
        for one in found:
            self._count(one, var.typ, kommun(one.mottagare))

    def _count(self, one: Skifte, typ: str, kommun: str) -> None:
        self.alla.add(one)
        for table, keys in ((self.regler, one.regler), (self.typer, (typ,)), (self.kommuner, (kommun,))):
            for key in keys:
                table.setdefault(key, Tal()).add(one)


def _otherwise(var: Decision, vore: Decision) -> bool:
    """Is anything of the decision another, but which regelverk it was made by?"""
    return any(getattr(var, name) != getattr(vore, name) for name in _PARTS)
