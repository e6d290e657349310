"""K7: a consent, its changes and its end are spread at once to those it names; each sees only what concerns it."""

from dataclasses import replace

import pytest
from mini_regelverk import (
    BARNAHUS,
    BUP,
    BUP_GRUPP,
    JOUR,
    JOUR_GRUPP,
    MORA_VINR,
    POLIS,
    UTOVARE,
    UTSATT,
    VARDCENTRAL,
    VC,
    VC_SKYDDAD,
)
from steps import DAY
from world import World

from samverkanshub.domain import spridning
from samverkanshub.domain.events import ADULT, AGE_0_11, AGE_15_17
from samverkanshub.domain.parter import parties
from samverkanshub.domain.state import Leverans


def spread(world: World) -> set[str]:
    """The reader groups that the latest event tells of a consent."""
    assert world.last is not None
    return {one.mottagare for one in world.last.deliveries if one.slag == "samtycke"}


def changed(world: World) -> set[tuple[str, str]]:
    assert world.last is not None
    return {(one.mottagare, one.kod) for one in world.last.deliveries if one.slag == "andring"}


def not_told(world: World, grupp: str) -> set[str]:
    """Why the latest event does not tell a reader group."""
    assert world.last is not None
    lines = [e for e in world.last.entries if e.mottagare == grupp and e.funktion == "spridning"]
    return {f"{r.regel} {r.kod}" for e in lines for r in e.reasons if r.nekar}


def held(world: World, namn: str, grupp: str) -> Leverans:
    """What a reader group was told last of a person's consents."""
    arende = spridning.arende_of(world.tillstand, namn)
    assert arende is not None
    return [lev for lev in arende.leveranser if lev.mottagare == grupp][-1]


def opens(world: World, namn: str, grupp: str) -> tuple[set[str], tuple[str, ...]]:
    """The items and the categories that an opening of it shows."""
    lev, arende = held(world, namn, grupp), spridning.arende_of(world.tillstand, namn)
    assert arende is not None
    event = world.event("oppning_begard", grupp, (), koder={"leverans": lev.leverans_id}, arende_id=arende.arende_id)
    world.happens(event)
    world.opening = world.last
    assert world.last is not None
    told = [one.kategorier for one in world.last.deliveries]
    return world.shown(), told[0] if told else ()


def test_k7_each_unit_that_a_consent_names_is_told_at_once() -> None:
    """Before the first meeting, and before any message; not the reader group that registered it."""
    assert spread(World().samtycke("anna", [VARDCENTRAL, BUP])) == {VC, VC_SKYDDAD, BUP_GRUPP}
    assert spread(World().samtycke("anna", [MORA_VINR], av=UTSATT)) == {UTOVARE}


def test_k7_also_where_it_comes_into_force_later() -> None:
    world = World()
    world.samtycke("anna", [BUP], fran=world.tid + 5 * DAY)
    assert spread(world) == {BUP_GRUPP}
    assert opens(world, "anna", BUP_GRUPP)[0] == {"personer/0/nummer"}


def test_k7_it_shows_whose_it_is_and_what_concerns_the_recipient_alone() -> None:
    world = World().samtycke(
        "anna", [BUP, VARDCENTRAL], kategorier=["insats", "halsa"], undantag={"kategorier": ["halsa"]}
    )
    assert opens(world, "anna", BUP_GRUPP) == ({"personer/0/nummer"}, ("insats",))
    told = spridning.codes(world.named["samtycke"], ("insats",))
    assert set(told) == {"andamal", "kategorier", "fran", "till", "form", "givare"}
    assert "vardcentral" not in str(told)


@pytest.mark.parametrize(
    ("givare", "more", "roles"),
    [
        ((), {}, ["registrerad"]),
        (("mor",), {}, ["vardnadshavare"]),
        ((), {"enligt_beslut": "h9"}, ["socialnamnd"]),
    ],
)
def test_k7_who_gave_it_is_told_by_role(givare: tuple[str, ...], more: dict[str, str], roles: list[str]) -> None:
    """V6: never who."""
    world = World().samtycke("barn", [BUP], givare=givare, **more)
    assert spridning.codes(world.named["samtycke"], ())["givare"] == roles


def test_k7_of_an_organisation_a_unit_is_told_when_it_becomes_a_party() -> None:
    """Of an ärende of that person for that purpose; nobody else, and nobody twice."""
    world = World().samtycke("anna", ["region-dalarna"])
    assert spread(world) == set()
    assert spread(world.riskbedomning("anna", [BUP])) == set(), "another purpose"
    assert spread(world.sip("eva", [BUP])) == set(), "another person"
    assert spread(world.sip("anna", [BUP])) == {BUP_GRUPP}
    assert spread(world.sip("anna", [BUP, VARDCENTRAL])) == {VC, VC_SKYDDAD}
    assert spread(world.samtycke("anna", ["region-dalarna"], som="B")) == {BUP_GRUPP, VC, VC_SKYDDAD}


def test_k7_a_unit_that_an_answer_makes_a_party_is_told() -> None:
    world = World().sip("anna", [BUP]).samtycke("anna", ["region-dalarna"])
    assert spread(world) == set()
    assert spread(world.svarar()) == {BUP_GRUPP}


def test_k3_who_is_exempted_is_not_told() -> None:
    world = World().samtycke("anna", [BUP, VARDCENTRAL], undantag={"mottagare": [{"slag": "enhet", "id": BUP}]})
    assert spread(world) == {VC, VC_SKYDDAD}
    assert "K3 undantag" in not_told(world, BUP_GRUPP)
    world.haver_undantag("anna", mottagare=[{"slag": "enhet", "id": BUP}])
    assert spread(world) == {BUP_GRUPP}, "K7: a change is spread too"


def test_p3_where_she_is_protected_only_a_limited_circle_is_told() -> None:
    world = World().skydd("anna").samtycke("anna", [VARDCENTRAL])
    assert spread(world) == {VC_SKYDDAD}
    assert not_told(world, VC) == {"P3 ej-begransad-krets"}


def test_p4_what_was_told_before_the_flag_is_not_opened_after_it() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).skydd("anna")
    assert opens(world, "anna", VC) == (set(), ())
    assert opens(world, "anna", VC_SKYDDAD)[0] == {"personer/0/nummer"}


def test_p5_the_recipient_reads_the_registering_units_role_and_not_its_name() -> None:
    for world, name in ((World().skydd("anna"), ""), (World(), MORA_VINR)):
        world.samtycke("anna", [VARDCENTRAL])
        assert world.last is not None
        told = next(one for one in world.last.deliveries if one.mottagare == VC_SKYDDAD)
        assert (told.avsandare, told.avsandare_roll) == (name, "vinr")


def test_v1_readers_who_work_with_the_perpetrator_are_told_of_nothing_that_tells_where_she_is() -> None:
    """Judged per reader group, since one unit meets both."""
    world = World().samtycke("anna", [MORA_VINR], kategorier=["insats", "boende", "skydd"], av=VC)
    assert opens(world, "anna", UTSATT)[1] == ("boende", "insats", "skydd")
    assert opens(world, "anna", UTOVARE)[1] == ("insats",)
    alone = World().samtycke("anna", [MORA_VINR], kategorier=["boende"], av=VC)
    assert spread(alone) == {UTSATT}
    assert not_told(alone, UTOVARE) == {"K7 galler-ej-mottagaren"}


def test_b7_nothing_is_told_of_somebody_frozen() -> None:
    assert spread(World().frys("anna").samtycke("anna", [BUP])) == set()


def test_o2_barnahus_as_one_is_told_nothing_identified() -> None:
    assert spread(World().samtycke("anna", [BARNAHUS])) == set()


def test_k11_what_was_not_given_freely_is_told_to_nobody() -> None:
    assert spread(World().samtycke("anna", [BUP], narvarande=["misstankt"])) == set()


def test_k8_a_childs_is_told_once_it_carries() -> None:
    """First when custody is registered, and then when the other guardian has consented too."""
    world = World().samtycke("barn", [BUP], givare=["mor"])
    assert spread(world) == set()
    assert spread(world.vardnad("barn", "mor")) == {BUP_GRUPP}
    both = World().vardnad("barn", "mor", "far").samtycke("barn", [BUP], givare=["mor"])
    assert spread(both) == set()
    assert spread(both.samtycke("barn", [BUP], givare=["far"], som="B")) == {BUP_GRUPP}


def test_k8_what_guardians_gave_is_not_opened_once_the_child_is_of_age() -> None:
    world = World(alder={"barn": AGE_15_17}).vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"])
    assert opens(world, "barn", BUP_GRUPP)[0] == {"personer/0/nummer"}
    world.alder["barn"] = ADULT
    lev, arende = held(world, "barn", BUP_GRUPP), spridning.arende_of(world.tillstand, "barn")
    assert arende is not None
    now = [world.person("barn", "registrerad")]
    world.happens(
        world.event("oppning_begard", BUP_GRUPP, now, koder={"leverans": lev.leverans_id}, arende_id=arende.arende_id)
    )
    assert world.refused() == {"K4 ej-langre-tillganglig"}


def test_v6_no_guardian_is_named() -> None:
    world = World().vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"])
    assert opens(world, "barn", BUP_GRUPP)[0] == {"personer/0/nummer"}, "the child's own"


def test_k9_a_change_is_told_to_those_it_names_and_that_there_is_one_to_those_it_leaves_out() -> None:
    world = World().samtycke("anna", [VARDCENTRAL, BUP]).samtycke("anna", [BUP], andrar="samtycke", som="B")
    assert spread(world) == {BUP_GRUPP}
    assert changed(world) == {(VC, "samtycke-andrat"), (VC_SKYDDAD, "samtycke-andrat")}
    assert opens(world, "anna", VC) == (set(), ())


def test_k9_what_a_later_consent_supersedes_is_opened_no_more() -> None:
    world = World().samtycke("anna", [BUP])
    first = held(world, "anna", BUP_GRUPP)
    world.samtycke("anna", [BUP], kategorier=["insats"], som="B")
    assert opens(world, "anna", BUP_GRUPP)[1] == ("insats",)
    arende = spridning.arende_of(world.tillstand, "anna")
    assert arende is not None
    koder = {"leverans": first.leverans_id}
    world.happens(world.event("oppning_begard", BUP_GRUPP, (), koder=koder, arende_id=arende.arende_id))
    assert world.refused() == {"K4 ej-langre-tillganglig"}


@pytest.mark.parametrize("end", ["aterkallar", "makulerar"])
def test_k4_what_has_ended_is_opened_no_more(end: str) -> None:
    world = getattr(World().samtycke("anna", [BUP]), end)("anna")
    assert opens(world, "anna", BUP_GRUPP) == (set(), ())


def test_k4_a_consent_born_withdrawn_is_told_to_nobody() -> None:
    given = World().samtycke("anna", [BUP]).named["samtycke"]
    early = replace(
        given, typ="samtycke_aterkallat", handelse_id="w", koder={"samtycke": given.handelse_id}, uppgifter=()
    )
    assert spread(World().happens(early).happens(given)) == set()


def test_k6_it_carries_nothing_but_what_it_says_and_takes_part_in_nothing() -> None:
    """H1: nobody takes over what only tells of a consent; a kvittens of it says received."""
    world = World().samtycke("anna", [BUP])
    arende = spridning.arende_of(world.tillstand, "anna")
    assert arende is not None
    assert (arende.process, arende.deltagare, arende.ansvarig) == ("samtycke", (), "")
    assert parties(arende, world.regler.katalog) == frozenset(), "not even who registered it"
    koder = {"leverans": held(world, "anna", BUP_GRUPP).leverans_id}
    opens(world, "anna", BUP_GRUPP)
    for slag, refused in (("mottagen", set()), ("overtagen", {"H1 inget-att-overta"})):
        event = world.event("kvittens", BUP_GRUPP, (), koder={**koder, "slag": slag}, arende_id=arende.arende_id)
        assert world.happens(event).refused() == refused


def test_t3_a_consent_is_no_message_of_its_registrars() -> None:
    """It is neither answered nor recalled, and an avvikelse that names where it is kept opens an ärende of its own."""
    world = World().samtycke("anna", [BUP])
    arende = spridning.arende_of(world.tillstand, "anna")
    assert arende is not None
    about = {"meddelande": world.named["samtycke"].handelse_id}
    for typ, more in (("samtycke_svar", {"svar": "nekat"}), ("aterkallelse", {"skal": "annat"})):
        act = world.event(typ, UTSATT, (), koder={**about, **more}, arende_id=arende.arende_id)
        assert world.happens(act).refused() == {"T3 finns-ej"}
    world.avvikelse([BUP], arende_id=arende.arende_id)
    assert world.message is not None
    assert world.message.arende_id != arende.arende_id


def test_s2_others_are_told_where_the_consent_names_them() -> None:
    assert spread(World().samtycke("anna", [JOUR, POLIS])) >= {JOUR_GRUPP}


def test_k3_a_consent_whose_every_category_is_exempted_is_told_to_nobody() -> None:
    world = World().samtycke("anna", [BUP], kategorier=["halsa"], undantag={"kategorier": ["halsa"]})
    assert spread(world) == set()


def test_t1_an_event_that_carries_no_number_is_told_of_without_one() -> None:
    """As an auditor may write it by hand."""
    world = World()
    given = World().samtycke("anna", [BUP]).named["samtycke"]
    world.happens(replace(given, uppgifter=()), "samtycke")
    assert spread(world) == {BUP_GRUPP}
    shown, kategorier = opens(world, "anna", BUP_GRUPP)
    assert shown == set()
    assert "insats" in kategorier


def test_k8_the_age_that_counts_is_the_latest_known() -> None:
    """Custody registered after she has come of age makes no guardian's consent carry."""
    world = World(alder={"barn": AGE_0_11}).samtycke("barn", [BUP], givare=["mor"])
    world.alder["barn"] = ADULT
    assert spread(world.vardnad("barn", "mor")) == set()


def test_k7_a_refused_change_is_told_to_nobody() -> None:
    """K4: of a consent that another actor registered."""
    world = World().samtycke("anna", [BUP]).samtycke("anna", [VARDCENTRAL], andrar="samtycke", som="B", av=VC)
    assert world.refused() != set()
    assert (spread(world), changed(world)) == (set(), set())
