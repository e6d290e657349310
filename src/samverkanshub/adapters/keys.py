"""Key files: private halves as PEM for their owner alone, public halves as dated YAML for the directory.

`<public>/<aktor>.yaml` lists an actor's public keys; `<private>/<aktor>.<key id>.pem` holds a private half, mode 0600.
A new key ends those before it, at once or after some days; while two are in force both are believed. A key that is
revoked stays in the file, which says so: what it signed before is still held to it.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import yaml

from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.marked import PART, DirectoryFault, Faults, Marked, dates, load
from samverkanshub.codec.keys import SEEDS, PrivateKey, generate_key, key_id, load_private, load_public, public_hex
from samverkanshub.domain.actors import ED25519, KEY_TYPES, Nyckel


def make_key(
    aktor: str, public: Path, private: Path, fran: str, till: str = "", *, typ: str = ED25519, kvar: int = 0
) -> tuple[Nyckel, Path]:
    """Make a key pair in force from `fran` (ISO date), end those before it, and say where the private half is.

    `kvar`: for how many days more the ones before may be used. Raises `DirectoryFault` where the actor's id is none, or
    a key that is not revoked begins on or after that day already. The private half is written first, so that no public
    key is ever without it.
    """
    if not PART.fullmatch(aktor):
        raise DirectoryFault(["`aktor` is no id"])
    earlier = read_actor_keys(public, aktor)
    if any(key.fran >= fran and not key.aterkallad for key in earlier):
        raise DirectoryFault([f"{aktor}.yaml: a key begins on or after `fran` already"])
    pem, nyckel = generate_key(os.urandom(SEEDS[typ]), fran, till, typ)
    place = private / f"{aktor}.{nyckel.id}.pem"
    write_atomically(place, pem, mode=0o600)
    last = (date.fromisoformat(fran) + timedelta(days=kvar)).isoformat()
    _write(public / f"{aktor}.yaml", (*(_ended(key, last) for key in earlier), nyckel))
    return nyckel, place


def revoke_key(aktor: str, public: Path, nyckel: str) -> Nyckel:
    """Say in the actor's file that a key holds no more. Raises `DirectoryFault` where it has none with that id."""
    if not PART.fullmatch(aktor):
        raise DirectoryFault(["`aktor` is no id"])
    keys = read_actor_keys(public, aktor)
    found = next((key for key in keys if key.id == nyckel), None)
    if found is None:
        raise DirectoryFault([f"{aktor}.yaml: no key has that id"])
    revoked = replace(found, aterkallad=True)
    _write(public / f"{aktor}.yaml", tuple(revoked if key is found else key for key in keys))
    return revoked


def _ended(nyckel: Nyckel, day: str) -> Nyckel:
    """The same, with no later end than this; what is revoked has ended, whatever its dates."""
    goes_on = not nyckel.aterkallad and (not nyckel.till or nyckel.till > day)
    return replace(nyckel, till=day) if goes_on else nyckel


def _write(path: Path, keys: tuple[Nyckel, ...]) -> None:
    write_atomically(path, yaml.safe_dump({"nycklar": [_row(key) for key in keys]}, sort_keys=False).encode())


def _row(key: Nyckel) -> dict[str, object]:
    """What is as it is unless said is not said."""
    more: dict[str, object] = {
        "till": key.till,
        "typ": key.typ if key.typ != ED25519 else "",
        "aterkallad": key.aterkallad,
    }
    return {"id": key.id, "publik": key.publik, "fran": key.fran, **{name: said for name, said in more.items() if said}}


class PrivateKeys:
    """The private halves in a directory, read when they are asked for; an empty path has none."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def private(self, aktor: str, nyckel: str) -> PrivateKey | None:
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
    seen: set[str] = set()
    for item, key in rows:
        if key.id in seen:
            item.fault("the key is given twice")
        seen.add(key.id)
    return tuple(key for _, key in rows)


def _key(item: Marked) -> Nyckel:
    m = item.record(["id", "publik", "fran"], ["till", "typ", "aterkallad"])
    fran, till = dates(m, "fran", "till")
    typ = m["typ"].one_of(KEY_TYPES, "type of key") if "typ" in m else ED25519
    revoked = m["aterkallad"].boolean() if "aterkallad" in m else False
    return Nyckel(m["id"].text() if "id" in m else "", _public(m, typ), fran, till, typ, revoked)


def _public(m: Mapping[str, Marked], typ: str) -> str:
    if "publik" not in m:
        return ""
    text = m["publik"].text()
    try:
        load_public(text, typ)
    except ValueError:
        m["publik"].fault("must be a public key of its `typ` in hex, Ed25519 unless it says another")
        return text
    if "id" in m and m["id"].text() != key_id(text):
        m["id"].fault("is not the id of this key")
    return text
