"""B0, B3, K1, K2, K4, K6, K11: what one adult's consent carries, from when, until when, and for what."""

from typing import Any

import pytest
from mini_regelverk import BUP, BUP_GRUPP, POLIS_GRUPP, UTOVARE, UTSATT, VARDCENTRAL, VC, VC_SKYDDAD
from steps import DAY, START
from world import World

from samverkanshub.domain import consent_form


def asked(world: World) -> list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    assert world.message is not None
    return [(r.andamal, r.av_roller, r.mottagare, r.kategorier) for r in world.message.requests]


def test_b0_without_any_basis_an_item_is_withheld_and_the_sender_is_told_what_to_ask() -> None:
    world = World().sip("anna", [VARDCENTRAL, BUP], ["insats", "behov"])
    assert world.why(VC, "insats") == {"B0 samtycke-saknas"}
    assert world.reached() == set()
    assert asked(world) == [("sip", ("utsatt",), (BUP, VARDCENTRAL), ("behov", "insats"))]


def test_b3_a_consent_carries_what_it_names_to_whom_it_names() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], kategorier=["insats"]).sip("anna", [VARDCENTRAL, BUP], ["insats"])
    assert world.delivered(VC) == {"insats"}
    assert world.delivered(BUP_GRUPP) == set()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, set()),
        ({"till": ["region-dalarna"]}, set()),
        ({"kategorier": ["insats"]}, set()),
        ({"namn": "eva"}, {"B0 samtycke-saknas"}),
        ({"till": [BUP]}, {"B0 samtycke-saknas"}),
        ({"andamal": "riskbedomning"}, {"K6 annat-andamal", "B0 samtycke-saknas"}),
        ({"kategorier": ["behov"]}, {"K1 kategori-saknas"}),
        ({"fran": START + DAY}, {"K2 samtycke-ej-i-kraft", "B0 samtycke-saknas"}),
        ({"fran": START - DAY, "slut": START + 1}, {"K2 samtycke-upphort"}),
        ({"enskilt": False}, {"K11 samtycke-ej-fritt", "B0 samtycke-saknas"}),
        ({"undantag": {"kategorier": ["insats"]}}, {"K3 undantag"}),
    ],
    ids=str,
)
def test_b3_one_of_person_recipient_purpose_category_time_or_freedom_missing_and_it_carries_nothing(
    given: dict[str, Any], why: set[str]
) -> None:
    terms = {"namn": "anna", "till": [VARDCENTRAL], **given}
    world = World().samtycke(**terms).sip("anna", [VARDCENTRAL])
    assert world.delivered(VC) == (set() if why else {"insats"})
    assert (world.why(VC, "insats") if why else set()) == why


def test_k1_a_category_that_the_consent_does_not_name_is_withheld_and_asked_for() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], kategorier=["insats"])
    world.sip("anna", [VARDCENTRAL], ["insats", "ekonomi"])
    assert world.delivered(VC) == {"insats"}
    assert world.why(VC, "ekonomi") == {"K1 kategori-saknas"}
    assert asked(world) == [("sip", ("utsatt",), (VARDCENTRAL,), ("ekonomi",))]


def test_k1_an_organisation_covers_its_own_units_and_no_others() -> None:
    world = World().samtycke("anna", ["region-dalarna"]).sip("anna", [VARDCENTRAL, BUP, "polisen.dalarna"], ["insats"])
    assert world.delivered(VC) == {"insats"}
    assert world.delivered(BUP_GRUPP) == {"insats"}
    assert world.delivered(POLIS_GRUPP) == set()


def test_k1_a_unit_covers_all_its_reader_groups_but_not_the_other_units_of_its_organisation() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL, BUP], ["insats"])
    assert world.reached() == {VC, VC_SKYDDAD}


@pytest.mark.parametrize(("till", "point"), [([], "mottagare"), (["alla"], "mottagare")])
def test_k1_a_general_consent_is_refused_by_the_gate_too(till: list[str], point: str) -> None:
    world = World().samtycke("anna", till)
    assert "K1 generellt-samtycke" in world.refused(), point
    assert world.tillstand.personer == {}


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        (START + 10 * DAY - 1, {"K2 samtycke-ej-i-kraft", "B0 samtycke-saknas"}),
        (START + 10 * DAY, set()),
        (START + 20 * DAY - 1, set()),
        (START + 20 * DAY, {"K2 samtycke-upphort"}),
        (START + 400 * DAY, {"K2 samtycke-upphort"}),
    ],
    ids=["the ms before it starts", "the ms it starts", "the last ms", "the ms it ends", "long after"],
)
def test_k2_a_consent_is_in_force_from_its_start_up_to_but_not_including_its_end(moment: int, why: set[str]) -> None:
    world = World().samtycke("anna", [VARDCENTRAL], fran=START + 10 * DAY, slut=START + 20 * DAY)
    world.at(moment).sip("anna", [VARDCENTRAL], ["insats"])
    assert world.delivered(VC) == (set() if why else {"insats"})
    assert (world.why(VC, "insats") if why else set()) == why


def test_k2_a_consent_is_in_force_from_its_position_where_its_start_is_earlier() -> None:
    """Nothing that was judged before the log took it is judged by it: it has no retroactive effect."""
    before = World().sip("anna", [VARDCENTRAL], ["insats"])
    before.samtycke("anna", [VARDCENTRAL], fran=START - 30 * DAY)
    assert before.delivered(VC) == set()
    before.sip("anna", [VARDCENTRAL], ["insats"])
    assert before.delivered(VC) == {"insats"}


def test_k2_in_force_at_the_very_ms_of_its_position() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], fran=START).at(START).sip("anna", [VARDCENTRAL], ["insats"])
    assert world.delivered(VC) == {"insats"}


def test_k2_registered_after_its_end_it_was_never_in_force() -> None:
    world = World().at(START + 2 * DAY).samtycke("anna", [VARDCENTRAL], fran=START, slut=START + DAY)
    world.sip("anna", [VARDCENTRAL], ["insats"])
    assert world.why(VC, "insats") == {"B0 samtycke-saknas"}


def test_k2_an_ended_consent_is_asked_for_anew() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], slut=START + DAY).at(START + DAY).sip("anna", [VARDCENTRAL])
    assert asked(world) == [("sip", ("utsatt",), (VARDCENTRAL,), ("insats",))]


def test_k4_a_withdrawal_holds_from_its_position() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    assert world.delivered(VC) == {"insats"}
    moment = world.tid
    world.aterkallar("anna").at(moment).sip("anna", [VARDCENTRAL])
    assert world.why(VC, "insats") == {"K4 samtycke-aterkallat"}
    assert asked(world) == [("sip", ("utsatt",), (VARDCENTRAL,), ("insats",))], "a new message asks anew"


def test_k4_a_withdrawn_consent_never_revives() -> None:
    """Neither by a second withdrawal, nor by an annulment, nor by a change."""
    world = World().samtycke("anna", [VARDCENTRAL], som="A").aterkallar("anna", "A").aterkallar("anna", "A")
    assert world.refused() == set()
    world.samtycke("anna", [VARDCENTRAL], andrar="A")
    assert world.refused() == {"K4 samtycke-aterkallat"}
    world.makulerar("anna", "A").sip("anna", [VARDCENTRAL])
    assert world.why(VC, "insats") == {"K4 samtycke-makulerat"}
    world.samtycke("anna", [VARDCENTRAL], andrar="A")
    assert world.refused() == {"K4 samtycke-aterkallat"}


def test_k4_a_new_consent_after_a_withdrawal_holds() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).aterkallar("anna").samtycke("anna", [VARDCENTRAL])
    assert world.sip("anna", [VARDCENTRAL]).delivered(VC) == {"insats"}


def test_k4_a_withdrawal_binds_for_the_person_it_names_alone() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).aterkallar("bodil")
    assert world.sip("anna", [VARDCENTRAL]).delivered(VC) == {"insats"}


@pytest.mark.parametrize("end", ["aterkallar", "makulerar"])
def test_k4_a_consent_whose_end_the_log_took_first_is_born_withdrawn(end: str) -> None:
    given = World().samtycke("anna", [VARDCENTRAL])
    world = World(named=dict(given.named), offset=7)
    getattr(world, end)("anna")
    assert world.refused() == set()
    world.happens(given.named["samtycke"]).sip("anna", [VARDCENTRAL])
    assert world.why(VC, "insats") == {"K4 samtycke-aterkallat"}


def test_k4_anybody_passes_on_a_withdrawal_but_only_the_registrar_changes_and_annuls() -> None:
    world = World().samtycke("anna", [VARDCENTRAL])
    world.samtycke("anna", [VARDCENTRAL], av=VC, andrar="samtycke", som="B")
    assert world.refused() == {"K4 annans-registrering"}
    assert world.makulerar("anna", av=VC).refused() == {"K4 annans-registrering"}
    assert world.aterkallar("anna", av=VC).refused() == set()


def test_k6_a_consent_for_a_risk_assessment_permits_no_sip() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], andamal="riskbedomning").sip("anna", [VARDCENTRAL])
    assert world.why(VC, "insats") == {"K6 annat-andamal", "B0 samtycke-saknas"}
    assert asked(world) == [("sip", ("utsatt",), (VARDCENTRAL,), ("insats",))]
    assert world.riskbedomning("anna", [VARDCENTRAL]).delivered(VC) == {"risk"}


def test_k6_a_consent_for_another_purpose_that_has_ended_is_not_mentioned() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], andamal="riskbedomning").aterkallar("anna")
    assert world.sip("anna", [VARDCENTRAL]).why(VC, "insats") == {"B0 samtycke-saknas"}


@pytest.mark.parametrize("end", [{"slut": START + DAY}, {"enskilt": False}])
def test_k6_one_that_has_just_ended_is_not_mentioned_and_one_that_was_not_free_is(end: dict[str, Any]) -> None:
    world = World().samtycke("anna", [VARDCENTRAL], andamal="riskbedomning", **end).at(START + DAY)
    other = set() if "slut" in end else {"K6 annat-andamal"}
    assert world.sip("anna", [VARDCENTRAL]).why(VC, "insats") == {"B0 samtycke-saknas", *other}


def test_k6_an_annulled_one_is_not_mentioned() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], andamal="riskbedomning").makulerar("anna")
    assert world.sip("anna", [VARDCENTRAL]).why(VC, "insats") == {"B0 samtycke-saknas"}


@pytest.mark.parametrize(
    "how",
    [
        {"enskilt": False},
        {"narvarande": ["misstankt"]},
        {"narvarande": ["stodperson", "anhorig_till_misstankt"]},
        {"tolk": "misstankt"},
        {"tolk": "anhorig_till_misstankt"},
    ],
)
def test_k11_a_consent_not_given_freely_grants_nothing(how: dict[str, object]) -> None:
    world = World().samtycke("anna", [VARDCENTRAL], **how).sip("anna", [VARDCENTRAL])
    assert world.why(VC, "insats") == {"K11 samtycke-ej-fritt", "B0 samtycke-saknas"}


def test_k11_and_supersedes_nothing_that_was_given_freely() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).samtycke("anna", [VARDCENTRAL], kategorier=["behov"], enskilt=False)
    assert world.sip("anna", [VARDCENTRAL]).delivered(VC) == {"insats"}


def test_k11_once_withdrawn_it_is_not_mentioned() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], enskilt=False).aterkallar("anna").sip("anna", [VARDCENTRAL])
    assert world.why(VC, "insats") == {"K4 samtycke-aterkallat", "B0 samtycke-saknas"}


def test_one_persons_consent_says_nothing_about_another() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("bodil", [VARDCENTRAL])
    assert world.why(VC, "insats") == {"B0 samtycke-saknas"}


def test_the_sender_receives_nothing_back_but_the_other_reader_groups_of_its_unit_do_by_consent() -> None:
    world = World().samtycke("anna", ["mora.vinr", VARDCENTRAL]).sip("anna", ["mora.vinr", VARDCENTRAL], ["insats"])
    assert UTSATT not in world.reached()
    assert world.delivered(UTOVARE) == {"insats"}


def test_k1_asks_what_a_consent_lacks_of_nothing_that_is_none() -> None:
    assert not list(consent_form.specific("sip_kallelse", {}))
    assert list(consent_form.specific("samtycke_lamnat", {}))
