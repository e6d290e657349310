"""F1: a suspicion stands until it is removed; past its review date the registrar is reminded, then the unit head."""

from dataclasses import replace

import pytest
from mini_regelverk import MORA_BARN, MORA_BARN_CHEF, MORA_MOTTAGNING, POLIS, POLIS_GRUPP, regelverk
from steps import DAY, SECOND
from world import World

from samverkanshub.domain.events import HUB
from samverkanshub.domain.intake_rules import brister
from samverkanshub.domain.plikter import F1_GRANSKNING
from samverkanshub.domain.regelverk import Frist
from samverkanshub.domain.state import Plikt
from samverkanshub.domain.tid import to_ms

DATED = replace(regelverk(), frister={"f1.granskning": Frist(dagar=0), "f1.enhetschef": Frist(dagar=7)})
END = to_ms("2026-09-02T00:00:00+02:00")
"""The end of the review date that `World.misstankt` gives."""


def suspected(**more: str) -> World:
    return World(DATED).misstankt("maken", mot="anna", av=more.get("av", MORA_MOTTAGNING))


def duties(world: World) -> list[Plikt]:
    return world.plikter(F1_GRANSKNING)


def step(world: World, steg: str, tid: int) -> World:
    """`watch` appends a step of the latest review."""
    duty = duties(world)[-1]
    arende = next(a.arende_id for a in world.tillstand.arenden.values() if duty in a.plikter)
    act = world.event("plikt_steg", POLIS_GRUPP, (), koder={"plikt": duty.id, "steg": steg}, arende_id=arende)
    return world.at(tid).happens(replace(act, aktor=HUB, enhet="", lasargrupp=""))


def test_f1_whoever_registers_a_suspicion_owes_its_review_by_the_end_of_its_date() -> None:
    (duty,) = duties(suspected())
    assert duty.barare == MORA_BARN
    assert [(s.namn, s.tid) for s in duty.steg] == [("paminnelse", END), ("enhetschef", END + 7 * DAY)]


def test_f1_past_its_date_the_registrar_is_reminded_and_then_the_unit_head() -> None:
    world = suspected()
    assert step(world, "paminnelse", END - SECOND).refused() == {"F1 for-tidigt"}
    step(world, "paminnelse", END)
    assert world.last is not None
    assert {d.kod for d in world.last.deliveries} == {"f1-granskning-paminnelse"}
    assert {d.mottagare.rpartition(".")[0] for d in world.last.deliveries} == {MORA_BARN}
    step(world, "enhetschef", END + 7 * DAY)
    assert [(d.mottagare, d.kod) for d in world.last.deliveries] == [(MORA_BARN_CHEF, "f1-granskning-enhetschef")]


def test_v6_nothing_in_a_reminder_says_whom_it_is_about() -> None:
    world = step(suspected(), "paminnelse", END)
    assert world.last is not None
    told = repr(world.last.deliveries)
    assert "maken" not in told
    assert "anna" not in told
    assert {d.avser for d in world.last.deliveries} == {world.named["misstankt"].handelse_id}


def test_f1_removed_nobody_is_reminded() -> None:
    world = suspected().misstankt("maken", mot="anna", borttagen=True, av=MORA_MOTTAGNING)
    (duty,) = duties(world)
    assert duty.utfall == "borttagen"
    assert step(world, "paminnelse", END).refused() == {"F1 redan-uppfylld"}


def test_f1_registered_anew_it_is_reviewed_and_to_be_reviewed_again() -> None:
    world = suspected().misstankt("maken", mot="anna", av=MORA_MOTTAGNING)
    assert [duty.utfall for duty in duties(world)] == ["granskad", ""]
    assert len(world.tillstand.arenden) == 1


def test_f1_another_suspicion_and_another_actors_are_reviewed_by_themselves() -> None:
    world = (
        suspected().misstankt("brodern", mot="anna", av=MORA_MOTTAGNING).misstankt("maken", mot="anna", av=POLIS_GRUPP)
    )
    assert [(duty.barare, duty.utfall) for duty in duties(world)] == [(MORA_BARN, ""), (MORA_BARN, ""), (POLIS, "")]
    assert len(world.tillstand.arenden) == 2, "nobody shares an ärende with another registrar"
    world.misstankt("maken", mot="anna", borttagen=True, av=POLIS_GRUPP)
    assert [duty.utfall for duty in duties(world)] == ["", "", "borttagen"]


def test_f1_a_removal_that_is_refused_leaves_the_review_as_it_was() -> None:
    world = suspected().misstankt("maken", mot="anna", borttagen=True, av=POLIS_GRUPP)
    assert world.refused() == {"F1 ingen-egen-registrering"}
    assert [duty.utfall for duty in duties(world)] == [""]


def test_f1_in_another_partition_than_the_registrars_nothing_is_owed() -> None:
    aktorer = {id_: replace(aktor, omrade=1) for id_, aktor in DATED.katalog.aktorer.items()}
    world = World(replace(DATED, katalog=replace(DATED.katalog, aktorer=aktorer))).misstankt("maken", mot="anna")
    assert world.refused() == set()
    assert duties(world) == []
    assert world.tillstand.arenden == {}


def test_f1_the_ärende_of_the_review_is_the_registrars_alone() -> None:
    world = suspected()
    (arende,) = world.tillstand.arenden.values()
    assert (arende.process, arende.deltagare, arende.ansvarig) == ("granskning.mora", (MORA_BARN,), MORA_BARN)
    assert world.tillstand.person("anna").berorda == ()
    assert world.tillstand.person("maken").arenden == ()


@pytest.mark.parametrize(
    ("granskas", "broken"), [("2026-09-01", False), ("2199-12-31", False), ("0001-01-01", True), ("9999-12-31", True)]
)
def test_f1_the_review_date_is_one_that_a_deadline_can_be_counted_from(granskas: str, broken: bool) -> None:
    event = replace(suspected().named["misstankt"], koder={"kalla": "dom", "granskas": granskas})
    assert bool([b for b in brister(event, DATED) if b.regel == "F1"]) is broken
