"""The names that the mappings use: profiles and codes of HL7 and IHE, and the hub's own extensions and systems.

Sources: IHE PCF 1.1.0 (Privacy Consent on FHIR), IHE BALP 1.1.3 (Basic Audit Log Patterns), FHIR R4 (4.0.1).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from samverkanshub.domain.tid import SWEDEN

Resource = dict[str, Any]

BASE: Final = "https://samverkanshub.example/fhir"
"""The project's own names. `.example` is reserved (RFC 2606), so that nobody else's name is taken."""
POLICY: Final = f"{BASE}/policy/samtycke"
"""That the consent is kept by the hub's rules (RULES.md, K1-K11)."""
PCF_ADVANCED: Final = "https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentAdvanced"
BALP_CONSENT: Final = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.AuthZconsent"
ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
URI: Final = "urn:ietf:rfc:3986"

ENHET: Final = f"{BASE}/sid/enhet"
ORGANISATION: Final = f"{BASE}/sid/aktor"
BEGARAN: Final = f"{BASE}/sid/begaran"
LASARGRUPP: Final = f"{BASE}/sid/lasargrupp"
ANVANDARE: Final = f"{BASE}/sid/anvandare"
UPPGIFT: Final = f"{BASE}/sid/uppgift"
TJANST: Final = f"{BASE}/sid/tjanst"
RECIPIENTS: Final[Mapping[str, str]] = {"enhet": ENHET, "organisation": ORGANISATION, "begaran": BEGARAN}
"""How a recipient of a consent is named, and the identifier system of each."""

PERSONS: Final[Mapping[str, str]] = {
    "personnummer": "urn:oid:1.2.752.129.2.1.3.1",
    "samordningsnummer": "urn:oid:1.2.752.129.2.1.3.3",
    "referens": f"{BASE}/sid/lokal-referens",
}
"""How a sender names a person, and the identifier system of each."""

ANDAMAL: Final = f"{BASE}/CodeSystem/andamal"
KATEGORI: Final = f"{BASE}/CodeSystem/kategori"
BESLUTSGRUND: Final = f"{BASE}/CodeSystem/beslutsgrund"
SCOPE: Final = ("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")
CATEGORY: Final = ("http://loinc.org", "59284-0")
RECIPIENT: Final = ("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP")


def extension(name: str) -> str:
    """The URL of one of the hub's own extensions."""
    return f"{BASE}/StructureDefinition/{name}"


def coding(system: str, code: str) -> Resource:
    """A code of a system."""
    return {"system": system, "code": code}


def concept(system: str, code: str) -> Resource:
    """A code where FHIR wants a concept."""
    return {"coding": [coding(system, code)]}


def identified(system: str, value: str) -> Resource:
    """A reference by identifier alone: the hub serves no FHIR resources that could be fetched."""
    return {"identifier": {"system": system, "value": value}}


def by_uuid(id_: str, typ: str) -> Resource:
    """A reference by one of the hub's random or derived ids."""
    return {"reference": f"urn:uuid:{id_}", "type": typ}


def absent(why: str) -> Resource:
    """An element that the profile wants and the hub does not have, saying why (HL7's data-absent-reason)."""
    return {"extension": [{"url": ABSENT, "valueCode": why}]}


def moment(ms: int) -> str:
    """An instant in Swedish time to the millisecond, as FHIR writes it."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return at.astimezone(SWEDEN).isoformat(timespec="milliseconds")
