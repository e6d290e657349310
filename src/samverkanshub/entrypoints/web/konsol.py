"""An event made of a form: signed with the sender's own key, where it is kept here, and sent as any system's is."""

import secrets
from typing import Any, Final

import msgspec

from samverkanshub.client.client import SEED_BYTES
from samverkanshub.client.events import TYPE_PREFIX, prepare
from samverkanshub.client.tokens import Identity
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.tid import iso_day
from samverkanshub.entrypoints.web.services import PrivateKeys
from samverkanshub.pipeline.identity import Caller

VERSION: Final = 1


def identity(caller: Caller, regelverk: Regelverk, nycklar: PrivateKeys, now: int) -> Identity | None:
    """As whom the form is signed: with the actor's latest key of today that is kept here; None where none is."""
    day = iso_day(now)
    for nyckel in reversed(regelverk.katalog.nycklar.get(caller.aktor, ())):
        if nyckel.in_force(day) and (key := nycklar.private(caller.aktor, nyckel.id)) is not None:
            return Identity(caller.aktor, caller.lasargrupp, caller.anvandare, nyckel.id, key)
    return None


def signed(who: Identity | None, schemas: Schemas, typ: str, data: dict[str, Any], id: str) -> bytes:
    """The event's bytes. Raises `Refused` exactly as the hub would, and where no key is kept (`okand-nyckel`)."""
    if who is None:
        raise Refused("no key of the sender's is kept here", falt="/nyckelid", code="okand-nyckel")
    seed = secrets.token_bytes(SEED_BYTES)
    return prepare(who, schemas, typ=typ, version=VERSION, data=data, id=id, seed=seed).body


def unsigned(caller: Caller, typ: str, data: dict[str, Any], id: str) -> bytes:
    """The bytes of an event that is only asked about."""
    event = {
        "specversion": "1.0",
        "id": id,
        "source": caller.lasargrupp,
        "type": f"{TYPE_PREFIX}{typ}.v{VERSION}",
        "data": data,
    }
    return msgspec.json.encode(event)
