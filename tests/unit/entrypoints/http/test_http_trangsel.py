"""Who is refused first, who last, and what one actor may hold."""

import asyncio
from dataclasses import replace

import pytest
from hubfakes import Fake

from samverkanshub.entrypoints.http.efterslap import Efterslapen, Ko
from samverkanshub.entrypoints.http.trangsel import (
    INGET,
    ORDNING,
    Efterslap,
    Granser,
    Hall,
    Plats,
    Rum,
    Skal,
    Slag,
    too_far,
)
from samverkanshub.ports import PositionInfo

GRANSER = Granser(platser=10, aktor=5, sidor=12, strommar=80, poster=100, sekunder=60.0)
WRITTEN = (Slag.HANDELSE, Slag.INSKRANKNING, Slag.OROSANMALAN)
READ = (Slag.FRAGA, Slag.LASNING, Slag.OPPNING)


def taken(hall: Hall, slag: Slag) -> int:
    """How many of a kind are let in until the first that is not."""
    count = 0
    while hall.plats(slag).enter() is None:
        count += 1
    return count


def named(hall: Hall, slag: Slag, aktor: str, tyngd: int = 1) -> tuple[Plats, Skal | None]:
    plats = hall.plats(slag, tyngd)
    assert plats.enter() is None
    return plats, plats.name(aktor, INGET)


def test_ordinary_events_are_refused_first_then_what_narrows_and_reports_last() -> None:
    hall = Hall(GRANSER)
    assert [taken(hall, slag) for slag in WRITTEN] == [6, 3, 1]


def test_a_report_may_have_every_place_and_leaves_none_to_others() -> None:
    hall = Hall(GRANSER)
    assert taken(hall, Slag.OROSANMALAN) == 10
    assert [taken(hall, slag) for slag in WRITTEN] == [0, 0, 0]


def test_questions_are_refused_before_inboxes_and_openings_last_of_what_reads() -> None:
    hall = Hall(GRANSER)
    assert [taken(hall, slag) for slag in READ] == [6, 2, 2]


def test_what_is_read_and_what_is_written_take_nothing_from_each_other() -> None:
    hall = Hall(GRANSER)
    taken(hall, Slag.OROSANMALAN)
    assert taken(hall, Slag.OPPNING) == 10


def test_pages_and_streams_have_places_of_their_own_and_agencies_theirs() -> None:
    hall = Hall(GRANSER)
    assert [taken(hall, slag) for slag in (Slag.SIDA, Slag.STROM)] == [12, 80]
    assert [taken(hall, slag) for slag in (Slag.OROSANMALAN, Slag.OPPNING, Slag.OLAST)] == [10, 10, 10]


def test_who_is_logged_in_holds_a_quarter_of_them_and_four_at_the_least() -> None:
    hall = Hall(GRANSER)
    for slag, most in ((Slag.SIDA, 4), (Slag.STROM, 20)):
        assert [named(hall, slag, "operator//drift.1")[1] for _ in range(most)] == [None] * most
        assert named(hall, slag, "operator//drift.1")[1] is Skal.AKTOR
        assert named(hall, slag, "operator//drift.2")[1] is None


def test_a_place_given_back_is_another_s() -> None:
    hall = Hall(GRANSER)
    places = [hall.plats(Slag.OROSANMALAN) for _ in range(10)]
    assert [plats.enter() for plats in places] == [None] * 10
    refused = hall.plats(Slag.OROSANMALAN)
    assert refused.enter() is Skal.PLATSER
    for plats in (refused, places[0], places[0]):
        plats.leave()
    assert hall.held(Rum.SKRIVA) == 9
    assert refused.enter() is None


def test_one_actor_holds_no_more_than_its_share_though_it_calls_all_of_it_reports() -> None:
    hall = Hall(GRANSER)
    assert [named(hall, Slag.OROSANMALAN, "mora")[1] for _ in range(5)] == [None] * 5
    plats, reason = named(hall, Slag.OROSANMALAN, "mora")
    assert reason is Skal.AKTOR
    plats.leave()
    assert named(hall, Slag.OROSANMALAN, "falun")[1] is None


def test_an_actor_s_share_of_ordinary_events_is_the_smaller_and_what_it_reads_is_counted_apart() -> None:
    hall = Hall(GRANSER)
    assert [named(hall, Slag.HANDELSE, "mora")[1] for _ in range(3)] == [None] * 3
    assert named(hall, Slag.HANDELSE, "mora")[1] is Skal.AKTOR
    assert named(hall, Slag.OPPNING, "mora")[1] is None


def test_an_event_that_is_read_holds_its_place_only_as_what_it_is() -> None:
    hall = Hall(GRANSER)
    assert taken(hall, Slag.HANDELSE) == 6
    for slag, reason in ((Slag.HANDELSE, Skal.PLATSER), (Slag.INSKRANKNING, None), (Slag.OROSANMALAN, None)):
        plats, _ = named(hall, Slag.OLAST, "mora")
        assert plats.know(slag, INGET) is reason
        plats.leave()
    assert hall.held(Rum.SKRIVA) == 6


def test_what_nobody_has_read_keeps_nothing_out_that_is_known() -> None:
    """Or of many that come at once each would be refused for the others' sake, and none be let in."""
    hall = Hall(GRANSER)
    places = [named(hall, Slag.OLAST, aktor)[0] for aktor in ("mora", "falun") * 4]
    places += [named(hall, Slag.OLAST, "leksand")[0] for _ in range(2)]
    assert hall.plats(Slag.OLAST).enter() is Skal.PLATSER
    found = [plats.know(Slag.HANDELSE, INGET) for plats in places]
    assert found == [None] * 6 + [Skal.PLATSER] * 4


def test_what_nobody_has_read_is_counted_by_bodies_however_long_and_is_never_refused_for_what_is_known() -> None:
    """It may be a report (B1)."""
    hall = Hall(GRANSER)
    assert taken(hall, Slag.OROSANMALAN) == 10
    assert [named(hall, Slag.OLAST, "mora", tyngd=9)[1] for _ in range(5)] == [None] * 5
    assert named(hall, Slag.OLAST, "mora")[1] is Skal.AKTOR


def test_what_is_read_holds_as_much_as_it_is_long() -> None:
    hall = Hall(GRANSER)
    plats, _ = named(hall, Slag.HANDELSE, "mora", tyngd=9)
    plats.weigh(2)
    assert (hall.held(Rum.SKRIVA), hall.held(Rum.SKRIVA, "mora")) == (2, 2)
    plats.leave()
    plats.weigh(3)
    assert hall.held(Rum.SKRIVA) == 0


def test_of_one_actor_s_that_come_at_once_as_many_are_let_in_as_one_may_hold() -> None:
    hall = Hall(replace(GRANSER, platser=100, poster=0, sekunder=0))
    places = [named(hall, Slag.OLAST, "mora")[0] for _ in range(5)]
    assert [plats.know(Slag.HANDELSE, INGET) for plats in places] == [None] * 3 + [Skal.AKTOR] * 2


def test_nothing_is_held_when_all_have_left() -> None:
    hall = Hall(GRANSER)
    places = [named(hall, Slag.OLAST, "mora")[0] for _ in range(3)]
    for plats in places:
        plats.know(Slag.OROSANMALAN, INGET)
        plats.leave()
    assert (hall.held(Rum.SKRIVA), hall.held(Rum.SKRIVA, "mora")) == (0, 0)


def test_what_is_large_takes_more_and_is_let_in_where_nobody_else_is() -> None:
    hall = Hall(GRANSER)
    plats, reason = named(hall, Slag.HANDELSE, "mora", tyngd=9)
    assert reason is None
    assert plats.know(Slag.HANDELSE, INGET) is None
    assert hall.plats(Slag.HANDELSE).enter() is Skal.PLATSER


@pytest.mark.parametrize("slag", Slag)
def test_however_few_the_places_are_one_of_each_kind_is_let_in(slag: Slag) -> None:
    hall = Hall(Granser(1, 1, 1, 1, 0, 0))
    assert named(hall, slag, "mora")[1] is None


BEHIND = {
    "well": (Efterslap(100, 60.0), set()),
    "records": (Efterslap(101, 0.0), {Slag.HANDELSE}),
    "seconds": (Efterslap(1, 60.1), {Slag.HANDELSE}),
    "far": (Efterslap(201, 0.0), {Slag.HANDELSE, Slag.OPPNING}),
    "very far": (Efterslap(401, 0.0), {Slag.HANDELSE, Slag.OPPNING, Slag.INSKRANKNING}),
    "for days": (Efterslap(10**6, 10.0**6), {Slag.HANDELSE, Slag.OPPNING, Slag.INSKRANKNING}),
}


@pytest.mark.parametrize("how", BEHIND)
def test_far_behind_what_would_wait_is_refused_and_a_report_never_is(how: str) -> None:
    """B1: it waits for no machinery."""
    behind, refused = BEHIND[how]
    assert {slag for slag in ORDNING if too_far(slag, behind, GRANSER)} == refused


def test_without_a_limit_the_gate_may_be_as_far_behind_as_it_likes() -> None:
    assert not too_far(Slag.HANDELSE, Efterslap(10**6, 10.0**6), Granser(10, 5, 4, 8, 0, 0.0))


def test_a_place_is_refused_for_the_gate_when_it_is_known_what_for() -> None:
    hall = Hall(GRANSER)
    plats, _ = named(hall, Slag.OLAST, "mora")
    assert plats.know(Slag.HANDELSE, Efterslap(101, 0.0)) is Skal.EFTERSLAP
    assert plats.know(Slag.OROSANMALAN, Efterslap(101, 0.0)) is None


# ------------------------------------------------------------------------------------------ how far behind


def test_what_waits_has_waited_since_the_log_was_first_seen_so_long() -> None:
    ko = Ko()
    assert ko.note(0.0, 5, 5) == (0, 0.0)
    assert ko.note(10.0, 8, 5) == (3, 0.0)
    assert ko.note(20.0, 9, 5) == (4, 10.0)
    assert ko.note(30.0, 9, 8) == (1, 10.0), "the first three are judged"
    assert ko.note(40.0, 9, 9) == (0, 0.0)


def test_a_log_that_has_become_shorter_is_not_waited_for() -> None:
    ko = Ko()
    ko.note(0.0, 100, 5)
    assert ko.note(10.0, 50, 5) == (45, 0.0)


def test_a_gate_away_for_days_is_remembered_in_little() -> None:
    ko = Ko()
    for second in range(10_000):
        found = ko.note(float(second), second + 1, 0)
    assert found == (10_000, 9_999.0)
    assert len(ko._ends) <= 600


class Logs:
    """Two partitions, of which the first may not answer."""

    def __init__(self) -> None:
        self.now_s, self.first_answers = 0.0, True
        self.hub = Fake(omraden=2)
        self.hub.says |= {"end": self._end, "positions": [PositionInfo(0, 5, 1, 5), PositionInfo(1, 5, 1, 5)]}
        aktorer = self.hub.katalog.aktorer
        self.hub.katalog = replace(self.hub.katalog, aktorer=aktorer | {"falun": replace(aktorer["falun"], omrade=1)})
        self.efterslap = Efterslapen(self.hub, lambda: self.now_s)

    def _end(self, partition: int) -> int:
        if partition == 0 and not self.first_answers:
            raise ValueError
        return 1000

    async def behind(self) -> list[int]:
        """How far behind each actor's gate is, after a look at it."""
        self.now_s += 15.0
        self.efterslap.of("mora")
        for _ in range(100):
            await asyncio.sleep(0)
        return [self.efterslap.of(aktor).poster for aktor in ("mora", "falun")]


async def test_what_does_not_answer_hides_nothing_of_the_rest_and_is_soon_not_held_against_anybody() -> None:
    logs = Logs()
    assert await logs.behind() == [995, 995]
    logs.first_answers = False
    logs.hub.says["positions"] = [PositionInfo(0, 5, 1, 5), PositionInfo(1, 900, 1, 900)]
    assert await logs.behind() == [995, 100]
    assert await logs.behind() == [0, 100]
    logs.hub.says["positions"] = ValueError("x")
    assert await logs.behind() == [0, 100]
    assert await logs.behind() == [0, 0]
