"""The gate as two pure functions: `decide` says what becomes of an event, `fold` (fold.py) what it changes."""

from typing import Final

from samverkanshub.domain import acts, begaran, delivery, messages
from samverkanshub.domain.alder import grown
from samverkanshub.domain.decision import Decision, Entry, Reason
from samverkanshub.domain.events import MESSAGES, MISSTANKT, OPPNING, REGELVERK, Event, Position
from samverkanshub.domain.flows import FLOWS, granskning, innehavare, jav, karantan, owed, riskbild, stopped
from samverkanshub.domain.flows.aterkallelse import corrected
from samverkanshub.domain.flows.flow import by_two, in_place
from samverkanshub.domain.intake_rules import violations
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import OmradeState, Tillstand
from samverkanshub.domain.underrattelse import with_spread

VERSIONS: Final = frozenset({1})
"""The rule sets that this program has, by the number that a regelverk names; old ones stay callable."""


def decide(tillstand: Tillstand, event: Event, position: Position, regelverk: Regelverk) -> Decision:
    """What becomes of this event in this state: a pure function of its arguments.

    The stateless rules that intake applied are applied again here, so that what reaches the log another way is judged
    alike.
    """
    broken = violations(event, regelverk)
    if broken:
        return refuse(event, regelverk.digest, tuple(sorted(broken)))
    if jav.barred(tillstand, event):
        return refuse(event, regelverk.digest, (jav.BARRED,))
    event = grown(tillstand, event)
    sak = messages.Sak(tillstand, regelverk, event, position)
    return with_spread(sak, _decided(sak))


def _decided(sak: messages.Sak) -> Decision:
    tillstand, event, position, regelverk = sak.tillstand, sak.event, sak.position, sak.regelverk
    if event.typ in MESSAGES:
        stops = stopped(sak)
        if stops:
            return refuse(event, regelverk.digest, stops)
        decision = karantan.sent_anew(sak, corrected(sak, owed(sak, messages.decide_message(sak))))
        return begaran.made(sak, riskbild.told(sak, decision))
    if event.typ in FLOWS:
        return innehavare.decide(sak, FLOWS[event.typ])
    if event.typ == OPPNING:
        return delivery.decide_opening(tillstand, event, position, regelverk)
    if event.typ == REGELVERK:
        return _only(event, regelverk.digest, (_activation(event, tillstand.omrade),))
    return _act(sak)


def _act(sak: messages.Sak) -> Decision:
    """P5: a consent may name a recipient by the request id that its sender was given; the gate alone resolves it."""
    tillstand, event = sak.tillstand, sak.event
    if begaran.named_in(event) - begaran.resolve(tillstand, event).keys():
        return refuse(event, sak.regelverk.digest, (begaran.UNRESOLVED,))
    decision = acts.decide_act(tillstand, begaran.resolved(tillstand, event), sak.regelverk)
    return granskning.reviewed(sak, decision) if event.typ == MISSTANKT else decision


def _activation(event: Event, omrade: OmradeState) -> Reason:
    """T1: by two, and instead of the regelverk that they knew: what was approved side by side is not lost."""
    if not by_two(event):
        return Reason("T1", "godkand-av-samma", True)
    known = in_place(event, omrade)
    return Reason("T1", "regelverk-aktiverat", False) if known else Reason("T1", "bygger-pa-annat-regelverk", True)


def repeated(event: Event, digest: str) -> Decision:
    """A repeat changes nothing: the first occurrence of (actor, event id) counts."""
    return _only(event, digest, (Reason("T1", "upprepning", True),), upprepning=True)


def refuse(event: Event, digest: str, reasons: tuple[Reason, ...]) -> Decision:
    """Kept in the log without effect."""
    return _only(event, digest, reasons)


def _only(event: Event, digest: str, reasons: tuple[Reason, ...], upprepning: bool = False) -> Decision:
    entry = Entry("", "", reasons)
    return Decision(event.handelse_id, event.typ, event.aktor, digest, (entry,), upprepning=upprepning)
