"""What operators do to the hub, each an event of the log: what is proposed and not settled, and when it is stopped.

Of acts alone: pure, and the same for whoever reads the log. None of them changes what anybody may read (T1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.events import RADERING, REGELVERK, UPPTINING
from samverkanshub.domain.varden import quick

UPPTINING_FORESLAGEN: Final = "upptining_foreslagen"
UPPTINING_AVBOJD: Final = "upptining_avbojd"
REGELVERK_FORESLAGET: Final = "regelverk_foreslaget"
REGELVERK_AVBOJT: Final = "regelverk_avbojt"
REGELVERK_PROVAT: Final = "regelverk_provat"
STOPP_PLANERAT: Final = "stopp_planerat"
STOPP_HAVT: Final = "stopp_havt"
RADERING_FORESLAGEN: Final = "radering_foreslagen"
RADERING_AVBOJD: Final = "radering_avbojd"

SKAL: Final[Mapping[str, tuple[str, ...]]] = {
    UPPTINING_FORESLAGEN: ("felet_rattat", "innehallet_kant", "utan_betydelse"),
    UPPTINING_AVBOJD: ("behover_utredas", "redan_gjort", "inte_aktuellt"),
    REGELVERK_FORESLAGET: ("nya_aktorer", "nya_bestammelser", "nya_nycklar", "rattelse", "ny_version"),
    REGELVERK_AVBOJT: ("fel_innehall", "behover_utredas", "redan_gjort", "inte_aktuellt"),
    REGELVERK_PROVAT: ("infor_godkannande",),
    STOPP_PLANERAT: ("uppgradering", "underhall", "flytt", "ovning"),
    STOPP_HAVT: ("klart", "uppskjutet", "installt"),
    RADERING_FORESLAGEN: ("bevarandetid_slut", "den_enskildes_begaran", "tillsynsbeslut"),
    RADERING_AVBOJD: ("behover_utredas", "redan_gjort", "inte_aktuellt"),
}
"""The acts, and why each may be done."""
AVBOJER: Final[Mapping[str, str]] = {
    UPPTINING_FORESLAGEN: UPPTINING_AVBOJD,
    REGELVERK_FORESLAGET: REGELVERK_AVBOJT,
    RADERING_FORESLAGEN: RADERING_AVBOJD,
}
"""What declines what is proposed."""
AVSLUTAR: Final[Mapping[str, str]] = {**AVBOJER, STOPP_PLANERAT: STOPP_HAVT}
"""What ends what stands, by naming it in `forslag`."""


APPROVES: Final[Mapping[str, str]] = {RADERING_FORESLAGEN: RADERING}
"""What approves a proposal by its own name."""


@quick
@dataclass(frozen=True, slots=True)
class Atgard:
    """Something done by `vem` at `tid` (ms): an act, or what one proposed (`foreslagen_av`) and another approved.

    `post` is the record in quarantine that it concerns, as (partition, offset); `regelverk` the digest of the one it
    concerns, and `artefakter` what a proposed one is made of, sorted; `forslag` the event that it declines or lifts;
    `fran` and `till` (ms) are a stop's.
    """

    handelse_id: str
    slag: str
    tid: int
    vem: str
    skal: str = ""
    foreslagen_av: str = ""
    forslag: str = ""
    post: tuple[int, int] | None = None
    regelverk: str = ""
    artefakter: tuple[tuple[str, str], ...] = ()
    fran: int = 0
    till: int = 0
    plats: tuple[int, int] = (0, 0)
    """Where it stands: partition and offset."""


@quick
@dataclass(frozen=True, slots=True)
class Lage:
    """How it stands: every act, the latest first, with when what it opened was settled (ms, 0 while it stands)."""

    gjort: tuple[tuple[Atgard, int], ...] = ()

    def oppna(self, slag: str) -> tuple[Atgard, ...]:
        """What is proposed so and neither approved nor declined, the oldest first."""
        return tuple(act for act, slut in reversed(self.gjort) if act.slag == slag and not slut)

    def stopp(self, nu: int) -> tuple[Atgard, ...]:
        """The stops that are planned or go on at a time (ms) and are not lifted, the first to begin first."""
        found = (act for act in self.oppna(STOPP_PLANERAT) if act.till > nu)
        return tuple(sorted(found, key=lambda act: (act.fran, act.till)))


def standing(acts: Iterable[Atgard]) -> Lage:
    """How it stands after these acts, in whatever order they come. One in several partitions is one."""
    ordered = sorted({act.handelse_id: act for act in acts}.values(), key=lambda act: (act.tid, act.plats))
    return Lage(tuple(reversed([(act, _settled(act, ordered[nr + 1 :])) for nr, act in enumerate(ordered)])))


def _settled(act: Atgard, later: Iterable[Atgard]) -> int:
    """When (ms); 0 for what stands, and for what opens nothing."""
    return next((one.tid for one in later if _settles(one, act)), 0) if act.slag in AVSLUTAR else 0


def _settles(later: Atgard, act: Atgard) -> bool:
    """Declined, lifted or approved by name; else approved by what two did about the same record, or regelverk."""
    if later.forslag:
        return later.forslag == act.handelse_id and later.slag in (AVSLUTAR.get(act.slag), APPROVES.get(act.slag))
    if act.slag == UPPTINING_FORESLAGEN:
        return later.slag == UPPTINING and later.post == act.post
    return act.slag == REGELVERK_FORESLAGET and later.slag == REGELVERK and later.regelverk == act.regelverk
