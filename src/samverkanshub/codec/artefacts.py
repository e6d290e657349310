"""The regelverk as artefacts: canonical JSON by name, stored by digest, and back again. Pure.

One artefact a kind of data, so that a changed deadline does not give the directory a new digest. An artefact is
RFC 8785 bytes; its digest is their SHA-256 in hex. The digest of a regelverk is that of the JCS of its sorted
[name, digest] pairs: what `regelverk.aktiverat` names and every decision cites (T1).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from functools import lru_cache
from typing import Any, Final, Literal, TypeVar

import msgspec

from samverkanshub.codec.canonical import jcs
from samverkanshub.domain.actors import Aktor, Certifikat, Enhet, Katalog, Lasargrupp, Nyckel
from samverkanshub.domain.bevarande import Bevarande
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.regelverk import KONTORSTID, Bestammelse, Frist, Prenumeration, Regelverk, digest_of
from samverkanshub.domain.revisorer import Revisor

KATALOG: Final = "katalog"
BESTAMMELSER: Final = "bestammelser"
LISTOR: Final = "listor"
FRISTER: Final = "frister"
REGLER: Final = "regler"
REVISORER: Final = "revisorer"
OPERATORER: Final = "operatorer"
BEVARANDEN: Final = "bevaranden"
NAMES: Final = (BESTAMMELSER, FRISTER, KATALOG, LISTOR, REGLER)
"""The artefacts that every regelverk has, sorted."""
_WHERE_ANY: Final = frozenset({BEVARANDEN, OPERATORER, REVISORER})
"""Those it has where there are any such rows: one that has none keeps the digest it had before."""

T = TypeVar("T")


class _Nyckel(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a key of before there were two types, and revocation, does not say is left out: it keeps its digest."""

    id: str
    publik: str
    fran: str
    till: str
    typ: Literal["ed25519", "es256"] = "ed25519"
    aterkallad: bool = False


class _Katalog(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    aktorer: list[Aktor]
    enheter: list[Enhet]
    lasargrupper: list[Lasargrupp]
    kommuner: dict[str, str]
    nycklar: dict[str, tuple[_Nyckel, ...]]
    befolkning: dict[str, int]
    prenumerationer: list[Prenumeration]
    certifikat: dict[str, tuple[Certifikat, ...]] = {}
    """Left out where the directory says nothing of any: such a directory keeps the digest it had before."""


class _Listor(msgspec.Struct, forbid_unknown_fields=True):
    andamal: dict[str, str]
    listor: dict[str, list[str]]


class _Frister(msgspec.Struct, forbid_unknown_fields=True):
    frister: dict[str, Frist]
    helgdagar: list[str] = []
    kontorstid: str = KONTORSTID


class _Regler(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    befolkningsgrans: int
    scheman: list[str] = []


def digest(content: bytes) -> str:
    """SHA-256 of an artefact's bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def digests(artefacts: Mapping[str, bytes]) -> dict[str, str]:
    """The digest of each artefact by name, sorted by name: what `regelverk.aktiverat` lists."""
    return {name: digest(artefacts[name]) for name in sorted(artefacts)}


def regelverk_digest(by_name: Mapping[str, str]) -> str:
    """SHA-256 hex over the JCS of the sorted [name, digest] pairs."""
    return digest_of(by_name.items())


def artefacts_of(regelverk: Regelverk) -> dict[str, bytes]:
    """The artefacts of a regelverk; its own `digest` is not part of any."""
    values: dict[str, Any] = {
        KATALOG: _katalog(regelverk),
        BESTAMMELSER: sorted(regelverk.bestammelser, key=lambda row: (row.id, row.giltig_fran)),
        LISTOR: _Listor(dict(regelverk.andamal), {name: sorted(found) for name, found in regelverk.listor.items()}),
        FRISTER: _Frister(dict(regelverk.frister), sorted(regelverk.helgdagar), regelverk.kontorstid),
        REGLER: _Regler(regelverk.regelversion, regelverk.befolkningsgrans, sorted(regelverk.scheman)),
    }
    if regelverk.revisorer:
        values[REVISORER] = sorted(regelverk.revisorer, key=astuple)
    if regelverk.operatorer:
        values[OPERATORER] = sorted(regelverk.operatorer, key=astuple)
    if regelverk.bevaranden:
        values[BEVARANDEN] = sorted(regelverk.bevaranden, key=lambda row: (row.id, row.giltig_fran))
    return {name: jcs(msgspec.to_builtins(values[name])) for name in sorted(values)}


def _katalog(regelverk: Regelverk) -> _Katalog:
    katalog = regelverk.katalog
    return _Katalog(
        aktorer=[katalog.aktorer[id_] for id_ in sorted(katalog.aktorer)],
        enheter=[katalog.enheter[id_] for id_ in sorted(katalog.enheter)],
        lasargrupper=[katalog.lasargrupper[id_] for id_ in sorted(katalog.lasargrupper)],
        kommuner=dict(katalog.kommuner),
        nycklar={aktor: _wired(keys) for aktor, keys in katalog.nycklar.items()},
        befolkning=dict(katalog.befolkning),
        prenumerationer=sorted(regelverk.prenumerationer, key=lambda p: (p.enhet, p.typ, p.giltig_fran)),
        certifikat={aktor: tuple(sorted(found, key=astuple)) for aktor, found in katalog.certifikat.items()},
    )


def _wired(keys: Iterable[Nyckel]) -> tuple[_Nyckel, ...]:
    return tuple(msgspec.convert(key, _Nyckel, from_attributes=True) for key in sorted(keys, key=_key_order))


def _key_order(nyckel: Nyckel) -> tuple[str, str]:
    return nyckel.fran, nyckel.id


def regelverk_from(artefacts: Mapping[str, bytes]) -> Regelverk:
    """The regelverk that these artefacts are, digest included.

    Raises `Halt` (`regelverk-olasligt`) where one is missing, unknown, or not what this program reads: to judge by a
    rule set half understood would be to guess.
    """
    return _regelverk_from(tuple(sorted(artefacts.items())))


@lru_cache(maxsize=4)
def _regelverk_from(named: tuple[tuple[str, bytes], ...]) -> Regelverk:
    """Kept, since every partition of a gate and every journal of a run names the same few."""
    artefacts = dict(named)
    if sorted(artefacts.keys() - _WHERE_ANY) != list(NAMES):
        raise Halt("the artefacts must be `" + "`, `".join(NAMES) + "`", code="regelverk-olasligt")
    katalog = _read(KATALOG, artefacts, _Katalog)
    listor = _read(LISTOR, artefacts, _Listor)
    frister = _read(FRISTER, artefacts, _Frister)
    regler = _read(REGLER, artefacts, _Regler)
    lists = {name: frozenset(found) for name, found in listor.listor.items()}
    return Regelverk(
        digest=regelverk_digest(digests(artefacts)),
        katalog=_directory(katalog),
        bestammelser=tuple(_read(BESTAMMELSER, artefacts, list[Bestammelse])),
        kategorier=lists.get("kategori", frozenset()),
        andamal=listor.andamal,
        frister=frister.frister,
        prenumerationer=tuple(katalog.prenumerationer),
        regelversion=regler.version,
        befolkningsgrans=regler.befolkningsgrans,
        scheman=frozenset(regler.scheman),
        listor=lists,
        helgdagar=frozenset(frister.helgdagar),
        kontorstid=frister.kontorstid,
        revisorer=tuple(_read(REVISORER, artefacts, list[Revisor])) if REVISORER in artefacts else (),
        operatorer=tuple(_read(OPERATORER, artefacts, list[Operator])) if OPERATORER in artefacts else (),
        bevaranden=tuple(_read(BEVARANDEN, artefacts, list[Bevarande])) if BEVARANDEN in artefacts else (),
    )


def _directory(wire: _Katalog) -> Katalog:
    return Katalog(
        aktorer={aktor.id: aktor for aktor in wire.aktorer},
        enheter={enhet.id: enhet for enhet in wire.enheter},
        lasargrupper={grupp.id: grupp for grupp in wire.lasargrupper},
        kommuner=wire.kommuner,
        nycklar=msgspec.convert(wire.nycklar, dict[str, tuple[Nyckel, ...]], from_attributes=True),
        befolkning=wire.befolkning,
        certifikat=wire.certifikat,
    )


def _read(name: str, artefacts: Mapping[str, bytes], type_: type[T]) -> T:
    try:
        return _strict(artefacts[name], type_)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as cause:
        raise Halt(f"artefact `{name}` cannot be read", code="regelverk-olasligt", artefakt=name) from cause


def _strict(content: bytes, type_: type[T]) -> T:
    """Read, and pass over nothing; what an older program left out has its default: old rule sets stay callable."""
    value = msgspec.json.decode(content, type=type_)
    plain: Any = msgspec.json.decode(content)
    if jcs(plain) != content:
        raise ValueError("not canonical")
    if not _understood(plain, msgspec.to_builtins(value)):
        raise ValueError("unknown members")
    return value


def _understood(plain: Any, read: Any) -> bool:
    if isinstance(plain, dict):
        return all(name in read and _understood(member, read[name]) for name, member in plain.items())
    if isinstance(plain, list):
        return len(plain) == len(read) and all(map(_understood, plain, read))
    return bool(plain == read)
