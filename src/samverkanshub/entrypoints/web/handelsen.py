"""One event as an auditor reads of it, with everything that its decision cites (T1). Pure: from rows to sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from samverkanshub.domain.brevord import said
from samverkanshub.domain.ord import MARKEN
from samverkanshub.entrypoints.web import koder
from samverkanshub.entrypoints.web.ord import tidpunkt
from samverkanshub.entrypoints.web.svar import enhet, reasons
from samverkanshub.pipeline.granskning.fraga import Sida

CONSENT: Final = "samtycke från den eller dem som ska lämna det"
"""A basis that is no provision."""


@dataclass(frozen=True, slots=True)
class Del:
    """A line of the decision: what it is about, and each thing it cites as a heading and lines."""

    rubrik: str
    anger: tuple[tuple[str, tuple[str, ...]], ...]
    samtycken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handelse:
    """An event: what it is, when and where in the log it was judged, by which regelverk, and its decision's lines."""

    id: str
    typ: str
    tid: int
    avsandare: str
    arende: str
    plats: str
    regelverk: str
    delar: tuple[Del, ...]


def told(sida: Sida, names: Mapping[str, str]) -> Handelse | None:
    """The event that all rows are about; None where there is nothing to read. `names` are those of provisions."""
    if not sida.rader:
        return None
    first = sida.rader[0]
    return Handelse(
        id=first["handelse"],
        typ=said(first["typ"], koder.TYPER),
        tid=first["tid"],
        avsandare=enhet(next((row["avsandare"] for row in sida.rader if row["avsandare"]), "")),
        arende=next((row["arende"] for row in sida.rader if row["arende"]), ""),
        plats=_place(next((row["plats"] for row in sida.rader if row["plats"]), "")),
        regelverk=first["regelverk"],
        delar=tuple(_part(row, names) for row in sida.rader),
    )


def _place(plats: str) -> str:
    omrade, _, offset = plats.partition("/")
    return f"plats {offset} i område {omrade}" if offset else ""


def _part(row: Mapping[str, Any], names: Mapping[str, str]) -> Del:
    verdict = said(row["utslag"], koder.UTSLAG) if row["utslag"] else said(row["slag"], koder.SLAG)
    recipient, function = enhet(row["mottagare"]), said(row["funktion"], koder.FUNKTIONER) if row["funktion"] else ""
    return Del(
        rubrik=" ".join(part for part in (recipient or "Händelsen", f"({function})" if function else "") if part),
        anger=tuple((name, lines) for name, lines in _cited(row, names, verdict) if any(lines)),
        samtycken=tuple(row["samtycken"]),
    )


def _cited(row: Mapping[str, Any], names: Mapping[str, str], verdict: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("Utslag", (verdict,)),
        ("Uppgift", (row["vag"],)),
        ("Regler", tuple(map(koder.regel, row["regler"]))),
        ("Skäl", tuple(reasons(row))),
        ("Grund", tuple(basis(one, names) for one in row["grunder"])),
        ("Leverans", (row["leverans"],)),
        ("Senast", (tidpunkt(row["frist"]) if row["frist"] else "",)),
    )


def basis(text: str, names: Mapping[str, str]) -> str:
    """A basis with its name, validity and legal mark. The last day is the one before the end."""
    id_, marke, validity = (*text.split(" ", 2), "", "")[:3]
    start, _, end = validity.partition("/")
    name = CONSENT if id_ == "samtycke" else names.get(id_, "")
    when = " ".join(
        filter(None, (f"från och med {start}" if start else "", f"till (men inte med) {end}" if end else ""))
    )
    named = f"{name} [{id_}]" if name else id_
    meaning = f" ({MARKEN[marke]})" if marke in MARKEN else ""
    return f"{named}, {f'gäller {when}' if when else 'utan tidsgräns'}, märkt {marke}{meaning}"
