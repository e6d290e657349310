"""Personnummer and samordningsnummer. The numbers are Skatteverket's own for test environments (tests/data)."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverkanshub.domain.errors import Refused
from samverkanshub.domain.personnummer import (
    age_class,
    birth_date,
    birth_part,
    contains_personnummer,
    find_personnummer,
    legal_sex,
    parse,
)

TODAY = date(2026, 11, 22)
_FILE = Path(__file__).parents[2] / "data" / "testpersonnummer.txt"
NUMBERS = [line for line in _FILE.read_text("utf-8").split("\n") if line[:1].isdigit()]
LEAP = next(number for number in NUMBERS if number[4:8] == "0229" and number[:4] == "1908")
COORDINATION = "202303672394"
WOMAN = "197807182394"


def impossible(eleven: str) -> str:
    """With the right check digit on what is nobody's number: its date does not exist, or is yet to come."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(eleven[2:])]
    return eleven + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def born(day: str) -> str:
    """Twelve digits with this date of birth; what follows is not asked by age."""
    return day.replace("-", "") + "0000"


@pytest.mark.parametrize("number", NUMBERS)
def test_every_test_number_is_valid_and_stays_itself(number):
    assert parse(number, TODAY).siffror == number


@pytest.mark.parametrize("number", NUMBERS)
def test_the_century_follows_from_the_separator(number):
    separator = "+" if TODAY.year - int(number[:4]) >= 100 else "-"
    assert parse(number[2:8] + separator + number[8:], TODAY).siffror == number


def test_ten_digits_without_a_separator_are_read_as_with_a_hyphen():
    assert parse(WOMAN[2:], TODAY).siffror == WOMAN


def test_twelve_digits_may_have_a_hyphen():
    assert parse(f"{WOMAN[:8]}-{WOMAN[8:]}", TODAY).siffror == WOMAN


def test_a_samordningsnummer_has_sixty_added_to_its_day():
    found = parse(COORDINATION, TODAY, slag="samordningsnummer")
    assert (found.slag, found.fodd) == ("samordningsnummer", date(2023, 3, 7))


@pytest.mark.parametrize(
    ("text", "slag", "fault"),
    [
        ("", "", "digits"),
        ("19780718239", "", "digits"),
        ("１９７８07182394", "", "digits"),
        ("197807182395", "", "check digit"),
        (impossible("19780230239"), "", "valid date"),
        (impossible("19781318239"), "", "valid date"),
        (impossible("17780718239"), "", "out of range"),
        (impossible("20991012238"), "", "out of range"),
        ("19780718+2394", "", "contradicts"),
        (COORDINATION, "personnummer", "is a samordningsnummer"),
        (WOMAN, "samordningsnummer", "is a personnummer"),
    ],
)
def test_a_number_that_cannot_be_is_refused_without_being_repeated(text, slag, fault):
    with pytest.raises(Refused) as refused:
        parse(text, TODAY, slag=slag, falt="/data/personer/0/personnummer")
    assert fault in refused.value.detail
    assert refused.value.falt == "/data/personer/0/personnummer"
    assert refused.value.code == "ogiltigt-nummer"
    assert not text or text not in f"{refused.value!r}{refused.value.values}"


def test_a_number_is_not_in_its_own_repr():
    assert WOMAN[2:8] not in repr(parse(WOMAN, TODAY))


@pytest.mark.parametrize("number", NUMBERS)
def test_k8_of_when_somebody_was_born_age_and_sex_follow_and_nothing_else_is_told(number: str) -> None:
    part = birth_part(number)
    assert all(age_class(part, day) == age_class(number, day) for day in (TODAY, date(2031, 2, 28), date(2046, 7, 1)))
    assert legal_sex(part) == legal_sex(number)
    assert part == f"{number[:8]}00{number[10]}0"
    assert birth_part("") == ""


def test_legal_sex_is_read_from_the_last_digit_but_one():
    assert [parse(number, TODAY).kon for number in ("190402299812", "190802299800")] == ["man", "kvinna"]
    assert legal_sex("") == "okand"


# ------------------------------------------------------------------------------------------------ age class


@pytest.mark.parametrize(
    ("birthday", "day", "expected"),
    [
        ("2014-11-23", "2026-11-22", "0-11"),
        ("2014-11-22", "2026-11-22", "12-14"),
        ("2011-11-23", "2026-11-22", "12-14"),
        ("2011-11-22", "2026-11-22", "15-17"),
        ("2008-11-23", "2026-11-22", "15-17"),
        ("2008-11-22", "2026-11-22", "vuxen"),
        ("2026-11-22", "2026-11-22", "0-11"),
        ("2024-02-29", "2036-02-28", "0-11"),  # 2036 is a leap year
        ("2024-02-29", "2036-02-29", "12-14"),
        ("2024-02-29", "2039-02-27", "12-14"),
        ("2024-02-29", "2039-02-28", "15-17"),  # a common year: the birthday is 28 February
        ("2008-02-29", "2026-02-27", "15-17"),
        ("2008-02-29", "2026-02-28", "vuxen"),
    ],
)
def test_age_class_changes_on_the_birthday(birthday, day, expected):
    """K2, K8 as read in RULES.md: whoever is born on 29 February has a birthday on 28 February in common years."""
    assert age_class(born(birthday), date.fromisoformat(day)) == expected


def test_nobody_knows_the_age_behind_a_local_reference():
    assert age_class("", TODAY) == "okand"


def test_a_samordningsnummer_has_an_age_too():
    assert age_class(COORDINATION, TODAY) == "0-11"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2035-03-06", "0-11"),
        ("2035-03-07", "12-14"),
        ("2038-03-06", "12-14"),
        ("2038-03-07", "15-17"),
        ("2041-03-06", "15-17"),
        ("2041-03-07", "vuxen"),
    ],
)
def test_the_age_class_of_a_samordningsnummer_changes_on_the_birthday(day, expected):
    """K8: the day has 60 added to it; the birthday has not."""
    assert age_class(COORDINATION, date.fromisoformat(day)) == expected


def test_a_number_without_a_date_has_no_date_of_birth():
    with pytest.raises(Refused):
        birth_date("197813180000")


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 1), date(2150, 1, 1)))
def test_age_class_never_goes_down(birthday, day):
    order = ["0-11", "12-14", "15-17", "vuxen"]
    number = born(birthday.isoformat())
    later = day.replace(year=day.year + 1, day=min(day.day, 28))
    assert order.index(age_class(number, day)) <= order.index(age_class(number, later))


# ------------------------------------------------------------------------------------------------ in text


@pytest.mark.parametrize(
    "write",
    [
        "{d}{n}".format,
        "{d}-{n}".format,
        "{s}-{n}".format,
        "{s}{n}".format,
        "{s}+{n}".format,
        "{s} - {n}".format,
        "{d}–{n}".format,
        "{d}\u00ad{n}".format,
        "{y}-{m}-{dd} {n}".format,
        "{y} {m} {dd} {n}".format,
        "nr{d}{n}.".format,
    ],
)
@pytest.mark.parametrize("number", [WOMAN, COORDINATION])
def test_a_number_in_a_text_is_found_however_it_is_written(write, number):
    """A1."""
    parts = {"d": number[:8], "s": number[2:8], "n": number[8:]}
    parts |= {"y": number[:4], "m": number[4:6], "dd": number[6:8]}
    assert contains_personnummer("Avvikelsen gäller " + write(**parts) + " och samverkan")


def test_digits_of_another_script_count():
    """A1."""
    assert contains_personnummer("".join(chr(0x0660 + int(digit)) for digit in WOMAN))
    assert contains_personnummer("".join(chr(0xFF10 + int(digit)) for digit in WOMAN))


@pytest.mark.parametrize(
    "text",
    [
        "Samverkan brast 2026-11-22 kl 10.30.",
        "Ring 070-312 34 56 eller 0250-260 00.",
        "Dnr 2026/00123-4567, beslut 12345678901234.",
        WOMAN[:11] + "5",
        impossible("19781318239"),
        WOMAN + "1",
        "",
    ],
)
def test_dates_telephones_and_case_numbers_pass(text):
    assert not contains_personnummer(text)


def test_two_numbers_are_both_found():
    first, second = NUMBERS[3], NUMBERS[4]
    found = list(find_personnummer(f"{first[:8]}-{first[8:]} {second}"))
    assert len(found) >= 2


@given(st.text(alphabet="0123456789 -+.\u2013", max_size=400))
def test_searching_never_fails(text):
    contains_personnummer(text)


def test_a_long_text_of_single_digits_is_searched_to_its_end():
    assert not contains_personnummer("1 " * 100_000)
