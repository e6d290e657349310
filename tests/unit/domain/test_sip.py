"""S1-S4, S7: who takes part in a SIP, whom its caller still owes information, and who calls after a discharge."""

from dataclasses import replace
from typing import Any

import pytest
from k8_steps import mogen
from mini_regelverk import (
    BUP,
    BUP_GRUPP,
    FALUN_BARN,
    JOUR,
    JOUR_GRUPP,
    MORA_VINR,
    POLIS,
    POLIS_GRUPP,
    UTSATT,
    VARDCENTRAL,
    VC,
    regelverk,
    with_unit,
)
from steps import DAY, START
from world import World

from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import Uppgift
from samverkanshub.domain.plikter import S3_INFORMATION, S4_KALLELSE, open_ones
from samverkanshub.domain.regelverk import Frist
from samverkanshub.domain.state import ArendeState, Plikt
from samverkanshub.domain.tid import to_ms

LADDERS = replace(
    regelverk(),
    frister={
        "s3.information": Frist(sekunder=7 * 24 * 3600),
        "s3.enhetschef": Frist(sekunder=14 * 24 * 3600),
        "s4.kallelse": Frist(dagar=3),
        "s4.andra_kontakt": Frist(dagar=3, sekunder=3600),
        "s4.region": Frist(dagar=3, sekunder=7200),
    },
)


def decided(world: World) -> Decision:
    assert world.message is not None
    return world.message


def family(*consenting: str) -> World:
    """A child with two guardians, who have consented to a SIP with the vårdcentral."""
    world = World(LADDERS).vardnad("barn", "mor", "far")
    return world.samtycke("barn", [VARDCENTRAL], givare=consenting or ("mor", "far"))


def owed(world: World, slag: str = S3_INFORMATION) -> list[Plikt]:
    return [plikt for plikt in world.plikter(slag) if not plikt.uppfylld]


# ------------------------------------------------------------------------------------------ S1, S2


@pytest.mark.parametrize(
    ("av", "called", "contract", "refused"),
    [
        (UTSATT, VARDCENTRAL, ("region-dalarna",), False),
        (UTSATT, VARDCENTRAL, ("region-dalarna", "mora"), False),
        (UTSATT, VARDCENTRAL, (), True),
        (UTSATT, VARDCENTRAL, ("mora",), True),
        (VC, MORA_VINR, ("region-dalarna",), False),
        (VC, MORA_VINR, (), True),
        (VC, BUP, ("region-dalarna",), True),
    ],
)
def test_s1_a_private_provider_stands_for_the_region_where_it_has_a_contract_with_it(
    av: str, called: str, contract: tuple[str, ...], refused: bool
) -> None:
    world = World(with_unit(regelverk(), VARDCENTRAL, offentlig=False, avtal_med=contract)).sip("anna", [called], av=av)
    assert world.refused() == ({"S1 huvudman-saknas"} if refused else set())


@pytest.mark.parametrize(
    ("consent_names", "reached"),
    [
        ([VARDCENTRAL], set()),
        ([VARDCENTRAL, POLIS], {POLIS_GRUPP}),
        ([VARDCENTRAL, JOUR], {JOUR_GRUPP}),
        ([VARDCENTRAL, "polisen", "kvinnojouren-mora"], {POLIS_GRUPP, JOUR_GRUPP}),
    ],
)
def test_s2_other_agencies_and_ngos_take_part_only_where_the_consent_names_them(
    consent_names: list[str], reached: set[str]
) -> None:
    world = World().samtycke("anna", consent_names).sip("anna", [VARDCENTRAL, POLIS, JOUR])
    assert world.reached() - {VC, f"{VARDCENTRAL}.skyddad"} == reached
    for group in {POLIS_GRUPP, JOUR_GRUPP} - reached:
        assert "S2 namns-ej-i-samtycke" in world.why(group, "insats")


# ------------------------------------------------------------------------------------------ S3


@pytest.mark.parametrize(
    ("called", "more", "open_duty"),
    [
        (("mor", "far"), {}, False),
        (("mor",), {}, True),
        ((), {}, True),
        (("mor", "far"), {"vardnadshavare_kallas_ej": "fara_for_barnet"}, True),
        (("mor", "far"), {"vardnadshavare_kallas_ej": "barnets_vilja"}, True),
    ],
)
def test_s3_a_guardian_not_called_is_owed_information(
    called: tuple[str, ...], more: dict[str, Any], open_duty: bool
) -> None:
    world = family().sip("barn", [VARDCENTRAL], andra={"vardnadshavare": called}, **more)
    assert bool(owed(world)) is open_duty


def test_s3_the_caller_owes_it_and_its_deadlines_are_frozen() -> None:
    world = family()
    start = world.tid
    (duty,) = owed(world.sip("barn", [VARDCENTRAL]))
    assert (duty.barare, duty.vantar, duty.handelse_id) == (MORA_VINR, "", decided(world).handelse_id)
    assert [(s.namn, s.tid - start) for s in duty.steg] == [("paminnelse", 7 * DAY), ("enhetschef", 14 * DAY)]


def test_s3_with_custody_unknown_there_is_a_guardian_all_the_same() -> None:
    """K8: a mature child's own yes lets the call go."""
    world = mogen(World(LADDERS)).samtycke("barn", [VARDCENTRAL]).sip("barn", [VARDCENTRAL])
    assert decided(world).deliveries
    assert len(owed(world)) == 1


def test_s3_an_adults_parents_are_owed_nothing() -> None:
    world = World(LADDERS).samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    assert owed(world) == []


def test_s3_a_call_that_consent_keeps_back_has_planned_nothing_yet() -> None:
    assert owed(World(LADDERS).vardnad("barn", "mor").sip("barn", [VARDCENTRAL])) == []


def test_v4_a_suspected_guardian_is_not_called_though_listed_and_nothing_in_the_duty_says_who_it_is() -> None:
    """V6."""
    world = mogen(World(LADDERS).vardnad("barn", "mor", "far").misstankt("far", "barn"))
    world.samtycke("barn", [VARDCENTRAL]).sip("barn", [VARDCENTRAL], andra={"vardnadshavare": ["mor", "far"]})
    assert len(owed(world)) == 1
    assert "far" not in repr(world.plikter())


def test_s3_one_open_duty_is_enough_for_the_callers_whole_sip() -> None:
    world = family().sip("barn", [VARDCENTRAL]).sip("barn", [VARDCENTRAL])
    assert len(owed(world)) == 1


@pytest.mark.parametrize(
    ("recorded", "utfall"),
    [
        ({"utfall": "gjort"}, "vardnadshavare-informerad"),
        ({"utfall": "ej_gjort", "skal": "fara_for_barnet"}, "vardnadshavare-ej-informerad-fara_for_barnet"),
    ],
)
def test_s3_done_or_not_done_with_its_ground_meets_it_and_stands_in_the_outcome(
    recorded: dict[str, str], utfall: str
) -> None:
    world = family().sip("barn", [VARDCENTRAL]).informerar(**recorded)
    (duty,) = world.plikter(S3_INFORMATION)
    assert duty.uppfylld > 0
    assert duty.utfall == utfall
    assert world.last is not None
    assert [s.slag for s in world.last.skeenden] == [utfall.removesuffix("-fara_for_barnet")]


def test_s3_nobody_else_records_it() -> None:
    """T3."""
    world = family().sip("barn", [VARDCENTRAL]).informerar(av=VC)
    assert world.refused() == {"T3 finns-ej"}
    assert world.informerar(meddelande="finns-ej").refused() == {"T3 finns-ej"}
    assert len(owed(world)) == 1


def test_s3_of_no_ärende_that_exists_nothing_is_recorded() -> None:
    world = World()
    about = {"meddelande": "h1", "utfall": "gjort"}
    world.happens(world.event("vardnadshavare_informerad", UTSATT, (), koder=about, arende_id="finns-ej"))
    assert world.refused() == {"T3 finns-ej"}


def test_s3_twice_is_once() -> None:
    world = family().sip("barn", [VARDCENTRAL]).informerar().informerar()
    assert world.refused() == {"S3 ingen-oppen-plikt"}


# ------------------------------------------------------------------------------------------ S4


def discharged(tidpunkt: int = 0) -> World:
    world = World(LADDERS).samtycke("anna", [MORA_VINR, VARDCENTRAL])
    return world.at(START).utskrivningsklar("anna", VARDCENTRAL, av=BUP_GRUPP, tidpunkt=tidpunkt)


def sips(world: World) -> list[ArendeState]:
    """The ärenden of SIP; that of the consents stands beside them."""
    return [arende for arende in world.tillstand.arenden.values() if arende.process == "sip"]


def test_s4_the_notice_opens_a_sip_where_the_fasta_vardkontakt_owes_a_call() -> None:
    world = discharged()
    (duty,) = owed(world, S4_KALLELSE)
    assert (duty.barare, duty.vantar) == (VARDCENTRAL, BUP)
    (arende,) = sips(world)
    assert arende.person_id == "anna"
    assert dict(world.tillstand.person("anna").arenden)["sip"] == arende.arende_id
    assert arende.arende_id in world.tillstand.person("anna").berorda


def test_s4_the_unit_is_told_that_it_owes_a_call_and_of_whom_nothing() -> None:
    """B4."""
    world = discharged()
    assert world.last is not None
    told = {d.mottagare: (d.slag, d.kod, d.vagar, d.avsandare, d.avser) for d in world.last.deliveries}
    assert told == dict.fromkeys((VC, f"{VARDCENTRAL}.skyddad"), ("andring", "s4-kalla-inom-tre-dagar", (), "", ""))


@pytest.mark.parametrize(
    ("given", "end"),
    [
        ("2026-03-02T00:00:00+01:00", "2026-03-06T00:00:00+01:00"),
        ("2026-03-02T23:59:59+01:00", "2026-03-06T00:00:00+01:00"),
        ("2026-03-03T00:00:00+01:00", "2026-03-07T00:00:00+01:00"),
        ("2026-03-27T12:00:00+01:00", "2026-03-31T00:00:00+02:00"),  # over the start of summer time
    ],
)
def test_s4_the_days_count_from_the_notice_to_the_end_of_the_third(given: str, end: str) -> None:
    world = World(LADDERS).at(to_ms(given)).utskrivningsklar("anna", VARDCENTRAL)
    (duty,) = owed(world, S4_KALLELSE)
    assert duty.steg[0].tid == to_ms(end)


def test_s4_they_count_from_when_the_notice_was_given_if_the_hub_hears_of_it_later() -> None:
    (late,) = owed(discharged(tidpunkt=START - DAY), S4_KALLELSE)
    (told,) = owed(discharged(), S4_KALLELSE)
    (early,) = owed(discharged(tidpunkt=START + DAY), S4_KALLELSE)
    assert told.steg[0].tid - late.steg[0].tid == DAY
    assert early.steg == told.steg, "no notice is given after it is read"


def test_s4_a_call_within_three_days_meets_it() -> None:
    world = discharged().after(2 * DAY).sip("anna", [MORA_VINR], av=VC, utskrivningsklar="2026-03-02T09:00:00+01:00")
    assert world.refused() == set()
    (duty,) = world.plikter(S4_KALLELSE)
    assert duty.uppfylld > 0
    assert duty.utfall == "kallad"


def test_s4_a_call_that_reaches_nobody_does_not() -> None:
    world = World(LADDERS).utskrivningsklar("anna", VARDCENTRAL).sip("anna", [MORA_VINR], av=VC)
    assert len(owed(world, S4_KALLELSE)) == 1


@pytest.mark.parametrize("av", [UTSATT, BUP_GRUPP])
def test_s4_a_call_on_the_notice_by_another_unit_is_refused(av: str) -> None:
    called = [VARDCENTRAL] if av == UTSATT else [MORA_VINR]
    world = discharged().sip("anna", called, av=av, utskrivningsklar="2026-03-02T09:00:00+01:00")
    assert world.refused() == {"S4 annan-fast-vardkontakt"}
    assert len(owed(world, S4_KALLELSE)) == 1


def test_s4_another_units_call_for_other_reasons_is_as_good_as_ever_and_meets_nothing() -> None:
    world = discharged().sip("anna", [VARDCENTRAL])
    assert world.refused() == set()
    assert len(owed(world, S4_KALLELSE)) == 1


def test_s4_t3_so_is_one_without_any_notice_so_that_nobody_learns_of_a_discharge_by_asking() -> None:
    at = "2026-03-02T09:00:00+01:00"
    world = World().samtycke("anna", [MORA_VINR, VARDCENTRAL]).sip("anna", [VARDCENTRAL], utskrivningsklar=at)
    assert world.refused() == {"S4 annan-fast-vardkontakt"}
    world.sip("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL], utskrivningsklar=at)
    assert world.refused() == {"S4 annan-fast-vardkontakt"}, "also in an ärende without one"


def test_s4_the_fasta_vardkontakt_may_call_again_once_it_has_called() -> None:
    world = discharged().sip("anna", [MORA_VINR], av=VC, utskrivningsklar="2026-03-02T09:00:00+01:00")
    world.sip("anna", [MORA_VINR], av=VC, utskrivningsklar="2026-03-02T09:00:00+01:00")
    assert world.refused() == set()


def test_s4_the_unit_named_last_owes_the_call_alone() -> None:
    world = discharged().utskrivningsklar("anna", BUP)
    assert [(duty.barare, duty.utfall) for duty in world.plikter(S4_KALLELSE)] == [
        (VARDCENTRAL, "annan-fast-vardkontakt"),
        (BUP, ""),
    ]
    assert len(sips(world)) == 1, "in the same ärende"
    called = world.sip("anna", [MORA_VINR], av=VC, utskrivningsklar="2026-03-02T09:00:00+01:00")
    assert called.refused() == {"S4 annan-fast-vardkontakt"}


def test_s4_not_called_by_the_end_of_the_third_day_it_escalates() -> None:
    """O4."""
    world = discharged()
    (duty,) = owed(world, S4_KALLELSE)
    assert [s.namn for s in duty.steg] == ["paminnelse", "andra_kontakt", "region"]
    (arende,) = sips(world)
    step = world.event("plikt_steg", VC, (), koder={"plikt": duty.id, "steg": "paminnelse"}, arende_id=arende.arende_id)
    step = replace(step, aktor="samverkanshub", enhet="", lasargrupp="")
    assert world.at(duty.steg[0].tid - 1).happens(step).refused() == {"S4 for-tidigt"}
    world.at(duty.steg[0].tid).happens(replace(step, handelse_id="again"))
    assert world.refused() == set()
    assert world.last is not None
    assert {(d.mottagare, d.kod) for d in world.last.deliveries} == {
        (VC, "s4-kallelse-paminnelse"),
        (f"{VARDCENTRAL}.skyddad", "s4-kallelse-paminnelse"),
    }
    assert open_ones(sips(world)[0], S4_KALLELSE)[0].tagna == ("paminnelse",)


# ------------------------------------------------------------------------------------------ S7


RELATIVES = ["identitet", "insats", Uppgift("/identitet/syster", "identitet", "narstaende", "syster")]


@pytest.mark.parametrize(
    ("initiativ", "part"), [("narstaende", False), ("den_enskilde", True), ("personal", True), (None, True)]
)
def test_s7_a_relatives_wish_gives_the_relative_no_part(initiativ: str | None, part: bool) -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).samtycke("syster", [VARDCENTRAL])
    world.sip("anna", [VARDCENTRAL], RELATIVES, andra={"narstaende": ["syster"]}, initiativ=initiativ)
    assert ("identitet/syster" in world.delivered(VC)) is part
    assert {"identitet", "insats"} <= world.delivered(VC), "the SIP goes on"
    assert ("narstaende-kallas-ej" in decided(world).hints) is not part


def test_s7_the_relative_is_not_asked_for_consent_either() -> None:
    """B0: a yes would release nothing."""
    world = World().samtycke("anna", [VARDCENTRAL])
    world.sip("anna", [VARDCENTRAL], RELATIVES, andra={"narstaende": ["syster"]}, initiativ="narstaende")
    assert decided(world).requests == ()
    assert world.why(VC, "identitet/syster") == {"B0 samtycke-saknas", "S7 narstaende-kallas-ej"}


def test_s7_another_relative_in_another_message_is_untouched() -> None:
    world = World().samtycke("anna", [MORA_VINR, FALUN_BARN], andamal="riskbedomning", kategorier=["risk"])
    assert world.riskbedomning("anna", [FALUN_BARN], initiativ="narstaende").refused() == set()
