"""A decision as FHIR AuditEvents, one an entry, those on consent as IHE BALP's consent decision (AuthZconsent).

What T1 says that a decision cites and BALP has no element for stands in an extension. Persons by the hub's ids alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from samverkanshub.codec.fhir.terms import (
    ANDAMAL,
    BALP_CONSENT,
    BESLUTSGRUND,
    ENHET,
    LASARGRUPP,
    ORGANISATION,
    TJANST,
    Resource,
    absent,
    by_uuid,
    coding,
    concept,
    extension,
    identified,
    moment,
)
from samverkanshub.codec.fhir.validation import checked
from samverkanshub.domain import ids
from samverkanshub.domain.decision import ACCEPTED, DELIVERED, Entry, Grund, Reason
from samverkanshub.domain.events import HUB
from samverkanshub.domain.forklaring import Punkt, explain
from samverkanshub.domain.fraga import PURPOSES

DCM: Final = "http://dicom.nema.org/resources/ontology/DCM"
SECURITY_ALERT: Final = (DCM, "110113")
BY_CONSENT: Final = ("https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType", "AuthZ-Consent")
WITHOUT_CONSENT: Final = (BESLUTSGRUND, "utan-samtycke")
OF_THE_EVENT: Final = (BESLUTSGRUND, "handelse")
CLIENT: Final = (DCM, "110150")
USER: Final = ("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP")
USER_ORG: Final = ("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV")
AUTHORIZER: Final = ("http://terminology.hl7.org/CodeSystem/extra-security-role-type", "authserver")
SECURITY_SERVER: Final = ("http://terminology.hl7.org/CodeSystem/security-source-type", "6")
PERSON: Final = ("http://terminology.hl7.org/CodeSystem/audit-entity-type", "1")
PATIENT: Final = ("http://terminology.hl7.org/CodeSystem/object-role", "1")
CONSENT: Final = ("http://hl7.org/fhir/resource-types", "Consent")
PERMITTED: Final = "0"
DENIED: Final = "8"
"""BALP's own example of a denial: FHIR has no outcome for a lawful no, and this one is never taken for a yes."""
BESLUT: Final = extension("beslut")
Members = Mapping[str, tuple[str, Any]]
"""What an extension says: part to FHIR's kind of value and the value."""
NO_CONSENT: Final[Resource] = {**absent("not-applicable"), "display": "Inget samtycke att ange"}
"""What a decision names that was made for want of a consent."""
_CONSENT_RULES: Final = ("B0", "B3", "K")


@dataclass(frozen=True, slots=True)
class Beslutat:
    """A decision as recorded. `tid` in ms, `digest` its Merkle root in hex.

    `kategorier` and `personer` say by path which category an item is of and whom it concerns (the hub's id), as far as
    known; `om` whom the event is about, empty where that is not known.
    """

    handelse_id: str
    typ: str
    aktor: str
    partition: int
    position: int
    tid: int
    regelverk: str
    digest: str
    entries: tuple[Entry, ...]
    kategorier: Mapping[str, str] = field(default_factory=dict)
    personer: Mapping[str, str] = field(default_factory=dict)
    om: str = ""


def audit_events(beslut: Beslutat) -> list[Resource]:
    """One AuditEvent an entry, in the entries' order. The same decision gives the same, ids included."""
    return [checked(_audit_event(beslut, entry, nr), "AuditEvent") for nr, entry in enumerate(sorted(beslut.entries))]


def bundle(beslut: Beslutat) -> Resource:
    """They as one Bundle."""
    entries = [{"fullUrl": f"urn:uuid:{event['id']}", "resource": event} for event in audit_events(beslut)]
    found = {"resourceType": "Bundle", "type": "collection", "timestamp": moment(beslut.tid), "entry": entries}
    return checked(found, "Bundle")


def _audit_event(beslut: Beslutat, entry: Entry, nr: int) -> Resource:
    # What is no item of the message is about whom the event is about.
    patient = beslut.personer.get(entry.vag, "") if entry.vag.startswith("/") else beslut.om
    entities = _entities(entry, patient)
    claimed = bool(patient) and on_consent(entry)
    point = explain([entry], beslut.kategorier, {})[0].punkter[0]
    purpose = PURPOSES.get(beslut.typ)
    return {
        "resourceType": "AuditEvent",
        "id": ids.audit_id(beslut.handelse_id, nr),
        **({"meta": {"profile": [BALP_CONSENT]}} if claimed else {}),
        "extension": [{"url": BESLUT, "extension": _cited(beslut, entry)}],
        "type": coding(*SECURITY_ALERT),
        "subtype": [coding(*_subtype(entry))],
        "action": "E",
        "recorded": moment(beslut.tid),
        "outcome": PERMITTED if entry.verdict in (DELIVERED, ACCEPTED) else DENIED,
        "outcomeDesc": _described(point),
        **({"purposeOfEvent": [concept(ANDAMAL, purpose)]} if purpose else {}),
        "agent": _agents(beslut, entry),
        "source": {"observer": identified(TJANST, HUB), "type": [coding(*SECURITY_SERVER)]},
        **({"entity": entities} if entities else {}),
    }


def on_consent(entry: Entry) -> bool:
    """Was it consent that decided, or the lack of one, for a recipient?"""
    rules = tuple(reason.regel for reason in entry.reasons)
    return bool(entry.mottagare) and (bool(entry.samtycken) or any(rule.startswith(_CONSENT_RULES) for rule in rules))


def _subtype(entry: Entry) -> tuple[str, str]:
    if not entry.mottagare:
        return OF_THE_EVENT
    return BY_CONSENT if on_consent(entry) else WITHOUT_CONSENT


def _described(point: Punkt) -> str:
    """The verdict and its reasons in plain Swedish, as `explain` has them."""
    return " ".join([f"{point.utslag}:", *(f"{why.regel} {why.kod}: {why.mening}".lstrip() for why in point.skal)])


# ------------------------------------------------------------------------------------------ who and about whom


def _agents(beslut: Beslutat, entry: Entry) -> list[Resource]:
    who = identified(ORGANISATION, beslut.aktor) if beslut.aktor else absent("unknown")
    # The log keeps no network addresses: the profile's element says so in its stead.
    client = {**_agent(CLIENT, who), "network": absent("unsupported")}
    hub = _agent(AUTHORIZER, identified(TJANST, HUB))
    if not entry.mottagare:
        return [{**client, "requestor": True}, hub]
    unit = entry.mottagare.rpartition(".")[0] or entry.mottagare
    user = {**_agent(USER, identified(LASARGRUPP, entry.mottagare)), "requestor": True}
    return [client, user, _agent(USER_ORG, identified(ENHET, unit)), hub]


def _agent(typ: tuple[str, str], who: Resource) -> Resource:
    return {"type": concept(*typ), "who": who, "requestor": False}


def _entities(entry: Entry, patient: str) -> list[Resource]:
    found: list[Resource] = []
    if patient:
        found.append({"what": by_uuid(patient, "Patient"), "type": coding(*PERSON), "role": coding(*PATIENT)})
    if on_consent(entry):
        consents = [by_uuid(id_, "Consent") for id_ in entry.samtycken] or [NO_CONSENT]
        found += [{"what": what, "type": coding(*CONSENT)} for what in consents]
    return found


# ------------------------------------------------------------------------------------------ what T1 cites


def _cited(beslut: Beslutat, entry: Entry) -> list[Resource]:
    """All that a decision cites, member by member; what is empty is left out."""
    members = {**_place(beslut), **_verdict(beslut, entry)}
    return [*_parts(members), *map(_reason, entry.reasons), *map(_basis, entry.grunder)]


def _place(beslut: Beslutat) -> Members:
    return {
        "handelse": ("valueUri", f"urn:uuid:{beslut.handelse_id}"),
        "typ": ("valueCode", beslut.typ),
        "partition": ("valueInteger", beslut.partition),
        "position": ("valueString", str(beslut.position)),
        "regelverk": ("valueString", beslut.regelverk),
        "kontrollsumma": ("valueString", beslut.digest),
    }


def _verdict(beslut: Beslutat, entry: Entry) -> Members:
    return {
        "utslag": ("valueCode", entry.verdict),
        "uppgift": ("valueString", entry.vag),
        "kategori": ("valueCode", beslut.kategorier.get(entry.vag, "")),
        "funktion": ("valueCode", entry.funktion),
        "leverans": ("valueUri", f"urn:uuid:{entry.leverans_id}" if entry.leverans_id else ""),
        "frist": ("valueInstant", moment(entry.frist) if entry.frist else ""),
        "frist-slag": ("valueCode", entry.frist_slag),
    }


def _reason(reason: Reason) -> Resource:
    members = {"regel": ("valueCode", reason.regel), "kod": ("valueCode", reason.kod)}
    return {"url": "skal", "extension": _parts({**members, "nekar": ("valueBoolean", reason.nekar)})}


def _basis(grund: Grund) -> Resource:
    members = {"id": ("valueCode", grund.id), "regel": ("valueCode", grund.regel), "marke": ("valueCode", grund.marke)}
    validity = {"giltig-fran": ("valueDate", grund.giltig_fran), "giltig-till": ("valueDate", grund.giltig_till)}
    return {"url": "grund", "extension": _parts({**members, **validity})}


def _parts(members: Members) -> list[Resource]:
    return [{"url": url, kind: value} for url, (kind, value) in members.items() if value != ""]
