"""What a letter to a person may tell (T2), by source authority, for each to decide on. Pure: from rows to sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from samverkanshub.domain.brevord import KATEGORIER, said
from samverkanshub.entrypoints.web import koder
from samverkanshub.entrypoints.web.ord import tidpunkt
from samverkanshub.entrypoints.web.svar import SHORT, enhet
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
    """A source authority: its name, as a decision names it, what it is called, and what is its own to hide.

    What it is called has its number and alias too: two municipalities' units have one role, and one may have several.
    """

    id: str
    namn: str
    rader: tuple[Rad, ...]
    provad: bool


def sources(
    rows: Iterable[Mapping[str, Any]], beslut: Iterable[Sekretessbeslut] = (), dolda: Iterable[str] = ()
) -> tuple[Kalla, ...]:
    """Every source authority with its rows, in the order of the first. One with a row it was not shown is undecided."""
    decided, hidden = {one.kalla: frozenset(one.visade) for one in beslut}, frozenset(dolda)
    of: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["kalla"], []).append(row)
    return tuple(
        _source(nr, id, found, hidden, decided.get(id, frozenset())) for nr, (id, found) in enumerate(of.items(), 1)
    )


def _source(nr: int, id: str, rows: list[Mapping[str, Any]], dolda: frozenset[str], visade: frozenset[str]) -> Kalla:
    told = tuple(Rad(row["rad"], _told(row), row["rad"] in dolda) for row in rows)
    namn = f"myndighet {nr} ({id[:SHORT]}): {', '.join(dict.fromkeys(map(_sender, rows)))}"
    return Kalla(id, namn, told, visade.issuperset(row["rad"] for row in rows))


def _sender(row: Mapping[str, Any]) -> str:
    return enhet(row["avsandare"]) or "okänd avsändare"


def _told(row: Mapping[str, Any]) -> str:
    what = said(row["kategori"], KATEGORIER) if row["kategori"] else ""
    of = f"{koder.TYPER.get(row['typ'], row['typ'])}{f', {what}' if what else ''}"
    how = "levererat till" if row["slag"] == LEVERERAT else "öppnat av"
    return f"{tidpunkt(row['tid'])}, från {_sender(row)}, {how} {enhet(row['mottagare'])}: {of}"


def shown(rows: Iterable[Mapping[str, Any]]) -> tuple[Sekretessbeslut, ...]:
    """What each source authority is asked to decide on: every row of its own, none hidden yet."""
    of: dict[str, list[str]] = {}
    for row in rows:
        of.setdefault(row["kalla"], []).append(row["rad"])
    return tuple(Sekretessbeslut(kalla, visade=tuple(rader)) for kalla, rader in of.items())


def decisions(
    visade: Iterable[Sekretessbeslut], provade: Iterable[str], dolda: Iterable[str]
) -> tuple[Sekretessbeslut, ...]:
    """What a form decides: of each source that is said to have decided, the rows of its own that it hides."""
    decided, hidden = frozenset(provade), frozenset(dolda)
    return tuple(
        Sekretessbeslut(one.kalla, tuple(rad for rad in one.visade if rad in hidden), one.visade)
        for one in visade
        if one.kalla in decided
    )
