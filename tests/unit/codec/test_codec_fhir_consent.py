"""A consent goes out as the profile of IHE PCF asks, naming persons by the hub's ids alone."""

from importlib import import_module
from typing import Any

import pytest
from codec_examples import EVENT, OTHER, PERSON

from samverkanshub.codec.fhir.consent import consent_of
from samverkanshub.codec.fhir.held import Held, Part
from samverkanshub.codec.fhir.terms import BASE
from samverkanshub.domain.errors import Refused

TID = 1_767_222_000_000
KODER: dict[str, Any] = {
    "andamal": "sip",
    "mottagare": [{"slag": "begaran", "id": "begaran-abc"}],
    "kategorier": ["behov"],
    "fran": "2026-01-01T00:00:00+01:00",
    "till": "2026-07-01T00:00:00+02:00",
    "form": "skriftligt",
    "enskilt": True,
    "narvarande": ["ingen"],
    "tolk": "ingen",
}
ADULT = (Part("registrerad", "uuid", PERSON),)


def out(personer: tuple[Part, ...] = ADULT, status: str = "active", **koder: Any) -> dict[str, Any]:
    return consent_of(Held("samtycke_lamnat", "mora.vinr", personer, {**KODER, **koder}), EVENT, TID, status)


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("id", EVENT),
        ("meta", {"profile": ["https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentAdvanced"]}),
        ("status", "active"),
        (
            "scope",
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        ),
        ("category", [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}]),
        ("patient", {"reference": f"urn:uuid:{PERSON}", "type": "Patient"}),
        ("dateTime", "2026-01-01T00:00:00.000+01:00"),
        ("performer", [{"reference": f"urn:uuid:{PERSON}", "type": "Patient"}]),
        ("organization", [{"identifier": {"system": f"{BASE}/sid/enhet", "value": "mora.vinr"}}]),
        ("sourceReference", {"identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{EVENT}"}}),
        ("policy", [{"uri": f"{BASE}/policy/samtycke"}]),
    ],
)
def test_every_element_that_pcf_requires_is_there(element: str, value: Any) -> None:
    assert out()[element] == value


def test_k1_the_provision_permits_recipients_categories_and_purpose() -> None:
    provision = out()["provision"]
    role = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]}
    assert (provision["type"], provision["purpose"], provision["securityLabel"]) == (
        "permit",
        [{"system": f"{BASE}/CodeSystem/andamal", "code": "sip"}],
        [{"system": f"{BASE}/CodeSystem/kategori", "code": "behov"}],
    )
    assert provision["actor"] == [
        {"role": role, "reference": {"identifier": {"system": f"{BASE}/sid/begaran", "value": "begaran-abc"}}}
    ]
    assert "provision" not in provision


def test_k2_the_end_that_is_no_part_of_it_is_the_millisecond_before_in_fhir() -> None:
    assert out()["provision"]["period"] == {
        "start": "2026-01-01T00:00:00.000+01:00",
        "end": "2026-06-30T23:59:59.999+02:00",
    }


def test_k3_each_kind_of_exemption_and_each_single_item_is_a_denial_of_its_own() -> None:
    exempt = {
        "kategorier": ["vald", "halsa"],
        "uppgifter": ["a", "b"],
        "mottagare": [{"slag": "organisation", "id": "falun"}],
        "anvandare": [{"aktor": "mora", "anvandare": "u-17"}],
    }
    nested = out(undantag=exempt)["provision"]["provision"]
    assert [(one["type"], *sorted(set(one) - {"type"})) for one in nested] == [
        ("deny", "securityLabel"),
        ("deny", "actor"),
        ("deny", "actor"),
        ("deny", "data"),
        ("deny", "data"),
    ]
    assert nested[2]["actor"][0]["reference"]["identifier"] == {
        "system": f"{BASE}/sid/anvandare",
        "value": "u-17",
        "assigner": {"identifier": {"system": f"{BASE}/sid/aktor", "value": "mora"}},
    }
    assert [one["data"][0]["reference"]["identifier"]["value"] for one in nested[3:]] == ["a", "b"]


def test_k8_who_speaks_for_the_person_performs_it_and_says_in_what_role() -> None:
    performers = out((*ADULT, Part("foretradare", "uuid", OTHER), Part("vardnadshavare", "uuid", EVENT)))["performer"]
    assert [(one["extension"][0]["valueCode"], one["reference"], one["type"]) for one in performers] == [
        ("vardnadshavare", f"urn:uuid:{EVENT}", "RelatedPerson"),
        ("foretradare", f"urn:uuid:{OTHER}", "RelatedPerson"),
    ]


def test_k4_an_ended_consent_says_so() -> None:
    assert (out(status="inactive")["status"], out(status="entered-in-error")["status"]) == (
        "inactive",
        "entered-in-error",
    )


def test_what_r4_cannot_hold_is_not_written() -> None:
    with pytest.raises(Refused, match=r"`Consent\.provision\.purpose\[0\]\.code` is not as FHIR R4 says"):
        out(andamal=" ")


R4 = {
    "consent.Consent": "status scope category patient dateTime performer organization sourceAttachment sourceReference"
    " policy policyRule verification provision identifier",
    "consent.ConsentProvision": "type period actor action securityLabel purpose class code dataPeriod data provision",
    "consent.ConsentProvisionActor": "role reference",
    "consent.ConsentProvisionData": "meaning reference",
    "consent.ConsentPolicy": "authority uri",
    "auditevent.AuditEvent": "type subtype action period recorded outcome outcomeDesc purposeOfEvent agent"
    " source entity",
    "auditevent.AuditEventAgent": "type role who altId name requestor location policy media network purposeOfUse",
    "auditevent.AuditEventSource": "site observer type",
    "auditevent.AuditEventEntity": "what type role lifecycle securityLabel name description query detail",
}
"""The elements of R4 4.0.1, beside those of every resource and element."""
OF_ALL = {
    *("id", "meta", "implicitRules", "language", "text", "contained", "extension", "modifierExtension"),
    *("resourceType", "resource_type", "fhir_comments"),
}


@pytest.mark.parametrize("name", R4)
def test_the_library_knows_r4s_elements_and_no_others(name: str) -> None:
    module, _, model = name.partition(".")
    fields = getattr(import_module(f"fhir.resources.R4B.{module}"), model).model_fields
    known = {field.alias or python for python, field in fields.items() if not python.endswith("__ext")}
    assert known - OF_ALL == set(R4[name].split())
