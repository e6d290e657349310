"""The envelope of what the hub itself says: no unit, no user, and an id that derives from what it stands for."""

from collections.abc import Mapping
from typing import Any

from samverkanshub.codec.envelope import Envelope
from samverkanshub.domain.events import HUB, Person
from samverkanshub.domain.ids import event_id


def own_event(
    id_: str, typ: str, salt: bytes, koder: Mapping[str, Any], personer: tuple[Person, ...] = (), arende_id: str = ""
) -> Envelope:
    """An event of the hub's own; `salt` is 32 random bytes, which salt the decision on it."""
    return Envelope(
        id=id_,
        handelse_id=event_id(HUB, id_),
        typ=typ,
        typversion=1,
        aktor=HUB,
        enhet="",
        lasargrupp="",
        anvandare="",
        beslutssalt=salt,
        arende_id=arende_id,
        personer=personer,
        koder=dict(koder),
    )
