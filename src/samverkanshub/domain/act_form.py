"""What an act must say to count, judged without state: O4 and H1 of RULES.md."""

from collections.abc import Iterator
from typing import Final

from samverkanshub.domain.brist import Brist, of
from samverkanshub.domain.events import AVSLUT, SAMTAL, Event
from samverkanshub.domain.regelverk import Regelverk

TAKEN_BY: Final = "/mottaget_av"
GROUNDS: Final = ("chef", "skal", "informerad")
"""H1: what is recorded where nobody takes over: who decided, why, and who has been told."""


@of(SAMTAL)
def names_who_took_the_call(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """O4: the record of a call names who took it; without that nobody has."""
    if all(uppgift.vag != TAKEN_BY for uppgift in event.uppgifter):
        yield Brist(
            "O4", "mottagare-av-samtal-saknas", "/data/mottaget_av", "`mottaget_av` must name who took the call"
        )


@of(AVSLUT)
def grounds_of_closing(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """H1: who closes their part names an accepted handover, or else the manager, the ground and who is informed.

    County page, "Att tänka på": that somebody else takes over is secured before one closes one's part.
    """
    if event.koder.get("overlamning"):
        return
    for name in GROUNDS:
        if not event.koder.get(name):
            detail = f"without an accepted `overlamning` there must be `{name}`"
            yield Brist("H1", "efterfoljare-saknas", f"/data/{name}", detail)
