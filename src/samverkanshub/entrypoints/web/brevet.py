"""What a letter to a person may tell (T2), by source authority, for each to decide on. Pure: from rows to sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from samverkanshub.domain.brevord import KATEGORIER, said
from samverkanshub.entrypoints.web import koder
from samverkanshub.entrypoints.web.ord import tidpunkt
from samverkanshub.entrypoints.web.svar import enhet
from samverkanshub.pipeline.granskning.fraga import Sekretessbeslut
from samverkanshub.pipeline.granskning.person import LEVERERAT


@dataclass(frozen=True, slots=True)
class Rad:
    """Something that the letter may tell: its name, as a decision names it, and what it is in words."""

    id: str
    text: str
    dold: bool


@dataclass(frozen=True, slots=True)
class Kalla:
    """A source authority: its name, as a decision names it, what it is called, and what is its own to hide."""

    id: str
    namn: str
    rader: tuple[Rad, ...]
    provad: bool


def sources(rows: Iterable[Mapping[str, Any]], beslut: Iterable[Sekretessbeslut] = ()) -> tuple[Kalla, ...]:
    """Every source authority with its rows, in the order of the first; as far as decided, as it was decided."""
    decided = {one.kalla: frozenset(one.dolj) for one in beslut}
    of: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["kalla"], []).append(row)
    return tuple(_source(id, found, decided.get(id)) for id, found in of.items())


def _source(id: str, rows: list[Mapping[str, Any]], dolda: frozenset[str] | None) -> Kalla:
    told = tuple(Rad(row["rad"], _told(row), row["rad"] in (dolda or ())) for row in rows)
    return Kalla(id, enhet(rows[0]["avsandare"]) or "okänd avsändare", told, dolda is not None)


def _told(row: Mapping[str, Any]) -> str:
    what = said(row["kategori"], KATEGORIER) if row["kategori"] else ""
    of = f"{koder.TYPER.get(row['typ'], row['typ'])}{f', {what}' if what else ''}"
    how = "levererat till" if row["slag"] == LEVERERAT else "öppnat av"
    return f"{tidpunkt(row['tid'])}, {how} {enhet(row['mottagare'])}: {of}"


def decisions(rows: Iterable[Mapping[str, Any]], provade: Iterable[str], dolda: Iterable[str]) -> list[Sekretessbeslut]:
    """What a form decides: of each source that is said to have decided, the rows of its own that it hides."""
    hidden, of = frozenset(dolda), dict[str, list[str]]()
    for row in rows:
        of.setdefault(row["kalla"], [])
        if row["rad"] in hidden:
            of[row["kalla"]].append(row["rad"])
    return [Sekretessbeslut(kalla, tuple(of[kalla])) for kalla in dict.fromkeys(provade) if kalla in of]
