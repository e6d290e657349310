"""The formats that a reader needs, by docs/adr/0001 and the C2SP pages: Avro, digests, RFC 6962, signed notes.

Written from those pages, with nothing of the hub's own code.
"""

import base64
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from struct import pack
from typing import Any, Final

import fastavro
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SCHEMAN: Final = Path(__file__).parents[3] / "schemas" / "avro"
_HEAD: Final = 5


class Olaslig(Exception):
    """Bytes that are not what they should be."""


# ------------------------------------------------------------------------------------------ Avro


@cache
def _schema(number: int) -> tuple[str, Any]:
    index = json.loads((SCHEMAN / "index.json").read_bytes())["scheman"]
    named = next((one["namn"] for one in index if one["id"] == number), None)
    if named is None:
        raise Olaslig("unknown schema")
    return named, fastavro.parse_schema(json.loads((SCHEMAN / f"{named}.avsc").read_bytes()), _force=True)


def avro(content: bytes, namn: str) -> dict[str, Any]:
    """The datum of `00 || u32(schema id) || Avro body`, which must be of the schema named; raises `Olaslig`."""
    if len(content) < _HEAD or content[0]:
        raise Olaslig("no wire format")
    named, schema = _schema(int.from_bytes(content[1:_HEAD], "big"))
    body = io.BytesIO(content[_HEAD:])
    if named != namn:
        raise Olaslig("another schema")
    try:
        found: Any = fastavro.schemaless_reader(body, schema, None)
    except Exception as fault:  # fastavro raises whatever its parts raise.
        raise Olaslig("no datum of its schema") from fault
    if body.read(1):
        raise Olaslig("bytes after the datum")
    return dict(found)


# ------------------------------------------------------------------------------------------ digests


def _lp(content: bytes) -> bytes:
    return pack(">I", len(content)) + content


def postsumma(
    partition: int, offset: int, tid: int, key: bytes | None, headers: Sequence[tuple[str, bytes]], value: bytes
) -> bytes:
    """The digest of a record of the log."""
    keyed = b"\0" if key is None else b"\1" + _lp(key)
    named = b"".join(_lp(name.encode()) + _lp(content) for name, content in headers)
    place = pack(">iqq", partition, offset, tid)
    return sha256(b"samverkan/post/v1\0" + place + keyed + pack(">I", len(headers)) + named + _lp(value)).digest()


def beslutssumma(poster: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The digest of a decision: the root over its entries, each (salt, bytes)."""
    return rot([sha256(b"\0" + salt + entry).digest() for salt, entry in poster])


def bladhash(entry: bytes) -> bytes:
    """RFC 6962: a leaf's hash."""
    return sha256(b"\0" + entry).digest()


def rot(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962: the root over leaf hashes."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return _nod(rot(hashes[:split]), rot(hashes[split:]))


def _nod(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def rotter(hashes: Sequence[bytes], storlekar: Iterable[int]) -> dict[int, bytes]:
    """The root of the tree at each of these sizes; each hash is taken up once."""
    wanted, found = set(storlekar), dict[int, bytes]()
    peaks: list[tuple[int, bytes]] = []
    for size in range(len(hashes) + 1):
        if size in wanted:
            found[size] = _av_toppar(peaks)
        if size < len(hashes):
            width, top = 1, hashes[size]
            while peaks and peaks[-1][0] == width:
                top, width = _nod(peaks.pop()[1], top), width * 2
            peaks.append((width, top))
    return found


def _av_toppar(peaks: Sequence[tuple[int, bytes]]) -> bytes:
    if not peaks:
        return sha256(b"").digest()
    top = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        top = _nod(left, top)
    return top


# ------------------------------------------------------------------------------------------ signed notes


@dataclass(frozen=True, slots=True)
class Nyckel:
    """A verifier key: the log's name, the key's id and its public half."""

    namn: str
    id: bytes
    publik: bytes


@dataclass(frozen=True, slots=True)
class Kontrollpunkt:
    """A checkpoint whose signature was good."""

    storlek: int
    rot: bytes


def nyckel(text: str) -> Nyckel:
    """A verifier key `<name>+<id>+<base64>`; raises `Olaslig`."""
    name, id_, material = [*text.strip().split("+", 2), "", ""][:3]
    kind = _b64(material)
    expected = sha256(name.encode() + b"\n" + kind).digest()[:4]
    if len(kind) != 33 or kind[0] != 1 or id_ != expected.hex():
        raise Olaslig("no verifier key for Ed25519")
    return Nyckel(name, expected, kind[1:])


def kontrollpunkt(text: str, key: Nyckel) -> Kontrollpunkt:
    """A checkpoint that the key has signed; raises `Olaslig` saying what is wrong."""
    body, blank, lines = text.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise Olaslig("is no signed note")
    signed = (body + "\n").encode()
    named = [line.removeprefix(f"— {key.namn} ") for line in lines.splitlines() if line.startswith(f"— {key.namn} ")]
    own = [content[4:] for content in map(_b64, named) if content[:4] == key.id]
    if not own or not all(_signerad(key, signature, signed) for signature in own):
        raise Olaslig("has no good signature of the log's key")
    parts = body.split("\n")
    if len(parts) < 3 or parts[0] != key.namn or not parts[1].isdecimal():
        raise Olaslig("is not formed as a checkpoint of its log")
    return Kontrollpunkt(int(parts[1]), _b64(parts[2]))


def _signerad(key: Nyckel, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.publik).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _b64(text: str) -> bytes:
    try:
        content = base64.b64decode(text.encode(), validate=True)
    except ValueError as fault:
        raise Olaslig("has no base64") from fault
    if base64.b64encode(content).decode() != text:
        raise Olaslig("has base64 that no encoder writes")
    return content
