"""An ärende as one picture: what happened, what was delivered, which consents there were, and how it stood when. Pure.

Holds what one auditor may read and nothing else, so that whatever is asked of it tells nothing more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.decision import ACCEPTED, DELIVERED, WITHHELD
from samverkanshub.domain.varden import quick

UNDANHALLEN: Final = "undanhallen"
DELVIS: Final = "delvis"
LEVERERAD: Final = "levererad"
OPPNAD: Final = "oppnad"
KVITTERAD: Final = "kvitterad"
ESKALERAD: Final = "eskalerad"
ATERKALLAD: Final = "aterkallad"

ANDRAT: Final = "andrat"
ATERKALLAT: Final = "aterkallat"
MAKULERAT: Final = "makulerat"
ERSATT: Final = "ersatt"

SKYDDAD: Final = "skyddad"
MISSTANKT: Final = "misstankt"

HANDELSE: Final = "handelse"
SKEENDE: Final = "skeende"


@quick
@dataclass(frozen=True, slots=True, order=True)
class Skede:
    """Something that happened to a delivery or a consent: where in the log and when (ms); `slag` says what."""

    position: int
    tid: int
    slag: str


@quick
@dataclass(frozen=True, slots=True)
class Handelse:
    """An event as a mark. `av` is whose it is, empty where that is not told; `kedja` the consent that it concerns.

    `id` names the event it is explained by. `slag` `skeende`: what the sender reads has happened, `kod` says what, and
    its own record is another's: its position is for order alone.
    """

    id: str
    typ: str
    slag: str
    position: int
    tid: int
    av: str
    utslag: str = ACCEPTED
    kod: str = ""
    kedja: str = ""

    @property
    def bana(self) -> str:
        """The lane that it stands in."""
        return self.kedja or self.av


@quick
@dataclass(frozen=True, slots=True)
class Leverans:
    """What one recipient was to have of one event, and what became of it since. `skeden` are sorted."""

    id: str
    handelse_id: str
    typ: str
    fran: str
    till: str
    position: int
    tid: int
    levererade: int
    undanhallna: int
    skeden: tuple[Skede, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Stapel:
    """A consent as a bar: in force from `fran` up to but not including `till` (ms, 0 where the auditor is not told).

    `position` is that of its registration, -1 where that is not told either. `kedja` is the consent it was first given
    as (K9: a change keeps it); `skeden` are what changed or ended it; `citerad` are where decisions rest on it.
    """

    id: str
    kedja: str
    andamal: str
    position: int
    fran: int
    till: int
    skeden: tuple[Skede, ...] = ()
    citerad: tuple[Skede, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Skugga:
    """P4, F1: a period in which the ärende's person was protected, or somebody registered as suspected of exposing it.

    `slut` is None while it lasts.
    """

    slag: str
    borjan: Skede
    slut: Skede | None = None


@quick
@dataclass(frozen=True, slots=True)
class Tidslinje:
    """The picture. Everything is in log order; `klippt`: there is more, after the last event."""

    handelser: tuple[Handelse, ...] = ()
    leveranser: tuple[Leverans, ...] = ()
    staplar: tuple[Stapel, ...] = ()
    skuggor: tuple[Skugga, ...] = ()
    klippt: bool = False
    bestammelser: tuple[str, ...] = ()
    """The provisions that its decisions cite as basis, sorted."""

    @property
    def enheter(self) -> tuple[str, ...]:
        """Units by when they first appear, sender before recipient."""
        named = [(one.position, 0, one.av) for one in self.handelser if not one.kedja]
        named += [
            (one.position, side, unit) for one in self.leveranser for side, unit in enumerate((one.fran, one.till))
        ]
        return tuple(dict.fromkeys(unit for _, _, unit in sorted(named) if unit))


# ------------------------------------------------------------------------------------------ how it stood


def delivered_as(verdicts: Iterable[str]) -> tuple[int, int]:
    """How many of these lines were let through, and how many withheld."""
    found = list(verdicts)
    return found.count(DELIVERED), found.count(WITHHELD)


def state_of(leverans: Leverans, position: int) -> str:
    """How a delivery stood when the log had come to a position, that included.

    O4, H2: acknowledged outweighs escalated, and both that it was opened, in whatever order they came.
    """
    known = {one.slag for one in leverans.skeden if one.position <= position}
    for slag in (KVITTERAD, ESKALERAD, OPPNAD, ATERKALLAD):
        if slag in known:
            return slag
    if not leverans.undanhallna:
        return LEVERERAD
    return DELVIS if leverans.levererade else UNDANHALLEN


def ends(stapel: Stapel) -> int:
    """K2, K4, K9: when the bar ends (ms): at its end, or where something ended it before that; 0 where not known."""
    times = [stapel.till, *(one.tid for one in stapel.skeden)]
    return min((tid for tid in times if tid), default=0)


def in_force(stapel: Stapel, position: int, tid: int) -> bool:
    """K2, K4, K9: was the consent in force by its own time, as known at a position and a time (ms)?

    One that a later consent takes over in part stands here; of what it then carries the decisions say. One whose
    registration is not told is not known.
    """
    if not 0 <= stapel.position <= position:
        return False
    # K4: from its position on, whatever time is asked of; K9: the later one takes over where it begins, which may be
    # later.
    known = (one for one in stapel.skeden if one.position <= position)
    ended = any(one.slag != ERSATT or one.tid <= tid for one in known)
    return not ended and stapel.fran <= tid < stapel.till


@quick
@dataclass(frozen=True, slots=True)
class Lage:
    """What was known at a position: consents in force, what shaded it, and each delivery with how it stood."""

    staplar: tuple[Stapel, ...]
    skuggor: tuple[str, ...]
    leveranser: tuple[tuple[Leverans, str], ...]


def known_at(tidslinje: Tidslinje, position: int, tid: int) -> Lage:
    """T1: the same as the auditor would have read when the log had come to the position, that included."""
    return Lage(
        tuple(one for one in tidslinje.staplar if in_force(one, position, tid)),
        tuple(sorted({one.slag for one in tidslinje.skuggor if shades(one, position)})),
        tuple((one, state_of(one, position)) for one in tidslinje.leveranser if one.position <= position),
    )


def shades(skugga: Skugga, position: int) -> bool:
    """P4: from its own position on, until it is taken away."""
    return skugga.borjan.position <= position and (skugga.slut is None or position < skugga.slut.position)
