"""Health in words: what stands well, what does not and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.entrypoints.http.health import Health, Partition

WELL: Final = "bra"
BAD: Final = "fel"
UNKNOWN: Final = "okant"
NAMES: Final[Mapping[str, str]] = {
    "kafka": "Kafka",
    "projektion": "Projektionens databas",
    "valv": "Valvets databas",
    "regelverk": "Regelverket",
}
LOST: Final = "hemlighet-forlorad"
"""With the name of a secret after it, and no område."""
WHY: Final[Mapping[str, str]] = {
    "kafka-svarar-ej": "Kafka svarar inte. Inget tas emot förrän det gör det.",
    "projektion-svarar-ej": "Projektionens databas svarar inte. Inget döms och inget kan öppnas.",
    "valv-svarar-ej": "Valvets databas svarar inte. Inget tas emot och inget kan öppnas.",
    "regelverk-svarar-ej": "Inget regelverk är i kraft, eller så saknas någon av dess filer.",
    LOST: "En hemlighet i valvet är förlorad, och det som behöver den vägras (docs/radering.md)",
    "logg-kortare-an-position": "Loggen är kortare än det som har dömts. Återställ loggen innan grinden startas.",
    "gate-star-still": "Grinden har poster att döma och har stått still en halv minut.",
    "gate-tyst": "Grinden hörs inte av.",
    "gate-vagrar": "Grinden vägrar att döma",
    "watch-tyst": "Bevakningen hörs inte av. Ingen blir påmind.",
    "watch-forsenad": "Bevakningen har väntat för länge på grinden. Påminnelser dröjer.",
    "watch-delvis": "Bevakningen påminner, men kan sedan fem minuter inte säga att barn fyller år eller gå vidare "
    "med raderingar. Dess logg säger varför.",
    "watch-ur-steg": "Dömer efter ett annat regelverk än område 0. Bevakningen för in det; gör den inte det, se sidan "
    "Regelverk.",
    "notarie-tyst": "Notarien hörs inte av. Det som döms kan inte bevisas.",
    "notarie-vantar": "Notarien väntar.",
    "notarie-vagrad": "Notarien vägrar att signera",
    "notarie-efter": "Det som har dömts är inte signerat sedan en halv minut.",
}


TURNED_AWAY: Final[Mapping[str, str]] = {
    "fraga": "bedömningar och granskning",
    "lasning": "inkorgar, plikter och utfall",
    "oppning": "öppningar och kvittenser",
    "handelse": "vanliga händelser",
    "olast": "händelser som ingen har läst än",
    "inskrankning": "återkallelser, undantag och skydd",
    "orosanmalan": "orosanmälningar",
    "sida": "sidor",
    "strom": "sidor som läser om sig själva",
}
"""Each kind of request that may be told to come again."""


@dataclass(frozen=True, slots=True)
class Punkt:
    """One thing and how it stands: `slag` is `bra`, `okant` or `fel`, never told by colour alone."""

    namn: str
    slag: str
    text: str


@dataclass(frozen=True, slots=True)
class Omrade:
    """A partition's progress, and how many records wait for the gate."""

    av: Partition
    vantar: int


@dataclass(frozen=True, slots=True)
class Lage:
    """How the hub stands, as the page tells it."""

    bra: bool
    skal: tuple[str, ...]
    servrar: tuple[Punkt, ...]
    omraden: tuple[Omrade, ...]
    avvisar: tuple[str, ...] = ()
    """What was told to come again in the last ten seconds."""

    @property
    def frysta(self) -> int:
        """B7: how many persons are frozen. Nothing is wrong with the hub then, but something is to be done."""
        return sum(max(one.av.frysta, 0) for one in self.omraden)

    @property
    def slag(self) -> str:
        """How it stands, all in all."""
        return BAD if not self.bra else UNKNOWN if self.frysta else WELL


def told(health: Health) -> Lage:
    """Health in words."""
    servers = tuple(_server(name, answers) for name, answers in health.tjanster.items())
    areas = tuple(map(_omrade, health.partitioner))
    away = tuple(TURNED_AWAY.get(slag, slag) for slag in health.avvisar)
    return Lage(health.halsa == "gron", tuple(map(why, health.skal)), servers, areas, away)


def _omrade(part: Partition) -> Omrade:
    return Omrade(part, max(part.slut - max(part.position, 0), 0))


def _server(name: str, answers: bool) -> Punkt:
    return Punkt(NAMES.get(name, name), WELL if answers else BAD, "svarar" if answers else "svarar inte")


def why(code: str) -> str:
    """A reason of health's in words: `gate-vagrar:0:annan-logg` is of område 0, and says the code it was told."""
    kind, _, rest = code.partition(":")
    text = WHY.get(kind, kind)
    if kind == LOST:
        return f"{text}: {rest}."
    omrade, _, detail = rest.partition(":")
    if detail:
        text = f"{text.removesuffix('.')}: {detail}."
    return f"Område {omrade}: {text}" if omrade else text
