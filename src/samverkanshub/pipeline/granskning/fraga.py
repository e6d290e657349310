"""A question of an auditor's, and an answer to it: rows of plain values under fixed columns."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.domain.personnummer import contains_personnummer, parse
from samverkanshub.domain.tid import SWEDEN, iso_day, swedish_day, to_ms

MOST_ROWS: Final = 500
ALWAYS: Final = 2**62
"""A time (ms) after every other."""
NO_DAY: Final = "9999-99-99"
"""After every day."""
_OPAQUE: Final = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
_SEED: Final = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)
_USER: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}", re.ASCII)
_SHOWN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}", re.ASCII)
_RULE: Final = re.compile(r"[A-Z][0-9]{1,2}", re.ASCII)

ANMALAN: Final = ("anmald", "ej-anmald")
"""What may be decided on telling of an incident."""

Rad = dict[str, Any]
"""A row of an answer: codes, ids, whole numbers, and lists of codes and ids."""


class Sekretessbeslut(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a source authority has decided that secrecy hides of its own, `kalla` and rows as `person` lists them.

    `visade` is every row that it decided on, also those that it hides: it has not decided on what came since.
    """

    kalla: str
    dolj: tuple[str, ...] = ()
    visade: tuple[str, ...] = ()


class Fraga(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is asked: ids of events, a person's number, Swedish days (ISO, the end exclusive), and where to go on from.

    `arende` is an alias as rows show it, `aktor` whatever they name a sender or a recipient by, or its unit or actor.
    `omfattning` chooses among an auditor's scopes where it has several. Each question says which of the rest it needs.
    """

    handelse: str = ""
    arende: str = ""
    aktor: str = ""
    regel: str = ""
    samtycke: str = ""
    nummer: str = ""
    anvandare: str = ""
    fran: str = ""
    till: str = ""
    omfattning: str = ""
    froe: str = ""
    anmalan: str = ""
    markor: str = ""
    antal: int = 100
    beslut: tuple[Sekretessbeslut, ...] = ()

    def __repr__(self) -> str:
        return "Fraga(…)"


@dataclass(frozen=True, slots=True)
class Sida:
    """A page of an answer. `markor` goes on from it; at the end it is the one that was asked with, and no row comes.

    `vidare`: as many records were looked at as are for one page, and there may be more to find after them.
    """

    kolumner: tuple[str, ...]
    rader: list[Rad]
    markor: str = ""
    vidare: bool = False


@dataclass(frozen=True, slots=True)
class Tid:
    """Swedish days as instants: [fran, till), ms."""

    fran: int
    till: int


def days(given: Fraga) -> Tid:
    """The days that are asked about, all of them where none is given. `Refused` names the field that is no day."""
    return Tid(_day(given.fran, "fran", 0), _day(given.till, "till", ALWAYS))


def dates(tid: Tid) -> tuple[str, str]:
    """The same days as they are written (ISO), to be compared with others."""
    return iso_day(tid.fran), iso_day(tid.till) if tid.till < ALWAYS else NO_DAY


def _day(text: str, name: str, otherwise: int) -> int:
    try:
        return _midnight(date.fromisoformat(text)) if text else otherwise
    except (ValueError, OverflowError):
        raise Refused(f"`{name}` must be a date, YYYY-MM-DD", falt=f"/{name}", code="fel-form") from None


def _midnight(day: date) -> int:
    """When a Swedish day begins, ms. `OverflowError` for the first of all: in Sweden it begins before all time."""
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=SWEDEN).astimezone(UTC).isoformat())


def month(tid: int) -> str:
    """The Swedish month of an instant, YYYY-MM."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=tid)).astimezone(SWEDEN).strftime("%Y-%m")


def unknown(name: str) -> NotFound:
    """What does not exist, and what the auditor may not ask about, are answered alike."""
    return NotFound(f"`{name}` is nothing that the auditor may ask about", falt=f"/{name}")


def checked(given: Fraga, now: int) -> Fraga:
    """The same, its ids and number as they are stored. `Refused` names what is malformed, and repeats none of it.

    Nothing else is kept of a question: what is no id, day or user of the right form never comes so far.
    """
    if not 1 <= given.antal <= MOST_ROWS:
        raise Refused(f"`antal` must be 1 to {MOST_ROWS}", falt="/antal", code="fel-form")
    if given.anvandare and (not _USER.fullmatch(given.anvandare) or contains_personnummer(given.anvandare)):
        raise Refused("`anvandare` must be a user as tokens name it", falt="/anvandare", code="fel-form")
    if given.arende and not _OPAQUE.fullmatch(given.arende):
        raise Refused("`arende` must be an ärende as rows show it", falt="/arende", code="fel-form")
    if given.aktor and (not _SHOWN.fullmatch(given.aktor) or contains_personnummer(given.aktor)):
        raise Refused("`aktor` must be an actor, unit, reader group or role", falt="/aktor", code="fel-form")
    if given.regel and not _RULE.fullmatch(given.regel):
        raise Refused("`regel` must be the id of a rule, such as K1", falt="/regel", code="fel-form")
    days(given)
    if given.froe and (not _SEED.fullmatch(given.froe) or contains_personnummer(given.froe)):
        raise Refused("`froe` must be 1 to 32 of a-z, 0-9 and `-`", falt="/froe", code="fel-form")
    if given.anmalan not in ("", *ANMALAN):
        raise Refused(f"`anmalan` must be one of {', '.join(ANMALAN)}", falt="/anmalan", code="ej-i-lista")
    if not all(_OPAQUE.fullmatch(text) for one in given.beslut for text in (one.kalla, *one.dolj, *one.visade)):
        raise Refused("`beslut` names `kalla` and `rad` as `person` lists them", falt="/beslut", code="fel-form")
    if len({one.kalla for one in given.beslut}) < len(given.beslut):
        # Of two decisions one may show what the other hides, and nobody could tell which is meant.
        raise Refused("`beslut` names the same `kalla` twice", falt="/beslut", code="fel-form")
    ids = {name: _id(getattr(given, name), name) for name in ("handelse", "samtycke")}
    number = parse(given.nummer, swedish_day(now), falt="/nummer").siffror if given.nummer else ""
    return msgspec.structs.replace(given, nummer=number, **ids)


def _id(text: str, name: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise Refused(f"`{name}` must be the id of an event (a UUID)", falt=f"/{name}", code="fel-form") from None
