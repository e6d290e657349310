"""Who is let in when there is much to do: a rule over counts, without clock and without I/O.

What is written and what is read have as many places each, so that neither takes the other's. Within them each kind
may fill a share; the larger its share, the later it is refused. Orosanmälan has the last places for itself (B1), and
what only narrows access those before them, since both protect somebody. What nobody has read may be either: it has
places of its own, one a body, and takes none of the others before it is known for what it is. So have pages, and the
streams that keep them fresh for minutes: whoever looks takes nothing from agencies, nor they from who looks.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple


class Slag(StrEnum):
    """What a request is, as far as is known of it. `OLAST`: an event that nobody has read yet."""

    FRAGA = "fraga"
    LASNING = "lasning"
    OPPNING = "oppning"
    HANDELSE = "handelse"
    OLAST = "olast"
    INSKRANKNING = "inskrankning"
    OROSANMALAN = "orosanmalan"
    SIDA = "sida"
    STROM = "strom"


class Rum(StrEnum):
    """Which places: of what is written, what is read, events on their way in, pages, and streams to them."""

    SKRIVA = "skriva"
    LASA = "lasa"
    OLAST = "olast"
    SIDOR = "sidor"
    STROMMAR = "strommar"


class Skal(StrEnum):
    """Why somebody is not let in: all places are taken, or the actor's, or the gate is too far behind."""

    PLATSER = "platser"
    AKTOR = "aktor"
    EFTERSLAP = "efterslap"


class Ordning(NamedTuple):
    """`rum`: which places; `andel`: how many of them, in per cent; `efterslap`: times the limit, 0 for any."""

    rum: Rum
    andel: int
    efterslap: int = 0


ORDNING: Final[Mapping[Slag, Ordning]] = {
    Slag.FRAGA: Ordning(Rum.LASA, 60),
    Slag.LASNING: Ordning(Rum.LASA, 85),
    Slag.OPPNING: Ordning(Rum.LASA, 100, 2),
    Slag.HANDELSE: Ordning(Rum.SKRIVA, 60, 1),
    Slag.OLAST: Ordning(Rum.OLAST, 100),
    Slag.INSKRANKNING: Ordning(Rum.SKRIVA, 90, 4),
    Slag.OROSANMALAN: Ordning(Rum.SKRIVA, 100),
    Slag.SIDA: Ordning(Rum.SIDOR, 100),
    Slag.STROM: Ordning(Rum.STROMMAR, 100),
}
"""The one table of who is refused first. A report is judged in its turn however far behind the gate is (B1)."""
OF_PAGES: Final = frozenset({Slag.SIDA, Slag.STROM})
QUARTER: Final = 4
FEWEST: Final = 4
"""A browser with some pages open asks for so many at once."""


@dataclass(frozen=True, slots=True)
class Granser:
    """`platser` for what is written, as many for what is read and for what is unread, `aktor` of each for one actor.

    `sidor` and `strommar` for pages and streams; who is logged in may hold a quarter of them, and four at the least.
    `poster` and `sekunder`: how far behind the gate may be, 0 for any distance.
    """

    platser: int
    aktor: int
    sidor: int
    strommar: int
    poster: int
    sekunder: float

    def most(self, slag: Slag) -> int:
        """How many places may be taken once one of this kind is let in."""
        return max(1, self._whole(slag) * ORDNING[slag].andel // 100)

    def _whole(self, slag: Slag) -> int:
        return {Rum.SIDOR: self.sidor, Rum.STROMMAR: self.strommar}.get(ORDNING[slag].rum, self.platser)

    def most_of_one(self, slag: Slag) -> int:
        """How many of them one actor may hold, or of pages and streams who is logged in."""
        if slag in OF_PAGES:
            return max(FEWEST, self._whole(slag) // QUARTER)
        return max(1, self.aktor * ORDNING[slag].andel // 100)


class Efterslap(NamedTuple):
    """How far behind the gate is: records that it has not judged, and for how many seconds the first has waited."""

    poster: int = 0
    sekunder: float = 0.0


INGET: Final = Efterslap()


def too_far(slag: Slag, behind: Efterslap, granser: Granser) -> bool:
    """Is the gate too far behind for one of this kind?"""
    times = ORDNING[slag].efterslap
    return bool(times) and (
        0 < granser.poster * times < behind.poster or 0 < granser.sekunder * times < behind.sekunder
    )


class Hall:
    """The places, and who holds them. Nobody's name stands for everybody."""

    def __init__(self, granser: Granser) -> None:
        self.granser = granser
        self._held: Counter[tuple[Rum, str]] = Counter()

    def plats(self, slag: Slag, tyngd: int = 1) -> "Plats":
        """A place to ask for, as large as what it is for."""
        return Plats(self, slag, tyngd)

    def held(self, rum: Rum, aktor: str = "") -> int:
        """The places taken."""
        return self._held[rum, aktor]

    def full(self, slag: Slag) -> bool:
        """Is not even the smallest of this kind let in?"""
        return self.held(ORDNING[slag].rum) >= self.granser.most(slag)

    def take(self, rum: Rum, aktor: str, tyngd: int) -> None:
        """Count places in; negative: out."""
        for name in {"", aktor}:
            _add(self._held, (rum, name), tyngd)


def _add(counter: Counter[Any], key: Any, count: int) -> None:
    counter[key] += count
    if not counter[key]:
        del counter[key]


class Plats:
    """A request's place: asked for by what is known at first, and again by what is known later.

    Who alone holds places is never refused for the size of what it brings.
    """

    def __init__(self, hall: Hall, slag: Slag, tyngd: int) -> None:
        self.slag = slag
        self._hall = hall
        self._tyngd = tyngd
        self._aktor = ""
        self._inne = False

    def enter(self) -> Skal | None:
        """Take it, or say why not."""
        if self._is_full():
            return Skal.PLATSER
        self._take()
        return None

    def name(self, aktor: str, behind: Efterslap) -> Skal | None:
        """Hold it for an actor, or say why not."""
        self.leave()
        self._aktor = aktor
        reason = self._reason(behind)
        self._take()
        return reason

    def know(self, slag: Slag, behind: Efterslap) -> Skal | None:
        """Hold it as another kind of what writes, now that it is read, or say why not."""
        if self.slag is not Slag.OLAST:
            return None
        self.leave()
        self.slag = slag
        reason = Skal.PLATSER if self._is_full() else self._reason(behind)
        self._take()
        return reason

    def weigh(self, tyngd: int) -> None:
        """Hold as much as what it is for takes, now that its length is known."""
        inne = self._inne
        self.leave()
        self._tyngd = tyngd
        if inne:
            self._take()

    def leave(self) -> None:
        """Give it back; who has none gives none."""
        if self._inne:
            self._hall.take(self._rum, self._aktor, -self._takes)
            self._inne = False

    @property
    def _rum(self) -> Rum:
        return ORDNING[self.slag].rum

    @property
    def _takes(self) -> int:
        return 1 if self.slag is Slag.OLAST else self._tyngd

    def _take(self) -> None:
        self._hall.take(self._rum, self._aktor, self._takes)
        self._inne = True

    def _is_full(self) -> bool:
        return self._exceeds(self._hall.held(self._rum), self._hall.granser.most(self.slag))

    def _reason(self, behind: Efterslap) -> Skal | None:
        if self._exceeds(self._hall.held(self._rum, self._aktor), self._hall.granser.most_of_one(self.slag)):
            return Skal.AKTOR
        return Skal.EFTERSLAP if too_far(self.slag, behind, self._hall.granser) else None

    def _exceeds(self, others: int, most: int) -> bool:
        return others > 0 and others + self._takes > most
