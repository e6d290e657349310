"""From a checked event to the envelope in the log: persons by id, every uppgift under its subject's data key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from samverkanshub.codec import sealing
from samverkanshub.codec.cloudevents import CloudEvent
from samverkanshub.codec.envelope import Envelope, SealedUppgift
from samverkanshub.domain.events import Person
from samverkanshub.domain.personnummer import age_class, legal_sex
from samverkanshub.pipeline.checked import Checked, Item
from samverkanshub.ports import DataKey, KnownPerson, Vault

Entropy = Callable[[int], bytes]
"""So many random bytes, fit for keys."""
DECISION_SALT_BYTES: Final = 32


def person(known: KnownPerson, roll: str, today: date) -> Person:
    """Whom an event names, with age class and legal sex as the vault tells them today."""
    return Person(known.person_id, roll, age_class(known.nummer, today), legal_sex(known.nummer))


@dataclass(frozen=True, slots=True)
class Today:
    """Persons as they are today, and the keys of those who are known: by subject and version."""

    personer: tuple[Person, ...]
    nycklar: frozenset[tuple[str, int]]


async def of_today(vault: Vault, listed: Sequence[Person], today: date) -> Today:
    """Those listed, in their roles, as old as they are today. Of one erased since, the age class stays what it was."""
    known = await vault.by_ids([one.person_id for one in listed])
    persons = (person(known[one.person_id], one.roll, today) if one.person_id in known else one for one in listed)
    return Today(tuple(persons), frozenset((one.key.subject, one.key.version) for one in known.values()))


def envelope(
    given: CloudEvent,
    checked: Checked,
    known: Sequence[KnownPerson],
    subject: DataKey | None,
    arende_id: str,
    today: date,
    entropy: Entropy,
) -> Envelope:
    """The event as the log holds it. `subject` is the key of what concerns no person, where there is any such."""
    event = checked.event
    roles = [listed.roll for listed in event.personer]
    return Envelope(
        id=given.id,
        handelse_id=event.handelse_id,
        typ=event.typ,
        typversion=event.version,
        aktor=event.aktor,
        enhet=event.enhet,
        lasargrupp=event.lasargrupp,
        anvandare=event.anvandare,
        beslutssalt=entropy(DECISION_SALT_BYTES),
        arende_id=arende_id,
        personer=tuple(person(who, roll, today) for who, roll in zip(known, roles, strict=True)),
        koder=checked.walked.koder,
        uppgifter=tuple(_sealed(event.handelse_id, item, known, subject, entropy) for item in checked.items),
        nyckelid=given.nyckelid,
        signatur=given.signatur,
    )


def _sealed(
    handelse_id: str, item: Item, known: Sequence[KnownPerson], subject: DataKey | None, entropy: Entropy
) -> SealedUppgift:
    uppgift = item.uppgift
    whose = known[uppgift.person_index] if uppgift.person_index >= 0 else None
    key = whose.key if whose else subject
    assert key is not None  # intake makes one for every event that has an uppgift about nobody
    nonce = entropy(sealing.NONCE_BYTES)
    content = sealing.seal(
        key.key, handelse_id, uppgift.vag, key.subject, key.version, item.salt, uppgift.varde, nonce=nonce
    )
    return SealedUppgift(
        vag=uppgift.vag,
        kategori=uppgift.kategori,
        roll=uppgift.roll,
        person_id=whose.person_id if whose else "",
        referens=uppgift.referens,
        kalla=uppgift.kalla,
        atagande=item.atagande,
        forseglat=content,
        subject=key.subject,
        nyckelversion=key.version,
    )
