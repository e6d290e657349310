"""Q2: the sender recalls a message, or corrects it with another of its own."""

from typing import Final

from samverkanshub.domain.decision import Decision, Reason, Skeende
from samverkanshub.domain.events import MESSAGES, OROSANMALAN, Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.flows.jav import may_not_correct
from samverkanshub.domain.flows.tillbaka import Tillbaka, own_message, recalled, same_matter, taken_back
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.state import Meddelande, Tillstand
from samverkanshub.domain.varden import replace

RECALLED: Final = "aterkallad"
CORRECTED: Final = "rattad"
UNKNOWN: Final = "okand-att-ratta"
"""What is not the sender's own to correct, whether or not it exists."""


def decide(sak: Sak) -> Decision:
    """Q2: only the sender recalls, once; a recall of a report stands beside it."""
    arende, message = flow.arende_of(sak), own_message(sak, str(sak.event.koder["meddelande"]))
    if arende is None or message is None or message.handelse.typ not in MESSAGES:
        return flow.unknown(sak)
    if message.aterkallad:
        return flow.act(sak, Reason("Q2", "redan-aterkallad", True))
    accepted = flow.act(sak, Reason("Q2", RECALLED, False))
    return replace(
        taken_back(accepted, Tillbaka(sak, arende, message, RECALLED)), omprovar=message.handelse.handelse_id
    )


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """What it takes back is noted; the message itself stays in the log, and so does who opened it."""
    return recalled(tillstand, decision, position)


def corrected(sak: Sak, decision: Decision) -> Decision:
    """Q2: a message with `rattar` replaces an earlier one of its sender's, of the same type and about the same person.

    It is judged as any new message. A report never waits for such a reference (B1): one that is wrong, or a barred
    employee's (V7), is only told.
    """
    wanted = sak.event.koder.get("rattar")
    if not wanted:
        return decision
    there = replace(sak, event=replace(sak.event, arende_id=decision.arende_id))
    arende, message = flow.arende_of(there), _correctable(there, str(wanted))
    if arende is None or message is None:
        return _nothing_to_correct(there, decision)
    replaced = taken_back(decision, Tillbaka(there, arende, message, CORRECTED))
    return replace(replaced, skeenden=(*replaced.skeenden, Skeende(sak.event.handelse_id, "rattar")))


def _correctable(sak: Sak, wanted: str) -> Meddelande | None:
    message = own_message(sak, wanted)
    stands = message is not None and not message.aterkallad and same_matter(message.handelse, sak.event)
    return message if stands and not may_not_correct(sak.tillstand, sak.event) else None


def _nothing_to_correct(sak: Sak, decision: Decision) -> Decision:
    if sak.event.typ == OROSANMALAN:
        return replace(decision, hints=tuple(sorted({*decision.hints, UNKNOWN})))
    return flow.act(replace(sak, event=replace(sak.event, arende_id="")), Reason("Q2", UNKNOWN, True))
