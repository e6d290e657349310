"""A check in words: how far it has come, how it ended, and what was found in each område. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.brevord import said
from samverkanshub.entrypoints.web.fragor import KONTROLLER, SLUTADE
from samverkanshub.entrypoints.web.lage import BAD, WELL
from samverkanshub.entrypoints.web.ord import antal
from samverkanshub.pipeline.kontroll import LIKA, PAGAR, SKILJER, VERIFIERING, Funnet, Kontroll

WHAT: Final[Mapping[str, str]] = {
    "checkpoint": "det signerade läget",
    "tile": "en del av det signerade trädet",
    "leaf": "ett blad i trädet",
    "record": "en post i loggen",
    "decision": "ett beslut",
    "signature": "en avsändares underskrift",
    "evidence": "ett bevis",
    "saknas": "beslutet eller posten saknas",
}
"""What may differ; of a decision that was judged again, the rest are the names of its columns."""
OPEN: Final = "okant"


@dataclass(frozen=True, slots=True)
class Lage:
    """A check as the page tells it. `slag` is `bra`, `fel` or `okant`; `pagar`: it has not ended."""

    namn: str
    startad: int
    pagar: bool
    slag: str
    rubrik: str
    gjort: int
    av: int
    rader: tuple[str, ...]
    rotter: tuple[tuple[int, str], ...]


def told(kontroll: Kontroll) -> Lage:
    """The check in words."""
    running, ending = kontroll.stand == PAGAR, kontroll.utfall
    heading = "Pågår" if running else said(ending, SLUTADE).capitalize()
    return Lage(
        namn=KONTROLLER[kontroll.slag][0],
        startad=kontroll.startad,
        pagar=running,
        slag=OPEN if running else {LIKA: WELL, SKILJER: BAD}.get(ending, OPEN),
        rubrik=heading,
        gjort=min(kontroll.gjort, kontroll.av),
        av=kontroll.av,
        rader=tuple(_line(kontroll.slag, one) for one in kontroll.funnet),
        rotter=tuple((one.omrade, one.rot) for one in kontroll.funnet if one.rot),
    )


def _line(slag: str, one: Funnet) -> str:
    where = f"Område {one.omrade}: "
    if one.utfall == SKILJER:
        what = ", ".join(said(kod, WHAT) for kod in one.vad)
        if slag == VERIFIERING:
            return f"{where}från plats {antal(one.plats)} är något inte som det signerades: {what}."
        count = f"{antal(one.skiljer)} av {antal(one.provat)} skiljer sig"
        return f"{where}{count}, det första på plats {antal(one.plats)}: {what}."
    if one.utfall != LIKA:
        return (
            f"{where}kunde inte prövas. Det kan saknas något som behövs, eller så har inget signerats eller bedömts än."
        )
    if slag == VERIFIERING:
        held = f", och {antal(one.poster)} poster i loggen och {antal(one.beslut)} beslut stämmer med dem"
        return f"{where}{antal(one.provat)} blad är som de signerades{held}."
    return f"{where}{antal(one.provat)} av dina poster bedömdes på nytt, och allt blev som det antecknades."
