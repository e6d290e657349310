"""What differs between two regelverk, part by part, as who is to approve one of them must be told it. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final

from samverkanshub.domain.regelverk import Frist, Regelverk
from samverkanshub.domain.revisorer import Revisor

TILLAGD: Final = "tillagd"
BORTTAGEN: Final = "borttagen"
ANDRAD: Final = "andrad"

AKTOR: Final = "aktor"
ENHET: Final = "enhet"
LASARGRUPP: Final = "lasargrupp"
NYCKEL: Final = "nyckel"
CERTIFIKAT: Final = "certifikat"
KOMMUN: Final = "kommun"
PRENUMERATION: Final = "prenumeration"
BESTAMMELSE: Final = "bestammelse"
FRIST: Final = "frist"
HELGDAG: Final = "helgdag"
LISTA: Final = "lista"
ANDAMAL: Final = "andamal"
REGEL: Final = "regel"
SCHEMA: Final = "schema"
REVISOR: Final = "revisor"
OPERATOR: Final = "operator"
BEVARANDE: Final = "bevarande"
SLAG: Final = (
    *(
        AKTOR,
        ENHET,
        LASARGRUPP,
        NYCKEL,
        CERTIFIKAT,
        KOMMUN,
        PRENUMERATION,
        BESTAMMELSE,
        REGEL,
        FRIST,
        HELGDAG,
        LISTA,
        ANDAMAL,
    ),
    *(SCHEMA, REVISOR, OPERATOR, BEVARANDE),
)
"""The parts of a regelverk, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Falt:
    """A member that is another: its name, and what it was and is; empty where it has none."""

    namn: str
    fran: str
    till: str


@dataclass(frozen=True, slots=True)
class Andring:
    """A part that came (`TILLAGD`), went (`BORTTAGEN`) or is another (`ANDRAD`), which of them says `falt`.

    `slag` is one of `SLAG`; `id` is what the regelverk knows it by, `namn` its name where it has one.
    """

    slag: str
    id: str
    hur: str
    namn: str = ""
    falt: tuple[Falt, ...] = ()


def skillnad(fore: Regelverk, efter: Regelverk) -> tuple[Andring, ...]:
    """T1: all that differs from one regelverk to another, part by part in the order of `SLAG`, each sorted by id."""
    before, after = _parts(fore), _parts(efter)
    return tuple(one for slag in SLAG for one in _differing(slag, before[slag], after[slag]))


def _differing(slag: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Andring]:
    for id_ in sorted(before.keys() | after.keys()):
        if id_ not in before:
            yield Andring(slag, id_, TILLAGD, _name(after[id_]))
        elif id_ not in after:
            yield Andring(slag, id_, BORTTAGEN, _name(before[id_]))
        elif found := tuple(_members(before[id_], after[id_])):
            yield Andring(slag, id_, ANDRAD, _name(after[id_]), found)


def _members(before: Any, after: Any) -> Iterator[Falt]:
    old, new = _flat(before), _flat(after)
    for name in sorted(old.keys() | new.keys()):
        if old.get(name, "") != new.get(name, ""):
            yield Falt(name, old.get(name, ""), new.get(name, ""))


# ------------------------------------------------------------------------------------------ the parts by id


def _parts(regelverk: Regelverk) -> dict[str, Mapping[str, Any]]:
    katalog = regelverk.katalog
    return {
        AKTOR: katalog.aktorer,
        ENHET: katalog.enheter,
        LASARGRUPP: katalog.lasargrupper,
        NYCKEL: _by((f"{aktor} {one.id}", one) for aktor, keys in katalog.nycklar.items() for one in keys),
        CERTIFIKAT: _by((f"{aktor} {one.fran}", one) for aktor, held in katalog.certifikat.items() for one in held),
        KOMMUN: {
            id_: {"aktor": katalog.kommuner.get(id_, ""), "befolkning": katalog.befolkning.get(id_, "")}
            for id_ in {*katalog.kommuner, *katalog.befolkning}
        },
        PRENUMERATION: _by((f"{one.enhet} {one.typ} {one.giltig_fran}", one) for one in regelverk.prenumerationer),
        BESTAMMELSE: _by((f"{one.id} {one.giltig_fran}", one) for one in regelverk.bestammelser),
        FRIST: regelverk.frister,
        HELGDAG: dict.fromkeys(regelverk.helgdagar, ""),
        LISTA: {f"{name} {one}": "" for name, found in regelverk.listor.items() for one in found},
        ANDAMAL: regelverk.andamal,
        REGEL: {
            "befolkningsgrans": regelverk.befolkningsgrans,
            "kontorstid": regelverk.kontorstid,
            "regelversion": regelverk.regelversion,
        },
        SCHEMA: dict.fromkeys(regelverk.scheman, ""),
        REVISOR: _by((_of_auditor(one), one) for one in regelverk.revisorer),
        OPERATOR: _by((f"{one.anvandare} {one.fran}", one) for one in regelverk.operatorer),
        BEVARANDE: _by((f"{one.id} {one.giltig_fran}", one) for one in regelverk.bevaranden),
    }


def _of_auditor(one: Revisor) -> str:
    return f"{one.aktor} {one.anvandare} {one.slag} {one.id} {one.fran}"


def _by(found: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """By id, in a stable order; what has the id of another gets a number, so that nothing is passed over."""
    made, seen = dict[str, Any](), Counter[str]()
    for id_, one in sorted(found, key=lambda pair: (pair[0], str(pair[1]))):
        seen[id_] += 1
        made[id_ if seen[id_] == 1 else f"{id_} ({seen[id_]})"] = one
    return made


# ------------------------------------------------------------------------------------------ as text


def _name(value: Any) -> str:
    return str(getattr(value, "namn", ""))


def _flat(value: Any) -> dict[str, str]:
    """The members of a value by name, as text; of what has none, the value itself without a name."""
    if isinstance(value, Frist):
        own = {one.name: _text(getattr(value, one.name)) for one in fields(value) if one.name != "kommuner"}
        return own | {f"{kommun} {n}": t for kommun, frist in value.kommuner.items() for n, t in _flat(frist).items()}
    if is_dataclass(value):
        return {one.name: _text(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {name: _text(member) for name, member in value.items()}
    return {"": _text(value)}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, tuple):
        return ", ".join(" → ".join(one) if isinstance(one, tuple) else str(one) for one in value)
    return "" if value is None else str(value)
