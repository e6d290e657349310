"""A consent as an IHE PCF Consent (advanced), and back: `held_in(consent_of(c)) == c` but for how time is written.

What the hub cannot hold is refused by its path, never its value, so that an import loses nothing in silence.
"""

from typing import Any, Final

from samverkanshub.codec.fhir.exemptions import (
    categories_in,
    denials,
    labels,
    recipients,
    recipients_in,
    undantag_in,
)
from samverkanshub.codec.fhir.freely import extensions_in, extensions_of
from samverkanshub.codec.fhir.held import GIVERS, SUBJECT, Held, Part, part_in
from samverkanshub.codec.fhir.period import fran_in, period, till_in
from samverkanshub.codec.fhir.reading import Node, refuse
from samverkanshub.codec.fhir.terms import (
    ANDAMAL,
    CATEGORY,
    ENHET,
    PCF_ADVANCED,
    POLICY,
    SCOPE,
    URI,
    Resource,
    coding,
    concept,
    extension,
    identified,
    moment,
)
from samverkanshub.codec.fhir.validation import checked
from samverkanshub.domain.events import SAMTYCKE_ANDRAT, SAMTYCKE_LAMNAT

ACTIVE: Final = "active"
INACTIVE: Final = "inactive"
IN_ERROR: Final = "entered-in-error"
ROLL: Final = extension("samtycke-givare")
_READ: Final = (
    *("resourceType", "id", "meta", "language", "text", "extension", "status", "scope", "category", "patient"),
    *("dateTime", "performer", "organization", "sourceReference", "policy", "provision"),
)
"""The elements that have a place in the hub, or that the profile wants and the hub's own log replaces."""


def consent_of(held: Held, handelse_id: str, tid: int, status: str = ACTIVE) -> Resource:
    """The FHIR Consent of a consent. `tid`: when the log took it (ms). Raises `Refused` where R4 cannot hold it."""
    resource = {
        "resourceType": "Consent",
        "id": handelse_id,
        "meta": {"profile": [PCF_ADVANCED]},
        "extension": extensions_of(held),
        "status": status,
        "scope": concept(*SCOPE),
        "category": [concept(*CATEGORY)],
        "patient": held.with_role(SUBJECT)[0].reference(),
        "dateTime": moment(tid),
        "performer": _performers(held),
        "organization": [identified(ENHET, held.enhet)],
        "sourceReference": identified(URI, f"urn:uuid:{handelse_id}"),
        "policy": [{"uri": POLICY}],
        "provision": _provision(held),
    }
    return checked(resource, "Consent")


def _performers(held: Held) -> list[Resource]:
    """Who gives it (K8): those who speak for the person, or the socialnämnd by its decision, else the person."""
    board = [identified(ENHET, held.enhet)] if held.koder.get("enligt_beslut") else []
    speaking = [
        {"extension": [{"url": ROLL, "valueCode": part.roll}], **part.reference()} for part in held.with_role(*GIVERS)
    ]
    return [*board, *speaking] or [held.with_role(SUBJECT)[0].reference()]


def _provision(held: Held) -> Resource:
    koder = held.koder
    nested = denials(koder.get("undantag") or {})
    return {
        "type": "permit",
        "period": period(koder["fran"], koder["till"]),
        "actor": recipients(koder["mottagare"]),
        "securityLabel": labels(koder["kategorier"]),
        "purpose": [coding(ANDAMAL, koder["andamal"])],
        **({"provision": nested} if nested else {}),
    }


# ------------------------------------------------------------------------------------------ read


def held_in(resource: Resource) -> Held:
    """The consent that a FHIR Consent says. Raises `Refused`, whose `falt` is the path of the element."""
    consent = Node("Consent", checked(resource, "Consent")).only(*_READ)
    _frame(consent)
    koder, present = extensions_in(consent)
    patient = part_in(consent.at("patient"), SUBJECT)
    enhet = consent.each("organization", least=1, most=1)[0].value_of(ENHET)
    givers = _givers(consent, patient, enhet if "enligt_beslut" in koder else "")
    typ = SAMTYCKE_ANDRAT if "samtycke" in koder else SAMTYCKE_LAMNAT
    return Held(typ, enhet, (patient, *givers, *present), koder | _terms_in(consent.at("provision")))


def _frame(consent: Node) -> None:
    """What is the same in every consent that the hub can hold."""
    consent.at("status").fixed(ACTIVE, "must be `active`: an end is sent as an event of its own (K4)")
    consent.at("scope").concept(SCOPE)
    consent.each("category", least=1, most=1)[0].concept(CATEGORY)
    policy = consent.each("policy", least=1, most=1)[0].only("uri")
    policy.at("uri").fixed(POLICY, "is not the policy that the hub keeps consents by")
    consent.at("dateTime")
    consent.at("sourceReference").only("reference", "identifier", "display", "type")
    if "meta" in consent:
        consent.at("meta").only("profile", "versionId", "lastUpdated")
    if "text" in consent:
        consent.at("text").at("status").fixed(
            "generated", "must be `generated`: other words than the elements' are lost"
        )


def _givers(consent: Node, patient: Part, enhet: str) -> tuple[Part, ...]:
    """The guardians or representatives (K8). Neither the person nor the unit that decides (`enhet`) is one."""
    named = consent.each("performer", least=1)
    if enhet:
        board = named.pop(0)
        board.at("identifier").at("value").fixed(enhet, "must be the organization, whose decision it is (K8)")
        board.value_of(ENHET)
    elif len(named) == 1 and "extension" not in named[0]:
        if part_in(named[0], patient.roll) != patient:
            refuse(named[0].path, "must be the patient, or say in what role somebody else gives the consent (K8)")
        return ()
    found = [_giver(one) for one in named]
    return tuple(sorted(found, key=lambda part: GIVERS.index(part.roll)))


def _giver(node: Node) -> Part:
    roles = node.extensions({ROLL: "roll"}).get("roll", [])
    if len(roles) != 1:
        refuse(f"{node.path}.extension('{ROLL}')", "must say in what role the consent is given (K8)", "saknas")
    roll = roles[0].at("valueCode")
    if roll.text() not in GIVERS:
        refuse(roll.path, "must be one of vardnadshavare, foretradare", "ej-i-lista")
    return part_in(node, roll.text(), "extension")


def _terms_in(provision: Node) -> dict[str, Any]:
    """To whom, of what, what for, until when (K1, K2), and what is exempted (K3). One missing is a general consent."""
    provision.only("type", "period", "actor", "securityLabel", "purpose", "provision")
    provision.at("type").fixed("permit", "must be `permit`: a refusal is sent as an event of its own (B0)")
    within = provision.at("period").only("start", "end")
    purposes = provision.each("purpose", least=1, most=1)
    for general in ("actor", "securityLabel"):
        provision.each(general, least=1)
    undantag = undantag_in(provision.each("provision"))
    return {
        "andamal": purposes[0].code_of(ANDAMAL),
        "mottagare": recipients_in(provision),
        "kategorier": categories_in(provision),
        "fran": fran_in(within.at("start")),
        "till": till_in(within.at("end")),
        **({"undantag": undantag} if undantag else {}),
    }
