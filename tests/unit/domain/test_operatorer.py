"""Who may see to the hub's running, and when."""

from datetime import date

from samverkanshub.domain.operatorer import Operator, operates

TODAY = date(2026, 11, 22)


def test_nobody_is_an_operator_who_is_not_named() -> None:
    assert not operates([], "drift.1", TODAY)
    assert not operates([Operator("drift.2", "2026-01-01")], "drift.1", TODAY)


def test_an_operator_is_one_from_the_first_day_until_the_last_has_passed() -> None:
    dated = [Operator("drift.1", "2026-11-22", "2026-11-23")]
    assert [operates(dated, "drift.1", date(2026, 11, day)) for day in (21, 22, 23)] == [False, True, False]
