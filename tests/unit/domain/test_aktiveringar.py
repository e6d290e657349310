"""Which regelverk is in force since where, of the activations alone (T1)."""

from samverkanshub.domain.aktiveringar import Aktivering, Del, delar, fore


def activated(position: int, digest: str, **artefakter: str) -> Aktivering:
    return Aktivering(
        0, position, 1000 + position, f"h{position}", digest, "anna", "bo", tuple(sorted(artefakter.items()))
    )


FIRST = activated(0, "r1", frister="f1", katalog="k1")
SECOND = activated(7, "r2", frister="f2", katalog="k1")
THIRD = activated(9, "r3", frister="f2", katalog="k2", operatorer="o1")


def test_each_artefact_is_the_same_since_the_activation_that_brought_it() -> None:
    assert delar([FIRST, SECOND, THIRD]) == (
        Del("frister", "f2", SECOND),
        Del("katalog", "k2", THIRD),
        Del("operatorer", "o1", THIRD),
    )


def test_what_a_later_regelverk_does_not_have_is_not_in_force() -> None:
    assert delar([THIRD, FIRST]) == (Del("frister", "f1", FIRST), Del("katalog", "k1", FIRST))
    assert delar([]) == ()


def test_what_came_back_is_in_force_since_it_came_back() -> None:
    again = activated(11, "r1", frister="f1", katalog="k1")
    assert delar([FIRST, SECOND, again]) == (Del("frister", "f1", again), Del("katalog", "k1", FIRST))


def test_what_a_position_builds_on_is_what_was_in_force_before_it() -> None:
    known = [FIRST, SECOND, THIRD]
    assert [fore(known, at) for at in (0, 1, 7, 8, 9, 10)] == ["", "r1", "r1", "r2", "r2", "r3"]
