"""G1: a claim without what only the erased person's key could open."""

from dataclasses import replace

from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.envelope import Envelope, SealedUppgift
from samverkanshub.codec.schemas import Schemas
from samverkanshub.ports import Claim


def blanked(claim: Claim, person_id: str, schemas: Schemas) -> tuple[Claim, bool]:
    """The claim without the person's sealed items, and whether the event's own key dies with it.

    Others' items in it are left. What concerns nobody in an event that is about the person goes too.
    """
    envelope = kuvert.decode(claim.value, schemas)
    about = kuvert.to_event(envelope).exposed
    own = about is not None and about.person_id == person_id
    gone = {person_id, f"handelse:{envelope.handelse_id}"} if own else {person_id}
    items = tuple(_without(item, gone) for item in envelope.uppgifter)
    return replace(claim, value=kuvert.encode(_with(envelope, items), schemas)), own


def _with(envelope: Envelope, items: tuple[SealedUppgift, ...]) -> Envelope:
    return replace(envelope, uppgifter=items)


def _without(item: SealedUppgift, gone: set[str]) -> SealedUppgift:
    return replace(item, forseglat=b"") if item.subject in gone else item
