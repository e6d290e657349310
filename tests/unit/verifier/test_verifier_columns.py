"""What stands beside a decision in the database: one column changed is found, named, and its first position with it."""

from dataclasses import replace
from typing import Any

import pytest
from publishing import START, Hub, a_decision, a_hub, a_record, checked, digest_of, event_of

from samverkanshub.domain.decision import Reason
from samverkanshub.domain.events import HUB
from samverkanshub.ports import LogRecord
from samverkanshub.verifier import SOUND, Verified

COUNT = 20
AT = 7
REPEATED = Reason("T1", "upprepning", True)
KARANTAN = Reason("", "karantan", True)
NOBODY = {"handelse_id": "", "aktor": "", "lasargrupp": "", "typ": "", "arende_id": ""}


def said(found: Verified) -> str:
    assert found.finding
    return str(found.finding)


def other(column: str, at: int = AT) -> str:
    return f"decision at position {at}: stands beside another `{column}` than follows from it and its record"


def hub_with(at: int, *, record: LogRecord | None = None, **decision: Any) -> Hub:
    """A hub with another record or decision at a position, signed as it is."""
    given = {"record_digest": digest_of(record)} if record else {}
    hub = a_hub(COUNT, lambda offset: a_decision(offset, **(decision | given if offset == at else {})))
    if record:
        hub.log.kept[at] = record
    return hub


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("handelse_id", event_of(AT + 1)),
        ("handelse_id", ""),
        ("aktor", "falun"),
        ("lasargrupp", "mora.e2.utsatt"),
        ("lasargrupp", ""),
        ("typ", "orosanmalan"),
        ("status", "upprepning"),
        ("status", "karantan"),
        ("tid", START + AT + 1),
        ("tid", START + AT - 1),
    ],
)
def test_a_changed_column_is_named(column: str, value: Any) -> None:
    hub = a_hub(COUNT)
    hub.change_decision(AT, **{column: value})
    assert said(hub.checked()) == other(column)


def test_the_first_position_is_named_of_columns_too() -> None:
    hub = a_hub(COUNT)
    for at in (AT + 1, AT):
        hub.change_decision(at, typ="avslut")
    assert said(hub.checked()) == other("typ")


@pytest.mark.parametrize(("column", "value"), [("handelse_id", event_of(0)), ("status", "karantan")])
def test_what_the_decision_says_itself_is_held_without_the_log(column: str, value: str) -> None:
    hub = a_hub(COUNT)
    hub.change_decision(AT, **{column: value})
    assert said(checked(hub.files, decisions=hub.decisions)) == other(column)


def test_a_record_and_a_decision_on_another_event_do_not_belong_together_even_where_they_were_signed() -> None:
    hub = hub_with(AT, record=a_record(AT, handelse_id=event_of(3)))
    assert said(hub.checked()) == f"decision at position {AT}: is on another event than the record's"
    garbage = replace(a_record(AT), value=b"garbage")
    assert "another event" in said(hub_with(AT, record=garbage).checked())


# ------------------------------------------------------------------------------------------ repeats and quarantine


@pytest.mark.parametrize(("column", "value"), [("status", "dom"), ("arende_id", event_of(0))])
def test_a_repeat_is_a_repeat_and_of_no_arende(column: str, value: str) -> None:
    hub = hub_with(AT, own=REPEATED, status="upprepning", arende_id="")
    assert hub.checked().outcome == SOUND
    hub.change_decision(AT, **{column: value})
    assert said(hub.checked()) == other(column)


@pytest.mark.parametrize("column", ["handelse_id", "aktor", "lasargrupp", "typ", "arende_id", "status"])
def test_what_nobody_could_read_is_of_nobody(column: str) -> None:
    hub = hub_with(AT, record=replace(a_record(AT), value=b"garbage"), own=KARANTAN, status="karantan", **NOBODY)
    assert hub.checked().outcome == SOUND
    hub.change_decision(AT, **{column: "dom" if column == "status" else event_of(AT)})
    assert said(hub.checked()) == other(column)


# ------------------------------------------------------------------------------------------ time


def test_time_does_not_go_back_where_the_logs_stamp_does() -> None:
    early = replace(a_record(AT), tid=START)
    hub = hub_with(AT, record=early, tid=START + AT - 1)
    assert hub.checked().outcome == SOUND
    hub.change_decision(AT, tid=START)
    assert said(hub.checked()) == other("tid")


def test_what_is_the_hubs_own_and_was_put_in_quarantine_does_not_move_time() -> None:
    late = replace(a_record(AT, aktor=HUB), tid=START + 1000)
    columns = {"own": KARANTAN, "status": "karantan", "aktor": HUB, "tid": START + 1000}
    assert hub_with(AT, record=late, **columns).checked().outcome == SOUND
    moved = hub_with(AT, record=replace(a_record(AT), tid=START + 1000), tid=START + 1000)
    assert said(moved.checked()) == other("tid", AT + 1)


def test_of_what_begins_later_the_first_time_is_held_from_below_and_the_rest_by_it() -> None:
    def of_the_later(at: int, tid: int) -> Verified:
        hub = a_hub(COUNT)
        hub.log.kept = hub.log.kept[AT:]
        hub.change_decision(at, tid=tid)
        return checked(hub.files, log=hub.log, decisions=hub.decisions, held=(AT, COUNT))

    assert said(of_the_later(AT, START + AT - 1)) == other("tid")
    assert of_the_later(AT, START + AT).outcome == SOUND
    assert said(of_the_later(AT, START + AT + 2)) == other("tid", AT + 1), "time would have gone back"
    assert said(of_the_later(AT + 1, START + AT + 2)) == other("tid", AT + 1)
