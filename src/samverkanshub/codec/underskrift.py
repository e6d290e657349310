"""Does the sender's signature over a record hold, by the directory in force there? From the envelope alone: no vault.

What is signed are codes and commitments, which stand in the log for ever: so it is checked after erasure as before.
What the sender did not sign, since it does not know it, is held to what it did sign where it follows from that.
"""

from collections.abc import Callable

from samverkanshub.codec import signing
from samverkanshub.codec.envelope import Envelope, message
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.errors import Undecodable
from samverkanshub.domain.events import ACTS
from samverkanshub.domain.ids import event_id
from samverkanshub.domain.underskrift import FORGED, key_fault, must_be_signed, signs

Signatures = Callable[[Envelope, Katalog, str], str]
"""What is wrong with an envelope's signature by a directory on a Swedish day (ISO date); empty for nothing."""


def held(envelope: Envelope, katalog: Katalog, day: str) -> str:
    """T1: the sender's, over these codes and commitments, by a key of its own that holds there. A code of `FAULTS`."""
    if not _asked(envelope, katalog):
        return ""
    return (
        _rebound(envelope, katalog)
        or key_fault(katalog, envelope.aktor, envelope.nyckelid, day)
        or _unfitting(envelope, katalog)
    )


def forged(envelope: Envelope, katalog: Katalog) -> str:
    """Is it not signed by the key that it names, whether or not that holds? Of a key not listed nothing is known."""
    return _rebound(envelope, katalog) or _unfitting(envelope, katalog)


def _unfitting(envelope: Envelope, katalog: Katalog) -> str:
    nyckel = katalog.listed_key(envelope.aktor, envelope.nyckelid)
    if nyckel is None:
        return ""
    try:
        right = signing.verify(nyckel.publik, message(envelope), envelope.signatur, nyckel.typ)
    except Undecodable:
        right = False
    return "" if right else FORGED


def _rebound(envelope: Envelope, katalog: Katalog) -> str:
    """T1: is something else than intake makes of it put beside what is signed?

    The hub's id follows from the sender's, or what was signed once would be one event more under each other id. An item
    is about who has the role that is signed with it. A unit is the sender's own.
    """
    enhet = katalog.enheter.get(envelope.enhet)
    right = (
        envelope.handelse_id == event_id(envelope.aktor, envelope.id)
        and (enhet is None or enhet.aktor == envelope.aktor)
        and _about_whom_they_say(envelope)
    )
    return "" if right else FORGED


def _about_whom_they_say(envelope: Envelope) -> bool:
    """V3: a number is about the person in its place, an item about one with its role, or about nobody without one."""
    # An act names nobody itself: its persons are those of what it is about.
    given = () if envelope.typ in ACTS else envelope.personer
    numbers = {f"/personer/{index}/nummer": person.person_id for index, person in enumerate(given)}
    having = {("", ""), *((person.roll, person.person_id) for person in given)}
    return all(
        (uppgift.roll, uppgift.person_id) in having and numbers.get(uppgift.vag, uppgift.person_id) == uppgift.person_id
        for uppgift in envelope.uppgifter
    )


def named(envelope: Envelope, katalog: Katalog, day: str) -> str:
    """Of a journal, which holds no commitments: that the key holds, where a line names one."""
    if not envelope.nyckelid or not _asked(envelope, katalog):
        return ""
    return key_fault(katalog, envelope.aktor, envelope.nyckelid, day)


def where_signed(envelope: Envelope, katalog: Katalog, day: str) -> str:
    """Of a log with records of another history among its own, which nobody has signed: that those signed are held."""
    return held(envelope, katalog, day) if envelope.nyckelid else ""


def unasked(envelope: Envelope, katalog: Katalog, day: str) -> str:
    """Of what is only tried: who signed it was settled when it was judged."""
    return ""


def _asked(envelope: Envelope, katalog: Katalog) -> bool:
    return must_be_signed(envelope.aktor, envelope.typ) and signs(katalog)
