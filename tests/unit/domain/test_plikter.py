"""Open duties: made with their deadlines frozen, met, taken step by step, and what `watch` has left of them."""

from dataclasses import replace

from mini_regelverk import regelverk
from steps import HOUR, START

from samverkanshub.domain import plikter
from samverkanshub.domain.regelverk import Frist, Regelverk
from samverkanshub.domain.state import ArendeState, Plikt, Steg


def with_deadlines(**frister: Frist) -> Regelverk:
    return replace(regelverk(), frister={name.replace("_", ".", 1): frist for name, frist in frister.items()})


O4 = with_deadlines(o4_kvittens=Frist(3600), o4_region=Frist(10800))


def made(regler: Regelverk = O4) -> Plikt:
    return plikter.make(plikter.O4_KVITTENS, "h1", "mora.barn-unga", START, regler, vantar="vc")


def arende(*duties: Plikt) -> ArendeState:
    return ArendeState("a1", "barnskydd", "barn", plikter=duties)


def test_o4_a_duty_has_the_steps_that_the_regelverk_has_deadlines_for_frozen_when_it_is_made() -> None:
    assert made().steg == (Steg("paminnelse", START + HOUR), Steg("region", START + 3 * HOUR))
    assert made(with_deadlines()).steg == ()


def test_its_id_derives_from_what_made_it_its_kind_and_who_bears_it() -> None:
    assert made().id == made(with_deadlines()).id
    assert made().id != plikter.make(plikter.O4_KVITTENS, "h1", "falun.barn-unga", START, O4).id
    assert made().id != plikter.make(plikter.H2_KVITTENS, "h1", "mora.barn-unga", START, O4).id


def test_watch_has_the_steps_left_of_open_duties() -> None:
    state = plikter.take(arende(made()), made().id, "paminnelse")
    assert [(plikt.id, steg.namn) for plikt in state.plikter for steg in plikter.open_steps(plikt)] == [
        (made().id, "region")
    ]
    met = plikter.meet(state, lambda plikt: True, START + 1, "kvittens-mottagen")
    assert [*plikter.open_steps(met.plikter[0])] == []


def test_a_duty_is_met_once_and_keeps_how() -> None:
    first = plikter.meet(arende(made()), lambda plikt: True, START + 1, "kvittens-mottagen")
    again = plikter.meet(first, lambda plikt: True, START + 2, "samtal-noterat")
    assert (again.plikter[0].uppfylld, again.plikter[0].utfall) == (START + 1, "kvittens-mottagen")
    assert plikter.open_ones(again, plikter.O4_KVITTENS) == ()
    assert plikter.open_ones(arende(made()), plikter.O4_KVITTENS) == (made(),)


def test_its_bearer_may_meet_it_and_who_stands_in_for_the_bearer_while_it_is_open() -> None:
    shared = replace(made(), aven=("mora.socialjour",))
    assert plikter.may_meet(shared, "mora.barn-unga")
    assert plikter.may_meet(shared, "mora.socialjour")
    assert not plikter.may_meet(shared, "vc")
    assert not plikter.may_meet(replace(shared, uppfylld=1), "mora.barn-unga")


def test_t1_each_frozen_step_and_each_duty_met_is_a_line_of_the_decision() -> None:
    lines = list(plikter.entries((made(),)))
    assert [(line.vag, line.frist, line.frist_slag) for line in lines] == [
        ("#o4.kvittens/paminnelse/mora.barn-unga", START + HOUR, "o4.kvittens/paminnelse"),
        ("#o4.kvittens/region/mora.barn-unga", START + 3 * HOUR, "o4.kvittens/region"),
    ]
    met = next(plikter.met_entries((made(),)))
    assert met.vag.startswith("#o4.kvittens/uppfylld/mora.barn-unga/")
    assert [(reason.regel, reason.kod) for reason in met.reasons] == [("O4", "plikt-uppfylld")]
