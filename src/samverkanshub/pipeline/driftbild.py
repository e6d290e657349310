"""How the hub runs, as its database tells it: topics and readers, epochs, signing, clocks; of nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from samverkanshub.domain.actors import SOCIAL_CHILD_UNIT, Katalog
from samverkanshub.domain.routing import ON_CALL
from samverkanshub.pipeline.drift import Amneslage, judged
from samverkanshub.pipeline.kanarie import GRANS_MS
from samverkanshub.pipeline.matning import read_clock
from samverkanshub.ports import (
    Ansprakslage,
    Clock,
    Jamforelser,
    Kanarielage,
    Kanarier,
    Klocka,
    Matningar,
    Obekraftade,
    PositionInfo,
    Signing,
    Unavailable,
    Verkan,
)


class Running(Protocol):
    """The projection, as far as it tells how the hub runs."""

    async def positions(self) -> list[PositionInfo]:
        """Every partition's progress."""

    async def signing(self) -> list[Signing]:
        """How far what is judged of each partition is signed."""

    async def obekraftade(self, orter: Sequence[tuple[str, str]]) -> list[Obekraftade]:
        """The reports that nobody has acknowledged, by municipality."""


class InForce(Protocol):
    """A regelverk, as far as it is read here."""

    @property
    def katalog(self) -> Katalog:
        """The directory."""


class Regelverken(Protocol):
    """The regelverk that the log's position puts in force."""

    async def current(self) -> InForce:
        """The regelverk in force; raises `Unavailable` until record 0 is judged."""


@dataclass(frozen=True, slots=True)
class Driftbild:
    """How the hub runs at a time of the database's (`nu`, ms). Every age in it is told by that clock.

    `obekraftade` are the reports that nobody has acknowledged, by municipality alone (O4). `klockor`: how each role's
    clock stands against the database's, that of who looks first.
    """

    nu: int
    amnen: Amneslage
    klockor: tuple[Klocka, ...]
    platser: tuple[PositionInfo, ...]
    signering: tuple[Signing, ...]
    obekraftade: tuple[Obekraftade, ...]
    kommuner: Mapping[str, str]
    """What each municipality is called."""
    verkan: tuple[Verkan, ...] = ()
    kanarier: tuple[Kanarielage, ...] = ()
    kanarie_ms: int = 0
    """How often a canary is sent; 0 for never."""
    ansprak: tuple[Ansprakslage, ...] = ()
    """How the log stands against what intake claimed, by partition."""


@dataclass(frozen=True, slots=True)
class Matt:
    """Where what is measured is read: of topics and clocks, of canaries, which are sent so often (ms; 0: never), and of
    the log against what intake claimed.
    """

    matningar: Matningar
    kanarier: Kanarier
    kanarie_ms: int
    jamforelser: Jamforelser


async def look(projection: Running, matt: Matt, regelverk: Regelverken, clock: Clock, vem: str) -> Driftbild:
    """How the hub runs now, as seen by `vem`. Kafka is not asked. Raises `Unavailable`."""
    matningar = matt.matningar
    katalog = await _directory(regelverk)
    own, window = await read_clock(clock, matningar, vem), await matningar.fonster()
    places, signing = await projection.positions(), await projection.signing()
    amnen = judged(window, {one.partition: one.position for one in places})
    return Driftbild(
        nu=window.nu,
        amnen=amnen,
        klockor=_clocks(own, window.klockor),
        platser=tuple(places),
        signering=tuple(signing),
        obekraftade=tuple(await projection.obekraftade(_receivers(katalog))),
        kommuner={kommun: katalog.aktorer[aktor].namn for kommun, aktor in katalog.kommuner.items()},
        verkan=tuple(await matningar.verkan()),
        kanarier=tuple(await matt.kanarier.lage(GRANS_MS)),
        kanarie_ms=matt.kanarie_ms,
        ansprak=tuple(await matt.jamforelser.jamforda()),
    )


async def _directory(regelverk: Regelverken) -> Katalog:
    """The directory in force; an empty one while there is none."""
    try:
        return (await regelverk.current()).katalog
    except Unavailable:
        return Katalog({}, {}, {})


def _receivers(katalog: Katalog) -> list[tuple[str, str]]:
    """O1: the units that reports go to, each with each municipality of its own."""
    units = (*katalog.units(typ=SOCIAL_CHILD_UNIT), *katalog.units(typ=ON_CALL))
    return [(enhet.id, kommun) for enhet in units for kommun in enhet.territorium]


def _clocks(own: Klocka, others: Sequence[Klocka]) -> tuple[Klocka, ...]:
    return (own, *(one for one in others if one.vem != own.vem))
