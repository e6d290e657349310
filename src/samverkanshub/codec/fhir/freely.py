"""K5 and K11, what FHIR has no element for: form, where documented, and that it was given freely, as extensions."""

from typing import Any, Final

from samverkanshub.codec.fhir.held import Held, Part, part_in, urn_of
from samverkanshub.codec.fhir.reading import Node, refuse
from samverkanshub.codec.fhir.terms import Resource, extension

FORM: Final = extension("samtycke-form")
DOKUMENTERAT: Final = extension("samtycke-dokumenterat")
GIVET_FRITT: Final = extension("samtycke-givet-fritt")
ENLIGT_BESLUT: Final = extension("samtycke-enligt-beslut")
ANDRAR: Final = extension("samtycke-andrar")
_KNOWN: Final = {
    **{FORM: "form", DOKUMENTERAT: "dokumenterat", GIVET_FRITT: "givet_fritt"},
    **{ENLIGT_BESLUT: "enligt_beslut", ANDRAR: "samtycke"},
}
_FREELY: Final = {name: name for name in ("enskilt", "narvarande", "tolk", "narvarande-person", "tolk-person")}
PRESENT: Final = {"narvarande-person": "narvarande", "tolk-person": "tolk"}
"""Those who are named as present or interpreting, and their roles."""


def extensions_of(held: Held) -> list[Resource]:
    """The extensions of a consent."""
    koder = held.koder
    found: list[Resource] = [{"url": FORM, "valueCode": koder["form"]}]
    if koder.get("dokumenterat"):
        found.append({"url": DOKUMENTERAT, "valueCode": koder["dokumenterat"]})
    found.append({"url": GIVET_FRITT, "extension": _freely(held)})
    if koder.get("enligt_beslut"):
        found.append({"url": ENLIGT_BESLUT, "valueUri": f"urn:uuid:{koder['enligt_beslut']}"})
    if koder.get("samtycke"):
        found.append({"url": ANDRAR, "valueUri": f"urn:uuid:{koder['samtycke']}"})
    return found


def _freely(held: Held) -> list[Resource]:
    parts: list[Resource] = [{"url": "enskilt", "valueBoolean": held.koder["enskilt"]}]
    parts += [{"url": "narvarande", "valueCode": code} for code in held.koder["narvarande"]]
    parts.append({"url": "tolk", "valueCode": held.koder["tolk"]})
    for url, roll in PRESENT.items():
        parts += [{"url": url, "valueReference": part.reference()} for part in held.with_role(roll)]
    return parts


# ------------------------------------------------------------------------------------------ read


def extensions_in(consent: Node) -> tuple[dict[str, Any], tuple[Part, ...]]:
    """The codes that the extensions hold, and the persons named as present; refuses one that K5 or K11 lacks."""
    found = consent.extensions(_KNOWN)
    koder: dict[str, Any] = {"form": _one(consent, found, "form", FORM).at("valueCode").text()}
    if "dokumenterat" in found:
        koder["dokumenterat"] = _one(consent, found, "dokumenterat", DOKUMENTERAT).at("valueCode").text()
    freely = _one(consent, found, "givet_fritt", GIVET_FRITT)
    koder |= _free_codes(freely)
    for name, url in (("enligt_beslut", ENLIGT_BESLUT), ("samtycke", ANDRAR)):
        if name in found:
            koder[name] = urn_of(_one(consent, found, name, url).at("valueUri"))
    return koder, _present(freely)


def _one(node: Node, found: dict[str, list[Node]], name: str, url: str) -> Node:
    if len(found.get(name, ())) != 1:
        refuse(f"{node.path}.extension('{url}')", "must be given once (K5, K11)", "saknas")
    return found[name][0]


def _free_codes(freely: Node) -> dict[str, Any]:
    """In private, who was present, who interpreted; each must be said (K11)."""
    found = freely.extensions(_FREELY)
    if not found.get("narvarande"):
        refuse(f"{freely.path}.extension('narvarande')", "must say who was present (K11)", "saknas")
    return {
        "enskilt": _one(freely, found, "enskilt", "enskilt").at("valueBoolean").boolean(),
        "narvarande": [one.at("valueCode").text() for one in found["narvarande"]],
        "tolk": _one(freely, found, "tolk", "tolk").at("valueCode").text(),
    }


def _present(freely: Node) -> tuple[Part, ...]:
    found = freely.extensions(_FREELY)
    named = ((roll, one) for url, roll in PRESENT.items() for one in found.get(url, ()))
    return tuple(part_in(one.at("valueReference"), roll) for roll, one in named)
