"""A FHIR Consent as the event that a sender publishes: held to every rule that intake applies without state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from samverkanshub.codec.fhir.consent import held_in
from samverkanshub.codec.fhir.held import BY_ID, GIVERS, SUBJECT, Part
from samverkanshub.codec.fhir.reading import refuse
from samverkanshub.codec.fhir.terms import Resource
from samverkanshub.codec.schemas import Schemas
from samverkanshub.codec.walk import walk
from samverkanshub.domain import consent_form
from samverkanshub.domain.brist import Rule
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.events import Event
from samverkanshub.domain.regelverk import Regelverk

PATHS: Final[Mapping[str, str]] = {
    "/data/personer": "Consent.patient",
    "/data/andamal": "Consent.provision.purpose",
    "/data/mottagare": "Consent.provision.actor",
    "/data/kategorier": "Consent.provision.securityLabel",
    "/data/fran": "Consent.provision.period.start",
    "/data/till": "Consent.provision.period.end",
    "/data/undantag": "Consent.provision.provision",
    "/data/form": "Consent.extension('samtycke-form')",
    "/data/dokumenterat": "Consent.extension('samtycke-dokumenterat')",
    "/data/enskilt": "Consent.extension('samtycke-givet-fritt').extension('enskilt')",
    "/data/narvarande": "Consent.extension('samtycke-givet-fritt').extension('narvarande')",
    "/data/tolk": "Consent.extension('samtycke-givet-fritt').extension('tolk')",
    "/data/enligt_beslut": "Consent.extension('samtycke-enligt-beslut')",
    "/data/samtycke": "Consent.extension('samtycke-andrar')",
}
"""Where in FHIR each member of an event's data stands."""

_PLACES: Final[Mapping[str, str]] = {
    SUBJECT: "Consent.patient",
    **dict.fromkeys(GIVERS, "Consent.performer"),
    "narvarande": "Consent.extension('samtycke-givet-fritt').extension('narvarande-person').value",
    "tolk": "Consent.extension('samtycke-givet-fritt').extension('tolk-person').value",
}
"""Where the persons stand, by role."""
RULES: Final[tuple[Rule, ...]] = (
    lambda event, _: consent_form.specific(event.typ, event.koder),
    consent_form.at_most_a_year,
    consent_form.oral_says_where,
    consent_form.says_who_was_present,
)
"""The rules of a consent's form that intake applies too."""


@dataclass(frozen=True, slots=True)
class Imported:
    """An event to publish: its type and `data`, which holds personal data, and the unit that registers it."""

    typ: str
    enhet: str
    data: dict[str, Any] = field(repr=False)


def samtycke_from(resource: Resource, regelverk: Regelverk, schemas: Schemas) -> Imported:
    """What to publish for a FHIR Consent.

    Raises `Refused`, whose `falt` is the path of the element: for what the hub cannot hold, and for what the closed
    lists, the schema or K1, K2, K5 or K11 refuse. Whether recipients are in the directory is the hub's to say.
    """
    held = held_in(resource)
    data = {"personer": [_person(part) for part in held.personer], **held.koder}
    event = Event("", held.typ, "", held.enhet, "", "", koder=held.koder)
    for brist in (brist for rule in RULES for brist in rule(event, regelverk)):
        raise _placed(brist.refused())
    try:
        walk(schemas.data(held.typ, 1), data, regelverk.listor)
    except Refused as error:
        raise _placed(error) from None
    return Imported(held.typ, held.enhet, data)


def _person(part: Part) -> dict[str, str]:
    if part.slag == BY_ID:
        refuse(f"{_PLACES[part.roll]}.reference", "is the hub's own name: a sender names persons by `identifier`")
    return {"roll": part.roll, part.slag: part.varde}


def _placed(error: Refused) -> Refused:
    """The same refusal, with the path in FHIR of what it is about."""
    member = "/".join(error.falt.split("/")[:3])
    path = PATHS.get(member, "Consent")
    return Refused(f"`{path}`: {_words(error, member)}", falt=path, code=error.code, **error.values)


def _words(error: Refused, member: str) -> str:
    return error.detail.replace(f"`{error.falt}`", "it").replace("`/data/", "`")
