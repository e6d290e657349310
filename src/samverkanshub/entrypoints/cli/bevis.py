"""Evidence that was verified, as a page of plain Swedish: what it says, what it proves and what it does not."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

from samverkanshub.domain import forklaring
from samverkanshub.entrypoints.cli.explain import part_lines
from samverkanshub.entrypoints.cli.render import plain
from samverkanshub.pipeline.explaining import CONSENT
from samverkanshub.verifier import Absent, Checkpoint, Shown

_LEAF: Final = (
    "att loggens nyckel har signerat en kontrollpunkt över denna plats, med just denna post och just detta beslut",
    "att inget av det som visas har ändrats sedan kontrollpunkten signerades",
)
_JUDGED: Final = (
    "att det beslutades riktigt: `samverkanshub replay --partition {} --from {} --until {}` bedömer samma platser"
    " på nytt, med loggen och det regelverk som gällde"
)
_NEVER: Final = (
    "vad meddelandet innehöll, vem avsändaren är, eller när det hände: av posten visas bara kontrollsumman",
    "att alla visas samma logg: ingen utanför den har signerat kontrollpunkten. Jämför den med andras",
    "att leveransen har öppnats: öppningar är händelser för sig, med egna beslut",
)
_PARTS: Final = "att inget mer i beslutet rör mottagaren: poster före den första som visas och efter den sista är dolda"
_LEAVES: Final = (
    "att inget beslut i omfånget är utelämnat, och att varje beslut visas helt",
    "att loggens nyckel har signerat en kontrollpunkt över dessa platser, med just dessa poster och dessa beslut",
)
_RANGE: Final = (
    "att inget har levererats till aktören på andra platser, i andra områden, eller utanför hubben",
    "att aktören heter så: namnet är det som frågan ställdes om, och en läsargrupp med ett annat namn är en annan",
    "vilka tider platserna motsvarar: tiderna står i loggen, inte i beslutet",
)


def page(found: Shown | Absent, known: bool) -> str:
    """The page. `known`: whoever reads it has seen the checkpoint before."""
    return plain("\n".join(_decision(found, known) if isinstance(found, Shown) else _absence(found, known)))


# ------------------------------------------------------------------------------------------ a decision


def _decision(found: Shown, known: bool) -> Iterator[str]:
    yield f"BEVIS OM ETT BESLUT i loggen {found.checkpoint.origin}"
    yield ""
    yield f"Händelse {found.place.handelse_id or '(posten kunde inte läsas)'}"
    yield f"Plats {found.position} i loggens partition {found.partition}"
    yield f"Regelverk {found.place.regelverk}"
    yield f"Postens kontrollsumma {found.record.hex()}"
    yield f"Beslutets kontrollsumma {found.decision.hex()}"
    if found.mottagare:
        yield f"Visar det som rör {found.mottagare}; beslutet i övrigt är dolt"
    for part in forklaring.explain((post.entry for post in found.poster), {}, CONSENT):
        yield from part_lines(part)
    yield from _checkpoint(found.checkpoint, found.position, known)
    judged = _JUDGED.format(found.partition, found.position, found.position + 1)
    yield from _list("Beviset visar", _LEAF)
    yield from _list("Beviset visar inte", (*((_PARTS,) if found.mottagare else ()), judged, *_NEVER))


# ------------------------------------------------------------------------------------------ an absence


def _absence(found: Absent, known: bool) -> Iterator[str]:
    count = found.end - found.first
    yield f"BEVIS OM VAD SOM INTE LEVERERATS i loggen {found.checkpoint.origin}"
    yield ""
    yield f"Aktör {found.aktor}, med alla dess enheter och läsargrupper"
    yield f"Plats {found.first} till och med {found.end - 1} i loggens partition {found.partition}"
    yield f"Alla {count} beslut där är med, och inget av dem levererar något till aktören"
    yield f"Undanhållet för aktören på plats: {', '.join(map(str, found.withheld)) or '(ingen)'}"
    yield from _checkpoint(found.checkpoint, found.end - 1, known)
    judged = _JUDGED.format(found.partition, found.first, found.end)
    yield from _list("Beviset visar", (*_LEAVES, _LEAF[1]))
    yield from _list("Beviset visar inte", (*_RANGE, judged, *_NEVER[:2]))
    yield ""
    yield "Filen innehåller alla beslut i omfånget, om alla mottagare: den ska hållas lika hemlig som loggen."


# ------------------------------------------------------------------------------------------ both


def _checkpoint(checkpoint: Checkpoint, last: int, known: bool) -> Iterator[str]:
    yield ""
    yield f"Kontrollpunkt över {checkpoint.size} poster, med roten {_base64(checkpoint.root)}"
    yield f"Den signerades när loggen hade {checkpoint.size} bedömda poster, alltså efter plats {last}. Någon tid står"
    yield "inte i den; en revisor som har sparat den vet när den först sågs (`samverkanshub verify`)."
    yield f"Den är {'en' if known else 'INTE en'} som du har sett och sparat förut."


def _list(heading: str, lines: tuple[str, ...]) -> Iterator[str]:
    yield from ("", heading, *(f"  - {line}" for line in lines))


def answer(found: Shown | Absent, known: bool) -> dict[str, Any]:
    """The same for programs."""
    checkpoint = found.checkpoint
    signed = {"origin": checkpoint.origin, "size": checkpoint.size, "root": _base64(checkpoint.root), "seen": known}
    common = {"outcome": "sound", "partition": found.partition, "checkpoint": signed}
    if isinstance(found, Absent):
        told = {"aktor": found.aktor, "from": found.first, "until": found.end, "withheld": found.withheld}
        return {**common, "slag": "franvaro", **told}
    parts = forklaring.explain((post.entry for post in found.poster), {}, CONSENT)
    return {
        **common,
        "slag": "beslut",
        "position": found.position,
        "handelse_id": found.place.handelse_id,
        "regelverk": found.place.regelverk,
        "record_digest": found.record.hex(),
        "digest": found.decision.hex(),
        "mottagare": found.mottagare,
        "delar": parts,
    }


def _base64(content: bytes) -> str:
    return b64encode(content).decode()
