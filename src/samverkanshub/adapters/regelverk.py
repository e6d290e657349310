"""Reads `deploy/regelverk` and compiles it into artefacts. Every error is reported with file and line, all at once."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import yaml

from samverkanshub.adapters.bevarandefil import read_retention
from samverkanshub.adapters.fristfil import read_deadlines
from samverkanshub.adapters.katalog import Files, read_katalog
from samverkanshub.adapters.marked import DirectoryFault, Faults, Marked, dates, load
from samverkanshub.adapters.operatorfil import read_operators
from samverkanshub.adapters.revisorfil import read_auditors
from samverkanshub.codec.artefacts import artefacts_of
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.actors import Katalog, Nyckel
from samverkanshub.domain.regelverk import Bestammelse, Prenumeration, Regelverk

__all__ = ["DirectoryFault", "read", "read_files", "read_regelverk"]

LISTS: Final = ("kategori", "aldersklass", "meddelandetyp", "enhetstyp", "verksamhet", "aktorslag", "villkor", "marke")
"""The lists that `listor.yaml` must hold; `kommun` and `andamal` come from what has them."""
PROVISION_REQUIRED: Final = ("id", "regel", "namn", "kalla", "marke", "giltig_fran")
PROVISION_OPTIONAL: Final = (
    *("giltig_till", "fran_till", "kategorier", "villkor", "typer", "anmarkning", "enskilda", "inom", "alternativ"),
)
FLOW_REQUIRED: Final = (*PROVISION_REQUIRED, "fran_till", "kategorier")
PROVISION_OF: Final[Mapping[str, tuple[str, ...]]] = {"B2": ("fran_till", "villkor"), "B6": ("fran_till", "inom")}
"""What a row must say beside that, by its rule: a basis whose flow or conditions are unsaid would be a hole."""
WITHIN: Final = ("namnd", "region")


def read(directory: Path, nycklar: Mapping[str, Sequence[Nyckel]]) -> dict[str, bytes]:
    """The artefacts of a directory, canonical JSON by name; raises `DirectoryFault`."""
    return artefacts_of(read_regelverk(directory, nycklar))


def read_files(files: Mapping[str, bytes], nycklar: Mapping[str, Sequence[Nyckel]]) -> dict[str, bytes]:
    """The same of files by name, as somebody sent them: one of another name is a fault, and one that is too much.

    An alias of an alias makes a small file larger than any could read.
    """
    faults = Faults()
    for name in sorted(files):
        if name not in FILES:
            faults.add(name[:MOST_NAME], 1, "it is no file of a regelverk")
        elif _too_much(files[name]):
            faults.add(name, 1, "it is too deep, or too large with its aliases followed")
    faults.check()
    with TemporaryDirectory() as directory:
        for name, content in files.items():
            (Path(directory) / name).write_bytes(content)
        return read(Path(directory), nycklar)


def _too_much(content: bytes) -> bool:
    """Is it more than a regelverk with its aliases followed, or too deep? What is no YAML is said to be none later."""
    try:
        waiting = [yaml.compose(content, Loader=yaml.SafeLoader)]
    except yaml.YAMLError:
        return False
    except RecursionError:
        return True
    count = 0
    while waiting and count <= MOST_NODES:
        node, count = waiting.pop(), count + 1
        below = node.value if isinstance(node, yaml.CollectionNode) else []
        waiting += [part for one in below for part in (one if isinstance(one, tuple) else (one,))]
    return count > MOST_NODES


def read_regelverk(directory: Path, nycklar: Mapping[str, Sequence[Nyckel]]) -> Regelverk:
    """The regelverk of a directory, without digest; raises `DirectoryFault` with every fault of every file.

    `nycklar` are the actors' public keys by aktor. An actor without one can receive, but neither send nor open.
    """
    faults = Faults()
    documents = {name: load(directory / f"{name}.yaml", faults, directory) for name in _FILES}
    lists, andamal = _lists(documents["listor"])
    keys = {aktor: tuple(sorted(found, key=_first_day)) for aktor, found in nycklar.items()}
    katalog = read_katalog(Files(*(documents[name] for name in _FILES[:4])), lists, keys)
    _check_keys(katalog, faults)
    lists = {**lists, "kommun": frozenset(katalog.kommuner), "andamal": frozenset(andamal)}
    version, limit = _rules(documents["regler"])
    deadlines = read_deadlines(documents["frister"], lists)
    regelverk = Regelverk(
        digest="",
        katalog=katalog,
        bestammelser=_provisions(documents["bestammelser"], lists),
        kategorier=lists["kategori"],
        andamal=andamal,
        frister=deadlines.frister,
        prenumerationer=tuple(_subscriptions(documents["prenumerationer"], katalog, lists)),
        regelversion=version,
        befolkningsgrans=limit,
        scheman=default_schemas().signatures,
        listor=lists,
        helgdagar=deadlines.helgdagar,
        kontorstid=deadlines.kontorstid,
        revisorer=tuple(read_auditors(documents["revisorer"], katalog)),
        operatorer=tuple(read_operators(documents["operatorer"])),
        bevaranden=tuple(read_retention(documents["bevaranden"], lists)),
    )
    faults.check()
    return regelverk


_FILES: Final = (
    "kommuner",
    "mallar",
    "aktorer",
    "lasargrupper",
    "listor",
    "bestammelser",
    "frister",
    "prenumerationer",
    "regler",
    "revisorer",
    "operatorer",
    "bevaranden",
)
FILES: Final = frozenset(f"{name}.yaml" for name in _FILES)
"""What a regelverk's directory is to hold."""
MOST_NODES: Final = 100_000
"""Values of a file that somebody sent, with its aliases followed; ours have some thousand."""
MOST_NAME: Final = 40
"""Characters that are told of the name of a file that is none of those."""


# ----------------------------------------------------------------------------------------------------------------- keys


def _first_day(nyckel: Nyckel) -> tuple[str, str]:
    return nyckel.fran, nyckel.id


def _check_keys(katalog: Katalog, faults: Faults) -> None:
    for aktor in sorted(katalog.nycklar):
        if aktor not in katalog.aktorer:
            faults.add(f"nycklar/{aktor}", 1, f"a key of an unknown actor `{aktor}`")
    counted = Counter(key.id for keys in katalog.nycklar.values() for key in keys)
    for aktor, keys in sorted(katalog.nycklar.items()):
        for twice in sorted({key.id for key in keys if counted[key.id] > 1}):
            faults.add(f"nycklar/{aktor}", 1, f"key `{twice}` is given twice: a key is one actor's, and stands once")


# ---------------------------------------------------------------------------------------------------------------- lists


def _lists(document: Marked) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    members = document.record(["listor", "andamal"])
    wanted = members["listor"].record(LISTS) if "listor" in members else {}
    lists = {name: _list(wanted[name]) if name in wanted else frozenset() for name in LISTS}
    return lists, _purposes(members["andamal"], lists["meddelandetyp"]) if "andamal" in members else {}


def _list(value: Marked) -> frozenset[str]:
    found = value.texts()
    if not found or len(set(found)) < len(found):
        value.fault("a closed list holds different values, and at least one")
    return frozenset(found)


def _purposes(value: Marked, types: Collection[str]) -> dict[str, str]:
    """Purpose to the one message type it serves; a type serves one purpose."""
    found: dict[str, str] = {}
    for andamal, typ in value.members().items():
        served = typ.one_of(types, "message type")
        if served and served in found.values():
            typ.fault("the message type serves another purpose already")
        found[andamal] = served
    return found


# ----------------------------------------------------------------------------------------------------------- provisions


def _provisions(document: Marked, lists: Mapping[str, Collection[str]]) -> tuple[Bestammelse, ...]:
    members = document.record(["bestammelser", "forbjudna_floden"])
    rows = [
        (item, _provision(item, item.record(required, PROVISION_OPTIONAL), lists, forbids))
        for name, required, forbids in (
            ("bestammelser", PROVISION_REQUIRED, False),
            ("forbjudna_floden", FLOW_REQUIRED, True),
        )
        for item in (members[name].items() if name in members else ())
    ]
    _check_versions(rows)
    _check_alternatives(rows)
    return tuple(sorted((row for _, row in rows), key=_version_order))


def _provision(
    item: Marked, m: Mapping[str, Marked], lists: Mapping[str, Collection[str]], forbids: bool
) -> Bestammelse:
    texts = {name: m[name].filled() if name in m else "" for name in ("regel", "namn", "kalla", "anmarkning")}
    fran, till = dates(m, "giltig_fran", "giltig_till")
    flows = _flows(m["fran_till"], lists["verksamhet"]) if "fran_till" in m else ()
    categories = m["kategorier"].some_of(lists["kategori"], "category") if "kategorier" in m else ()
    if forbids and "fran_till" in m and "kategorier" in m and not (flows and categories):
        item.fault("a forbidden flow names from, to and categories (K10)")
    for name in PROVISION_OF.get(texts["regel"], ()):
        if not forbids and (name not in m or not (m[name].text() if m[name].is_scalar else m[name].items())):
            item.fault(f"a provision of {texts['regel']} names `{name}`")
    return Bestammelse(
        id=m["id"].ident() if "id" in m else "",
        regel=texts["regel"],
        namn=texts["namn"],
        kalla=texts["kalla"],
        marke=m["marke"].one_of(lists["marke"], "mark") if "marke" in m else "",
        giltig_fran=fran,
        giltig_till=till,
        fran_till=flows,
        kategorier=tuple(sorted(categories)),
        villkor=m["villkor"].some_of(lists["villkor"], "condition") if "villkor" in m else (),
        typer=m["typer"].some_of(lists["meddelandetyp"], "message type") if "typer" in m else (),
        forbjuder=forbids,
        anmarkning=texts["anmarkning"],
        enskilda=m["enskilda"].boolean() if "enskilda" in m else False,
        inom=m["inom"].one_of(WITHIN, "body to be within") if "inom" in m else "",
        alternativ=m["alternativ"].texts() if "alternativ" in m else (),
    )


def _flows(value: Marked, verksamheter: Collection[str]) -> tuple[tuple[str, str], ...]:
    found: set[tuple[str, str]] = set()
    for item in value.items():
        m = item.record(["fran", "till"])
        fran, till = (m[end].some_of(verksamheter, "verksamhet") if end in m else () for end in ("fran", "till"))
        found |= set(product(fran, till))
    return tuple(sorted(found))


def _version_order(row: Bestammelse) -> tuple[str, str]:
    return row.id, row.giltig_fran


def _check_versions(rows: Sequence[tuple[Marked, Bestammelse]]) -> None:
    """One id may have several wordings, one after the other, never two on the same day."""
    for (_, earlier), (item, later) in pairwise(sorted(rows, key=lambda pair: _version_order(pair[1]))):
        overlap = not earlier.giltig_till or later.giltig_fran < earlier.giltig_till
        if earlier.id and earlier.id == later.id and overlap:
            item.fault(f"provision `{later.id}` is given twice for the same days")


def _check_alternatives(rows: Sequence[tuple[Marked, Bestammelse]]) -> None:
    """B2: what a row names as alternative is a secrecy-breaking provision too."""
    known = {row.id for _, row in rows if row.regel == "B2" and not row.forbjuder}
    for item, row in rows:
        for id_ in sorted(set(row.alternativ) - known):
            item.fault(f"`alternativ` names `{id_}`, which is no provision of B2")


# ------------------------------------------------------------------------------------------- subscriptions and rule set


def _subscriptions(document: Marked, katalog: Katalog, lists: Mapping[str, Collection[str]]) -> Iterator[Prenumeration]:
    for item in document.listed("prenumerationer"):
        m = item.record(["enhet", "typ", "territorium", "giltig_fran"], ["giltig_till"])
        fran, till = dates(m, "giltig_fran", "giltig_till")
        yield Prenumeration(
            enhet=m["enhet"].one_of(katalog.enheter, "unit") if "enhet" in m else "",
            typ=m["typ"].one_of(lists["meddelandetyp"], "message type") if "typ" in m else "",
            territorium=m["territorium"].some_of(katalog.kommuner, "municipality") if "territorium" in m else (),
            giltig_fran=fran,
            giltig_till=till,
        )


def _rules(document: Marked) -> tuple[int, int]:
    m = document.record(["version", "befolkningsgrans"])
    version, limit = (m[name].integer() if name in m else 0 for name in ("version", "befolkningsgrans"))
    return version, limit
