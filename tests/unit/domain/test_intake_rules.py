"""The stateless rules, that intake applies and the gate applies again. Each test cites its rule."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from mini_regelverk import BUP, JOUR, MORA_BARN, MORA_VINR, POLIS_GRUPP, UTSATT, VC, regelverk, with_unit
from mini_regelverk import VARDCENTRAL as VARD
from world import TAKES_PART

from samverkanshub.domain import events
from samverkanshub.domain.events import Event, Mottagare, Person, Uppgift
from samverkanshub.domain.intake_rules import EXACTLY_ONE, RULES, brister, identifying_text, violations
from samverkanshub.domain.senders import may_ever_register

REGELVERK = regelverk()
NUMBER = "197807182394"


RISK = Uppgift("/sammanfattning", "risk", "utsatt", "p0")
"""What a risk assessment says of the person it is about."""
REQUIRED = {"sip_kallelse": TAKES_PART, "avvikelse": {"lex_sarah": "ej_bedomt", "lex_maria": "galler_inte"}}
"""S5, A4: what these must say, where a test does not say otherwise."""


def event(typ: str, grupp: str, roles: str = "", **changes: Any) -> Event:
    """An event of a type by a reader group; each role is held by a person of its own."""
    koder = {**REQUIRED.get(typ, {}), **changes.pop("koder", {})}
    base = Event(
        handelse_id="h",
        typ=typ,
        aktor=grupp.split(".")[0],
        enhet=grupp.rsplit(".", 1)[0],
        lasargrupp=grupp,
        anvandare="u",
        personer=tuple(Person(f"p{index}", roll) for index, roll in enumerate(roles.split())),
        mottagare=tuple(Mottagare(m["slag"], m["id"]) for m in koder.get("mottagare", ())),
        koder=koder,
    )
    return replace(base, **changes)


def unit(id_: str) -> dict[str, str]:
    return {"slag": "enhet", "id": id_}


def found(one: Event, rules=REGELVERK) -> list[tuple[str, str, str]]:
    return [(brist.regel, brist.kod, brist.falt) for brist in brister(one, rules)]


def consent(typ: str = "samtycke_lamnat", roles: str = "registrerad", drop: str = "", **changes: Any) -> Event:
    koder = {
        "andamal": "sip",
        "mottagare": [unit(MORA_VINR)],
        "kategorier": ["behov"],
        "fran": "2026-01-01T00:00:00+01:00",
        "till": "2026-06-01T00:00:00+02:00",
        "form": "skriftligt",
        **changes,
    }
    koder.pop(drop, None)
    return event(typ, VC, roles, koder=koder)


def sip(grupp: str, *called: str, **changes: Any) -> Event:
    return event("sip_kallelse", grupp, "utsatt", koder={"mottagare": [unit(id_) for id_ in called]}, **changes)


# ------------------------------------------------------------------------------------------------ consent


def test_a_consent_that_names_everything_breaks_no_rule():
    assert found(consent()) == []


@pytest.mark.parametrize("point", ["andamal", "mottagare", "kategorier", "fran", "till"])
@pytest.mark.parametrize("typ", ["samtycke_lamnat", "samtycke_andrat"])
def test_a_consent_with_a_point_missing_is_refused_saying_which(typ, point):
    """K1."""
    assert found(consent(typ, drop=point))[0] == ("K1", "generellt-samtycke", f"/data/{point}")


@pytest.mark.parametrize(
    ("point", "value"),
    [
        ("andamal", "alla"),
        ("kategorier", ["behov", "ALLA"]),
        ("kategorier", "all"),
        ("mottagare", [{"slag": "enhet", "id": "alla"}]),
        ("till", "*"),
    ],
)
def test_a_consent_that_says_all_is_general(point, value):
    """K1."""
    one = replace(consent(), koder={**consent().koder, point: value})
    assert ("K1", "generellt-samtycke", f"/data/{point}") in found(one)


def test_a_consent_without_its_person_is_general():
    """K1."""
    assert found(consent(roles="")) == [("K1", "generellt-samtycke", "/data/personer")]


def test_a_consent_is_one_persons():
    """V3."""
    assert found(consent(roles="registrerad registrerad")) == [("V3", "fel-antal-i-roll", "/data/personer")]


@pytest.mark.parametrize(
    ("fran", "till", "expected"),
    [
        ("2026-03-01T08:00:00+01:00", "2027-03-01T08:00:00+01:00", []),
        ("2026-03-01T08:00:00+01:00", "2027-03-01T08:00:01+01:00", ["over-ett-ar"]),
        ("2024-02-29T08:00:00+01:00", "2025-02-28T08:00:00+01:00", []),
        ("2024-02-29T08:00:00+01:00", "2025-02-28T08:00:01+01:00", ["over-ett-ar"]),
        # 26 March is summer time in 2023 and winter time in 2024: a year is the same Swedish clock time
        ("2023-03-26T12:00:00+02:00", "2024-03-26T12:00:00+01:00", []),
        ("2023-03-26T10:00:00Z", "2024-03-26T11:00:00Z", []),
        ("2023-03-26T10:00:00Z", "2024-03-26T11:00:01Z", ["over-ett-ar"]),
        ("2026-03-01T08:00:00+01:00", "2026-03-01T08:00:00+01:00", ["slut-fore-start"]),
        ("2026-03-01T08:00:00+01:00", "2026-02-01T08:00:00+01:00", ["slut-fore-start"]),
        ("om en stund", "2026-02-01T08:00:00+01:00", ["fel-form"]),
        ("2026-03-01T08:00:00+01:00", "9999-12-31T23:59:59-12:00", ["fel-form"]),
        ("2250-03-01T08:00:00+01:00", "2250-04-01T08:00:00+01:00", ["fel-form"]),
    ],
)
def test_a_consent_lasts_at_most_a_year(fran, till, expected):
    """K2; a year from 29 February ends on 28 February."""
    assert [kod for _, kod, _ in found(consent(fran=fran, till=till))] == expected


def test_oral_consent_says_where_it_is_documented():
    """K5."""
    assert found(consent(form="muntligt")) == [("K5", "saknas", "/data/dokumenterat")]
    assert found(consent(form="muntligt", dokumenterat="gemensam_journal")) == []


@pytest.mark.parametrize("typ", ["undantag_anmalt", "undantag_havt"])
def test_making_or_lifting_an_exemption_names_what(typ):
    """K3: only `undantag_havt` lifts."""
    lifted = event(typ, VC, "registrerad", koder={"andamal": "sip"})
    assert found(lifted) == [("K3", "saknas", "/data")]
    for part in ("kategorier", "uppgifter", "mottagare", "anvandare"):
        assert found(replace(lifted, koder={"andamal": "sip", part: []})) == [("K3", "saknas", "/data")]
    assert found(replace(lifted, koder={"andamal": "sip", "kategorier": ["behov"]})) == []


@pytest.mark.parametrize("typ", ["undantag_anmalt", "undantag_havt"])
def test_an_exemption_has_the_form_of_a_consent_and_names_what_the_hub_knows(typ):
    """K3, K5, K11, Q1."""
    said = {"andamal": "sip", "kategorier": ["behov"]}
    for more, brist in (
        ({"form": "muntligt"}, ("K5", "saknas", "/data/dokumenterat")),
        ({"narvarande": []}, ("K11", "saknas", "/data/narvarande")),
        ({"andamal": "nyfikenhet"}, ("K1", "ej-i-lista", "/data/andamal")),
        ({"kategorier": ["behov", "skvaller"]}, ("K1", "ej-i-lista", "/data/kategorier/1")),
        ({"mottagare": [{"slag": "enhet", "id": "okand"}]}, ("Q1", "okand-mottagare", "/data/mottagare/0/id")),
        ({"anvandare": [{"aktor": "okand", "anvandare": "u1"}]}, ("K3", "okand-aktor", "/data/anvandare/0/aktor")),
    ):
        assert found(event(typ, VC, "registrerad", koder={**said, **more})) == [brist]
    decided = {**said, "enligt_beslut": "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"}
    assert [kod for _, kod, _ in found(event(typ, VC, "registrerad", koder=decided))] == ["far-ej-registrera"]


def test_purposes_and_categories_come_from_the_closed_lists():
    """K1."""
    one = consent(andamal="nyfikenhet", kategorier=["behov", "skvaller"], undantag={"kategorier": ["rykten"]})
    assert [falt for _, kod, falt in found(one) if kod == "ej-i-lista"] == [
        "/data/andamal",
        "/data/kategorier/1",
        "/data/undantag/kategorier/0",
    ]


def test_an_uppgift_has_a_category_of_the_closed_list():
    """V3."""
    one = event("riskbedomning_delad", VC, "utsatt", uppgifter=(RISK, Uppgift("/x", "skvaller")))
    assert found(one) == [("V3", "ej-i-lista", "/data/x")]


def test_recipients_are_in_the_directory():
    """Q1, K1: a consent may name an organisation, a message goes to units."""
    falt = "/data/mottagare/0/id"
    organisation = [{"slag": "organisation", "id": "mora"}]
    assert found(consent(mottagare=organisation)) == []
    assert found(consent(mottagare=[{"slag": "organisation", "id": "mars"}])) == [("Q1", "okand-mottagare", falt)]
    assert found(consent(undantag={"mottagare": [unit("mora.mars")]})) == [
        ("Q1", "okand-mottagare", "/data/undantag/mottagare/0/id")
    ]
    message = event("riskbedomning_delad", VC, "utsatt", koder={"mottagare": organisation}, uppgifter=(RISK,))
    assert found(message) == [("Q1", "okand-mottagare", falt)]


# ------------------------------------------------------------------------------------------------ persons and senders


@pytest.mark.parametrize(
    ("typ", "grupp", "roles", "regel"),
    [
        ("orosanmalan", VC, "", "V3"),
        ("orosanmalan", VC, "barn barn", "V3"),
        ("riskbedomning_delad", VC, "utsatt barn", "V3"),
        ("samtycke_aterkallat", VC, "", "V3"),
        ("vardnad", UTSATT, "registrerad", "V3"),
        ("hushall", UTSATT, "registrerad", "V3"),
        ("misstankt", UTSATT, "registrerad", "V3"),
        ("misstankt", UTSATT, "registrerad misstankt misstankt", "F1"),
    ],
)
def test_an_event_names_whom_it_is_about(typ, grupp, roles, regel):
    assert (regel, "fel-antal-i-roll", "/data/personer") in found(event(typ, grupp, roles))


@pytest.mark.parametrize(
    ("roles", "clash"),
    [
        (("barn", "vardnadshavare"), True),
        (("barn", "misstankt"), True),
        (("vardnadshavare", "vardnadshavare"), True),
        (("vardnadshavare", "misstankt"), False),
        (("vardnadshavare", "anmalare"), False),
        (("barn", "anmalare"), False),
    ],
)
def test_one_person_has_the_roles_that_go_together(roles, clash):
    """V3, V4."""
    child = () if "barn" in roles else (Person("barnet", "barn"),)
    one = event("orosanmalan", VC, personer=(*child, *(Person("samma", roll) for roll in roles)))
    assert [kod for _, kod, _ in found(one)] == (["dubbel-person"] if clash else [])


@pytest.mark.parametrize("grupp", ["okand.grupp.x", "mora.vinr.okand"])
def test_a_sender_outside_the_directory_is_refused(grupp):
    """T1."""
    assert found(event("aterkoppling", grupp)) == [("T1", "okand-avsandare", "/source")]


def test_a_sender_cannot_claim_another_unit_or_organisation():
    """T1."""
    for change in ({"enhet": MORA_BARN}, {"aktor": "falun"}):
        assert found(replace(event("aterkoppling", UTSATT), **change)) == [("T1", "okand-avsandare", "/source")]


@pytest.mark.parametrize(("grupp", "may"), [(UTSATT, True), (POLIS_GRUPP, True), (VC, False), (JOUR + ".stod", False)])
def test_only_socialnamnd_police_and_prosecutor_register_a_suspicion(grupp, may):
    """F1."""
    one = event("misstankt", grupp, "registrerad misstankt")
    assert (("F1", "far-ej-registrera", "/type") in found(one)) is not may


@pytest.mark.parametrize(
    ("enhet", "may"),
    [
        (MORA_VINR, {"skydd", "hushall", "misstankt", "vardnad", "mognad", "beslut_om_barn", "foretradare"}),
        (MORA_BARN, events.PERSON_FACTS),
        (VARD, {"skydd", "hushall", "vardnad", "mognad", "utskrivningsklar"}),
        (POLIS_GRUPP.rpartition(".")[0], {"skydd", "hushall", "misstankt"}),
    ],
)
def test_what_a_unit_may_ever_register_is_told_before_it_tries(enhet, may):
    """F1, K8, B2, S4."""
    one = REGELVERK.katalog.enheter[enhet]
    facts = events.PERSON_FACTS | events.NOTICES
    assert {typ for typ in facts if may_ever_register(typ, one)} == may


def test_a_private_provider_of_social_services_is_no_socialnamnd():
    """F1."""
    private = with_unit(REGELVERK, MORA_VINR, offentlig=False)
    assert ("F1", "far-ej-registrera", "/type") in found(event("misstankt", UTSATT, "registrerad misstankt"), private)


@pytest.mark.parametrize(
    ("grupp", "provisional", "expected"),
    [
        (UTSATT, False, []),
        (VC, True, []),
        (VC, False, [("K8", "far-ej-registrera", "/data/provisoriskt")]),
        (POLIS_GRUPP, True, [("K8", "far-ej-registrera", "/type")]),
    ],
)
def test_custody_is_registered_by_socialtjanst_and_provisionally_by_health_care(grupp, provisional, expected):
    """K8."""
    one = event("vardnad", grupp, "registrerad vardnadshavare", koder={"provisoriskt": provisional})
    assert found(one) == expected


@pytest.mark.parametrize(
    ("grupp", "niva", "provisional", "expected"),
    [
        (UTSATT, "ingen", False, []),
        (UTSATT, "sekretessmarkering", False, []),
        (VC, "sekretessmarkering", True, []),
        (VC, "ingen", True, [("P6", "far-ej-registrera", "/data/niva")]),
        (POLIS_GRUPP, "sekretessmarkering", False, [("P6", "far-ej-registrera", "/data/provisoriskt")]),
    ],
)
def test_anyone_may_raise_protection_provisionally_and_only_socialtjanst_lower_it(grupp, niva, provisional, expected):
    """P6."""
    assert found(event("skydd", grupp, "registrerad", koder={"niva": niva, "provisoriskt": provisional})) == expected


# ------------------------------------------------------------------------------------------------ single types


@pytest.mark.parametrize(
    ("grupp", "called", "missing"),
    [
        (VC, (MORA_VINR,), []),
        (UTSATT, (VARD,), []),
        (POLIS_GRUPP, (MORA_VINR, BUP), []),
        (VC, (BUP,), ["socialtjanst"]),
        (UTSATT, (MORA_BARN,), ["halso_sjukvard"]),
        (POLIS_GRUPP, (JOUR,), ["socialtjanst", "halso_sjukvard"]),
    ],
)
def test_both_principals_take_part_in_a_sip_and_the_caller_counts(grupp, called, missing):
    """S1."""
    details = [brist.detail for brist in brister(sip(grupp, *called), REGELVERK)]
    assert [name for name in missing if any(name in detail for detail in details)] == missing
    assert len(details) == len(missing)


@pytest.mark.parametrize(("contracts", "counts"), [(("region-dalarna",), True), ((), False), (("mora", "x"), False)])
def test_a_private_provider_counts_where_it_has_a_contract_with_the_principal(contracts, counts):
    """S1."""
    private = with_unit(REGELVERK, BUP, offentlig=False, avtal_med=contracts)
    assert (not found(sip(UTSATT, BUP), private)) is counts


def test_a_called_organisation_is_no_principal():
    """S1, Q1."""
    called = [{"slag": "organisation", "id": "region-dalarna"}]
    one = event("sip_kallelse", UTSATT, "utsatt", koder={"mottagare": called})
    assert ("S1", "huvudman-saknas", "/data/mottagare") in found(one)


def test_a_summons_that_declares_protected_identity_gives_no_time_and_place():
    """P1."""
    meeting = (Uppgift("/motestid", "motestid"), Uppgift("/motesplats", "motesplats"), Uppgift("/syfte", "insats"))
    called = {"mottagare": [unit(VARD)]}
    open_one = event("sip_kallelse", UTSATT, "utsatt", koder=called, uppgifter=meeting)
    declared = replace(open_one, koder={**TAKES_PART, **called, "skyddade_personuppgifter": True})
    assert found(open_one) == []
    assert found(declared) == [
        ("P1", "meddelas-muntligen", "/data/motestid"),
        ("P1", "meddelas-muntligen", "/data/motesplats"),
    ]


def test_an_avvikelse_names_nobody():
    """A1."""
    assert ("A1", "person-i-avvikelse", "/data/personer") in found(event("avvikelse", UTSATT, "utsatt"))


def test_a_personnummer_anywhere_in_an_avvikelse_is_found_and_not_repeated():
    """A1."""
    data = {"beskrivning": {"text": f"om {NUMBER}"}, "atgard": "ring", "x": [1, NUMBER], "arende": NUMBER}
    broken = list(identifying_text("avvikelse", data))
    assert [brist.falt for brist in broken] == ["/data/beskrivning/text", "/data/x/1"]
    assert NUMBER not in repr(broken)
    assert list(identifying_text("orosanmalan", data)) == []
    assert list(identifying_text("avvikelse", [NUMBER])) == []


def test_a_report_says_a_municipality_that_can_be_routed_to():
    """O1."""
    one = event("orosanmalan", VC, "barn", koder={"kommun": "atlantis", "vistelsekommun": "mora"})
    assert found(one) == [("O1", "okand-kommun", "/data/kommun")]


@pytest.mark.parametrize("items", [(), (Uppgift("/misstankts_situation/0", "risk", "misstankt", "p1"),)])
def test_an_assessment_says_something_of_the_exposed_persons_risk(items: tuple[Uppgift, ...]):
    """R2: a level alone could be shown to nobody."""
    one = event("riskbedomning_delad", VC, "utsatt misstankt", uppgifter=items)
    assert found(one) == [("R2", "risk-saknas", "/data/sammanfattning")]
    assert found(replace(one, uppgifter=(*items, RISK))) == []


def test_an_invoked_provision_is_in_the_catalogue():
    """B2."""
    one = event("riskbedomning_delad", VC, "utsatt", koder={"grund": {"bestammelse": "osl-10-18c"}}, uppgifter=(RISK,))
    assert found(one) == []
    unknown = replace(one, koder={"grund": {"bestammelse": "osl-99"}})
    assert found(unknown) == [("B2", "okand-bestammelse", "/data/grund/bestammelse")]


# ------------------------------------------------------------------------------------------------ as the gate asks


def test_the_gate_reads_the_same_as_sorted_reasons_that_stop():
    reasons = violations(sip(POLIS_GRUPP, JOUR), REGELVERK)
    assert [(reason.regel, reason.kod, reason.nekar) for reason in reasons] == [("S1", "huvudman-saknas", True)]


def test_the_activation_of_a_regelverk_is_not_judged_by_it():
    assert violations(event(events.REGELVERK, "hub.x.y"), REGELVERK) == ()


def test_a_fault_becomes_a_refusal_that_names_rule_and_field():
    refused = next(brister(consent(roles=""), REGELVERK)).refused()
    assert (refused.code, refused.falt, refused.values["regel"]) == ("generellt-samtycke", "/data/personer", "K1")


# ------------------------------------------------------------------------------------- whose an item is


@pytest.mark.parametrize(
    ("kalla", "person", "fault"),
    [
        ("utsatt", "p0", []),
        ("barn", "p0", []),
        ("vittne", "p0", []),
        ("egen_akt", "p1", []),
        ("", "p1", []),
        ("utsatt", "p1", ["V5"]),
        ("barn", "p1", ["V5"]),
        ("vittne", "p1", ["V5"]),
        ("vittne", "", ["V5"]),
        ("egen_akt", "p0", ["V5"]),
        ("egen_akt", "", ["V5"]),
    ],
)
def test_v5_the_source_decides_whose_item_it_is(kalla: str, person: str, fault: list[str]):
    """What the exposed person, a child or a witness told concerns the exposed; the suspect's own file, the suspect."""
    item = Uppgift("/vald/0", "vald", "utsatt", person, kalla=kalla)
    one = event("riskbedomning_delad", POLIS_GRUPP, "utsatt misstankt", uppgifter=(RISK, item))
    assert [regel for regel, _, _ in found(one)] == fault
    assert all(falt == "/data/vald/0" for _, _, falt in found(one))


def test_v5_an_own_file_of_nobody_suspected_is_refused():
    item = Uppgift("/vald/0", "vald", "utsatt", "p0", kalla="egen_akt")
    one = event("riskbedomning_delad", POLIS_GRUPP, "utsatt", uppgifter=(RISK, item))
    assert found(one) == [("V5", "fel-person-for-kallan", "/data/vald/0")]


@pytest.mark.parametrize("typ", sorted(EXACTLY_ONE))
def test_what_a_type_is_asked_leaves_no_rule_out_that_would_speak(typ: str) -> None:
    """The rules that a type is asked are all that say anything of such an event, whatever is wrong with it."""
    for wrong in (event(typ, UTSATT), event(typ, VC, "registrerad barn misstankt", koder={"niva": "hog"})):
        with suppress(KeyError):  # What its schema demands is not there: every rule may count on that.
            everything = [brist for rule in RULES for brist in rule(wrong, REGELVERK)]
            assert list(brister(wrong, REGELVERK)) == everything
