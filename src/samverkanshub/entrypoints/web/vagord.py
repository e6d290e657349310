"""How what is sent gets through, in words: the canaries, and how soon a withdrawal takes effect."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from samverkanshub.entrypoints.web.lage import BAD, UNKNOWN, WELL, Punkt
from samverkanshub.entrypoints.web.ord import alder, antal, tal
from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.pipeline.kanarie import GRANS_MS
from samverkanshub.ports import Kanarielage, Verkan

WORST: Final = (BAD, UNKNOWN, WELL)
LATE_MS: Final = 30_000
"""A withdrawal that has waited this long for its effect is late: the gate stands still, or does not keep up."""
STEPS: Final = ("i loggen", "dömd", "i inkorgen", "notis skickad")
"""A canary's steps (`ports.STEG`), in words."""


@dataclass(frozen=True, slots=True)
class Provrad:
    """How a partition's canaries get through."""

    partition: int
    slag: str
    text: str
    sanda: int
    framme: int
    forlorade: int
    ute: int
    senaste: str
    p99: str
    steg: str


@dataclass(frozen=True, slots=True)
class Verkansrad:
    """How soon what narrows access takes effect in a partition."""

    partition: int
    slag: str
    text: str
    senaste: str
    storst: str
    vantar: int


@dataclass(frozen=True, slots=True)
class Vagen:
    """What gets through: one line on the canaries in all, and a row a partition; None where it is not known."""

    provposter: Punkt
    prov: tuple[Provrad, ...]
    verkan: tuple[Verkansrad, ...] | None


def told(bild: Driftbild | None) -> Vagen:
    """What gets through, in words; nothing is known where the database does not answer."""
    if bild is None:
        return Vagen(Punkt("Provposter", BAD, "databasen svarar inte"), (), None)
    rows = tuple(_canaries(one, bild.kanarie_ms) for one in (*bild.kanarier, *_without(bild)))
    return Vagen(_in_short(rows, bild.kanarie_ms), rows, tuple(_effect(one, bild.amnen.gammal) for one in bild.verkan))


def _without(bild: Driftbild) -> Iterator[Kanarielage]:
    """The partitions that are judged and in which none has been sent, where any has in another."""
    sent = {one.partition for one in bild.kanarier}
    for place in bild.platser if sent and bild.kanarie_ms else ():
        if place.partition not in sent:
            yield Kanarielage(place.partition, 0, 0, 0, 0, (), -1, -1, -1, -1)


def _in_short(rows: tuple[Provrad, ...], var_ms: int) -> Punkt:
    if not var_ms:
        return Punkt("Provposter", UNKNOWN, "avslagna")
    if not rows:
        return Punkt("Provposter", UNKNOWN, "ingen har skickats än")
    worst = min(rows, key=lambda row: WORST.index(row.slag))
    return Punkt("Provposter", worst.slag, worst.text)


def _canaries(one: Kanarielage, var_ms: int) -> Provrad:
    slag, text = _judged(one, var_ms)
    steps = ", ".join(f"{name} {tid(ms)}" for name, ms in zip(STEPS, one.steg, strict=False) if ms >= 0)
    return Provrad(
        partition=one.partition,
        slag=slag,
        text=text,
        sanda=one.sanda,
        framme=one.framme,
        forlorade=one.forlorade,
        ute=one.ute,
        senaste=tid(one.senaste_ms),
        p99=tid(one.p99_ms),
        steg=steps,
    )


def _judged(one: Kanarielage, var_ms: int) -> tuple[str, str]:
    """Two that should have come, and have not, are no chance. One that is lost is told for an hour."""
    late_ms = 2 * var_ms + GRANS_MS
    if not var_ms:
        return UNKNOWN, "avslagna"
    if one.sand_for_ms < 0:
        return UNKNOWN, f"ingen har skickats än i område {one.partition}"
    if one.sand_for_ms > late_ms:
        return BAD, f"ingen har skickats på {alder(one.sand_for_ms)}"
    if one.framme_for_ms > late_ms:
        return BAD, f"ingen har kommit fram på {alder(one.framme_for_ms)}"
    if one.framme_for_ms < 0:
        return (BAD, "ingen har kommit fram") if one.forlorade else (UNKNOWN, "den första är på väg")
    if one.forlorade_timme:
        return BAD, f"av den senaste timmens är {antal(one.forlorade_timme)} inte framme i tid"
    return WELL, "kommer fram"


def _effect(one: Verkan, gammal: bool) -> Verkansrad:
    late = one.aldst_ms > LATE_MS
    return Verkansrad(
        partition=one.partition,
        slag=BAD if late else UNKNOWN if gammal else WELL,
        text=_waiting(one, gammal),
        senaste=tid(one.senaste_ms),
        storst=tid(one.storst_ms),
        vantar=one.vantar,
    )


def _waiting(one: Verkan, gammal: bool) -> str:
    """Who has begun to wait since the last measurement is not seen; who waited then still does."""
    if not one.vantar:
        return "mätningen är för gammal för att säga om någon väntar" if gammal else "ingen väntar"
    waits = f"den äldsta har väntat {alder(one.aldst_ms)}" if one.aldst_ms >= 1_000 else "den äldsta kom nyss"
    return f"{'minst ' if gammal else ''}{antal(one.vantar)} väntar, {waits}"


def tid(ms: int) -> str:
    """How long something took: `12 ms`, `1,2 s`, `3 min 5 s`; `ingen` where nothing has."""
    if ms < 0:
        return "ingen"
    return f"{ms}\u00a0ms" if ms < 1_000 else f"{tal(ms / 1_000)}\u00a0s" if ms < 60_000 else alder(ms)
