"""T3: who may ask what happened, about what, and when."""

from datetime import date

from samverkanshub.domain.revisorer import Revisor, auditing, scopes_of

TODAY = date(2026, 11, 22)


def auditor(**changes: str) -> Revisor:
    given = {"aktor": "mora", "anvandare": "granskare.1", "slag": "myndighet", "id": "mora", "fran": "2026-01-01"}
    return Revisor(**(given | changes))


def test_nobody_is_an_auditor_who_is_not_named() -> None:
    assert scopes_of([], "mora", "granskare.1", TODAY) == ()
    assert scopes_of([auditor()], "mora", "granskare.2", TODAY) == ()
    assert scopes_of([auditor()], "falun", "granskare.1", TODAY) == (), "the same user id of another actor"


def test_an_auditor_is_one_from_the_first_day_until_the_last_has_passed() -> None:
    dated = [auditor(fran="2026-11-22", till="2026-11-23")]
    days = [date(2026, 11, day) for day in (21, 22, 23)]
    assert [bool(scopes_of(dated, "mora", "granskare.1", day)) for day in days] == [False, True, False]


def test_each_scope_is_told_once_and_several_may_be_held() -> None:
    matter = auditor(slag="arende", id="0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1", till="2027-01-01")
    again = auditor(fran="2026-06-01")
    found = scopes_of([auditor(), matter, again], "mora", "granskare.1", TODAY)
    assert [(one.slag, one.id) for one in found] == [("arende", matter.id), ("myndighet", "mora")]


def test_whether_anybody_audits_is_told_by_day() -> None:
    assert not auditing([], TODAY)
    assert [auditing([auditor(fran="2026-11-22", till="2026-11-23")], date(2026, 11, day)) for day in (22, 23)] == [
        True,
        False,
    ]
