"""Q2: what a recall or a correction takes back: what nobody has opened; what somebody has becomes an incident."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain import plikter
from samverkanshub.domain.decision import INCIDENT, Decision, Delivery, Entry, Reason, Skeende, in_order
from samverkanshub.domain.delivery import WITHOUT_ITEMS
from samverkanshub.domain.events import OROSANMALAN, Event, Position
from samverkanshub.domain.flows import bortfall, flow
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.routing import STATUTORY
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, Tillstand
from samverkanshub.domain.varden import quick, replace

BESIDE: Final = "bredvid"


@quick
@dataclass(frozen=True, slots=True)
class Tillbaka:
    """A message of the acting reader group's that an event takes back, in its ärende. `kod` is what it is told as."""

    sak: Sak
    arende: ArendeState
    message: Meddelande
    kod: str

    @property
    def deliveries(self) -> tuple[Leverans, ...]:
        """What the message became that still stands."""
        found = flow.deliveries_of(self.arende, self.message.handelse.handelse_id)
        return tuple(lev for lev in found if not lev.aterkallad)

    def becomes(self, lev: Leverans) -> str:
        """What becomes of a delivery: withdrawn, an incident, or untouched with the recall beside it.

        Nothing is withdrawn from the statutory recipient of a report, nor from who was only consulted or alarmed about
        one: the report stands.
        """
        report = self.message.handelse.typ == OROSANMALAN
        if report and (lev.funktion == STATUTORY or lev.slag in WITHOUT_ITEMS):
            return f"{self.kod}-{BESIDE}"
        return f"{self.kod}-oppnad" if lev.oppnad else self.kod


def own_message(sak: Sak, wanted: str) -> Meddelande | None:
    """The message with this id, where the acting reader group sent it; every other is as one that does not exist."""
    arende = flow.arende_of(sak)
    found = (m for m in (arende.meddelanden if arende else ()) if m.handelse.handelse_id == wanted)
    message = next(found, None)
    event = sak.event
    own = message is not None and (message.handelse.enhet, message.handelse.lasargrupp) == (
        event.enhet,
        event.lasargrupp,
    )
    return message if own else None


def taken_back(decision: Decision, tillbaka: Tillbaka) -> Decision:
    """Q2: the decision with what it takes back: openings of it are refused from here on, and each who had it is told.

    Who opened it gets an incident to act on; the sender reads of each in the message's outcome.
    """
    message, stand = tillbaka.message.handelse, tillbaka.deliveries
    withdrawn = tuple(sorted(lev.leverans_id for lev in stand if tillbaka.becomes(lev) == tillbaka.kod))
    told = tuple(_notices(tillbaka))
    skeenden = [Skeende(message.handelse_id, tillbaka.becomes(lev), lev.leverans_id) for lev in stand]
    falls = bortfall.Bortfall(tillbaka.sak, tillbaka.arende, tillbaka.message, frozenset(withdrawn), decision)
    reopened = falls.open_again()
    skeenden += [Skeende(message.handelse_id, bortfall.OPEN_AGAIN) for _ in reopened]
    lines = [*decision.entries, *flow.told(told, "Q2"), *_incidents(tillbaka), *bortfall.entries(reopened)]
    return replace(
        decision,
        entries=in_order(lines),
        deliveries=(*decision.deliveries, *told),
        skeenden=(*decision.skeenden, Skeende(message.handelse_id, tillbaka.kod), *skeenden),
        aterkallar=message.handelse_id,
        aterkallade=withdrawn,
        slopade_plikter=falls.fallen(),
        oppnade_plikter=reopened,
    )


def _notices(tillbaka: Tillbaka) -> Iterator[Delivery]:
    """One row a reader group, about its strongest case; what it had more of is in the decision."""
    by_group: dict[str, list[Leverans]] = {}
    for lev in tillbaka.deliveries:
        by_group.setdefault(lev.mottagare, []).append(lev)
    for lasargrupp, own in sorted(by_group.items()):
        worst = max(own, key=lambda lev: (bool(lev.oppnad), lev.leverans_id))
        yield flow.notice(tillbaka.sak, lasargrupp, tillbaka.becomes(worst), avser=worst.leverans_id)


def _incidents(tillbaka: Tillbaka) -> Iterator[Entry]:
    for lev in tillbaka.deliveries:
        if (kod := tillbaka.becomes(lev)) == f"{tillbaka.kod}-oppnad":
            yield Entry(lev.mottagare, "", (Reason("Q2", kod, False),), INCIDENT, leverans_id=lev.leverans_id)


def recalled(tillstand: Tillstand, decision: Decision, position: Position) -> Tillstand:
    """Q2: the state with what the decision takes back noted on message and deliveries, and its duties ended."""
    if not decision.aterkallar:
        return tillstand
    arende = tillstand.arenden[decision.arende_id]
    gone = set(decision.aterkallade)
    deliveries = tuple(replace(d, aterkallad=position.tid) if d.leverans_id in gone else d for d in arende.leveranser)
    messages = tuple(
        replace(m, aterkallad=position.tid) if m.handelse.handelse_id == decision.aterkallar else m
        for m in arende.meddelanden
    )
    arende = replace(arende, leveranser=deliveries, meddelanden=messages)
    ended = set(decision.slopade_plikter)
    arende = plikter.meet(arende, lambda plikt: plikt.id in ended, position.tid, "aterkallad")
    arende = replace(arende, forslag=tuple(one for one in arende.forslag if one.plikt not in ended))
    return bortfall.opened(tillstand.with_arende(arende), decision)


def same_matter(first: Event, second: Event) -> bool:
    """Are these two messages of one type and about one person?"""
    about = [event.exposed.person_id if event.exposed else "" for event in (first, second)]
    return first.typ == second.typ and about[0] == about[1]
