"""The `personer` of an event's data: who stands in which role, checked in structure (numbers are intake's)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from samverkanshub.codec.formats import check_format
from samverkanshub.codec.shape import PERSONS, DataSchema
from samverkanshub.codec.storable import check_text
from samverkanshub.domain.errors import Refused

KINDS: Final = ("personnummer", "samordningsnummer", "referens")
MAX_NUMBER: Final = 20
_ROOT: Final = f"/data/{PERSONS}"


@dataclass(frozen=True, slots=True)
class WalkedPerson:
    """A person as listed: `slag` is one of KINDS, `varde` the number or reference as given, `falt` points to it."""

    roll: str
    slag: str
    varde: str = field(repr=False)
    falt: str


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons of one event, and whom an uppgift's `avser` means among them."""

    personer: tuple[WalkedPerson, ...] = ()

    def meant(self, avser: tuple[str, ...], falt: str) -> tuple[str, int]:
        """(role, index) by the schema's roles, the first that somebody holds; ("", -1) where it means nobody."""
        if not avser:
            return "", -1
        held = [roll for roll in avser if any(person.roll == roll for person in self.personer)]
        if not held:
            raise Refused(f"`{falt}` concerns a role that nobody holds", falt=falt, code="okand-roll")
        return self._only(held[0], falt)

    def named(self, avser: object, falt: str) -> tuple[str, int]:
        """(role, index) by the uppgift's own `avser`; `uppgift-om-flera` where it means more than one person."""
        where = f"{falt}/avser"
        if isinstance(avser, list):
            raise _several(where)
        if not isinstance(avser, str):
            raise Refused(f"`{where}` must be text", falt=where, code="fel-form")
        if not any(person.roll == avser for person in self.personer):
            raise Refused(f"`{where}` names a role that nobody holds", falt=where, code="okand-roll")
        return self._only(avser, where)

    def _only(self, roll: str, falt: str) -> tuple[str, int]:
        indexes = [index for index, person in enumerate(self.personer) if person.roll == roll]
        if len(indexes) > 1:
            raise _several(falt)
        return roll, indexes[0]


def walk_persons(schema: DataSchema, data: Mapping[str, Any]) -> Persons:
    """Check `personer` against the type's roles; may be left out only where the type has none."""
    if PERSONS not in data and schema.roller:
        raise Refused(f"`{_ROOT}` is missing", falt=_ROOT, code="saknas")
    listed = data.get(PERSONS, [])
    if not isinstance(listed, list):
        raise _form(_ROOT, "an array")
    if len(listed) > sum(most for _, most in schema.roller.values()) and schema.roller:
        raise _form(_ROOT, "an array of no more persons than the type has room for")
    persons = tuple(_person(schema, value, f"{_ROOT}/{index}") for index, value in enumerate(listed))
    _check_counts(schema, persons)
    return Persons(persons)


def _person(schema: DataSchema, value: object, falt: str) -> WalkedPerson:
    if not isinstance(value, dict):
        raise _form(falt, "an object")
    if any(name not in ("roll", *KINDS) for name in value):
        known = ", ".join(("roll", *KINDS))
        raise Refused(f"`{falt}` has a member that is none of {known}", falt=falt, code="okant-falt")
    if "roll" not in value:
        raise Refused(f"`{falt}/roll` is missing", falt=f"{falt}/roll", code="saknas")
    roll = value["roll"]
    if not isinstance(roll, str) or roll not in schema.roller:
        wanted = ", ".join(schema.roller) or "none"
        raise Refused(f"`{falt}/roll` must be one of {wanted}", falt=f"{falt}/roll", code="okand-roll")
    slag = _kind(value, falt)
    return WalkedPerson(roll, slag, _number(value[slag], slag, f"{falt}/{slag}"), f"{falt}/{slag}")


def _kind(value: Mapping[str, Any], falt: str) -> str:
    given = [kind for kind in KINDS if kind in value]
    if not given:
        raise Refused(f"`{falt}` lacks one of {', '.join(KINDS)}", falt=falt, code="saknas")
    if len(given) > 1:
        raise _form(falt, f"an object with one only of {', '.join(KINDS)}")
    return given[0]


def _number(value: object, slag: str, falt: str) -> str:
    if not isinstance(value, str) or not value:
        raise _form(falt, "text that is not empty")
    if slag == "referens":
        check_format(value, "referens", falt)
    elif len(value) > MAX_NUMBER:
        raise _form(falt, f"at most {MAX_NUMBER} characters")
    check_text(value, falt)
    return value


def _check_counts(schema: DataSchema, persons: tuple[WalkedPerson, ...]) -> None:
    held = Counter(person.roll for person in persons)
    for roll, (least, most) in schema.roller.items():
        if held[roll] < least:
            raise Refused(f"`{_ROOT}` lacks the role `{roll}`", falt=_ROOT, code="saknas")
        if held[roll] > most:
            raise _form(_ROOT, f"an array with at most {most} in the role `{roll}`")
    for roles in schema.en_av:
        _check_one_of(held, roles)


def _check_one_of(held: Mapping[str, int], roles: tuple[str, ...]) -> None:
    number = sum(held.get(roll, 0) for roll in roles)
    if number == 0:
        raise Refused(f"`{_ROOT}` lacks one of the roles {', '.join(roles)}", falt=_ROOT, code="saknas")
    if number > 1:
        raise _form(_ROOT, f"an array with one only of the roles {', '.join(roles)}")


def _form(falt: str, wanted: str) -> Refused:
    return Refused(f"`{falt}` must be {wanted}", falt=falt, code="fel-form")


def _several(falt: str) -> Refused:
    return Refused(f"`{falt}` concerns more than one person", falt=falt, code="uppgift-om-flera")
