"""Every route of the hub, and to whom it answers: the one table that a new route must be written in."""

from dataclasses import dataclass
from typing import Final

ANYBODY: Final = "vem som helst"
ACTOR: Final = "aktor"
AUDITOR: Final = "revisor"
OPERATOR: Final = "operator"
A_SERVER: Final = "inloggningstjänsten"


@dataclass(frozen=True, slots=True)
class Rutt:
    """To whom a route answers, and whose objects it takes in path, query or body (empty: none but the caller's own)."""

    vem: frozenset[str]
    foremal: str = ""


def _rutt(*vem: str, foremal: str = "") -> Rutt:
    return Rutt(frozenset(vem), foremal)


API: Final = {
    ("GET", "/halsa"): _rutt(ANYBODY),
    ("GET", "/metrics"): _rutt(ANYBODY),
    ("GET", "/logg/{omrade}/checkpoint"): _rutt(ANYBODY),
    ("GET", "/logg/{omrade}/tile/{vag}"): _rutt(ANYBODY),
    ("GET", "/schema"): _rutt(ANYBODY),
    ("GET", "/schema/openapi.json"): _rutt(ANYBODY),
    ("GET", "/schema/openapi.yaml"): _rutt(ANYBODY),
    ("GET", "/schema/openapi.yml"): _rutt(ANYBODY),
    ("GET", "/schema/{path}"): _rutt(ANYBODY),
    ("POST", "/handelser"): _rutt(ACTOR, foremal="händelse"),
    ("POST", "/bedomning"): _rutt(ACTOR, foremal="händelse"),
    ("GET", "/handelser/{handelse_id}/utfall"): _rutt(ACTOR, foremal="utfall"),
    ("GET", "/inkorg"): _rutt(ACTOR, foremal="markör"),
    ("GET", "/plikter"): _rutt(ACTOR, foremal="markör"),
    ("POST", "/leveranser/{leverans_id}/oppna"): _rutt(ACTOR, foremal="leverans"),
    ("POST", "/leveranser/{leverans_id}/kvittens"): _rutt(ACTOR, foremal="leverans"),
    ("POST", "/granskning/{fraga}"): _rutt(AUDITOR, foremal="fråga"),
}

SIDOR: Final = {
    ("GET", "/webb/statiskt/{file_path}"): _rutt(ANYBODY),
    ("HEAD", "/webb/statiskt/{file_path}"): _rutt(ANYBODY),
    ("GET", "/webb/logga-in"): _rutt(ANYBODY),
    ("POST", "/webb/logga-in"): _rutt(ANYBODY),
    ("POST", "/webb/logga-ut"): _rutt(ANYBODY),
    ("GET", "/webb"): _rutt(ACTOR, AUDITOR, OPERATOR),
    ("GET", "/webb/telefonlista"): _rutt(ACTOR, OPERATOR),
    ("GET", "/webb/uppfoljning"): _rutt(AUDITOR, OPERATOR),
    ("GET", "/webb/uppfoljning/csv"): _rutt(AUDITOR, OPERATOR),
    ("GET", "/webb/inkorg"): _rutt(ACTOR, foremal="markör"),
    ("POST", "/webb/inkorg/oppna"): _rutt(ACTOR, foremal="leverans"),
    ("POST", "/webb/inkorg/kvittera"): _rutt(ACTOR, foremal="leverans"),
    ("GET", "/webb/att-gora"): _rutt(ACTOR, foremal="markör"),
    ("GET", "/webb/skickat"): _rutt(ACTOR, foremal="markör"),
    ("POST", "/webb/skickat"): _rutt(ACTOR, foremal="utfall"),
    ("GET", "/webb/skicka"): _rutt(ACTOR),
    ("GET", "/webb/skicka/{typ}"): _rutt(ACTOR),
    ("POST", "/webb/skicka/{typ}"): _rutt(ACTOR, foremal="utfall"),
    ("GET", "/webb/granskning"): _rutt(AUDITOR),
    ("GET", "/webb/granskning/{fraga}"): _rutt(AUDITOR),
    ("POST", "/webb/granskning/{fraga}"): _rutt(AUDITOR, foremal="fråga"),
    ("POST", "/webb/granskning/fortsatt"): _rutt(AUDITOR, foremal="fråga"),
    ("POST", "/webb/granskning/export"): _rutt(AUDITOR, foremal="fråga"),
    ("POST", "/webb/granskning/forklaring"): _rutt(AUDITOR, foremal="fråga"),
    ("POST", "/webb/granskning/incidentbeslut"): _rutt(AUDITOR, foremal="fråga"),
    ("GET", "/webb/granskning/brev"): _rutt(AUDITOR),
    ("POST", "/webb/granskning/brev"): _rutt(AUDITOR, foremal="fråga"),
    ("POST", "/webb/granskning/brev/skriv"): _rutt(AUDITOR, foremal="fråga"),
    ("GET", "/webb/granskning/kontroll"): _rutt(AUDITOR),
    ("GET", "/webb/granskning/kontroll/lage"): _rutt(AUDITOR),
    ("POST", "/webb/granskning/kontroll"): _rutt(AUDITOR),
    ("POST", "/webb/granskning/kontroll/avbryt"): _rutt(AUDITOR),
    ("GET", "/webb/tidslinje"): _rutt(AUDITOR),
    ("POST", "/webb/tidslinje"): _rutt(AUDITOR, foremal="fråga"),
    ("POST", "/webb/tidslinje/bevis"): _rutt(AUDITOR, foremal="fråga"),
    ("GET", "/webb/drift"): _rutt(OPERATOR),
    ("GET", "/webb/drift/strom"): _rutt(OPERATOR),
    ("GET", "/webb/drift/karantan"): _rutt(OPERATOR),
    ("POST", "/webb/drift/karantan/foresla"): _rutt(OPERATOR),
    ("POST", "/webb/drift/karantan/godkann"): _rutt(OPERATOR),
    ("POST", "/webb/drift/karantan/avboj"): _rutt(OPERATOR),
    ("GET", "/webb/drift/stopp"): _rutt(OPERATOR),
    ("POST", "/webb/drift/stopp"): _rutt(OPERATOR),
    ("POST", "/webb/drift/stopp/hav"): _rutt(OPERATOR),
    ("GET", "/webb/regelverk"): _rutt(OPERATOR),
    ("GET", "/webb/regelverk/prov"): _rutt(OPERATOR),
    ("POST", "/webb/regelverk/foresla"): _rutt(OPERATOR),
    ("POST", "/webb/regelverk/prova"): _rutt(OPERATOR),
    ("POST", "/webb/regelverk/avbryt"): _rutt(OPERATOR),
    ("POST", "/webb/regelverk/godkann"): _rutt(OPERATOR),
    ("POST", "/webb/regelverk/slutfor"): _rutt(OPERATOR),
    ("POST", "/webb/regelverk/avboj"): _rutt(OPERATOR),
}

UTIFRAN: Final = {
    ("GET", "/webb/logga-in/dit"): _rutt(ANYBODY),
    ("GET", "/webb/logga-in/svar"): _rutt(ANYBODY),
    ("GET", "/webb/logga-in/ut"): _rutt(ANYBODY),
    ("POST", "/webb/logga-in/utloggad"): _rutt(A_SERVER),
}
"""What there is besides where logins are from elsewhere; nobody says there whom they are."""
