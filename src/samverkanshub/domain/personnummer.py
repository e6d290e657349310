"""Personnummer and samordningsnummer: validated, normalised to twelve digits, and what may be read from them.

Source: folkbokföringslagen (1991:481) 18 §; Skatteverket, SKV 704 and SKV 707. Promise: no error and no `repr` made
here repeats a number. Samordningsnummer without a full date of birth are refused.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from samverkanshub.domain.errors import Refused
from samverkanshub.domain.events import ADULT, AGE_0_11, AGE_12_14, AGE_15_17, AGE_UNKNOWN
from samverkanshub.domain.varden import quick

PERSONNUMMER: Final = "personnummer"
SAMORDNINGSNUMMER: Final = "samordningsnummer"
KVINNA: Final = "kvinna"
MAN: Final = "man"
KON_OKANT: Final = "okand"

_FORM: Final = re.compile(r"([0-9]{2})?([0-9]{6})([-+]?)([0-9]{4})", re.ASCII)
_COORDINATION_DAYS: Final = 60
_CENTURIES: Final = ("18", "19", "20")


@quick
@dataclass(frozen=True, slots=True)
class Nummer:
    """A valid number: `siffror` are its twelve digits, kept out of `repr`; `slag` says which of the two kinds it is."""

    siffror: str = field(repr=False)
    slag: str
    fodd: date = field(repr=False)

    @property
    def kon(self) -> str:
        """Legal sex, from the last digit but one: odd is a man."""
        return legal_sex(self.siffror)


def parse(text: str, today: date, *, slag: str = "", falt: str = "") -> Nummer:
    """The number `text` names, with century from the separator where ten digits are given.

    `+` says that the year of birth is a hundred years back or more. Raises `Refused` (`ogiltigt-nummer`) that names
    `falt` and the fault; `slag`, where given, must be the number's kind.
    """
    found = _FORM.fullmatch(text)
    if not found:
        raise _refused(slag, falt, "has neither ten nor twelve digits")
    number = _of_parts(found.group(1) or "", found.group(2), found.group(3), found.group(4), today)
    if isinstance(number, str):
        raise _refused(slag, falt, number)
    if slag and number.slag != slag:
        raise _refused(slag, falt, f"is a {number.slag}")
    return number


def age_class(number: str, on_date: date) -> str:
    """The age class on a Swedish day: 0-11, 12-14, 15-17 or adult; unknown where there is no number.

    One born on 29 February has a birthday on 28 February in common years (RULES.md, readings on K2 and K8).
    """
    if not number:
        return AGE_UNKNOWN
    age = _age(birth_date(number), on_date)
    if age < 12:
        return AGE_0_11
    if age < 15:
        return AGE_12_14
    return AGE_15_17 if age < 18 else ADULT


def birth_date(number: str) -> date:
    """Date of birth of a valid twelve-digit number."""
    born = _date(number[:8])
    if born is None:
        raise Refused("the number has no date of birth", code="ogiltigt-nummer")
    return born


def birth_part(number: str) -> str:
    """What age class and legal sex follow from, and no more of a number: its other digits are zeros."""
    return f"{number[:8]}00{number[10]}0" if number else ""


def legal_sex(number: str) -> str:
    """Legal sex by the last digit but one of twelve; unknown where there is no number."""
    if not number:
        return KON_OKANT
    return MAN if int(number[10]) % 2 else KVINNA


# ------------------------------------------------------------------------------------- numbers in text

_RUN: Final = re.compile(r"\d+(?:[\s.\-/+\u2010-\u2015\u2212]{1,3}\d+)*")
_BREAKS: Final = {10: {2, 4, 6, 9}, 12: {2, 4, 6, 8, 11}}
"""Where a written number may be broken into groups: years, month, day, and the check digit."""


def contains_personnummer(text: str) -> bool:
    """Does the text hold what reads as a personnummer or samordningsnummer, however grouped (A1)?"""
    return next(find_personnummer(text), None) is not None


def find_personnummer(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers stand in the text as normalised for the search: (start, end), never the digits themselves.

    Digits of any script count, and so do spaces, dashes and invisible characters between groups. Dates and the check
    digit must be right, so that case numbers and telephone numbers mostly pass.
    """
    for run in _RUN.finditer(_plain(text)):
        groups = [(match.start(), match.group()) for match in re.finditer(r"[0-9]+", run.group())]
        for first in range(len(groups)):
            yield from _numbers_from(groups[first : first + 12], run.start())


def _numbers_from(groups: list[tuple[int, str]], at: int) -> Iterator[tuple[int, int]]:
    digits, breaks = "", set[int]()
    for start, group in groups:
        breaks.add(len(digits))
        digits += group
        if len(digits) > 12:
            return
        if _reads_as_number(digits, breaks - {0}):
            yield at + groups[0][0], at + start + len(group)


def _reads_as_number(digits: str, breaks: set[int]) -> bool:
    if not breaks <= _BREAKS.get(len(digits), {-1}) or len(digits) not in _BREAKS:
        return False
    if not _luhn(digits[-10:]):
        return False
    centuries = ("",) if len(digits) == 12 else ("19", "20")
    return any(_plausible(century + digits) for century in centuries)


def _plausible(digits: str) -> bool:
    return digits[:2] in _CENTURIES and _date(digits[:8]) is not None


def _plain(text: str) -> str:
    """Compatibility forms folded, invisible characters gone, digits of any script as 0-9."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(_ascii_digit(sign) for sign in folded if unicodedata.category(sign) != "Cf")


def _ascii_digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


# ------------------------------------------------------------------------------------------ arithmetic


def _of_parts(century: str, day: str, separator: str, serial: str, today: date) -> Nummer | str:
    """The number, or what is wrong with it in words that do not repeat it."""
    if not _luhn(day + serial):
        return "has a wrong check digit"
    born = _date((century or _century(day[:2], separator, today)) + day)
    if born is None:
        return "has no valid date"
    if born > today or (century and century not in _CENTURIES):
        return "has a date of birth out of range"
    if century and separator == "+" and today.year - born.year < 100:
        return "has a `+` that its year contradicts"
    kind = SAMORDNINGSNUMMER if int(day[4:]) > _COORDINATION_DAYS else PERSONNUMMER
    return Nummer(f"{born.year:04d}{day[2:]}{serial}", kind, born)


def _century(years: str, separator: str, today: date) -> str:
    latest = today.year - (100 if separator == "+" else 0)
    year = latest - (latest - int(years)) % 100
    return f"{year // 100:02d}"


def _date(eight: str) -> date | None:
    year, month, day = int(eight[:4]), int(eight[4:6]), int(eight[6:8])
    try:
        return date(year, month, day - _COORDINATION_DAYS if day > _COORDINATION_DAYS else day)
    except ValueError:
        return None


def _luhn(ten: str) -> bool:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(ten))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _age(born: date, on_date: date) -> int:
    age = on_date.year - born.year
    return age - 1 if on_date < _birthday(born, on_date.year) else age


def _birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:  # born on 29 February, and the year is a common one
        return date(year, 2, 28)


def _refused(slag: str, falt: str, fault: str) -> Refused:
    return Refused(f"`{slag or 'nummer'}` {fault}", code="ogiltigt-nummer", falt=falt)
