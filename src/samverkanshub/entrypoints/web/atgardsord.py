"""What operators do, in words: who did what, when and why, what waits for another, and when the hub is stopped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from samverkanshub.domain.atgarder import AVSLUTAR, STOPP_PLANERAT, Atgard, Lage
from samverkanshub.domain.atgarder import SKAL as REASONS
from samverkanshub.domain.tid import SWEDEN
from samverkanshub.entrypoints.web.lage import UNKNOWN, WELL, Punkt
from samverkanshub.entrypoints.web.ord import alder

LATEST: Final = 10
"""Acts on the page Drift."""
ATGARDER: Final[Mapping[str, str]] = {
    "radering": "Radering godkänd",
    "radering_avbojd": "Radering avböjd",
    "radering_foreslagen": "Radering föreslagen",
    "regelverk_aktiverat": "Regelverk aktiverat",
    "regelverk_avbojt": "Regelverk avböjt",
    "regelverk_foreslaget": "Regelverk föreslaget",
    "regelverk_provat": "Regelverk prövat",
    "stopp_havt": "Stopp hävt",
    "stopp_planerat": "Stopp planerat",
    "upptining": "Upptining godkänd",
    "upptining_avbojd": "Upptining avböjd",
    "upptining_foreslagen": "Upptining föreslagen",
}
SKAL: Final[Mapping[str, str]] = {
    "behover_utredas": "det behöver utredas",
    "fel_innehall": "innehållet är fel",
    "bevarandetid_slut": "bevarandetiden är slut",
    "den_enskildes_begaran": "den enskilde har begärt det",
    "felet_rattat": "felet är rättat",
    "flytt": "flytt",
    "infor_godkannande": "inför godkännande",
    "innehallet_kant": "innehållet är känt på annat sätt",
    "installt": "inställt",
    "inte_aktuellt": "inte aktuellt längre",
    "klart": "klart",
    "ny_version": "ny version av programmet",
    "nya_aktorer": "ändrade aktörer eller enheter",
    "nya_bestammelser": "ändrade bestämmelser",
    "nya_nycklar": "nya nycklar",
    "ovning": "övning",
    "rattelse": "rättelse",
    "redan_gjort": "redan gjort",
    "tillsynsbeslut": "beslut av tillsynsmyndighet eller domstol",
    "underhall": "underhåll",
    "uppgradering": "uppgradering",
    "uppskjutet": "uppskjutet",
    "utan_betydelse": "posten saknar betydelse",
}


@dataclass(frozen=True, slots=True)
class Gjort:
    """An act as it is listed: `stand` says how long it was open, or is; it has none where nothing waits for it."""

    vad: str
    vem: str
    tid: int
    galler: str
    skal: str
    stand: Punkt | None


@dataclass(frozen=True, slots=True)
class Stopp:
    """A planned stop: its id, when and why in words, and whether it has begun."""

    id: str
    nar: str
    skal: str
    pagar: bool
    vem: str

    @property
    def text(self) -> str:
        """The stop in a sentence."""
        return f"{'Driftstopp pågår' if self.pagar else 'Planerat driftstopp'}: {self.nar} ({self.skal})."


def done(lage: Lage, nu: int, slag: Iterable[str] = ATGARDER, most: int = LATEST) -> list[Gjort]:
    """The latest acts of these kinds, the latest first."""
    wanted = frozenset(slag)
    return [_done(act, slut, nu) for act, slut in lage.gjort if act.slag in wanted][:most]


def _done(act: Atgard, slut: int, nu: int) -> Gjort:
    by = f"{act.vem}, föreslagen av {act.foreslagen_av}" if act.foreslagen_av else act.vem
    return Gjort(
        ATGARDER.get(act.slag, act.slag), by, act.tid, _about(act), SKAL.get(act.skal, act.skal), _stand(act, slut, nu)
    )


def _about(act: Atgard) -> str:
    if act.post:
        return f"post {act.post[0]}/{act.post[1]}"
    if act.till:
        return period(act.fran, act.till)
    return f"regelverk {act.regelverk[:12]}" if act.regelverk else ""


def _stand(act: Atgard, slut: int, nu: int) -> Punkt | None:
    if act.slag not in AVSLUTAR:
        return None
    ended = min(act.till, slut or act.till) if act.slag == STOPP_PLANERAT and act.till <= nu else slut
    if ended:
        return Punkt("", WELL, _for_how_long("avgjort efter", "avgjort genast", ended - act.tid))
    return Punkt("", UNKNOWN, _for_how_long("öppet i", "nyss öppnat", nu - act.tid))


def _for_how_long(so: str, at_once: str, ms: int) -> str:
    told = alder(ms)
    return at_once if told == alder(0) else f"{so} {told}"


def stopps(acts: Iterable[Atgard], nu: int) -> list[Stopp]:
    """Planned stops in words."""
    return [
        Stopp(act.handelse_id, period(act.fran, act.till), SKAL.get(act.skal, act.skal), act.fran <= nu, act.vem)
        for act in acts
    ]


def reasons(slag: str) -> list[tuple[str, str]]:
    """Why an act may be done, to choose from: codes with their words."""
    return [(kod, SKAL[kod]) for kod in REASONS[slag]]


def period(fran: int, till: int) -> str:
    """From one time to another on Swedish clocks, the day once where it is one: `2026-11-24 kl. 06:00–07:30`."""
    start, end = _local(fran), _local(till)
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d} kl. {end:%H:%M}"
    return f"{start:%Y-%m-%d} kl. {start:%H:%M}–{last}"


def _local(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(SWEDEN)
