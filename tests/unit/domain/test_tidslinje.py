"""How an ärende stood at a position of the log, told from its picture alone: K2, K4, K9, P4, O4, H2, Q2."""

from dataclasses import replace

import pytest

from samverkanshub.domain import tidslinje as bild
from samverkanshub.domain.tidslinje import (
    Handelse,
    Leverans,
    Skede,
    Skugga,
    Stapel,
    Tidslinje,
    delivered_as,
    ends,
    in_force,
    known_at,
    shades,
    state_of,
)

SENT = Leverans("lev", "sip", "sip_kallelse", "vc", "vinr", 5, 500, 3, 0)
GIVEN = Stapel("s1", "s1", "sip", 2, 200, 900)


def happened(*slag: str) -> Leverans:
    """The delivery with these things happening to it, one at each position from 6 on."""
    return replace(SENT, skeden=tuple(Skede(at, at * 100, one) for at, one in enumerate(slag, start=6)))


@pytest.mark.parametrize(
    ("levererade", "undanhallna", "state"),
    [(3, 0, bild.LEVERERAD), (1, 2, bild.DELVIS), (0, 3, bild.UNDANHALLEN), (0, 0, bild.LEVERERAD)],
)
def test_what_went_says_how_a_delivery_stood_from_the_beginning(levererade: int, undanhallna: int, state: str) -> None:
    assert state_of(replace(SENT, levererade=levererade, undanhallna=undanhallna), 5) == state


def test_what_happened_after_the_position_is_not_known_yet() -> None:
    assert [state_of(happened(bild.OPPNAD, bild.KVITTERAD), at) for at in (5, 6, 7)] == [
        bild.LEVERERAD,
        bild.OPPNAD,
        bild.KVITTERAD,
    ]


def test_o4_h2_acknowledged_outweighs_escalated_and_that_opened_whatever_came_first() -> None:
    assert state_of(happened(bild.KVITTERAD, bild.OPPNAD), 9) == bild.KVITTERAD
    assert state_of(happened(bild.ESKALERAD, bild.OPPNAD), 9) == bild.ESKALERAD
    assert state_of(happened(bild.ESKALERAD, bild.KVITTERAD), 9) == bild.KVITTERAD


def test_q2_what_was_taken_back_is_so_unless_it_had_been_opened() -> None:
    assert state_of(happened(bild.ATERKALLAD), 9) == bild.ATERKALLAD
    assert state_of(happened(bild.OPPNAD, bild.ATERKALLAD), 9) == bild.OPPNAD


def test_lines_are_counted_by_verdict() -> None:
    assert delivered_as(["levereras", "undanhalls", "levereras", "godtas"]) == (2, 1)


def test_k2_a_consent_is_in_force_from_its_start_up_to_but_not_including_its_end() -> None:
    assert [in_force(GIVEN, 9, tid) for tid in (199, 200, 899, 900)] == [False, True, True, False]
    assert not in_force(GIVEN, 1, 500), "not registered yet"
    assert not in_force(replace(GIVEN, position=-1), 9, 500), "its registration is not told"


def test_k4_a_withdrawal_ends_it_from_its_position() -> None:
    withdrawn = replace(GIVEN, skeden=(Skede(7, 700, bild.ATERKALLAT),))
    assert [in_force(withdrawn, at, 650) for at in (6, 7)] == [True, False]
    assert (ends(GIVEN), ends(withdrawn), ends(Stapel("s", "s", "", -1, 0, 0))) == (900, 700, 0)


def test_p4_a_shade_lasts_from_its_position_until_it_is_taken_away() -> None:
    standing = Skugga(bild.SKYDDAD, Skede(4, 400, "skydd"))
    ended = replace(standing, slut=Skede(8, 800, "skydd"))
    assert [shades(standing, at) for at in (3, 4, 99)] == [False, True, True]
    assert [shades(ended, at) for at in (3, 4, 7, 8)] == [False, True, True, False]


def test_what_was_known_at_a_position_is_what_had_come_by_then() -> None:
    whole = Tidslinje(
        leveranser=(SENT, replace(SENT, id="senare", position=8)),
        staplar=(GIVEN,),
        skuggor=(Skugga(bild.SKYDDAD, Skede(6, 600, "skydd")),),
    )
    then = known_at(whole, 5, 500)
    assert (then.staplar, then.skuggor, then.leveranser) == ((GIVEN,), (), ((SENT, bild.LEVERERAD),))
    assert known_at(whole, 8, 800).skuggor == (bild.SKYDDAD,)
    assert len(known_at(whole, 8, 800).leveranser) == 2


def test_units_stand_in_the_order_in_which_they_appear_and_consents_are_none() -> None:
    whole = Tidslinje(
        handelser=(
            Handelse("s1", "samtycke_lamnat", bild.HANDELSE, 2, 200, "mvc", kedja="s1"),
            Handelse("sip", "sip_kallelse", bild.HANDELSE, 5, 500, "vc"),
            Handelse("", "", bild.HANDELSE, 6, 600, ""),
            Handelse("k", "kvittens", bild.HANDELSE, 7, 700, "psyk"),
        ),
        leveranser=(SENT,),
        staplar=(GIVEN,),
    )
    assert whole.enheter == ("vc", "vinr", "psyk")
    assert [one.bana for one in whole.handelser] == ["s1", "vc", "", "psyk"]
