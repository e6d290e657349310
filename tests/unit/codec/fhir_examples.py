"""Consents as an agency's own system would write them in FHIR, and the hub's own regelverk to hold them to."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

from samverkanshub import resources
from samverkanshub.adapters.regelverk import read_regelverk
from samverkanshub.codec.fhir.imported import Imported, samtycke_from
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.regelverk import Regelverk

ANNA, BO = "197807182394", "196811022380"
"""Of tests/data/testpersonnummer.txt."""
HUB = "https://samverkanshub.example/fhir"
GIVET_FRITT = f"{HUB}/StructureDefinition/samtycke-givet-fritt"
FORM = f"{HUB}/StructureDefinition/samtycke-form"
Change = Callable[[dict[str, Any]], object]


def named(system: str, value: str) -> dict[str, Any]:
    """A reference by identifier."""
    return {"identifier": {"system": system, "value": value}}


def person(number: str) -> dict[str, Any]:
    """A person by personnummer."""
    return named("urn:oid:1.2.752.129.2.1.3.1", number)


def actor(slag: str, id_: str) -> dict[str, Any]:
    """A recipient."""
    role = {"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}
    return {"role": {"coding": [role]}, "reference": named(f"{HUB}/sid/{slag}", id_)}


def label(kategori: str) -> dict[str, str]:
    """A category."""
    return {"system": f"{HUB}/CodeSystem/kategori", "code": kategori}


CONSENT: dict[str, Any] = {
    "resourceType": "Consent",
    "extension": [
        {"url": FORM, "valueCode": "skriftligt"},
        {
            "url": GIVET_FRITT,
            "extension": [
                {"url": "enskilt", "valueBoolean": True},
                {"url": "narvarande", "valueCode": "ingen"},
                {"url": "tolk", "valueCode": "auktoriserad"},
            ],
        },
    ],
    "status": "active",
    "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
    "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0", "display": "Consent"}]}],
    "patient": person(ANNA),
    "dateTime": "2026-11-30",
    "performer": [person(ANNA)],
    "organization": [named(f"{HUB}/sid/enhet", "mora.vinr")],
    "sourceReference": {"display": "the paper in the archive"},
    "policy": [{"uri": f"{HUB}/policy/samtycke"}],
    "provision": {
        "type": "permit",
        "period": {"start": "2026-12-01", "end": "2027-05-31"},
        "actor": [actor("enhet", "mora.vinr"), actor("aktor", "region-dalarna")],
        "securityLabel": [label("behov"), label("halsa")],
        "purpose": [{"system": f"{HUB}/CodeSystem/andamal", "code": "sip"}],
    },
}
DATA: dict[str, Any] = {
    "personer": [{"roll": "registrerad", "personnummer": ANNA}],
    "form": "skriftligt",
    "enskilt": True,
    "narvarande": ["ingen"],
    "tolk": "auktoriserad",
    "andamal": "sip",
    "mottagare": [{"slag": "enhet", "id": "mora.vinr"}, {"slag": "organisation", "id": "region-dalarna"}],
    "kategorier": ["behov", "halsa"],
    "fran": "2026-12-01T00:00:00+01:00",
    "till": "2027-06-01T00:00:00+02:00",
}
"""What CONSENT is as the data of an event."""


def changed(change: Change) -> dict[str, Any]:
    """CONSENT with a change."""
    resource = deepcopy(CONSENT)
    change(resource)
    return resource


@cache
def regelverk() -> Regelverk:
    """The project's, without keys."""
    return read_regelverk(resources.root() / "deploy" / "regelverk", {})


def imported(resource: dict[str, Any]) -> Imported:
    """The event that a resource is."""
    return samtycke_from(resource, regelverk(), default_schemas())
