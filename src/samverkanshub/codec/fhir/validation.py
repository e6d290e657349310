"""Is it FHIR R4? Judged by `fhir.resources`, which is imported when it is first needed: never by the gate.

Its sub-package R4B (4.3.0) has for Consent, AuditEvent, Bundle and all that they hold the same elements, cardinalities
and types as R4 4.0.1 (docs/fhir.md says how that was compared). Codes with a required binding it does not check: that
the mappings do themselves.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from importlib import import_module
from typing import Any, Final

from samverkanshub.codec.fhir.terms import Resource
from samverkanshub.domain.errors import Refused

MODULES: Final[Mapping[str, str]] = {"Consent": "consent", "AuditEvent": "auditevent", "Bundle": "bundle"}
_NAME: Final = re.compile(r"[A-Za-z]{1,64}")
_MISSING: Final = frozenset({"missing", "model_field_validation.missing"})
_UNKNOWN: Final = "extra_forbidden"


def checked(resource: Resource, typ: str) -> Resource:
    """The same resource. Raises `Refused` (`ej-fhir`) where it is no such resource of R4, naming the element.

    The element's path is as in FHIRPath; no value and no name that R4 does not have is repeated.
    """
    if resource.get("resourceType") != typ:
        raise Refused(f"`{typ}` is what the file must hold", falt="resourceType", code="ej-fhir")
    model = getattr(import_module(f"fhir.resources.R4B.{MODULES[typ]}"), typ)
    try:
        model.model_validate(deepcopy(resource))
    except Exception as error:
        # What is no resource makes the library raise nearly anything, with the values in the message.
        raise _refused(typ, error) from None
    return resource


def _refused(typ: str, error: Exception) -> Refused:
    details: Any = getattr(error, "errors", None)
    found = details(include_url=False, include_context=False, include_input=False) if callable(details) else []
    if not found:
        return Refused(f"`{typ}` is not as FHIR R4 says", falt=typ, code="ej-fhir")
    where, kind = _path(typ, found[0]["loc"], found[0]["type"]), found[0]["type"]
    if kind == _UNKNOWN:
        return Refused(f"`{where}` has an element that FHIR R4 does not know", falt=where, code="ej-fhir")
    what = "is missing" if kind in _MISSING else "is not as FHIR R4 says"
    return Refused(f"`{where}` {what}", falt=where, code="ej-fhir")


def _path(typ: str, loc: Sequence[int | str], kind: str) -> str:
    path = typ
    for part in loc[:-1] if kind == _UNKNOWN else loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "root" and _NAME.fullmatch(part):
            path += f".{part}"
    return path
