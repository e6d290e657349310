"""What can be chosen in a form: the directory's units and municipalities, and the regelverk's provisions and lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.codec.shape import Code
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.tid import iso_day
from samverkanshub.entrypoints.web.blankett.ord import KALLOR, LISTOR, NUMMER, personroll, val

B2: Final = "B2"


@dataclass(frozen=True, slots=True)
class Val:
    """A choice: the value that is sent, how it is told, and the group it is told in."""

    varde: str
    namn: str
    grupp: str = ""


@dataclass(frozen=True, slots=True)
class Urval:
    """The choices of a regelverk for a sender's unit on a day."""

    enheter: tuple[Val, ...]
    organisationer: tuple[Val, ...]
    kommuner: tuple[Val, ...]
    bestammelser: tuple[Val, ...]
    listor: Mapping[str, tuple[Val, ...]]


def urval(regelverk: Regelverk, typ: str, enhet: str, now: int) -> Urval:
    """What somebody of this unit can choose in a form of this type now."""
    katalog = regelverk.katalog
    return Urval(
        enheter=_sorted(Val(e.id, e.namn, _actor(katalog, e.aktor)) for e in katalog.enheter.values()),
        organisationer=_sorted(Val(a.id, a.namn) for a in katalog.aktorer.values()),
        kommuner=_sorted(Val(id_, _actor(katalog, aktor)) for id_, aktor in katalog.kommuner.items()),
        bestammelser=_provisions(regelverk, typ, katalog.enheter[enhet].verksamhet, iso_day(now)),
        listor={name: _listed(regelverk, name, words) for name, words in LISTOR.items()},
    )


def _actor(katalog: Katalog, id_: str) -> str:
    return katalog.aktorer[id_].namn if id_ in katalog.aktorer else id_


def _provisions(regelverk: Regelverk, typ: str, verksamhet: str, day: str) -> tuple[Val, ...]:
    """Those that the sender may invoke today, in this type of message and in some direction from here."""
    may = [
        row
        for row in regelverk.provisions(B2, day)
        if row.serves(typ) and any(fran == verksamhet for fran, _ in row.fran_till)
    ]
    return tuple(Val(row.id, f"{row.namn} ({row.kalla})") for row in may)


def _listed(regelverk: Regelverk, name: str, words: Mapping[str, str]) -> tuple[Val, ...]:
    return _sorted(Val(kod, words.get(kod, kod)) for kod in regelverk.listor.get(name, frozenset()))


def _sorted(found: Iterable[Val]) -> tuple[Val, ...]:
    return tuple(sorted(found, key=lambda one: (one.grupp.casefold(), one.namn.casefold())))


def for_code(namn: str, node: Code, choices: Urval) -> tuple[Val, ...]:
    """The choices of a coded member; none for one that is typed."""
    if node.slag == "symbols":
        return tuple(Val(symbol, val(namn, symbol)) for symbol in node.symbols)
    if node.lista == "kommun":
        return choices.kommuner
    if node.lista:
        return choices.listor.get(node.lista, ())
    return _by_name(choices).get(namn, ())


def _by_name(choices: Urval) -> Mapping[str, tuple[Val, ...]]:
    return {
        "aktor": choices.organisationer,
        "bestammelse": choices.bestammelser,
        "enhet": choices.enheter,
        "fast_vardkontakt": choices.enheter,
        "till": choices.enheter,
    }


def recipients(choices: Urval, slag: tuple[str, ...], message: bool) -> tuple[Val, ...]:
    """Q1, K1: a message goes to units; a consent may name organisations too."""
    units = tuple(Val(f"enhet:{one.varde}", one.namn, one.grupp) for one in choices.enheter)
    if message or "organisation" not in slag:
        return units
    whole = tuple(Val(f"organisation:{one.varde}", one.namn, "Hela organisationer") for one in choices.organisationer)
    return (*whole, *units)


def persons(roller: Iterable[str]) -> tuple[tuple[Val, ...], tuple[Val, ...]]:
    """The roles of a type, and the kinds of number."""
    return (
        tuple(Val(roll, personroll(roll).capitalize()) for roll in roller),
        tuple(Val(slag, name) for slag, name in NUMMER.items()),
    )


SOURCES: Final = tuple(Val(kod, name) for kod, name in KALLOR.items())
