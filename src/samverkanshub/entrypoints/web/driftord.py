"""How the hub runs, in words: topics and their readers the worst first, clocks, and what it was measured by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from samverkanshub import topics
from samverkanshub.domain import halsa
from samverkanshub.domain.andelar import steg
from samverkanshub.domain.events import HUB
from samverkanshub.entrypoints.web.lage import BAD, UNKNOWN, WELL, Punkt
from samverkanshub.entrypoints.web.ord import alder, antal, tal
from samverkanshub.pipeline.drift import Dellage, Lasarlage
from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.pipeline.kanarie import KAFKA
from samverkanshub.pipeline.matning import VALV
from samverkanshub.ports import Andel, Klocka, Obekraftade, PositionInfo, Signing

"""What is neither well nor wrong, or is not known."""
SKEW_MS: Final = 1_000
"""A clock farther from the database's than this is wrong: deadlines are counted by the one, ages by the other."""
SEEN_MS: Final = 120_000
"""A clock looked at longer ago than this is told with when; Kafka's is looked at with each canary."""
SAME_MS: Final = 50
"""What would be told as no tenth of a second is no difference."""
WHY: Final[Mapping[str, str]] = {
    halsa.BRA: "Läser i takt.",
    halsa.LANGSAM: "Läser, men hinner inte ikapp det som kommer.",
    halsa.STAR_STILL: "Hörs av men läser inget, fast det finns poster kvar.",
    halsa.STOPPAD: "Har inte hörts av på hela mätningens tid, och har poster kvar.",
    halsa.BACKAT: "Har gått tillbaka till poster som redan var lästa.",
    halsa.ALDRIG: "Har aldrig läst.",
    halsa.OKANT: "För få mätningar för att säga något.",
}
"""A reader's state by Burrow's rules, and why it is that."""
OLD: Final = "Mätningen är för gammal för att säga något."
NOBODY: Final = "Ingen läser."
OURS: Final = "Läses av hubbens egna provposter."
"""Of the hub's own notices, which nobody commits."""
LABELS: Final[Mapping[str, str]] = {WELL: "i takt", BAD: "efter", UNKNOWN: "okänt"}
_WORST: Final = (*sorted(halsa.FEL), *sorted(halsa.VARNING), halsa.OKANT, halsa.BRA)
_CLOCKS: Final[Mapping[str, str]] = {
    "api": "Api:ets klocka",
    "watch": "Bevakningens klocka",
    "cli": "Den här datorns klocka",
    KAFKA: "Kafkas klocka",
    VALV: "Valvets klocka",
}


@dataclass(frozen=True, slots=True)
class Lasrad:
    """A partition and one of its readers: `slag` is `bra`, `okant` or `fel`, told in words too."""

    amne: str
    partition: int
    lasare: str
    slag: str
    varfor: str
    efter: int
    efter_ms: int
    slut: int
    byte: int
    takt: float


@dataclass(frozen=True, slots=True)
class Grupp:
    """Topics of one kind: the worst of their readers first, and in a word and a line how they stand."""

    id: str
    namn: str
    slag: str
    marke: str
    text: str
    rader: tuple[Lasrad, ...]


@dataclass(frozen=True, slots=True)
class Omradesdrift:
    """What the database tells of a partition of the log: the gate's epoch, and what waits to be signed."""

    epok: int
    osignerat_ms: int


@dataclass(frozen=True, slots=True)
class Anmalningar:
    """The reports to a municipality that nobody has acknowledged: the oldest against its deadline. Never whom about."""

    kommun: str
    antal: int
    forsenade: int
    alder_ms: int
    slag: str
    frist: str


@dataclass(frozen=True, slots=True)
class Regelandel:
    """The share of messages, in per cent, that a rule withheld something of: the last day, and the days before."""

    regel: str
    nu: float
    forr: float
    antal: int
    steg: str


@dataclass(frozen=True, slots=True)
class Driftord:
    """How the hub runs, as the page tells it."""

    matt: Punkt
    klockor: tuple[Punkt, ...]
    grupper: tuple[Grupp, ...]
    omraden: Mapping[int, Omradesdrift]
    anmalningar: tuple[Anmalningar, ...] | None
    """Those that are late first; None where it is not known."""


def told(bild: Driftbild | None) -> Driftord:
    """How the hub runs, in words; nothing is known where the database does not answer."""
    if bild is None:
        return Driftord(Punkt("Mätning", BAD, "databasen svarar inte"), (), _groups((), gammal=True), {}, None)
    return Driftord(
        matt=_measured(bild),
        klockor=tuple(map(_clock, bild.klockor)),
        grupper=_groups(bild.amnen.delar, gammal=bild.amnen.gammal),
        omraden=_areas(bild.platser, bild.signering),
        anmalningar=tuple(
            _reports(one, bild.kommuner) for one in sorted(bild.obekraftade, key=lambda one: -one.over_ms)
        ),
    )


def _measured(bild: Driftbild) -> Punkt:
    age = bild.amnen.alder_ms
    slag = WELL if not bild.amnen.gammal else BAD if age >= 0 else UNKNOWN
    return Punkt(
        "Mätning av ämnen", slag, f"för {alder(age)} sedan" if age >= 1_000 else "nyss" if age >= 0 else "ingen än"
    )


def _clock(klocka: Klocka) -> Punkt:
    """The database's clock is the one that counts; what differs by less than the question took may not differ."""
    off = abs(klocka.fore_ms)
    side = "före" if klocka.fore_ms > 0 else "efter"
    text = f"{tal(off / 1000)} s {side} databasens" if off > max(klocka.inom_ms, SAME_MS) else "som databasens"
    slag = BAD if off - klocka.inom_ms > SKEW_MS else WELL
    text += ", för mycket" if slag == BAD else ""
    seen = f", sett för {alder(klocka.age_ms)} sedan" if klocka.age_ms >= SEEN_MS else ""
    return Punkt(_CLOCKS.get(klocka.vem, klocka.vem), slag, text + seen)


def _reports(one: Obekraftade, names: Mapping[str, str]) -> Anmalningar:
    """O4: acknowledged by nobody."""
    late = one.over_ms >= 0
    frist = f"gick ut för {alder(one.over_ms)} sedan" if late else f"går ut om {alder(-one.over_ms)}"
    kommun = names.get(one.kommun, one.kommun) or "Okänd kommun"
    return Anmalningar(kommun, one.antal, one.forsenade, one.alder_ms, BAD if late else WELL, frist)


def _areas(places: Iterable[PositionInfo], signing: Iterable[Signing]) -> dict[int, Omradesdrift]:
    unsigned = {one.partition: one.unsigned_ms for one in signing}
    return {one.partition: Omradesdrift(one.epoch, unsigned.get(one.partition, 0)) for one in places}


# ------------------------------------------------------------------------------------------ topics

TOLD: Final = {
    topics.LOGGEN: ("logg", "Loggen"),
    topics.INKOMMET: ("inkommande", "Inkommande från aktörerna"),
    topics.NOTISER: ("notiser", "Notiser till aktörerna"),
}
UNREAD: Final = {
    "logg": "Ingen har läst den.",
    "inkommande": "Api:et har inte tagit in något från dem.",
    "notiser": "Ingen har läst dem: den som hämtar sin inkorg behöver dem inte.",
}


def _groups(parts: Iterable[Dellage], *, gammal: bool) -> tuple[Grupp, ...]:
    rows = {part: _rows(part, gammal) for part in parts}
    by_kind = {
        kind: [row for part, of in rows.items() for row in of if topics.kind(part.amne) == kind] for kind in TOLD
    }
    # Few hubs have actors that publish directly.
    shown = [kind for kind in TOLD if kind != topics.INKOMMET or by_kind[kind]]
    return tuple(_group(*TOLD[kind], by_kind[kind], gammal) for kind in shown)


def _group(id: str, namn: str, found: list[tuple[int, Lasrad]], gammal: bool) -> Grupp:
    rows = tuple(row for _, row in sorted(found, key=lambda one: (one[0], -one[1].efter_ms, -one[1].efter)))
    bad, unread = sum(row.slag == BAD for row in rows), not any(row.lasare for row in rows)
    slag = BAD if bad else UNKNOWN if gammal or unread or any(row.slag == UNKNOWN for row in rows) else WELL
    marke = "ingen läser" if rows and unread and not gammal else LABELS[slag]
    return Grupp(id, namn, slag, marke, _in_short(rows, bad, gammal, UNREAD[id]), rows)


def _in_short(rows: tuple[Lasrad, ...], bad: int, gammal: bool, unread: str) -> str:
    if gammal:
        return OLD if rows else "Inget är mätt än."
    read = sum(bool(row.lasare) for row in rows)
    if not read:
        return unread if rows else "Inget är mätt än."
    if bad:
        return f"{antal(bad)} av {antal(read)} som läser är inte i takt."
    told = "Den som läser är i takt" if read == 1 else f"De {antal(read)} som läser är i takt"
    left = len(rows) - read
    return f"{told}; {antal(left)} ämnen läser ingen." if left else f"{told}."


def _rows(part: Dellage, gammal: bool) -> list[tuple[int, Lasrad]]:
    if part.lasare:
        return [(_WORST.index(one.slag), _row(part, one, gammal)) for one in part.lasare]
    row = _row(part, Lasarlage("", "", -1, 0, 0.0), gammal)
    return [(len(_WORST), replace(row, varfor=OURS) if part.amne == topics.notis(HUB) else row)]


def _row(part: Dellage, one: Lasarlage, gammal: bool) -> Lasrad:
    slag, why = _judged(one.slag, gammal)
    kort = part.amne.removeprefix(topics.notis("")).removeprefix(topics.INKOMMANDE).removeprefix(topics.PREFIX)
    late_ms = round(one.sekunder * 1000)
    return Lasrad(
        kort, part.partition, one.namn, slag, why, one.efter, late_ms, part.slut, part.byte, round(part.takt, 1)
    )


def _judged(slag: str, gammal: bool) -> tuple[str, str]:
    if not slag:
        return UNKNOWN if gammal else WELL, NOBODY
    if slag == halsa.OKANT:
        return UNKNOWN, OLD if gammal else WHY[slag]
    return BAD if slag in halsa.FEL | halsa.VARNING else WELL, WHY[slag]


# ------------------------------------------------------------------------------------------ withheld


def shares(found: Sequence[Andel] | None) -> tuple[Regelandel, ...] | None:
    """What each rule withholds, those with a step first, then those that withhold the most; None until counted."""
    if found is None:
        return None
    late, before = next(((one.nu, one.forr) for one in found if not one.regel), (0, 0))
    rows = [
        Regelandel(
            one.regel, _percent(one.nu, late), _percent(one.forr, before), one.nu, steg(one.nu, late, one.forr, before)
        )
        for one in found
        if one.regel
    ]
    return tuple(sorted(rows, key=lambda row: (not row.steg, -row.nu, row.regel)))


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
