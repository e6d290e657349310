"""Key files: private halves as PEM for their owner alone, public halves as dated YAML for the directory.

`<public>/<aktor>.yaml` lists an actor's public keys; `<private>/<aktor>.<key id>.pem` holds a private half, mode 0600.
An actor's keys follow each other: one is in force on a day, and a new one ends the one before.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.marked import PART, DirectoryFault, Faults, Marked, dates, load
from samverkanshub.codec.keys import SEED_BYTES, generate_key, key_id, load_private, load_public, public_hex
from samverkanshub.domain.actors import Nyckel


def make_key(aktor: str, public: Path, private: Path, fran: str, till: str = "") -> tuple[Nyckel, Path]:
    """Make a key pair in force from `fran` (ISO date), end the open one before it, and say where the private half is.

    Raises `DirectoryFault` where the actor's id is none or a key already begins on or after that day. The private half
    is written first, so that no public key is ever without it.
    """
    if not PART.fullmatch(aktor):
        raise DirectoryFault(["`aktor` is no id"])
    earlier = read_actor_keys(public, aktor)
    if earlier and earlier[-1].fran >= fran:
        raise DirectoryFault([f"{aktor}.yaml: a key begins on or after `fran` already"])
    pem, nyckel = generate_key(os.urandom(SEED_BYTES), fran, till)
    place = private / f"{aktor}.{nyckel.id}.pem"
    write_atomically(place, pem, mode=0o600)
    _write(public / f"{aktor}.yaml", (*(_ended(key, fran) for key in earlier), nyckel))
    return nyckel, place


def _ended(nyckel: Nyckel, day: str) -> Nyckel:
    return replace(nyckel, till=day) if not nyckel.till or nyckel.till > day else nyckel


def _write(path: Path, keys: tuple[Nyckel, ...]) -> None:
    rows = [{"id": k.id, "publik": k.publik, "fran": k.fran, **({"till": k.till} if k.till else {})} for k in keys]
    write_atomically(path, yaml.safe_dump({"nycklar": rows}, sort_keys=False).encode())


class PrivateKeys:
    """The private halves in a directory, read when they are asked for; an empty path has none."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def private(self, aktor: str, nyckel: str) -> Ed25519PrivateKey | None:
        """An actor's key by its id; None where it is not here, cannot be read, or is not the key of that id."""
        if self._directory == Path() or not PART.fullmatch(aktor):
            return None
        try:
            found = load_private((self._directory / f"{aktor}.{nyckel}.pem").read_bytes())
        except (OSError, ValueError):
            return None
        return found if key_id(public_hex(found)) == nyckel else None


def read_public_keys(directory: Path) -> dict[str, tuple[Nyckel, ...]]:
    """Every actor's public keys in a directory, by aktor; an absent directory holds none. Raises `DirectoryFault`."""
    faults = Faults()
    found = {path.stem: _read(path, faults) for path in sorted(directory.glob("*.yaml"))}
    faults.check()
    return found


def read_actor_keys(directory: Path, aktor: str) -> tuple[Nyckel, ...]:
    """One actor's public keys by first day, none where there is no file. Raises `DirectoryFault`."""
    path, faults = directory / f"{aktor}.yaml", Faults()
    found = _read(path, faults) if path.exists() else ()
    faults.check()
    return found


def _read(path: Path, faults: Faults) -> tuple[Nyckel, ...]:
    rows = [(item, _key(item)) for item in load(path, faults, path.parent).listed("nycklar")]
    rows.sort(key=lambda row: (row[1].fran, row[1].id))
    for (_, earlier), (item, later) in pairwise(rows):
        if not earlier.till or later.fran < earlier.till:
            item.fault("the key's dates overlap those of the key before it")
    return tuple(key for _, key in rows)


def _key(item: Marked) -> Nyckel:
    m = item.record(["id", "publik", "fran"], ["till"])
    fran, till = dates(m, "fran", "till")
    return Nyckel(m["id"].text() if "id" in m else "", _public(m), fran, till)


def _public(m: Mapping[str, Marked]) -> str:
    if "publik" not in m:
        return ""
    text = m["publik"].text()
    try:
        load_public(text)
    except ValueError:
        m["publik"].fault("must be an Ed25519 public key in hex")
        return text
    if "id" in m and m["id"].text() != key_id(text):
        m["id"].fault("is not the id of this key")
    return text
