"""Identifiers that derive from what they stand for, so that a retry, a crash or a replay makes the same again."""

import hmac
from hashlib import sha1, sha256
from typing import Final
from uuid import UUID

NAMESPACE: Final = UUID("7d0c2a36-6d0f-5a3e-9c44-52d1b8a4e6f1")
"""Fixed for ever: ids in the log depend on it."""
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


_NAMESPACE_BYTES: Final = NAMESPACE.bytes


def _derived(name: str) -> str:
    """UUID version 5 of a name (RFC 9562, 5.5), without the object that uuid.uuid5 makes of it."""
    found = bytearray(sha1(_NAMESPACE_BYTES + name.encode(), usedforsecurity=False).digest()[:16])
    found[6] = found[6] & 0x0F | 0x50
    found[8] = found[8] & 0x3F | 0x80
    text = found.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def event_id(aktor: str, cloudevent_id: str) -> str:
    """The hub's id of an event, from its sender and the sender's id."""
    return _derived(f"{aktor}\n{cloudevent_id.lower()}")


def delivery_id(handelse_id: str, lasargrupp: str, slag: str = "meddelande") -> str:
    """The id of what one reader group receives from one event."""
    return _derived(f"leverans\n{handelse_id}\n{lasargrupp}\n{slag}")


def arende_id(handelse_id: str) -> str:
    """The id of the ärende that an event opens."""
    return _derived(f"arende\n{handelse_id}")


def duty_id(handelse_id: str, slag: str, barare: str) -> str:
    """The id of a duty that an event makes for a unit."""
    return _derived(f"plikt\n{handelse_id}\n{slag}\n{barare}")


def notice_id(partition: int, offset: int, nr: int, aktor: str) -> str:
    """The id of a notice to an actor, from where the record that made it stands."""
    return _derived(f"notis\n{partition}\n{offset}\n{nr}\n{aktor}")


def answer_id(aktor: str, offset: int, nr: int) -> str:
    """The id of an answer to what an actor put on its own topic, from where it stands there."""
    return _derived(f"svar\n{aktor}\n{offset}\n{nr}")


def step_id(plikt_id: str, steg: str, minut: int) -> str:
    """The id under which `watch` appends a step, given the whole minutes since it fell due."""
    return _derived(f"plikt_steg\n{plikt_id}\n{steg}\n{minut}")


def age_id(person_id: str, aldersklass: str, dag: str) -> str:
    """The id under which `watch` appends that a person is in an age class on a Swedish day (ISO)."""
    return _derived(f"aldersklass\n{person_id}\n{aldersklass}\n{dag}")


def canary_id(partition: int, tur: int) -> str:
    """The id under which `watch` appends a partition's canary of one turn."""
    return _derived(f"kanarie\n{partition}\n{tur}")


def audit_id(handelse_id: str, nr: int) -> str:
    """The id of the audit event that tells of one entry of a decision, `nr` its place among the sorted entries."""
    return _derived(f"revision\n{handelse_id}\n{nr}")


def request_id(beslutssalt: bytes, lasargrupp: str) -> str:
    """The id under which a sender may speak of a recipient it did not name (P5).

    Keyed by the event's 32 random bytes, which its sender never reads: whoever tries every group of the directory
    learns nothing. Letters alone, so that none is taken for a personnummer; an `id` that a consent may name.
    """
    digest = hmac.new(beslutssalt, b"samverkan/begaran/v1\0" + lasargrupp.encode(), sha256).hexdigest()
    return "begaran-" + digest[:32].translate(_LETTERS)
