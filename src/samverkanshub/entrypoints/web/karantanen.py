"""The quarantine in words: why a record could not be read, how old it is, how many it freezes, and what is proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.atgarder import UPPTINING_FORESLAGEN, Atgard, Lage
from samverkanshub.domain.events import UPPTINING
from samverkanshub.entrypoints.web.atgardsord import SKAL
from samverkanshub.pipeline.karantan import Karantanpost

ORSAKER: Final[Mapping[str, str]] = {
    "andra-personer": "Posten nämner andra personer inuti än utanpå.",
    "aterkallad-nyckel": "Posten är undertecknad med en nyckel som är återkallad. Den fryser ingen.",
    "ej-avro": "Innehållet följer inte sitt schema.",
    "ej-json": "Koderna går inte att läsa.",
    "ej-kanonisk": "Posten är inte skriven på det enda sätt som godtas.",
    "ej-kuvert": "Posten är inget kuvert.",
    "fel-langd": "Posten är för kort eller för lång.",
    "fel-magisk-byte": "Posten är inte skriven av hubben.",
    "fel-signatur": "Underskriften stämmer inte: någon annan än avsändaren har skrivit posten. Den fryser ingen.",
    "nyckel-ej-i-kraft": "Posten är undertecknad med en nyckel som inte gällde den dagen. Den fryser ingen.",
    "okand-nyckel": "Posten är undertecknad med en nyckel som inte står i regelverket. Den fryser ingen.",
    "okant-schema": "Postens schema står inte i regelverket: den är skriven av ett nyare program.",
    "osignerad": "Posten är inte undertecknad: någon annan än avsändaren har skrivit den. Den fryser ingen.",
}
"""Why a record could not be read. One without a sentence of its own is told by its code."""
UNFOLDABLE: Final = "ej-vikbar-"
UNFOLDED: Final = "Posten går att läsa, men reglerna kunde inte bedöma den. Det är ett fel i programmet."


@dataclass(frozen=True, slots=True)
class Forslag:
    """A proposed redrive: by whom, why, and for how long (ms); `eget` where it is who looks that proposed it."""

    id: str
    vem: str
    skal: str
    alder_ms: int
    eget: bool


@dataclass(frozen=True, slots=True)
class Post:
    """A record in quarantine, the oldest first. Never who it is about.

    `upptinad`: who thawed those whom it froze, and when (ms); nobody where it still freezes or never did.
    """

    partition: int
    offset: int
    kod: str
    orsak: str
    tid: int
    alder_ms: int
    personer: int
    frysta: int
    forslag: Forslag | None
    upptinad: tuple[str, int] | None


def told(poster: Iterable[Karantanpost], lage: Lage, vem: str, nu: int) -> list[Post]:
    """The records in words, those that freeze somebody first, as who looks may act on them."""
    proposed = {act.post: act for act in lage.oppna(UPPTINING_FORESLAGEN)}
    thawed = {act.post: act for act, _ in reversed(lage.gjort) if act.slag == UPPTINING}
    found = [_post(one, proposed, thawed, vem, nu) for one in poster]
    return sorted(found, key=lambda one: (not one.frysta, one.tid, one.partition, one.offset))


Acts = Mapping[tuple[int, int] | None, Atgard]


def _post(post: Karantanpost, proposed: Acts, thawed: Acts, vem: str, nu: int) -> Post:
    place = (post.partition, post.offset)
    act, done = proposed.get(place), thawed.get(place)
    return Post(
        partition=post.partition,
        offset=post.offset,
        kod=post.orsak,
        orsak=why(post.orsak),
        tid=post.tid,
        alder_ms=max(nu - post.tid, 0),
        personer=post.personer,
        frysta=post.frysta,
        forslag=_proposed(act, vem, nu) if act and post.frysta else None,
        upptinad=(f"{done.foreslagen_av} och {done.vem}", done.tid) if done and not post.frysta else None,
    )


def _proposed(act: Atgard, vem: str, nu: int) -> Forslag:
    return Forslag(act.handelse_id, act.vem, SKAL.get(act.skal, act.skal), max(nu - act.tid, 0), act.vem == vem)


def why(kod: str) -> str:
    """Why a record could not be read, in a sentence."""
    if kod.startswith(UNFOLDABLE):
        return UNFOLDED
    return ORSAKER.get(kod, "Posten går inte att läsa.")
