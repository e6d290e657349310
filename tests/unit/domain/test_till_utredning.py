"""B2: who is duty-bound to report a child informs the investigation of it, at the unit that has it open, alone."""

import pytest
from lagrum import (
    PRIVAT_GRUPP,
    VILLKOR_18C,
    VILLKOR_UTREDNING,
    VILLKOR_VARD,
    asked,
    grund,
    hints,
    lagar,
    till_utredning,
    utredning,
)
from mini_regelverk import (
    BUP,
    FALUN_BARN,
    FALUN_HANDLAGGARE,
    JOUR_GRUPP,
    MORA_BARN,
    MORA_MOTTAGNING,
    MORA_VINR,
    POLIS_GRUPP,
    UTSATT,
    VC,
    with_unit,
)
from world import World


def opened(av: str = MORA_MOTTAGNING) -> World:
    return utredning(World(lagar()), av)


@pytest.mark.parametrize("av", [VC, POLIS_GRUPP, UTSATT, PRIVAT_GRUPP])
def test_b2_whoever_is_duty_bound_informs_the_unit_that_investigates(av: str) -> None:
    world = till_utredning(opened(), [MORA_BARN], av)
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation"}
    (cited,) = world.entry(MORA_MOTTAGNING, "barnets_situation").grunder
    assert (cited.id, cited.marke) == ("uppgift-till-barnutredning", "P")


def test_b2_nobody_is_told_where_no_investigation_is_open() -> None:
    world = till_utredning(World(lagar()), [MORA_BARN], VC)
    assert world.why(MORA_MOTTAGNING, "barnets_situation") == {"B2 utredning-ej-oppen-hos-mottagaren"}
    assert world.reached() == set()


def test_b2_it_is_the_unit_that_has_it_open_and_no_other() -> None:
    world = till_utredning(opened(), [FALUN_BARN], VC)
    assert world.why(FALUN_HANDLAGGARE, "barnets_situation") == {"B2 utredning-ej-oppen-hos-mottagaren"}
    assert till_utredning(opened(), [MORA_VINR], VC).reached() == set(), "nor another unit of the same nämnd"


def test_b2_each_unit_has_its_own_investigation_and_closes_it_alone() -> None:
    world = utredning(opened(), FALUN_HANDLAGGARE)
    assert world.tillstand.person("barn").utredningar == (FALUN_BARN, MORA_BARN)
    utredning(world, MORA_MOTTAGNING, oppen=False)
    assert world.tillstand.person("barn").utredningar == (FALUN_BARN,)
    assert till_utredning(world, [MORA_BARN], VC).reached() == set()
    assert FALUN_HANDLAGGARE in till_utredning(world, [FALUN_BARN], VC).reached()


def test_b2_opening_twice_is_opening_once_and_closing_what_is_not_open_does_nothing() -> None:
    assert utredning(opened(), MORA_MOTTAGNING).tillstand.person("barn").utredningar == (MORA_BARN,)
    closed = utredning(World(lagar()), MORA_MOTTAGNING, oppen=False)
    assert closed.tillstand.person("barn").utredningar == ()


def test_b2_the_duty_ends_with_the_investigation_for_what_is_not_opened_too() -> None:
    world = till_utredning(opened(), [MORA_BARN], VC)
    assert world.oppnar(MORA_MOTTAGNING).shown() == {"barnets_situation"}
    utredning(world, MORA_MOTTAGNING, oppen=False)
    assert world.oppnar(MORA_MOTTAGNING).shown() == set()


def test_b2_the_condition_is_attested_as_any_other() -> None:
    world = till_utredning(opened(), [MORA_BARN], VC, grund=grund("uppgift-till-barnutredning"))
    assert world.why(MORA_MOTTAGNING, "barnets_situation") == {"B2 villkor-saknas-pagaende-utredning-om-barnet"}


def test_b2_no_consent_serves_it_and_none_is_asked_for() -> None:
    world = World(lagar()).vardnad("barn", "mor")
    world.samtycke("barn", ["mora"], givare=["mor"], andamal="barnskydd")
    till_utredning(world, [MORA_BARN], VC)
    assert world.reached() == set()
    assert (asked(world), hints(world)) == (set(), set())
    world.aterkallar("barn")
    assert world.refused() == set()


def test_b2_no_exemption_stops_a_duty() -> None:
    world = opened().vardnad("barn", "mor")
    world.samtycke(
        "barn",
        ["mora"],
        givare=["mor"],
        andamal="barnskydd",
        undantag={"mottagare": [{"slag": "enhet", "id": MORA_BARN}]},
    )
    assert till_utredning(world, [MORA_BARN], VC).delivered(MORA_MOTTAGNING) == {"barnets_situation"}


def test_b2_it_joins_the_childs_arende_of_protection() -> None:
    world = opened().orosanmalan()
    assert world.message is not None
    first = world.message.arende_id
    till_utredning(world, [MORA_BARN], VC)
    assert world.message.arende_id == first


# ------------------------------------------------------------------------------------------ at intake


def test_b2_who_is_not_duty_bound_is_refused() -> None:
    assert till_utredning(opened(), [MORA_BARN], JOUR_GRUPP).refused() == {"B2 ej-anmalningsskyldig"}


@pytest.mark.parametrize(("till", "bound"), [("2026-03-02", False), ("2026-03-03", True)])
def test_b2_the_duty_is_dated(till: str, bound: bool) -> None:
    rules = with_unit(lagar(), "region-dalarna.vardcentral-mora", anmalningspliktig_till=till)
    world = till_utredning(utredning(World(rules), MORA_MOTTAGNING), [MORA_BARN], VC)
    assert (world.delivered(MORA_MOTTAGNING) == {"barnets_situation"}) is bound
    assert bound or world.why(MORA_MOTTAGNING, "barnets_situation") == {"B2 ej-anmalningsskyldig"}


@pytest.mark.parametrize("till", [[MORA_BARN, FALUN_BARN], [BUP], [MORA_BARN, MORA_BARN]])
def test_b2_it_goes_to_one_unit_of_the_socialtjanst(till: list[str]) -> None:
    assert till_utredning(opened(), till, VC).refused() == {"B2 en-utredande-enhet"}


@pytest.mark.parametrize(("id_", "villkor"), [("osl-25-12", VILLKOR_VARD), ("osl-10-18c", VILLKOR_18C)])
def test_b2_it_rests_on_the_duty_to_inform_and_on_no_other_provision(id_: str, villkor: tuple[str, ...]) -> None:
    assert till_utredning(opened(), [MORA_BARN], VC, grund=grund(id_, villkor)).refused() == {"B2 fel-bestammelse"}


def test_b2_the_duty_to_inform_carries_no_other_message() -> None:
    known = {"grund": grund("uppgift-till-barnutredning", VILLKOR_UTREDNING)}
    world = opened().riskbedomning("barn", [MORA_BARN], av=VC, **known)
    assert "B2 bestammelse-fel-typ" in world.why(MORA_MOTTAGNING, "risk")


@pytest.mark.parametrize("av", [UTSATT, VC, POLIS_GRUPP, "mora.socialjour.handlaggare"])
def test_b2_only_a_child_unit_of_the_socialtjanst_registers_an_investigation(av: str) -> None:
    assert utredning(World(lagar()), av).refused() == {"B2 far-ej-registrera"}


def test_b2_a_private_child_unit_is_no_socialnamnd() -> None:
    rules = with_unit(lagar(), MORA_BARN, offentlig=False)
    assert utredning(World(rules), MORA_MOTTAGNING).refused() == {"B2 far-ej-registrera"}
