"""Openings by user, with samples for the regular review of the log."""

from dataclasses import replace
from typing import Any

import pytest
from auditing import Auditing
from hub import START_MS
from intakehub import UTOVARE, UTSATT, Whole, called, caller
from watched import HOUR

from samverkanshub.domain.errors import Refused
from samverkanshub.pipeline.granskning.oppningar import in_sample


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


async def delivered(whole: Whole) -> str:
    _, _, delivery = await called(whole)
    return str(delivery["leverans_id"])


async def opening(whole: Whole, leverans: str, user: str = "u-17") -> None:
    await whole.deliver.open(replace(caller(UTSATT), anvandare=user), leverans)


def of(rows: list[dict[str, Any]], code: str) -> list[bool]:
    return [code in row["urval"] for row in rows]


async def test_an_authority_reads_of_its_own_users_alone(whole: Whole, audit: Auditing) -> None:
    leverans = await delivered(whole)
    await opening(whole, leverans)
    await opening(whole, leverans, "u-18")
    rows = await audit.rows("mora", "oppningar")
    assert [(row["anvandare"], row["lasargrupp"], row["leverans"]) for row in rows] == [
        ("u-17", UTSATT, leverans),
        ("u-18", UTSATT, leverans),
    ]
    assert {row["utslag"] for row in rows} == {"visad"}
    assert [row["anvandare"] for row in await audit.rows("mora", "oppningar", anvandare="u-18")] == ["u-18"]
    assert await audit.rows("mora", "oppningar", anvandare="u-19") == []
    for who in ("region-dalarna", "falun"):
        assert await audit.rows(who, "oppningar") == [], "not the sender's to read"


async def test_the_same_user_and_person_again_and_again_are_told(whole: Whole, audit: Auditing) -> None:
    leverans = await delivered(whole)
    for user in ("u-17", "u-17", "u-18"):
        await opening(whole, leverans, user)
    assert of(await audit.rows("mora", "oppningar"), "upprepad") == [False] * 3
    await opening(whole, leverans)
    assert of(await audit.rows("mora", "oppningar"), "upprepad") == [True, True, False, True]


async def test_openings_outside_office_hours_are_told(whole: Whole, audit: Auditing) -> None:
    leverans = await delivered(whole)
    await opening(whole, leverans)
    whole.hub.clock.ms = START_MS + 6 * HOUR
    await opening(whole, leverans)
    whole.hub.clock.ms += 24 * HOUR
    await opening(whole, leverans)
    told = of(await audit.rows("mora", "oppningar"), "utanfor-kontorstid")
    assert told == [True, False, True], "before dawn, in the morning, on Christmas Eve"


async def test_an_opening_that_nothing_followed_is_told_until_something_does(whole: Whole, audit: Auditing) -> None:
    leverans = await delivered(whole)
    await opening(whole, leverans)
    assert of(await audit.rows("mora", "oppningar"), "utan-kvittens") == [True]
    await whole.deliver.acknowledge(caller(UTSATT), leverans, "mottagen")
    assert of(await audit.rows("mora", "oppningar"), "utan-kvittens") == [False]


async def test_a_sample_is_drawn_from_its_seed_and_is_the_same_again(whole: Whole, audit: Auditing) -> None:
    leverans = await delivered(whole)
    for _ in range(25):
        await opening(whole, leverans)
    drawn = of(await audit.rows("mora", "oppningar", froe="a", at_once=9), "stickprov")
    rows = await audit.rows("mora", "oppningar", at_once=30)
    assert not any(of(rows, "stickprov")), "none without a seed"
    assert drawn == [in_sample("a", row["handelse"]) for row in rows]
    with pytest.raises(Refused):
        await audit.page("mora", "oppningar", froe="197807182394")


def test_one_in_ten_is_in_a_sample() -> None:
    assert 800 < sum(in_sample("hosten-2026", f"h{number}") for number in range(10_000)) < 1200


async def test_an_auditor_of_one_matter_reads_every_opening_in_it(whole: Whole, audit: Auditing) -> None:
    given, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    other = (await whole.delivered(UTOVARE))["leverans_id"]
    await whole.deliver.open(caller(UTOVARE), other)
    rows = await audit.rows(audit.of_matter(sent.handelse_id), "oppningar")
    assert {row["lasargrupp"] for row in rows} == {UTSATT, UTOVARE}
    assert given.handelse_id not in {row["handelse"] for row in rows}
