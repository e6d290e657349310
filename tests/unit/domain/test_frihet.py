"""K11: given in private, no suspected person or relative of theirs present or interpreting; K5: where it stands."""

import itertools
from collections.abc import Callable

import pytest
from k8_steps import foretradare, mogen
from mini_regelverk import BUP, BUP_GRUPP, UTSATT, VARDCENTRAL, VC
from steps import DAY, START
from world import World

from samverkanshub.domain.events import AGE_15_17

PRESENT = ("ingen", "personal", "stodperson", "misstankt", "anhorig_till_misstankt", "annan")
INTERPRETING = ("ingen", "auktoriserad", "annan", "misstankt", "anhorig_till_misstankt")
FREE = {"ingen", "personal", "stodperson", "annan", "auktoriserad"}
FREELY = {"form": "skriftligt", "enskilt": True, "narvarande": ["ingen"], "tolk": "ingen"}


def passes(world: World) -> bool:
    return world.sip("anna", [VARDCENTRAL]).delivered(VC) == {"insats"}


@pytest.mark.parametrize(("enskilt", "narvarande", "tolk"), [*itertools.product((True, False), PRESENT, INTERPRETING)])
def test_k11_the_table_of_who_was_there(enskilt: bool, narvarande: str, tolk: str) -> None:
    world = World().samtycke("anna", [VARDCENTRAL], enskilt=enskilt, narvarande=[narvarande], tolk=tolk)
    assert passes(world) == (enskilt and {narvarande, tolk} <= FREE)


@pytest.mark.parametrize("roll", ["narvarande", "tolk"])
def test_k11_one_who_was_there_and_is_suspected_makes_it_unfree_also_where_that_is_registered_later(roll: str) -> None:
    world = World().samtycke("anna", [VARDCENTRAL], dar={"maken": roll})
    assert passes(world), "from that position, and not before"
    assert not passes(world.misstankt("maken", mot="anna"))
    assert world.why(VC, "insats") == {"K11 misstankt-narvarande", "B0 samtycke-saknas"}
    assert passes(world.misstankt("maken", mot="anna", borttagen=True))


def test_k11_one_who_was_there_and_lives_with_a_suspect_is_a_relative_of_his() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], dar={"svarmor": "narvarande"}).misstankt("maken", mot="anna")
    assert passes(world)
    assert not passes(world.hushall("maken", "svarmor"))


@pytest.mark.parametrize("exposed", ["mor", "syster"])
def test_k11_a_relative_of_one_suspected_of_exposing_a_guardian_or_one_of_the_household_presses_too(
    exposed: str,
) -> None:
    """Opened and sent anew: every step is judged on what `needs` asks for too, which must be enough."""
    world = World().vardnad("barn", "mor").hushall("barn", "syster").hushall("exet", "farmor")
    world.samtycke("barn", [BUP], givare=["mor"], dar={"farmor": "narvarande"}).sip("barn", [BUP])
    assert world.oppnar(BUP_GRUPP).shown() == {"insats"}
    assert world.misstankt("exet", mot=exposed).oppnar(BUP_GRUPP).shown() == set()
    assert world.sip("barn", [BUP]).delivered(BUP_GRUPP) == set()
    world.samtycke("barn", [BUP], givare=["mor"], dar={"farmor": "narvarande"})
    assert not world.tillstand.person("barn").samtycken[-1].fri


def test_k11_no_relative_is_one_who_is_exposed_too_or_a_guardian_who_is_not_suspected() -> None:
    world = World().vardnad("barn", "mor").hushall("barn", "mor", "far", "syskon").misstankt("far", mot="barn")
    world.misstankt("far", mot="syskon")
    world.samtycke("barn", [BUP], givare=["mor"], dar={"mor-igen": "narvarande", "syskon": "narvarande"})
    assert world.sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}
    world.samtycke("barn", [BUP], givare=["mor"], dar={"far": "narvarande"}, som="B").sip("barn", [BUP])
    assert world.delivered(BUP_GRUPP) == {"insats"}, "what was not free supersedes nothing"


def test_k11_an_unsuspected_guardian_who_was_there_presses_nobody() -> None:
    world = World().vardnad("barn", "mor").hushall("far", "mor").misstankt("far", mot="barn")
    world.samtycke("barn", [BUP], givare=["mor"], dar={"mor": "narvarande"}).sip("barn", [BUP])
    assert world.delivered(BUP_GRUPP) == {"insats"}


def test_k9_what_turns_out_not_to_be_free_governs_on_and_revives_nothing_that_it_superseded() -> None:
    """F1: a suspicion never lets more through. K4: what was withdrawn stays so."""
    withdrawn = World().samtycke("anna", [VARDCENTRAL]).samtycke("anna", [VARDCENTRAL], dar={"maken": "narvarande"})
    assert not passes(withdrawn.aterkallar("anna"))
    assert not passes(withdrawn.misstankt("maken", mot="anna"))
    assert withdrawn.why(VC, "insats") == {"K4 samtycke-aterkallat"}
    narrower = World().samtycke("anna", [VARDCENTRAL])
    narrower.samtycke("anna", [VARDCENTRAL], kategorier=["behov"], dar={"maken": "narvarande"})
    assert not passes(narrower)
    assert not passes(narrower.misstankt("maken", mot="anna"))
    assert narrower.why(VC, "insats") == {"K1 kategori-saknas", "K11 misstankt-narvarande"}


def test_k11_one_not_yet_in_force_that_turns_out_not_to_be_free_is_said_to_be_so() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], fran=START + DAY, dar={"maken": "narvarande"})
    before = {"K2 samtycke-ej-i-kraft", "B0 samtycke-saknas"}
    assert world.sip("anna", [VARDCENTRAL]).why(VC, "insats") == before
    assert not passes(world.misstankt("maken", mot="anna"))
    assert world.why(VC, "insats") == {"K11 misstankt-narvarande", *before}


def test_k11_what_was_not_free_when_given_is_none_also_when_the_suspicion_is_removed() -> None:
    world = World().misstankt("maken", mot="anna").samtycke("anna", [VARDCENTRAL], dar={"maken": "narvarande"})
    assert not passes(world)
    assert not passes(world.misstankt("maken", mot="anna", borttagen=True)), "the person is asked anew, in private"
    assert passes(world.samtycke("anna", [VARDCENTRAL]))


@pytest.mark.parametrize("exposed", [False, True])
def test_k8_k11_registered_provisionally_as_a_guardian_a_relative_who_was_there_presses_on(exposed: bool) -> None:
    """That can only restrict; once custody stands, a guardian who is not suspected presses nobody."""
    world = mogen(World(alder={"barn": AGE_15_17}).vardnad("barn", "mor", "far").hushall("far", "farmor"))
    world.samtycke("barn", [BUP], dar={"farmor": "narvarande"}).misstankt("far", mot="barn")
    if exposed:
        world.misstankt("far", mot="farmor")
    assert world.sip("barn", [BUP]).delivered(BUP_GRUPP) == set()
    world.vardnad("barn", "farmor", provisoriskt=True, av=VC)
    assert world.sip("barn", [BUP]).delivered(BUP_GRUPP) == set()
    world.vardnad("barn", "mor", "far", "farmor", kalla="domstol")
    assert world.sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def test_k11_suspected_of_exposing_an_outsider_presses_nobody() -> None:
    assert passes(World().samtycke("anna", [VARDCENTRAL], dar={"granne": "tolk"}).misstankt("granne", mot="annan"))


def test_k11_a_withdrawal_and_an_exemption_made_then_still_bite() -> None:
    pressed = World().misstankt("maken", mot="anna").samtycke("anna", [VARDCENTRAL], som="A")
    pressed.samtycke("anna", [BUP], dar={"maken": "narvarande"}, undantag={"kategorier": ["insats"]})
    assert not passes(pressed)
    withdrawn = World().misstankt("maken", mot="anna").samtycke("anna", [VARDCENTRAL]).aterkallar("anna")
    assert not passes(withdrawn), "nobody asks how free a withdrawal was"


def test_k11_lifting_an_exemption_is_to_be_as_free() -> None:
    world = World().misstankt("maken", mot="anna").samtycke("anna", [VARDCENTRAL], undantag={"kategorier": ["insats"]})
    persons = [world.person("anna", "registrerad"), world.person("maken", "narvarande")]
    lifting = world.event(
        "undantag_havt", UTSATT, persons, koder={"andamal": "sip", "kategorier": ["insats"], **FREELY}
    )
    assert world.happens(lifting).refused() == set(), "or its sender would learn that he is suspected (V6)"
    assert reasons(world) == {"K3 undantag-havt", "K11 misstankt-narvarande"}
    assert not passes(world)
    assert not passes(world.misstankt("maken", mot="anna", borttagen=True)), "nor is it lifted when that is removed"


@pytest.mark.parametrize(
    "ends",
    [lambda world: world.aterkallar("anna"), lambda world: world.makulerar("anna"), lambda world: world.after(9 * DAY)],
)
def test_v6_what_has_ended_is_told_to_have_ended_whoever_was_there(ends: Callable[[World], World]) -> None:
    """As it would be were he not suspected."""
    told = []
    for suspected_of in ("anna", "systern"):
        world = World().misstankt("maken", mot=suspected_of)
        world.samtycke("anna", [VARDCENTRAL], slut=world.tid + DAY, dar={"maken": "narvarande"})
        told.append(ends(world).sip("anna", [VARDCENTRAL]).why(VC, "insats"))
    assert told[0] == told[1]
    assert len(told[0]) == 1


def reasons(world: World) -> set[str]:
    """What the latest event was taken for, as the decision record has it."""
    assert world.last is not None
    return {f"{r.regel} {r.kod}" for entry in world.last.entries if not entry.mottagare for r in entry.reasons}


def lifted(world: World, *present: str) -> World:
    persons = [world.person("anna", "registrerad"), *(world.person(one, "narvarande") for one in present)]
    koder = {"andamal": "sip", "kategorier": ["insats"], **FREELY}
    return world.happens(world.event("undantag_havt", UTSATT, persons, koder=koder))


def test_k11_k3_an_exemption_binds_again_when_one_who_was_there_as_it_was_lifted_becomes_suspected() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], undantag={"kategorier": ["insats", "halsa"]})
    assert passes(lifted(world, "maken"))
    assert not passes(world.misstankt("maken", mot="anna"))
    assert world.why(VC, "insats") == {"K3 undantag"}
    assert passes(world.misstankt("maken", mot="anna", borttagen=True))
    assert world.sip("anna", [VARDCENTRAL], ["halsa"]).why(VC, "halsa") == {"K3 undantag"}, "that was never lifted"


def test_k11_k3_lifted_twice_it_is_lifted_while_either_was_free() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], undantag={"kategorier": ["insats"]})
    lifted(lifted(world, "maken"), "systern").misstankt("maken", mot="anna")
    assert passes(world)
    assert not passes(world.misstankt("systern", mot="anna"))
    assert passes(lifted(world)), "lifted in private"
    assert world.tillstand.person("anna").undantag == ()


def test_k11_given_by_somebody_who_may_not_give_it_is_kept_and_grants_nothing() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], foretradare=["systern"])
    assert world.refused() == set()
    assert not passes(world)
    assert passes(foretradare(world, "anna", "systern")), "until appointed"


@pytest.mark.parametrize(
    ("form", "dokumenterat", "refused", "hints"),
    [
        ("skriftligt", None, set(), ()),
        ("pa_annat_satt", None, set(), ()),
        ("muntligt", None, {"K5 saknas"}, ()),
        ("muntligt", "gemensam_journal", set(), ()),
        ("muntligt", "eget_system", set(), ("dokumentera-i-gemensam-journal",)),
        ("skriftligt", "eget_system", set(), ()),
    ],
)
def test_k5_oral_says_where_it_is_documented_and_the_joint_record_comes_first(
    form: str, dokumenterat: str | None, refused: set[str], hints: tuple[str, ...]
) -> None:
    more = {"dokumenterat": dokumenterat} if dokumenterat else {}
    world = World().samtycke("anna", [VARDCENTRAL], form=form, **more)
    assert world.last is not None
    assert (world.refused(), world.last.hints) == (refused, hints)
    assert passes(world) == (not refused), "in the unit's own system it stands all the same"


def test_k11_who_was_present_is_said_and_an_empty_list_says_nothing() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], narvarande=[])
    assert (world.refused(), passes(world)) == ({"K11 saknas"}, False)
    assert World().samtycke("anna", [VARDCENTRAL], narvarande=["ingen"]).refused() == set()
