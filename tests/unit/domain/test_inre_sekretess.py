"""B6: inner secrecy, between units of one nämnd or health authorities of one region, on attested need in the work."""

import pytest
from lagrum import (
    AKLAGARE,
    AKLAGARE_GRUPP,
    GRANNREGION,
    GRANNREGION_GRUPP,
    LSS,
    LSS_GRUPP,
    PRIVAT,
    PRIVAT_GRUPP,
    asked,
    changed,
    lagar,
)
from mini_regelverk import (
    BUP,
    BUP_GRUPP,
    FALUN_BARN,
    FALUN_HANDLAGGARE,
    MORA_BARN,
    MORA_MOTTAGNING,
    MORA_VINR,
    POLIS,
    POLIS_GRUPP,
    UTOVARE,
    UTSATT,
    VARDCENTRAL,
    VC,
    with_unit,
)
from steps import DAY
from world import World

from samverkanshub.domain.tid import to_ms

ASKED = "B0 samtycke-saknas"


def sent(av: str, till: str, world: World | None = None, **more: object) -> World:
    return (world or World(lagar())).riskbedomning("anna", [till], av=av, **{"behov_i_arbetet": True, **more})


@pytest.mark.parametrize(
    ("av", "till", "grupp", "provision"),
    [
        (UTSATT, MORA_BARN, MORA_MOTTAGNING, "osl-8-2"),
        (VC, BUP, BUP_GRUPP, "osl-25-11"),
    ],
)
def test_b6_passes_within_one_namnd_and_one_region(av: str, till: str, grupp: str, provision: str) -> None:
    world = sent(av, till)
    assert world.delivered(grupp) == {"risk"}
    entry = world.entry(grupp, "risk")
    assert {(reason.regel, reason.kod) for reason in entry.reasons} == {("B6", "behov-i-arbetet")}
    assert [(found.id, found.marke) for found in entry.grunder] == [(provision, "P")]


@pytest.mark.parametrize(
    ("av", "till", "grupp", "code"),
    [
        (UTSATT, LSS, LSS_GRUPP, "ej-samma-namnd"),
        (UTSATT, FALUN_BARN, FALUN_HANDLAGGARE, "ej-samma-namnd"),
        (VC, GRANNREGION, GRANNREGION_GRUPP, "ej-samma-region"),
        (VC, PRIVAT, PRIVAT_GRUPP, "bestammelse-ej-for-enskilda"),
        (PRIVAT_GRUPP, BUP, BUP_GRUPP, "bestammelse-ej-for-enskilda"),
        (UTSATT, VARDCENTRAL, VC, "bestammelse-saknas"),
        (UTSATT, POLIS, POLIS_GRUPP, "bestammelse-saknas"),
        (UTSATT, AKLAGARE, AKLAGARE_GRUPP, "bestammelse-saknas"),
    ],
)
def test_b6_passes_no_further(av: str, till: str, grupp: str, code: str) -> None:
    assert sent(av, till).why(grupp, "risk") == {f"B6 {code}", ASKED}


def test_b6_units_without_namnd_are_not_of_one() -> None:
    rules = with_unit(with_unit(lagar(), MORA_BARN, namnd=""), MORA_VINR, namnd="")
    assert sent(UTSATT, MORA_BARN, World(rules)).why(MORA_MOTTAGNING, "risk") == {"B6 ej-samma-namnd", ASKED}


def test_b6_two_municipalities_namnder_of_one_name_are_two() -> None:
    rules = with_unit(lagar(), FALUN_BARN, namnd="Socialnämnden i Mora")
    assert sent(UTSATT, FALUN_BARN, World(rules)).why(FALUN_HANDLAGGARE, "risk") == {"B6 ej-samma-namnd", ASKED}


def test_b6_a_private_provider_of_the_region_only_where_the_catalogue_says_so() -> None:
    rules = changed(lagar(), "osl-25-11", enskilda=True)
    assert sent(VC, PRIVAT, World(rules)).delivered(PRIVAT_GRUPP) == {"risk"}
    uncontracted = with_unit(rules, PRIVAT, avtal_med=())
    assert sent(VC, PRIVAT, World(uncontracted)).why(PRIVAT_GRUPP, "risk") == {"B6 ej-samma-region", ASKED}
    unknown = with_unit(rules, PRIVAT, avtal_med=("finns-ej",))
    assert sent(VC, PRIVAT, World(unknown)).why(PRIVAT_GRUPP, "risk") == {"B6 ej-samma-region", ASKED}


@pytest.mark.parametrize("attested", [{"behov_i_arbetet": False}, {"behov_i_arbetet": None}])
def test_b6_the_need_is_attested(attested: dict[str, object]) -> None:
    world = sent(UTSATT, MORA_BARN, **attested)
    assert world.why(MORA_MOTTAGNING, "risk") == {ASKED}
    assert asked(world) == {MORA_BARN}


def test_b0_consent_is_asked_for_where_inner_secrecy_holds() -> None:
    assert asked(sent(UTSATT, LSS)) == {LSS}
    assert asked(sent(UTSATT, MORA_BARN)) == set()


@pytest.mark.parametrize(("days", "passes"), [(0, True), (1, False)])
def test_b6_rests_on_the_law_of_the_day(days: int, passes: bool) -> None:
    rules = changed(lagar(), "osl-8-2", giltig_till="2026-03-03")
    world = sent(UTSATT, MORA_BARN, World(rules).at(to_ms("2026-03-02T23:00:00+01:00") + days * DAY))
    assert (world.delivered(MORA_MOTTAGNING) == {"risk"}) is passes
    assert passes or world.why(MORA_MOTTAGNING, "risk") == {"B6 bestammelse-saknas", ASKED}


def test_b6_v1_applies_within_one_unit() -> None:
    world = World(lagar()).riskbedomning("anna", [MORA_VINR], ["risk", "boende"], av=UTSATT, behov_i_arbetet=True)
    assert world.delivered(UTOVARE) == {"risk"}
    assert world.why(UTOVARE, "boende") == {"V1 arbetar-med-utovare"}


def test_b6_p3_applies() -> None:
    world = sent(UTSATT, MORA_BARN, World(lagar()).skydd("anna"))
    assert world.delivered(MORA_MOTTAGNING) == {"risk"}
    assert world.why("mora.barn-unga.handlaggare", "risk") == {"P3 ej-begransad-krets"}


def test_b6_k3_applies_and_nobody_is_asked() -> None:
    world = World(lagar()).samtycke(
        "anna", [MORA_BARN], andamal="riskbedomning", kategorier=["vald"], undantag={"kategorier": ["risk"]}
    )
    assert sent(UTSATT, MORA_BARN, world).why(MORA_MOTTAGNING, "risk") == {"K3 undantag"}
    assert asked(world) == set()


def test_b6_a_deviation_names_nobody_and_needs_no_inner_secrecy() -> None:
    world = World(lagar()).avvikelse([MORA_BARN], behov_i_arbetet=True)
    assert {found.regel for found in world.entry(MORA_MOTTAGNING, "ovrigt").grunder} == {"B4"}
