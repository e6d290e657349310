"""A FHIR Consent comes in whole, or is refused by the path of what the hub cannot hold."""

import json
from typing import Any

import pytest
from fhir_examples import ANNA, BO, CONSENT, DATA, GIVET_FRITT, HUB, Change, actor, changed, imported, label, named
from fhir_examples import person as by_number

from samverkanshub.domain.errors import Refused

DOKUMENTERAT = f"{HUB}/StructureDefinition/samtycke-dokumenterat"
GIVARE = f"{HUB}/StructureDefinition/samtycke-givare"
DECISION = "5f0c7e1e-3b0a-5f0e-9a50-0d1e5c6b7a80"
URN = f"urn:uuid:{DECISION}"


def guardian(number: str, roll: str = "vardnadshavare") -> dict[str, Any]:
    return {"extension": [{"url": GIVARE, "valueCode": roll}], **by_number(number)}


def deny(**about: Any) -> dict[str, Any]:
    return {"type": "deny", **about}


def freely(resource: dict[str, Any]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = resource["extension"][1]["extension"]
    return parts


def provision(**members: Any) -> Change:
    return lambda r: r["provision"].update(members)


# ------------------------------------------------------------------------------------------ taken


def test_k1_a_consent_becomes_the_data_of_samtycke_lamnat() -> None:
    found = imported(CONSENT)
    assert (found.typ, found.enhet, found.data) == ("samtycke_lamnat", "mora.vinr", DATA)


def test_k2_the_last_day_of_a_period_belongs_to_it_by_the_swedish_calendar() -> None:
    last_second = changed(provision(period={"start": "2026-12-01T08:00:00Z", "end": "2027-05-31T23:59:59+02:00"}))
    assert imported(last_second).data["fran"] == "2026-12-01T09:00:00+01:00"
    assert imported(last_second).data["till"] == "2027-06-01T00:00:00+02:00"


@pytest.mark.parametrize(
    ("end", "till"),
    [
        ("2027-05-31T23:59:59.999+02:00", "2027-06-01T00:00:00+02:00"),
        ("2027-05-31T23:59:59.9+02:00", "2027-06-01T00:00:00+02:00"),
        ("2027-05-31T23:59:59.999999+02:00", "2027-06-01T00:00:00+02:00"),
        ("2027-05-31T23:59:59.998500+02:00", "2027-05-31T23:59:59.998+02:00"),
    ],
)
def test_k2_the_end_is_never_later_than_what_was_said(end: str, till: str) -> None:
    assert imported(changed(provision(period={"start": "2026-12-01", "end": end}))).data["till"] == till


def test_k2_the_start_is_never_earlier_than_what_was_said() -> None:
    late = changed(provision(period={"start": "2026-12-01T00:00:00.0005+01:00", "end": "2027-05-31"}))
    assert imported(late).data["fran"] == "2026-12-01T00:00:00.001+01:00"


def test_k2_exactly_a_year_is_taken_and_a_day_more_is_not() -> None:
    assert imported(changed(provision(period={"start": "2026-12-01", "end": "2027-11-30"})))
    with pytest.raises(Refused, match=r"`Consent.provision.period.end`: .*at most one year"):
        imported(changed(provision(period={"start": "2026-12-01", "end": "2027-12-01"})))


def test_k3_exemptions_are_denials_each_of_one_kind() -> None:
    employee = actor("anvandare", "u-17")
    employee["reference"]["identifier"]["assigner"] = named(f"{HUB}/sid/aktor", "mora")
    item = {"meaning": "instance", "reference": named(f"{HUB}/sid/uppgift", "ref-2")}
    nested = [
        deny(securityLabel=[label("vald")]),
        deny(actor=[actor("enhet", "mora.barn-unga"), employee]),
        deny(data=[item]),
    ]
    assert imported(changed(provision(provision=nested))).data["undantag"] == {
        "kategorier": ["vald"],
        "mottagare": [{"slag": "enhet", "id": "mora.barn-unga"}],
        "anvandare": [{"aktor": "mora", "anvandare": "u-17"}],
        "uppgifter": ["ref-2"],
    }


def test_k5_oral_consent_says_where_it_is_documented() -> None:
    def oral(resource: dict[str, Any]) -> None:
        resource["extension"][0]["valueCode"] = "muntligt"
        resource["extension"].append({"url": DOKUMENTERAT, "valueCode": "gemensam_journal"})

    found = imported(changed(oral)).data
    assert (found["form"], found["dokumenterat"]) == ("muntligt", "gemensam_journal")


def test_k8_guardians_and_representatives_are_the_performers() -> None:
    performers = [guardian(ANNA), guardian(BO, "foretradare")]
    change: Change = lambda r: r.update(patient=by_number("201705142394"), performer=performers)  # noqa: E731
    assert imported(changed(change)).data["personer"] == [
        {"roll": "registrerad", "personnummer": "201705142394"},
        {"roll": "vardnadshavare", "personnummer": ANNA},
        {"roll": "foretradare", "personnummer": BO},
    ]


def test_k8_the_socialnamnd_consents_by_its_decision() -> None:
    def decided(resource: dict[str, Any]) -> None:
        resource["performer"] = [named(f"{HUB}/sid/enhet", "mora.vinr")]
        resource["extension"].append({"url": f"{HUB}/StructureDefinition/samtycke-enligt-beslut", "valueUri": URN})

    assert imported(changed(decided)).data["enligt_beslut"] == DECISION


def test_k9_a_consent_that_names_what_it_changes_is_samtycke_andrat() -> None:
    change = {"url": f"{HUB}/StructureDefinition/samtycke-andrar", "valueUri": URN}
    found = imported(changed(lambda r: r["extension"].append(change)))
    assert (found.typ, found.data["samtycke"]) == ("samtycke_andrat", DECISION)


def test_k11_who_was_present_or_interpreted_may_be_named() -> None:
    named_too = [{"url": f"{one}-person", "valueReference": by_number(BO)} for one in ("narvarande", "tolk")]
    found = imported(changed(lambda r: freely(r).extend(named_too)))
    assert [one["roll"] for one in found.data["personer"]] == ["registrerad", "narvarande", "tolk"]


@pytest.mark.parametrize(
    ("system", "slag"),
    [("urn:oid:1.2.752.129.2.1.3.3", "samordningsnummer"), (f"{HUB}/sid/lokal-referens", "referens")],
)
def test_a_person_may_be_named_as_publish_takes_them(system: str, slag: str) -> None:
    found = imported(changed(lambda r: r.update(patient=named(system, "A-1"), performer=[named(system, "A-1")])))
    assert found.data["personer"] == [{"roll": "registrerad", slag: "A-1"}]


# ------------------------------------------------------------------------------------------ refused

SECRET = "Hemligheten"
REFUSED: list[tuple[str, Change]] = [
    # Not R4 at all.
    ("Consent.status", lambda r: r.pop("status")),
    ("Consent.scope", lambda r: r.pop("scope")),
    ("Consent.category", lambda r: r.pop("category")),
    ("Consent", lambda r: r.update({SECRET: 1})),
    ("Consent.provision", lambda r: r["provision"].update({SECRET: SECRET})),
    ("Consent.dateTime", lambda r: r.update(dateTime=SECRET)),
    ("Consent.provision.actor[0].role", lambda r: r["provision"]["actor"][0].pop("role")),
    ("Consent.patient", lambda r: r.update(patient=[SECRET])),
    # Required by PCF.
    ("Consent.patient", lambda r: r.pop("patient")),
    ("Consent.dateTime", lambda r: r.pop("dateTime")),
    ("Consent.performer", lambda r: r.pop("performer")),
    ("Consent.organization", lambda r: r.pop("organization")),
    ("Consent.sourceReference", lambda r: r.pop("sourceReference")),
    ("Consent.policy", lambda r: r.pop("policy")),
    ("Consent.provision", lambda r: r.pop("provision")),
    ("Consent.provision.type", lambda r: r["provision"].pop("type")),
    # K1: general.
    ("Consent.provision.purpose", lambda r: r["provision"].pop("purpose")),
    ("Consent.provision.actor", lambda r: r["provision"].pop("actor")),
    ("Consent.provision.securityLabel", lambda r: r["provision"].pop("securityLabel")),
    ("Consent.provision.period", lambda r: r["provision"].pop("period")),
    ("Consent.provision.period.start", lambda r: r["provision"]["period"].pop("start")),
    ("Consent.provision.period.end", lambda r: r["provision"]["period"].pop("end")),
    ("Consent.provision.securityLabel", provision(securityLabel=[label("alla")])),
    # K2.
    ("Consent.provision.period.end", provision(period={"start": "2026-12-01", "end": "2026-11-30"})),
    ("Consent.provision.period.end", provision(period={"start": "2026-12-01", "end": "2027-12-01"})),
    ("Consent.provision.period.end", provision(period={"start": "2026-12-01", "end": "2027"})),
    ("Consent.provision.period.start", provision(period={"start": "2026-12", "end": "2027-05-31"})),
    # K5, K11.
    ("Consent.extension('samtycke-dokumenterat')", lambda r: r["extension"][0].update(valueCode="muntligt")),
    (f"Consent.extension('{HUB}/StructureDefinition/samtycke-form')", lambda r: r["extension"].pop(0)),
    (f"Consent.extension('{GIVET_FRITT}')", lambda r: r["extension"].pop(1)),
    ("Consent.extension[1].extension('enskilt')", lambda r: freely(r).pop(0)),
    ("Consent.extension[1].extension('narvarande')", lambda r: freely(r).pop(1)),
    ("Consent.extension[1].extension('tolk')", lambda r: freely(r).pop(2)),
    ("Consent.extension[1].extension[0].valueBoolean", lambda r: freely(r)[0].update(valueBoolean="true")),
    # Codes that the hub does not know.
    ("Consent.status", lambda r: r.update(status="draft")),
    ("Consent.status", lambda r: r.update(status=SECRET)),
    ("Consent.scope.coding[0].code", lambda r: r["scope"]["coding"][0].update(code="treatment")),
    ("Consent.category[0].coding[0].system", lambda r: r["category"][0]["coding"][0].update(system="urn:x")),
    ("Consent.policy[0].uri", lambda r: r["policy"][0].update(uri="urn:annan")),
    ("Consent.provision.type", provision(type="deny")),
    ("Consent.provision.type", provision(type=SECRET)),
    ("Consent.provision.purpose[0].system", lambda r: r["provision"]["purpose"][0].update(system="urn:x")),
    ("Consent.provision.purpose", lambda r: r["provision"]["purpose"][0].update(code="treat")),
    ("Consent.provision.securityLabel", provision(securityLabel=[label("journal")])),
    ("Consent.provision.actor[0].role.coding[0].code", lambda r: _role(r).update(code="PRCP")),
    ("Consent.provision.actor[0].reference.identifier.system", provision(actor=[actor("okand", "mora")])),
    ("Consent.extension('samtycke-form')", lambda r: r["extension"][0].update(valueCode="per_post")),
    ("Consent.extension[2].url", lambda r: r["extension"].append({"url": "urn:x", "valueString": SECRET})),
    # Persons.
    ("Consent.patient.identifier.system", lambda r: r.update(patient=named("urn:oid:1.2.3", SECRET))),
    ("Consent.patient.reference", lambda r: r.update(patient={"reference": f"Patient/{SECRET}"})),
    ("Consent.patient.reference", lambda r: r.update(patient={"reference": URN}, performer=[{"reference": URN}])),
    ("Consent.patient.reference", lambda r: r["patient"].update(reference=URN)),
    ("Consent.performer[0]", lambda r: r.update(performer=[by_number(BO)])),
    (f"Consent.performer[0].extension('{GIVARE}')", lambda r: r.update(performer=[by_number(BO), guardian(ANNA)])),
    ("Consent.performer[0].extension[0].valueCode", lambda r: r.update(performer=[guardian(BO, "granne")])),
    # What would be lost.
    ("Consent.identifier", lambda r: r.update(identifier=[{"value": SECRET}])),
    ("Consent.verification", lambda r: r.update(verification=[{"verified": True}])),
    ("Consent.policyRule", lambda r: r.update(policyRule={"text": SECRET})),
    ("Consent.sourceAttachment", lambda r: (r.pop("sourceReference"), r.update(sourceAttachment={"title": SECRET}))),
    ("Consent.modifierExtension", lambda r: r.update(modifierExtension=[{"url": "urn:x", "valueString": SECRET}])),
    ("Consent.meta.security", lambda r: r.update(meta={"security": [{"code": "HTEST"}]})),
    ("Consent.text.status", lambda r: r.update(text={"status": "additional", "div": DIV})),
    ("Consent.policy[0].authority", lambda r: r["policy"][0].update(authority="urn:x")),
    ("Consent.provision.action", provision(action=[{"text": SECRET}])),
    ("Consent.provision.class", provision(**{"class": [{"code": "x"}]})),
    ("Consent.provision.code", provision(code=[{"text": SECRET}])),
    ("Consent.provision.dataPeriod", provision(dataPeriod={"start": "2020"})),
    ("Consent.provision.data", provision(data=[{"meaning": "instance", "reference": named("urn:x", SECRET)}])),
    ("Consent.organization[1]", lambda r: r["organization"].append(named(f"{HUB}/sid/enhet", "falun.vinr"))),
    ("Consent.provision.purpose[1]", lambda r: r["provision"]["purpose"].append({"code": "sip"})),
    # Nested provisions that K3 cannot hold.
    ("Consent.provision.provision[0].type", provision(provision=[{"type": "permit"}])),
    ("Consent.provision.provision[0]", provision(provision=[deny()])),
    (
        "Consent.provision.provision[0]",
        provision(provision=[deny(securityLabel=[label("vald")], actor=[actor("enhet", "mora.vinr")])]),
    ),
    ("Consent.provision.provision[0].purpose", provision(provision=[deny(purpose=[{"code": "sip"}])])),
    ("Consent.provision.provision[0].period", provision(provision=[deny(period={"end": "2027-01-01"})])),
    ("Consent.provision.provision[0].provision", provision(provision=[deny(provision=[deny()])])),
    (
        "Consent.provision.provision[0].data[0].meaning",
        provision(provision=[deny(data=[{"meaning": "related", "reference": named("urn:x", SECRET)}])]),
    ),
    ("Consent.provision.actor[0].reference", provision(actor=[_employee := actor("anvandare", "u-1")])),
]
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">Hemligheten</div>'
_employee["reference"]["identifier"]["assigner"] = named(f"{HUB}/sid/aktor", "mora")


def _role(resource: dict[str, Any]) -> dict[str, str]:
    coding: dict[str, str] = resource["provision"]["actor"][0]["role"]["coding"][0]
    return coding


@pytest.mark.parametrize(("path", "change"), REFUSED, ids=[f"{n}-{path}" for n, (path, _) in enumerate(REFUSED)])
def test_what_cannot_be_held_is_refused_by_its_path_and_no_value_is_repeated(path: str, change: Change) -> None:
    with pytest.raises(Refused) as refused:
        imported(changed(change))
    error = refused.value
    assert error.falt == path
    assert f"`{path}`" in error.detail
    told = f"{error.detail} {error.values} {error.__cause__} {error.__suppress_context__ or error.__context__}"
    assert not [value for value in (SECRET, ANNA, BO, DECISION) if value in told]


def test_another_resource_is_refused() -> None:
    with pytest.raises(Refused, match="`Consent` is what the file must hold"):
        imported({"resourceType": "Patient"})


def test_a_number_is_kept_out_of_what_is_shown_of_an_import() -> None:
    assert ANNA not in repr(imported(CONSENT))
    assert ANNA in json.dumps(imported(CONSENT).data)
