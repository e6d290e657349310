"""Reads `frister.yaml`: the deadlines, office hours, and from which calendar days offices are closed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from samverkanshub.adapters.kalender import EVES, closed_days
from samverkanshub.adapters.marked import Marked
from samverkanshub.domain import oppettider
from samverkanshub.domain.regelverk import Frist

LENGTH: Final = ("dagar", "sekunder")
FIRST_YEAR: Final = 1990
"""Before it holidays were others by an older act, and nothing of the hub's is so old."""
LAST_YEAR: Final = 2099


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What the file holds."""

    frister: dict[str, Frist]
    helgdagar: frozenset[str]
    kontorstid: str


def read_deadlines(document: Marked, lists: Mapping[str, Collection[str]]) -> Deadlines:
    """Every deadline with its rule and mark; the closed days are computed here, once, and then data."""
    m = document.record(["frister", "helgdagar", "kontorstid"])
    found = m["frister"].members() if "frister" in m else {}
    return Deadlines(
        frister={name: _deadline(value, lists) for name, value in found.items()},
        helgdagar=_closed(m["helgdagar"]) if "helgdagar" in m else frozenset(),
        kontorstid=_hours(m["kontorstid"]) if "kontorstid" in m else "",
    )


def _deadline(value: Marked, lists: Mapping[str, Collection[str]]) -> Frist:
    """With the rule it serves and its mark, and what municipalities have chosen instead."""
    m = value.record(["regel", "marke"], [*LENGTH, "arbetstid", "kommuner"])
    frist = Frist(
        arbetstid=m["arbetstid"].boolean() if "arbetstid" in m else False,
        regel=m["regel"].filled() if "regel" in m else "",
        marke=m["marke"].one_of(lists["marke"], "mark") if "marke" in m else "",
    )
    own = m["kommuner"].members() if "kommuner" in m else {}
    return replace(
        _lasting(value, m, frist),
        kommuner={kommun: _own(kommun, one, frist, lists) for kommun, one in sorted(own.items())},
    )


def _own(kommun: str, value: Marked, frist: Frist, lists: Mapping[str, Collection[str]]) -> Frist:
    if kommun not in lists["kommun"]:
        value.fault(f"unknown municipality `{kommun}`")
    m = value.record([], [*LENGTH, "arbetstid"])
    working = m["arbetstid"].boolean() if "arbetstid" in m else frist.arbetstid
    return _lasting(value, m, replace(frist, arbetstid=working))


def _lasting(value: Marked, m: Mapping[str, Marked], frist: Frist) -> Frist:
    if not any(name in m for name in LENGTH):
        value.fault("`dagar` or `sekunder` is missing")
    seconds, days = (m[name].integer() if name in m else None for name in ("sekunder", "dagar"))
    return replace(frist, sekunder=seconds or 0, dagar=days)


def _closed(value: Marked) -> frozenset[str]:
    m = value.record(["fran", "till", "aftnar"])
    first, last = (m[end].integer() if end in m else 0 for end in ("fran", "till"))
    eves = m["aftnar"].some_of(EVES, "eve") if "aftnar" in m else ()
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        value.fault(f"must be years from {FIRST_YEAR} to {LAST_YEAR}, the first not after the last")
        return frozenset()
    return closed_days(first, last, eves)


def _hours(value: Marked) -> str:
    text = value.text()
    try:
        if not oppettider.parse(text) or text.startswith(oppettider.AFTER_HOURS):
            raise ValueError("no office hours")
    except ValueError:
        value.fault("must be office hours, such as `man-fre 08:00-16:30`")
    return text
