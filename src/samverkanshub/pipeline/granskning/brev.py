"""T2: the letter to a person, of who was sent and who opened what about them.

Each source authority first decides what secrecy hides of its own. What it hides leaves no trace in the letter: where
all is hidden, or nobody is known by the number, the letter is the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final

from samverkanshub.domain.brevord import KATEGORIER, ROLLER, TYPER, said
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.tid import SWEDEN
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sekretessbeslut, Sida
from samverkanshub.pipeline.granskning.lasning import listed
from samverkanshub.pipeline.granskning.omfattning import Omfattning
from samverkanshub.pipeline.granskning.person import LEVERERAT, rows_about
from samverkanshub.pipeline.granskning.rader import Laser
from samverkanshub.ports import Vault

COLUMNS: Final = ("text",)
HEADING: Final = "Uppgifter om dig som har gått genom samverkanshubben"
NOTHING: Final = "Det finns inga uppgifter att redovisa."
MONTHS: Final = (
    *("januari", "februari", "mars", "april", "maj", "juni", "juli"),
    *("augusti", "september", "oktober", "november", "december"),
)


async def brev(laser: Laser, given: Fraga, holder: str, vault: Vault) -> Sida:
    """The letter, a row a paragraph. `Refused` (`sekretess-ej-provad`) until each row's source has decided on it."""
    shown = decided(await rows_about(laser, given, vault), given.beslut)
    return await listed(
        laser, [{"text": text} for text in letter(shown, laser.scope, days_told(given))], given, holder, COLUMNS
    )


def decided(rows: Sequence[Rad], beslut: Iterable[Sekretessbeslut]) -> list[Rad]:
    """T2: the rows that are left when each source authority has hidden what it decided to, of its own alone.

    Asking takes days and rows come meanwhile: one that its source was not shown has been decided on by nobody.
    """
    by_source = {one.kalla: one for one in beslut}
    if not all(row["kalla"] in by_source and row["rad"] in by_source[row["kalla"]].visade for row in rows):
        raise Refused(
            "`beslut` lacks a source authority's decision on a row", falt="/beslut", code="sekretess-ej-provad"
        )
    return [row for row in rows if row["rad"] not in by_source[row["kalla"]].dolj]


def days_told(given: Fraga) -> str:
    """Which days the letter is of, as a sentence; none where it is of all of them."""
    fran = f" från och med den {_day(date.fromisoformat(given.fran))}" if given.fran else ""
    till = f" till och med den {_day(date.fromisoformat(given.till) - timedelta(days=1))}" if given.till else ""
    return f"Brevet gäller bara tiden{fran}{till}." if fran or till else ""


def letter(rows: Sequence[Rad], scope: Omfattning, dagar: str) -> Iterator[str]:
    """The paragraphs: heading, which days, then what happened in order, what went together in one sentence."""
    yield HEADING
    if dagar:
        yield dagar
    if not rows:
        yield NOTHING
    for _, together in groupby(rows, key=lambda row: _together(row, scope)):
        yield _sentence(list(together), scope)


def _together(row: Rad, scope: Omfattning) -> tuple[object, ...]:
    """What one sentence says: the reader groups of a unit are one recipient."""
    units = (_who(row[name], scope) for name in ("avsandare", "mottagare"))
    return row["tid"], row["slag"], row["typ"], *units, tuple(row["grunder"])


def _sentence(rows: Sequence[Rad], scope: Omfattning) -> str:
    first = rows[0]
    sender, recipient = (_who(first[name], scope) for name in ("avsandare", "mottagare"))
    what = said(first["typ"], TYPER)
    about = _listed(sorted({said(row["kategori"], KATEGORIER) for row in rows if row["kategori"]}))
    told = f" med uppgifter om {about}" if about else ""
    if first["slag"] == LEVERERAT:
        sentence = f"{_when(first['tid'])} fick {recipient} {what}{told} från {sender}."
    else:
        sentence = f"{_when(first['tid'])} öppnade {recipient} {what}{told} från {sender}."
    basis = _listed(_bases(first["grunder"], scope.regelverk))
    return f"{sentence} Stöd: {basis}." if basis else sentence


def _who(name: str, scope: Omfattning) -> str:
    """A unit by its role alone: where it lies may tell where somebody else lives (P5)."""
    grupp = scope.katalog.lasargrupper.get(name)
    return said(scope.katalog.enheter[grupp.enhet].typ if grupp else name, ROLLER)


def _bases(grunder: Iterable[str], regelverk: Regelverk) -> list[str]:
    ids = [grund.split(" ", 1)[0] for grund in grunder]
    names = {row.id: f"{row.kalla} ({row.namn})" for row in regelverk.bestammelser}
    return [names.get(id_, said(id_, {"samtycke": "samtycke"})) for id_ in ids]


def _when(tid: int) -> str:
    local = datetime.fromtimestamp(tid / 1000, UTC).astimezone(SWEDEN)
    return f"Den {_day(local)} klockan {local:%H.%M}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _listed(words: Sequence[str]) -> str:
    """`a`, `a och b`, `a, b och c`."""
    return " och ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
