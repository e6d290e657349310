"""B7: the redrive. Two people thaw those whom a record that could not be read had frozen, saying why they may."""

from samverkanshub.domain.decision import Decision, Reason, Skeende
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.state import Tillstand
from samverkanshub.domain.varden import replace

SEND_AGAIN = "upptinad-sand-pa-nytt"


def decide(sak: Sak) -> Decision:
    """B7: proposed by one and approved by another. The record itself is not judged: its sender is to send it anew.

    So a replay sees the same as the gate did, also where a later program could read the record.
    """
    koder = sak.event.koder
    if not flow.by_two(sak.event):
        return flow.act(sak, Reason("B7", "godkand-av-samma", True))
    if koder.get("partition") != str(sak.position.partition) or not _frozen_by(sak.tillstand, sak.event):
        return flow.act(sak, Reason("B7", "ingen-fryst", True))
    told = (Skeende(str(koder["handelse"]), SEND_AGAIN),) if koder.get("handelse") else ()
    return flow.act(sak, Reason("B7", "upptinad", False), skeenden=told)


def _frozen_by(tillstand: Tillstand, event: Event) -> bool:
    """Is anybody whom the event names frozen by the record that it names?"""
    offset = event.koder.get("offset")
    return any(str(one) == offset for id_ in event.person_ids for one in tillstand.person(id_).fryst)


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """B7: by this record they are frozen no more; by any other that could not be read they still are."""
    for person_id in sorted(event.person_ids):
        person = tillstand.person(person_id)
        left = tuple(offset for offset in person.fryst if str(offset) != event.koder["offset"])
        tillstand = tillstand.with_person(replace(person, fryst=left))
    return tillstand
