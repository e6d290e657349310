"""Who may see to the hub's running, and when."""

from datetime import date

from samverkanshub.domain.operatorer import Operator, operates, serving, too_few_from

TODAY = date(2026, 11, 22)


def test_nobody_is_an_operator_who_is_not_named() -> None:
    assert not operates([], "drift.1", TODAY)
    assert not operates([Operator("drift.2", "2026-01-01")], "drift.1", TODAY)


def test_an_operator_is_one_from_the_first_day_until_the_last_has_passed() -> None:
    dated = [Operator("drift.1", "2026-11-22", "2026-11-23")]
    assert [operates(dated, "drift.1", date(2026, 11, day)) for day in (21, 22, 23)] == [False, True, False]


def test_who_serves_is_counted_by_name_and_day() -> None:
    named = [Operator("a", "2026-01-01"), Operator("a", "2026-06-01"), Operator("b", "2027-01-01")]
    assert serving(named, TODAY) == {"a"}
    assert serving(named, date(2027, 1, 1)) == {"a", "b"}


def test_t1_with_fewer_than_two_nothing_can_be_changed_by_two() -> None:
    """From today, from the day that one ends, or never; who comes later may fill the place."""
    a, b = Operator("a", "2026-01-01"), Operator("b", "2026-01-01", "2026-12-24")
    assert too_few_from([], TODAY) == too_few_from([a], TODAY) == TODAY.isoformat()
    assert too_few_from([a, b], TODAY) == "2026-12-24"
    assert too_few_from([a, b, Operator("c", "2026-12-24")], TODAY) == ""
    assert too_few_from([a, Operator("c", "2026-01-01")], TODAY) == ""
    assert (
        too_few_from([b, Operator("c", "2026-01-01"), Operator("d", "2026-01-01", "2026-11-30")], TODAY) == "2026-12-24"
    )
