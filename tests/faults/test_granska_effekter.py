"""Rows, notices, replay and reminders that are not as they must be: each is named (I4, I7, I8 of docs/fel.md)."""

from pathlib import Path

from korning_i_minne import UTSATT
from skada import REMINDER, REPEAT, SUMMONS, Row, at, broken, change, rows, status


def test_invariant_4_a_missing_inbox_row(run: Path) -> None:
    gone = rows(run, "projektion/inkorg")[2]
    change(run, "projektion/inkorg", lambda found: found.pop(2))
    line = broken(run, "I4")
    assert f"delivery {gone['leverans_id']} of 0/{SUMMONS} to {gone['lasargrupp']} has no row" in line


def test_invariant_4_a_doubled_inbox_row(run: Path) -> None:
    twice = rows(run, "projektion/inkorg")[2]
    change(run, "projektion/inkorg", lambda found: found.append({**twice, "offset": REPEAT}))
    line = broken(run, "I4")
    assert f"delivery {twice['leverans_id']} has 2 rows" in line
    assert f"the row of {twice['leverans_id']} at 0/{REPEAT} to {twice['lasargrupp']} was never decided" in line


def test_invariant_4_a_delivery_that_nobody_was_told_of(run: Path) -> None:
    told = rows(run, "projektion/inkorg")[3]
    topic = f"kafka/samverkan.notis.{told['aktor']}"

    def silent(found: list[Row]) -> None:
        found[:] = [row for row in found if told["leverans_id"].encode().hex() not in row["value"]]

    change(run, topic, silent)
    assert f"nobody at mora was told of delivery {told['leverans_id']}" in broken(run, "I4")


def test_invariant_4_a_notice_may_come_twice_and_not_of_itself(run: Path) -> None:
    topic = "kafka/samverkan.notis.mora"
    change(run, topic, lambda found: found.append(found[0]))
    assert status(run, "I4") == 0
    change(run, topic, lambda found: found.append({**found[0], "value": b'{"slag": "utfall"}'.hex()}))
    assert "1 notices to mora that nothing asked for" in broken(run, "I4")


def test_invariant_4_a_row_that_a_client_saw_and_that_is_gone(run: Path) -> None:
    change(run, f"klienter/{UTSATT}", lambda found: found[0]["svar"]["rader"][0].update(leverans_id="x"))
    assert f"{UTSATT}#0: delivery x was in the inbox and is gone" in broken(run, "I4")


def test_invariant_7_a_row_that_comes_out_otherwise(run: Path) -> None:
    change(run, "replay/inkorg", lambda found: found[2].update(withdrawn=True))
    line = broken(run, "I7")
    assert f"inkorg: partition=0 offset={SUMMONS} nr=0" in line
    assert "made anew alone" in line


def test_invariant_7_a_row_too_few_and_another_position(run: Path) -> None:
    change(run, "projektion/spar", lambda found: found.pop())
    change(run, "replay/position", lambda found: found[0].update(position=1))
    line = broken(run, "I7")
    assert "spar: " in line
    assert "position: partition=0" in line


def test_invariant_7_who_had_the_partition_is_not_compared(run: Path) -> None:
    change(run, "replay/position", lambda found: found[0].update(epoch=9, notified=0))
    assert status(run, "I7") == 0


def test_invariant_8_a_step_still_waiting_past_its_time(run: Path) -> None:
    late = rows(run, "projektion/forfaller")[0]
    change(run, "projektion/forfaller", lambda found: found[0].update(tid=1))
    line = broken(run, "I8")
    assert f"step {late['steg']} of duty {late['plikt_id']} fell due and was not taken" in line


def test_invariant_8_a_reminder_that_never_came(run: Path) -> None:
    change(run, "projektion/beslut", at(REMINDER, status="upprepning"))
    assert "o4.kvittens/paminnelse in ärende" in (line := broken(run, "I8"))
    assert "2 fell due and 1 were taken" in line
