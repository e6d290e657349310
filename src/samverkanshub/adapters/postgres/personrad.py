"""A person's row in the vault: number or local reference, sealed under the person's own key."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4  # noqa: TID251 -- random person ids are made here, at the edge

from samverkanshub.adapters.wrapping import Wrapping
from samverkanshub.domain.personnummer import birth_part
from samverkanshub.ports import DataKey, KnownPerson, Omgang

KEY_BYTES: Final = 32
FIRST_VERSION: Final = 1
_NUMBER: Final = "nr:"


def new_person(lookup: str, omrade: int, person_id: str = "", version: int = FIRST_VERSION) -> KnownPerson:
    """Whom nobody knows yet; or, by their id, who is known and is to have a key of that version."""
    person_id = person_id or str(uuid4())
    number = lookup.removeprefix(_NUMBER) if lookup.startswith(_NUMBER) else ""
    return KnownPerson(person_id, omrade, number, DataKey(person_id, version, os.urandom(KEY_BYTES)))


def person_of(row: Mapping[str, Any], key: DataKey) -> KnownPerson:
    """Who a row is about, opened by their key."""
    sealed = row["nummer"]
    number = Wrapping(key.key).unwrap(_number_purpose(key.subject), sealed).decode() if sealed else ""
    return KnownPerson(key.subject, row["omrade"], number, key)


def _sealed_number(person: KnownPerson) -> bytes:
    number = person.nummer.encode()
    return Wrapping(person.key.key).wrap(_number_purpose(person.person_id), number) if number else b""


def sealed_lookup(person: KnownPerson, lookup: str) -> tuple[bytes, bytes]:
    """The person's number, or else the local reference, sealed under their key so that the lookup can be made anew."""
    if person.nummer:
        return _sealed_number(person), b""
    return b"", Wrapping(person.key.key).wrap(_reference_purpose(person.person_id), lookup.encode()) if lookup else b""


def lookup_of(row: Mapping[str, Any], person: KnownPerson) -> str:
    """What a person is looked up by, of their row; empty for a local reference that was not kept."""
    if person.nummer:
        return _NUMBER + person.nummer
    sealed = row["referens"]
    return Wrapping(person.key.key).unwrap(_reference_purpose(person.person_id), sealed).decode() if sealed else ""


def born_purpose(person_id: str) -> str:
    """What it is bound to, when somebody was born."""
    return f"fodd\0{person_id}"


def born_of(person: KnownPerson) -> bytes:
    """What is wrapped of it; empty for who has no number."""
    return birth_part(person.nummer).encode()


def after(person_id: str) -> UUID:
    """From after whom to go on; an empty id is before everybody's."""
    return UUID(person_id) if person_id else UUID(int=0)


def batch(rows: Sequence[Mapping[str, Any]], antal: int) -> Omgang:
    """Of rows in order of person: of so many something was made anew, the others have lost their key."""
    return Omgang(antal, len(rows) - antal, str(rows[-1]["person_id"]) if rows else "")


def _reference_purpose(person_id: str) -> str:
    return f"referens\0{person_id}"


def _number_purpose(person_id: str) -> str:
    return f"nummer\0{person_id}"
