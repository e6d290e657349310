"""When a guardian becomes suspected: what was opened on their consent is listed, and its senders told to look (K8).

V6: what a sender reads says which openings to look into, never why, so that nothing points to the suspect.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.consent import governing
from samverkanshub.domain.decision import Entry, Reason, Skeende
from samverkanshub.domain.events import MISSTANKT, Event
from samverkanshub.domain.givare import guardian_is_suspected, is_mature
from samverkanshub.domain.routing import STATUTORY
from samverkanshub.domain.rules import PURPOSES
from samverkanshub.domain.state import Leverans, PersonState, Samtycke, Tillstand
from samverkanshub.domain.varden import quick

REVIEW: Final = "oppning-att-granska"
"""What the sender of a message reads of a delivery that rested on a consent that turned out to be none."""


@quick
@dataclass(frozen=True, slots=True)
class Vilade:
    """An opened delivery, and the guardian's consent that it rested on."""

    leverans: Leverans
    samtycke: Samtycke


def opened_on_consent(tillstand: Tillstand, event: Event, katalog: Katalog) -> list[Vilade]:
    """K8: the earlier openings about children whose guardian this event makes suspected, that rested on their word."""
    if event.typ != MISSTANKT or event.koder.get("borttagen"):
        return []
    return [
        Vilade(leverans, samtycke)
        for suspect in event.with_role("misstankt")
        for child in _children(tillstand, event, suspect.person_id)
        for leverans, samtycke in _rested(tillstand, child, suspect.person_id, katalog)
    ]


def _children(tillstand: Tillstand, event: Event, suspect: str) -> Iterator[PersonState]:
    """Those for whom this suspicion counts, and no earlier one did."""
    about = event.exposed
    for child in (tillstand.person(id_) for id_ in tillstand.person(suspect).barn):
        close = {child.person_id, *child.vardnadshavare, *child.hushall}
        if about is not None and about.person_id in close and not guardian_is_suspected(tillstand, child, suspect):
            yield child


def _rested(
    tillstand: Tillstand, child: PersonState, suspect: str, katalog: Katalog
) -> Iterator[tuple[Leverans, Samtycke]]:
    for leverans in (lev for id_ in child.berorda for lev in tillstand.arenden[id_].leveranser):
        grupp, andamal = katalog.lasargrupper.get(leverans.mottagare), PURPOSES.get(leverans.typ, "")
        by_law = leverans.funktion == STATUTORY or leverans.enligt_lag or is_mature(child, andamal)
        if not leverans.oppnad or grupp is None or by_law:
            continue
        samtycke = governing(child, suspect, andamal, grupp.enhet, leverans.handelse_id, leverans.oppnad, katalog)
        if samtycke is not None:
            yield leverans, samtycke


def review_entries(found: list[Vilade]) -> Iterator[Entry]:
    """K8: one line for each opening, as an incident."""
    reason = Reason("K8", REVIEW, False)
    for one in found:
        lev = one.leverans
        yield Entry(lev.mottagare, "", (reason,), "incident", (), (one.samtycke.id,), lev.leverans_id)


def to_review(leveranser: list[Leverans]) -> tuple[Skeende, ...]:
    """What the senders of the messages read: which of their deliveries to look into."""
    found = {(lev.handelse_id, lev.leverans_id) for lev in leveranser}
    return tuple(Skeende(handelse_id, REVIEW, leverans_id) for handelse_id, leverans_id in sorted(found))
