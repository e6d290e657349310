"""R3: two assessments of one person far apart are told to who lawfully holds both, and to nobody else."""

from dataclasses import replace

import pytest
from flowworld import FlowWorld
from mini_regelverk import BUP, BUP_GRUPP, MORA_VINR, POLIS, POLIS_GRUPP, UTSATT, VARDCENTRAL, VC, VC_SKYDDAD
from steps import DAY, START, iso

from samverkanshub.domain import ids
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import Uppgift

KOD = "avvikande-riskbild"


def assessing() -> FlowWorld:
    """Anna consents to that those who assess share it."""
    world = FlowWorld()
    world.samtycke("anna", [MORA_VINR, VARDCENTRAL, POLIS], andamal="riskbedomning")
    return world


def assess(world: FlowWorld, av: str, till: list[str], niva: str, dag: int = 0, **more: object) -> FlowWorld:
    world.riskbedomning("anna", till, av=av, niva=niva, bedomd_tid=iso(START + dag * DAY), **more)
    return world


def both(first: str, second: str, days: int = 0) -> FlowWorld:
    """Social services and then the vårdcentral assess, each to the police, who so hold both."""
    world = assess(assessing(), UTSATT, [POLIS], first)
    return assess(world, VC, [POLIS], second, days)


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("lag", "lag", False),
        ("lag", "forhojd", False),
        ("lag", "hog", True),
        ("lag", "mycket_hog", True),
        ("forhojd", "hog", False),
        ("forhojd", "mycket_hog", True),
        ("hog", "mycket_hog", False),
        ("mycket_hog", "forhojd", True),
        ("hog", "lag", True),
    ],
)
def test_r3_at_least_two_levels_apart(first: str, second: str, apart: bool) -> None:
    assert both(first, second).told(KOD) == ({POLIS_GRUPP} if apart else set())


@pytest.mark.parametrize(
    ("days", "within"), [(0, True), (89, True), (90, True), (91, False), (-89, True), (-90, True), (-91, False)]
)
def test_r3_within_90_days_between_the_dates_of_assessment(days: int, within: bool) -> None:
    assert both("lag", "hog", days).told(KOD) == ({POLIS_GRUPP} if within else set())


def test_r3_days_are_swedish_days() -> None:
    late = START + 90 * DAY + 13 * 3600_000
    world = assess(assessing(), UTSATT, [POLIS], "lag")
    world.riskbedomning("anna", [POLIS], av=VC, niva="hog", bedomd_tid=iso(late))
    assert world.told(KOD) == {POLIS_GRUPP}, "an hour before Swedish midnight of the 90th day"
    other = assess(assessing(), UTSATT, [POLIS], "lag")
    other.riskbedomning("anna", [POLIS], av=VC, niva="hog", bedomd_tid=iso(late + 3600_000))
    assert other.told(KOD) == set()


def test_r3_without_a_date_the_message_is_the_date() -> None:
    world = assess(assessing(), UTSATT, [POLIS], "lag")
    world.riskbedomning("anna", [POLIS], av=VC, niva="hog")
    assert world.told(KOD) == {POLIS_GRUPP}


def test_r3_held_is_delivered_or_made() -> None:
    world = assess(assess(assessing(), UTSATT, [VARDCENTRAL], "lag"), VC, [POLIS], "hog")
    assert world.told(KOD) == {VC}, "made one, was sent the other"
    world = assess(assess(assessing(), UTSATT, [POLIS], "lag"), VC, [MORA_VINR], "hog")
    assert world.told(KOD) == {UTSATT}, "the other way round"


def test_r3_k4_who_would_no_longer_be_shown_the_other_one_is_told_nothing() -> None:
    """Anna has withdrawn her consent, and the vårdcentral had not opened social services' assessment."""
    world = assess(assessing(), UTSATT, [VARDCENTRAL], "hog").aterkallar("anna")
    assert assess(world, VC, [POLIS], "lag").told(KOD) == set()


def test_r3_k4_who_has_opened_it_is_told_also_after_the_withdrawal() -> None:
    world = assess(assessing(), UTSATT, [VARDCENTRAL], "hog").oppnar(VC).aterkallar("anna")
    assert assess(world, VC, [POLIS], "lag").told(KOD) == {VC}


def test_r3_k4_so_is_one_of_an_arende_that_is_closed() -> None:
    world = assess(assessing(), UTSATT, [VARDCENTRAL], "hog")
    arende = world.arende.arende_id
    for av in (UTSATT, VC):
        world.handlar("avslut", av, arende=arende, chef="c", skal="annat", informerad="ingen")
        assert world.refused() == set()
    assert dict(world.tillstand.person("anna").arenden).get("risk") is None
    assert assess(world, VC, [POLIS], "lag").told(KOD) == {VC}


def test_r3_its_notice_is_about_the_earlier_one_by_delivery_or_own_event() -> None:
    world = assess(assessing(), UTSATT, [POLIS, VARDCENTRAL], "lag")
    first, police = world.named["riskbedomning_delad"].handelse_id, world.leverans(POLIS_GRUPP)
    assess(world, VC, [POLIS, MORA_VINR], "hog")
    assert world.last is not None
    assert police is not None
    about = {row.mottagare: row.avser for row in world.last.deliveries if row.kod == KOD}
    assert about[POLIS_GRUPP] == police.leverans_id
    assert about[UTSATT] == first


def test_r3_who_holds_one_alone_is_told_nothing() -> None:
    world = assess(assess(assessing(), UTSATT, [], "mycket_hog"), VC, [POLIS], "lag")
    assert world.told(KOD) == set()


def test_r3_nor_who_was_sent_some_part_that_does_not_show_the_level() -> None:
    world = FlowWorld()
    world.samtycke("anna", [POLIS], andamal="riskbedomning", kategorier=["behov"], av=UTSATT)
    world.riskbedomning("anna", [POLIS], ["risk", "behov"], av=UTSATT, niva="lag", bedomd_tid=iso(START))
    assert world.delivered(POLIS_GRUPP) == {"behov"}
    world.samtycke("anna", [POLIS], andamal="riskbedomning", av=VC)
    assert assess(world, VC, [POLIS], "hog").told(KOD) == set()


def test_r3_told_when_a_later_message_makes_somebody_hold_both() -> None:
    world = assess(assess(assessing(), UTSATT, [], "lag"), VC, [POLIS], "hog")
    assert world.told(KOD) == set()
    assert assess(world, UTSATT, [POLIS], "lag").told(KOD) == {POLIS_GRUPP}


def test_r3_another_persons_assessment_is_another_matter() -> None:
    world = assess(assessing(), UTSATT, [POLIS], "lag")
    world.samtycke("eva", [POLIS], andamal="riskbedomning", av=VC)
    world.riskbedomning("eva", [POLIS], av=VC, niva="mycket_hog", bedomd_tid=iso(START))
    assert world.told(KOD) == set()


def test_r3_who_has_left_the_directory_is_told_nothing() -> None:
    world = assess(assessing(), UTSATT, [POLIS, VARDCENTRAL], "lag")
    katalog = world.regler.katalog
    groups = {id_: grupp for id_, grupp in katalog.lasargrupper.items() if id_ != UTSATT}
    world.regler = replace(world.regler, katalog=replace(katalog, lasargrupper=groups))
    assert assess(world, VC, [POLIS, MORA_VINR], "hog").told(KOD) == {POLIS_GRUPP, VC}


def _as_sender_reads(decision: Decision) -> tuple[object, ...]:
    lines = [(e.mottagare, e.vag, e.verdict) for e in decision.entries if e.funktion != "notis" and e.vag[:1] != "#"]
    return lines, decision.hints, decision.requests, decision.skyddad


def test_t3_the_senders_outcome_and_hints_are_the_same_whether_another_exists_or_not() -> None:
    alone = assess(assessing(), VC, [POLIS], "hog")
    other = assess(assess(assessing(), UTSATT, [POLIS], "lag"), VC, [POLIS], "hog")
    assert alone.last is not None
    assert other.last is not None
    assert _as_sender_reads(alone.last) == _as_sender_reads(other.last)
    assert other.told(KOD) == {POLIS_GRUPP}


def test_t3_the_notice_is_no_delivery_that_could_be_opened() -> None:
    world = both("lag", "hog")
    assert [lev.slag for lev in world.arende.leveranser] == ["meddelande", "meddelande"]


@pytest.mark.parametrize(
    ("niva", "prompted"), [("lag", False), ("forhojd", False), ("hog", True), ("mycket_hog", True)]
)
@pytest.mark.parametrize("till", [[], [POLIS]])
def test_r3_whoever_assesses_high_is_always_prompted_to_consider_disclosure(
    niva: str, prompted: bool, till: list[str]
) -> None:
    world = assess(assessing(), UTSATT, till, niva)
    assert world.last is not None
    assert ("overvag-att-lamna-ut" in world.last.hints) == prompted


def test_r3_the_limited_circle_of_a_unit_holds_what_it_is_sent() -> None:
    world = assess(assess(assessing(), UTSATT, [VARDCENTRAL, BUP], "lag"), POLIS_GRUPP, [VARDCENTRAL], "hog")
    assert world.told(KOD) == {VC, VC_SKYDDAD}


def called(world: FlowWorld, namn: str) -> FlowWorld:
    """The latest assessment is called so from now on."""
    world.named[namn] = world.named["riskbedomning_delad"]
    return world


def released(items: tuple[str, ...] = ("risk",)) -> FlowWorld:
    """Social services' high was withheld from the police, who then got the vårdcentral's low, and is now released."""
    world = FlowWorld()
    world.riskbedomning("anna", [POLIS], items, av=UTSATT, niva="hog", bedomd_tid=iso(START))
    called(world, "forst").samtycke("anna", [POLIS], andamal="riskbedomning")
    assess(world, VC, [POLIS], "lag")
    assert world.told(KOD) == set()
    world.svarar(som="forst")
    return world


def test_r3_told_when_what_an_answer_releases_makes_somebody_hold_both() -> None:
    world = released()
    assert world.told(KOD) == {POLIS_GRUPP}
    assert world.last is not None
    second = world.named["riskbedomning_delad"].handelse_id
    assert [row.avser for row in world.last.deliveries if row.kod == KOD] == [ids.delivery_id(second, POLIS_GRUPP)]
    assert world.tillstand.person("anna").bedomningar[0].innehavare == tuple(sorted((UTSATT, POLIS_GRUPP)))
    assess(world, VC, [POLIS], "lag")
    assert world.told(KOD) == {POLIS_GRUPP}, "and by the next, since it holds the first from now on"


def test_r3_also_where_the_level_shows_by_two_deliveries_together() -> None:
    world = FlowWorld()
    first = Uppgift("/risk/0", "risk", "utsatt", "anna", "R-1")
    world.samtycke("anna", [POLIS], andamal="riskbedomning", undantag={"uppgifter": ["R-1"]})
    world.riskbedomning("anna", [POLIS], ["risk", first], av=UTSATT, niva="hog", bedomd_tid=iso(START))
    called(world, "forst")
    assess(world, VC, [POLIS], "lag")
    assert world.told(KOD) == set(), "a part alone does not show the level"
    world.haver_undantag("anna", andamal="riskbedomning", uppgifter=["R-1"])
    world.svarar(som="forst")
    assert world.told(KOD) == {POLIS_GRUPP}


def test_r3_the_level_shows_by_three_deliveries_together_whoever_else_has_left_the_directory() -> None:
    world = FlowWorld()
    items = [Uppgift(f"/risk/{nr}", "risk", "utsatt", "anna", f"R-{nr}") for nr in (0, 1, 2)]
    world.samtycke("anna", [POLIS, VARDCENTRAL], andamal="riskbedomning", undantag={"uppgifter": ["R-1", "R-2"]})
    world.riskbedomning("anna", [POLIS, VARDCENTRAL], items, av=UTSATT, niva="hog", bedomd_tid=iso(START))
    called(world, "forst")
    assess(world, BUP_GRUPP, [POLIS], "lag")
    katalog = world.regler.katalog
    groups = {id_: grupp for id_, grupp in katalog.lasargrupper.items() if id_ != VC}
    world.regler = replace(world.regler, katalog=replace(katalog, lasargrupper=groups))
    for lifted, told in (("R-1", set()), ("R-2", {POLIS_GRUPP})):
        world.haver_undantag("anna", andamal="riskbedomning", uppgifter=[lifted])
        world.svarar(som="forst")
        assert world.told(KOD) == told


@pytest.mark.parametrize(("opened", "told"), [(False, set()), (True, {POLIS_GRUPP})])
def test_r3_k3_a_part_that_would_no_longer_be_shown_is_not_held_unless_it_was_opened(
    opened: bool, told: set[str]
) -> None:
    """The police got one part and now get the other, but Anna has exempted the first since."""
    world = FlowWorld()
    items = [Uppgift(f"/risk/{nr}", "risk", "utsatt", "anna", f"R-{nr}") for nr in (0, 1)]
    world.samtycke("anna", [POLIS], andamal="riskbedomning", undantag={"uppgifter": ["R-0"]})
    world.riskbedomning("anna", [POLIS], items, av=UTSATT, niva="hog", bedomd_tid=iso(START))
    if opened:
        world.oppnar(POLIS_GRUPP)
    called(world, "forst")
    assess(world, VC, [POLIS], "lag")
    world.haver_undantag("anna", andamal="riskbedomning", uppgifter=["R-0"])
    world.samtycke("anna", [POLIS], andamal="riskbedomning", undantag={"uppgifter": ["R-1"]})
    world.svarar(som="forst")
    assert world.last is not None
    assert [row.vagar for row in world.last.deliveries if row.kod != KOD] == [("/risk/0",)]
    assert world.told(KOD) == told


def test_r3_an_answer_that_releases_nothing_tells_nothing() -> None:
    world = FlowWorld()
    assess(called(assess(world, UTSATT, [POLIS], "hog"), "forst"), VC, [], "lag")
    world.svarar("nekat", som="forst")
    assert world.told(KOD) == set()
    assert world.tillstand.person("anna").bedomningar[0].innehavare == (UTSATT,)


def test_r3_nor_does_one_about_another_message() -> None:
    world = assess(assessing(), UTSATT, [POLIS], "lag")
    world.sip("anna", [VARDCENTRAL]).samtycke("anna", [VARDCENTRAL]).svarar()
    assert world.refused() == set()
    assert world.told(KOD) == set()


def test_q2_a_recalled_assessment_differs_from_none() -> None:
    world = assess(assessing(), UTSATT, [POLIS], "lag")
    world.aterkallar_meddelandet()
    assert assess(world, VC, [POLIS], "hog").told(KOD) == set()


def test_q2_a_corrected_one_counts_as_corrected() -> None:
    world = assess(assessing(), UTSATT, [POLIS], "lag")
    assess(world, UTSATT, [POLIS], "hog", rattar=world.named["riskbedomning_delad"].handelse_id)
    assert world.told(KOD) == set(), "not from what it replaces"
    assert assess(world, VC, [POLIS], "mycket_hog").told(KOD) == set()
    assert [one.niva for one in world.tillstand.person("anna").bedomningar] == ["hog", "mycket_hog"]


def test_q2_a_correction_of_nothing_shares_nothing() -> None:
    world = assess(assessing(), UTSATT, [POLIS], "lag")
    assess(world, UTSATT, [POLIS], "hog", rattar="okand")
    assert world.refused() == {"Q2 okand-att-ratta"}
    assert world.nobody_told()
    assert len(world.tillstand.person("anna").bedomningar) == 1


def test_r3_what_releases_nothing_of_an_arende_about_nobody_is_no_assessment() -> None:
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL])
    world.aterkallar_meddelandet()
    assert world.refused() == set()
