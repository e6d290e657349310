"""Lost, doubled, unasked and changed places: each is named (I1, I5 of docs/fel.md)."""

import json
from pathlib import Path

from korning_i_minne import UTSATT, VC
from skada import (
    CONSENT,
    OPENING,
    REMINDER,
    REPEAT,
    SUMMONS,
    WITHDRAWAL,
    Row,
    at,
    broken,
    change,
    entries,
    event_at,
    rows,
    without,
)


def test_invariant_1_an_event_that_was_answered_and_is_lost(run: Path) -> None:
    lost = event_at(run, WITHDRAWAL)
    change(run, "kafka/samverkan.logg", without(WITHDRAWAL))
    assert f"event {lost} was answered 201 and is not in the log" in broken(run, "I1")


def test_invariant_1_an_event_that_took_effect_twice(run: Path) -> None:
    change(run, "projektion/beslut", at(REPEAT, status="dom"))
    assert f"event {event_at(run, SUMMONS)} is dom/dom at 0/{SUMMONS}, 0/{REPEAT}" in broken(run, "I1")


def test_invariant_1_an_event_of_which_nothing_took_effect(run: Path) -> None:
    change(run, "projektion/beslut", at(WITHDRAWAL, status="upprepning"))
    assert "has no effective decision" in broken(run, "I1")


def test_invariant_1_two_claims_for_one_id(run: Path) -> None:
    def other_bytes(found: list[Row]) -> None:
        found[REPEAT]["value"] = found[REPEAT]["value"][:-2] + ("00" if found[REPEAT]["value"][-2:] != "00" else "01")

    change(run, "kafka/samverkan.logg", other_bytes)
    assert f"event {event_at(run, SUMMONS)} has other bytes each time" in broken(run, "I1")


def test_invariant_1_an_event_that_no_client_sent(run: Path) -> None:
    change(run, f"klienter/{VC}", lambda found: found.pop(0))
    assert f"no client sent event {event_at(run, CONSENT)} at 0/{CONSENT}" in broken(run, "I1")


def test_invariant_1_an_unreadable_record_that_nobody_planted(run: Path) -> None:
    facts = json.loads((run / "fakta.json").read_text())
    (run / "fakta.json").write_text(json.dumps({**facts, "planterade": []}))
    assert "nobody planted the unreadable record at 0/" in broken(run, "I1")


def test_invariant_1_content_shown_without_an_opening_in_the_log(run: Path) -> None:
    change(run, "projektion/beslut", at(OPENING, status="upprepning"))
    assert "was shown without an opening in the log" in broken(run, "I1")


def test_invariant_1_an_opening_that_nobody_asked_for(run: Path) -> None:
    change(run, f"klienter/{UTSATT}", lambda found: found.pop())
    assert "was opened in the log by nobody who asked" in broken(run, "I1")


def test_invariant_1_a_judgement_answered_otherwise_than_it_was_decided(run: Path) -> None:
    change(run, f"klienter/{VC}", lambda found: found[0]["svar"].update(dom="avvisad"))
    assert f"event {event_at(run, CONSENT)} was answered `avvisad` and decided otherwise" in broken(run, "I1")


def test_invariant_1_a_recipient_whom_the_sender_named_without_an_outcome(run: Path) -> None:
    def nothing(lines: list[Row]) -> None:
        lines[:] = [line for line in lines if not line["mottagare"]]

    change(run, "projektion/beslut", entries(SUMMONS, nothing))
    assert "no outcome for mora.vinr, whom its sender named" in broken(run, "I1")


def test_invariant_1_an_item_with_two_outcomes_and_one_with_none(run: Path) -> None:
    def twice(lines: list[Row]) -> None:
        of_items = [line for line in lines if line["mottagare"] == UTSATT]
        of_items[0]["vag"] = of_items[1]["vag"]

    change(run, "projektion/beslut", entries(SUMMONS, twice))
    line = broken(run, "I1")
    assert f"2 outcomes of /personer/0/nummer to {UTSATT}" in line
    assert f"{UTSATT} has not an outcome of every item" in line


def test_invariant_5_a_record_without_a_decision(run: Path) -> None:
    change(run, "projektion/beslut", without(WITHDRAWAL))
    line = broken(run, "I5")
    assert f"no decision of 0/{WITHDRAWAL}" in line
    assert f"the decisions of 0 have {WITHDRAWAL + 1} where {WITHDRAWAL} should be" in line


def test_invariant_5_decisions_of_what_the_log_no_longer_has(run: Path) -> None:
    last = len(rows(run, "kafka/samverkan.logg")) - 1
    change(run, "kafka/samverkan.logg", without(last))
    assert f"a decision of 0/{last}, which the log does not have" in broken(run, "I5")


def test_invariant_5_events_of_a_client_that_changed_places(run: Path) -> None:
    def swapped(found: list[Row]) -> None:
        one, other = found[WITHDRAWAL - 1], found[WITHDRAWAL]
        one["offset"], other["offset"] = other["offset"], one["offset"]

    later, earlier = event_at(run, WITHDRAWAL), event_at(run, WITHDRAWAL - 1)
    change(run, "kafka/samverkan.logg", swapped)
    change(run, "projektion/beslut", swapped)
    assert f"event {later} at 0/{WITHDRAWAL - 1} was sent after {earlier} at {WITHDRAWAL}" in broken(run, "I5")


def test_invariant_5_a_time_that_goes_back(run: Path) -> None:
    change(run, "projektion/beslut", at(REMINDER + 1, tid=1))
    assert f"the time of 0/{REMINDER + 1} is not the latest" in broken(run, "I5")
