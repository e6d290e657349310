"""A decision goes out as AuditEvents: those on consent as BALP's consent decision, all with what T1 cites."""

import json
from typing import Any

import pytest
from codec_examples import EVENT, OTHER, PERSON

from samverkanshub.codec.fhir.audit import BESLUT, Beslutat, audit_events, bundle
from samverkanshub.codec.fhir.terms import BASE
from samverkanshub.domain.decision import Entry, Grund, Reason

PROFILE = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.AuthZconsent"
GROUP = "region-dalarna.vardcentral-mora.handlaggare"
DELIVERY = "6ad3eccd-cf5a-589d-a5e0-76d27798b122"
OF_THE_EVENT = Entry("", "", (Reason("T1", "mottagen", False),))
PERMIT = Entry(
    GROUP,
    "/behov/0",
    (Reason("B3", "samtycke", False),),
    "namngiven",
    (Grund("samtycke", "B3", "P"),),
    (OTHER,),
    DELIVERY,
    1_767_222_000_000,
    "o4.kvittens",
)
DENY = Entry(GROUP, "/ekonomi/0", (Reason("K1", "kategori-saknas", True),), "namngiven")
BY_LAW = Entry(
    GROUP,
    "/vald/0",
    (Reason("B1", "lagstadgad", False),),
    "lagstadgad",
    (Grund("sol-2025-400-19-1", "B1", "V", "2025-07-01", ""),),
)
PROTECTED = Entry(GROUP, "/boende/0", (Reason("P2", "skyddad-uppgift", True),), "namngiven")


def found(*entries: Entry, **changes: Any) -> list[dict[str, Any]]:
    return audit_events(decision(*entries, **changes))


def decision(*entries: Entry, **changes: Any) -> Beslutat:
    plain: dict[str, Any] = {
        "handelse_id": EVENT,
        "typ": "sip_kallelse",
        "aktor": "mora",
        "partition": 0,
        "position": 2**33,
        "tid": 1_767_222_000_123,
        "regelverk": "ab" * 32,
        "digest": "cd" * 32,
        "entries": entries,
        "kategorier": {"/behov/0": "behov"},
        "personer": {"/behov/0": PERSON, "/ekonomi/0": PERSON, "/vald/0": PERSON},
        "om": PERSON,
    }
    return Beslutat(**{**plain, **changes})


def agents(event: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {agent["type"]["coding"][0]["code"]: agent for agent in event["agent"]}


def cited(event: dict[str, Any]) -> dict[str, Any]:
    (one,) = (extension for extension in event["extension"] if extension["url"] == BESLUT)
    return {part["url"]: next((v for k, v in part.items() if k.startswith("value")), part) for part in one["extension"]}


@pytest.mark.parametrize(("entry", "outcome"), [(PERMIT, "0"), (DENY, "8")])
def test_a_decision_on_consent_has_every_element_that_balp_requires(entry: Entry, outcome: str) -> None:
    (event,) = found(entry)
    assert event["meta"]["profile"] == [PROFILE]
    assert event["type"] == {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110113"}
    balp = "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType"
    assert event["subtype"] == [{"system": balp, "code": "AuthZ-Consent"}]
    assert (event["action"], event["recorded"], event["outcome"]) == ("E", "2026-01-01T00:00:00.123+01:00", outcome)
    assert event["purposeOfEvent"] == [{"coding": [{"system": f"{BASE}/CodeSystem/andamal", "code": "sip"}]}]
    assert event["source"]["type"][0]["code"] == "6"


def test_the_four_agents_of_balp_are_sender_recipient_its_unit_and_the_hub() -> None:
    (event,) = found(PERMIT)
    who = {code: (agent["who"]["identifier"]["value"], agent["requestor"]) for code, agent in agents(event).items()}
    assert who == {
        "110150": ("mora", False),
        "IRCP": (GROUP, True),
        "PROV": ("region-dalarna.vardcentral-mora", False),
        "authserver": ("samverkanshub", False),
    }
    assert agents(event)["authserver"]["who"] == event["source"]["observer"]
    assert agents(event)["110150"]["network"]["extension"][0]["valueCode"] == "unsupported"
    unwanted = {"altId", "name", "location", "media", "role", "policy"}
    assert not [name for agent in event["agent"] for name in agent if name in unwanted]


def test_the_entities_are_whom_it_concerns_and_the_consents_cited() -> None:
    (event,) = found(PERMIT)
    patient, consent = event["entity"]
    assert patient["what"] == {"reference": f"urn:uuid:{PERSON}", "type": "Patient"}
    assert (patient["type"]["code"], patient["role"]["code"]) == ("1", "1")
    assert consent["what"] == {"reference": f"urn:uuid:{OTHER}", "type": "Consent"}
    assert consent["type"] == {"system": "http://hl7.org/fhir/resource-types", "code": "Consent"}


def test_b0_a_denial_for_want_of_consent_says_that_there_is_none_to_name() -> None:
    (event,) = found(DENY)
    assert event["entity"][1]["what"]["extension"][0]["valueCode"] == "not-applicable"
    assert event["outcomeDesc"].startswith("undanhålls: K1 kategori-saknas: Samtycket omfattar inte")


@pytest.mark.parametrize(("entry", "code"), [(BY_LAW, "utan-samtycke"), (PROTECTED, "utan-samtycke")])
def test_what_no_consent_decided_does_not_claim_the_profile(entry: Entry, code: str) -> None:
    (event,) = found(entry)
    assert "meta" not in event
    assert event["subtype"] == [{"system": f"{BASE}/CodeSystem/beslutsgrund", "code": code}]
    assert not [one for one in event.get("entity", ()) if one["type"]["code"] == "Consent"]


def test_the_event_itself_has_the_sender_and_the_hub_alone() -> None:
    (event,) = found(OF_THE_EVENT)
    assert {code: agent["requestor"] for code, agent in agents(event).items()} == {"110150": True, "authserver": False}
    assert event["subtype"][0]["code"] == "handelse"
    assert event["entity"][0]["what"]["reference"] == f"urn:uuid:{PERSON}"


def test_whom_nobody_knows_is_not_guessed() -> None:
    (event,) = found(PERMIT, personer={})
    assert "meta" not in event
    assert [one["type"]["code"] for one in event["entity"]] == ["Consent"]


def test_t1_everything_that_a_decision_cites_is_there() -> None:
    (event,) = found(PERMIT)
    told = cited(event)
    told.pop("skal"), told.pop("grund")
    assert told == {
        "handelse": f"urn:uuid:{EVENT}",
        "typ": "sip_kallelse",
        "partition": 0,
        "position": "8589934592",
        "regelverk": "ab" * 32,
        "kontrollsumma": "cd" * 32,
        "utslag": "levereras",
        "uppgift": "/behov/0",
        "kategori": "behov",
        "funktion": "namngiven",
        "leverans": f"urn:uuid:{DELIVERY}",
        "frist": "2026-01-01T00:00:00.000+01:00",
        "frist-slag": "o4.kvittens",
    }


def test_t1_the_rules_and_the_bases_with_validity_and_mark_are_there() -> None:
    (event,) = found(BY_LAW)
    reason, basis = cited(event)["skal"]["extension"], cited(event)["grund"]["extension"]
    assert [tuple(part.values()) for part in reason] == [("regel", "B1"), ("kod", "lagstadgad"), ("nekar", False)]
    assert [tuple(part.values()) for part in basis] == [
        ("id", "sol-2025-400-19-1"),
        ("regel", "B1"),
        ("marke", "V"),
        ("giltig-fran", "2025-07-01"),
    ]


def test_a_record_that_could_not_be_read_is_told_of_too() -> None:
    unread = Entry("", "", (Reason("", "karantan", True),))
    (event,) = found(unread, typ="", aktor="", om="", personer={})
    assert event["outcome"] == "8"
    assert agents(event)["110150"]["who"]["extension"][0]["valueCode"] == "unknown"


def test_the_same_decision_is_the_same_bundle_ids_included() -> None:
    entries = (PERMIT, DENY, OF_THE_EVENT)
    made = bundle(decision(*entries))
    assert made == bundle(decision(*reversed(entries)))
    assert (made["type"], len({one["fullUrl"] for one in made["entry"]})) == ("collection", 3)
    assert json.dumps(made).count("AuditEvent") == 3
