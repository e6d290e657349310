"""F1: socialnämnd, police or prosecutor register; it stands until they remove it. V2: exposed and suspected at once."""

from dataclasses import replace

import pytest
from mini_regelverk import (
    BUP_GRUPP,
    JOUR_GRUPP,
    MORA_MOTTAGNING,
    POLIS,
    POLIS_GRUPP,
    UTSATT,
    VARDCENTRAL,
    VC,
    regelverk,
    with_unit,
)
from steps import DAY
from world import World

REFUSED = {"F1 far-ej-registrera"}


@pytest.mark.parametrize(
    ("av", "refused"),
    [
        (UTSATT, set()),
        (MORA_MOTTAGNING, set()),
        (POLIS_GRUPP, set()),
        (VC, REFUSED),
        (BUP_GRUPP, REFUSED),
        (JOUR_GRUPP, REFUSED),
    ],
)
def test_f1_who_registers_a_suspicion(av: str, refused: set[str]) -> None:
    world = World().misstankt("maken", mot="anna", av=av)
    assert world.refused() == refused
    assert bool(world.tillstand.person("anna").misstankta) == (not refused)


@pytest.mark.parametrize(("changes", "refused"), [({"verksamhet": "aklagare"}, set()), ({"offentlig": False}, REFUSED)])
def test_f1_a_prosecutor_does_and_no_private_body(changes: dict[str, object], refused: set[str]) -> None:
    world = World(with_unit(regelverk(), POLIS, **changes))
    assert world.misstankt("maken", mot="anna", av=POLIS_GRUPP).refused() == refused


def test_f1_it_has_registrar_source_and_review_date() -> None:
    (suspicion,) = World().misstankt("maken", mot="anna", av=POLIS_GRUPP).tillstand.person("anna").misstankta
    assert (suspicion.registrerad_av, suspicion.kalla, suspicion.granskas) == (POLIS, "utredning", "2026-09-01")


def test_f1_it_stands_past_its_review_date_until_removed() -> None:
    world = World().misstankt("maken", mot="anna").after(400 * DAY)
    assert world.misstankt("maken", mot="granne").tillstand.person("anna").misstankta != ()
    assert world.misstankt("maken", mot="anna", borttagen=True).tillstand.person("anna").misstankta == ()
    assert [m.mot for m in world.tillstand.person("maken").misstankt_mot] == ["granne"], "and no other goes with it"


def test_f1_each_registrar_removes_its_own_alone() -> None:
    world = World().misstankt("maken", mot="anna").misstankt("maken", mot="anna", av=POLIS_GRUPP)
    world.misstankt("maken", mot="anna", borttagen=True)
    assert [m.registrerad_av for m in world.tillstand.person("anna").misstankta] == [POLIS]
    assert world.misstankt("maken", mot="anna", borttagen=True).refused() == {"F1 ingen-egen-registrering"}


def test_f1_registered_anew_it_has_its_new_review_date_and_is_one() -> None:
    world = World().misstankt("maken", mot="anna").misstankt("maken", mot="anna")
    assert len(world.tillstand.person("anna").misstankta) == 1


def test_f1_several_suspects_are_normal() -> None:
    world = World().misstankt("maken", mot="anna").misstankt("svagern", mot="anna")
    assert [m.misstankt for m in world.tillstand.person("anna").misstankta] == ["maken", "svagern"]


def test_v2_one_who_is_both_exposed_and_suspected_consents_for_themselves() -> None:
    world = World().misstankt("maken", mot="anna").misstankt("anna", mot="maken")
    assert world.samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL]).delivered(VC) == {"insats"}
    assert world.samtycke("maken", [VARDCENTRAL]).sip("maken", [VARDCENTRAL]).delivered(VC) == {"insats"}


def test_v2_two_parents_who_suspect_each_other_neither_consents_for_the_child() -> None:
    world = World().vardnad("barn", "mor", "far").samtycke("barn", [VARDCENTRAL], givare=["mor", "far"])
    world.misstankt("far", mot="mor").misstankt("mor", mot="far").sip("barn", [VARDCENTRAL])
    assert world.why(VC, "insats") == {"K8 vardnadshavare-misstankt"}


def test_v2_a_guardian_who_is_exposed_and_not_suspected_consents_beside_a_decision_on_the_other() -> None:
    world = World().vardnad("barn", "mor", "far").misstankt("far", mot="mor")
    world.samtycke("barn", [VARDCENTRAL], givare=["mor"]).vardnad("barn", "mor", kalla="domstol")
    assert world.sip("barn", [VARDCENTRAL]).delivered(VC) == {"insats"}


def test_v3_nobody_is_suspected_of_exposing_themselves() -> None:
    world = World()
    about = world.person("anna", "registrerad")
    event = world.event("misstankt", UTSATT, [about, replace(about, roll="misstankt")], koder={})
    assert "V3 dubbel-person" in world.happens(event).refused()
