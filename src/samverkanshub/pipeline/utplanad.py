"""G1: a claim without what only the erased person's key could open."""

from dataclasses import replace

from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.envelope import Envelope, SealedUppgift
from samverkanshub.codec.schemas import Schemas
from samverkanshub.ports import Claim


def blanked(claim: Claim, person_id: str, schemas: Schemas) -> tuple[Claim, list[str]]:
    """The claim without the person's sealed items, and the subjects whose keys die with it.

    Others' items in it are left. What concerns nobody in an event that is about the person goes too.
    """
    envelope = kuvert.decode(claim.value, schemas)
    about = kuvert.to_event(envelope).exposed
    subjects = [f"handelse:{envelope.handelse_id}"] if about is not None and about.person_id == person_id else []
    items = tuple(_without(item, {person_id, *subjects}) for item in envelope.uppgifter)
    return replace(claim, value=kuvert.encode(_with(envelope, items), schemas)), subjects


def _with(envelope: Envelope, items: tuple[SealedUppgift, ...]) -> Envelope:
    return replace(envelope, uppgifter=items)


def _without(item: SealedUppgift, gone: set[str]) -> SealedUppgift:
    return replace(item, forseglat=b"") if item.subject in gone else item
