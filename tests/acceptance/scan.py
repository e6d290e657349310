"""Looks for personal data in everything a hub leaves on disk, in the forms in which it might lie there."""

import asyncio
import struct
from base64 import b64encode
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from subprocess import run as run_program
from sys import byteorder
from urllib.parse import quote

import asyncpg

from samverkanshub.adapters.servers.postgres import programs, run_as
from samverkanshub.settings import Settings

SECONDS = 120
WORD = 4
FEWEST = 9
"""Characters of base64 that do not come together by chance."""


@dataclass(frozen=True, slots=True)
class Needle:
    """Bytes to look for; `what` says whose, and in which form, without repeating them."""

    what: str
    content: bytes


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A needle, and the file or dump that has it."""

    where: str
    what: str


# -------------------------------------------------------------------------------------------------------- what to find


def numbers(people: Mapping[str, str]) -> list[Needle]:
    """Needles for personnummer of 12 digits, by name. One with century is found by its last ten digits."""
    return [Needle(f"{name}, {form}", found) for name, number in people.items() for form, found in _number(number)]


def _number(number: str) -> Iterator[tuple[str, bytes]]:
    ten = number[2:]
    for written in (ten, f"{ten[:6]}-{ten[6:]}", f"{ten[:6]}+{ten[6:]}"):
        yield from _text(written)
    for form, layout in (("big-endian", ">q"), ("little-endian", "<q")):
        yield f"12 digits as a {form} integer", struct.pack(layout, int(number))
        yield f"10 digits as a {form} integer", struct.pack(layout, int(ten))
    yield "12 digits as an Avro long", _zigzag(int(number))
    for written in (number, ten):
        yield "sha256", sha256(written.encode()).digest()
        yield "sha256 in hex", sha256(written.encode()).hexdigest().encode()


def texts(contents: Iterable[str]) -> list[Needle]:
    """Needles for free text."""
    found = enumerate(sorted(set(contents)))
    return [Needle(f"text {at}, {form}", content) for at, text in found for form, content in _text(text)]


def _text(text: str) -> Iterator[tuple[str, bytes]]:
    plain = text.encode()
    yield "utf-8", plain
    yield "hex", plain.hex().encode()
    for shift in range(3):
        encoded = _base64(plain, shift)
        if len(encoded) >= FEWEST:
            yield "base64", encoded
    if not text.isascii():
        yield "latin-1 or utf-16", text.encode("latin-1")
        yield "escaped", text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00")
        yield "url", quote(text).encode()


def _base64(plain: bytes, shift: int) -> bytes:
    """What base64 has of it wherever it stands in what was encoded: whole characters alone, in the common alphabet."""
    encoded = b64encode(bytes(shift) + plain)
    first = (8 * shift + 5) // 6
    inner = encoded[first : (8 * (shift + len(plain))) // 6]
    return max(inner.replace(b"/", b"+").split(b"+"), key=len)


def _zigzag(number: int) -> bytes:
    left, found = number << 1, bytearray()
    while left > 0x7F:
        found.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes([*found, left])


# ------------------------------------------------------------------------------------------------------- where to look


def search(needles: Sequence[Needle], content: bytes, where: str) -> list[Found]:
    """The needles that are in the content, also where it has them in UTF-16 or UTF-32."""
    # Between Latin letters those put zeros alone.
    dense = content.translate(None, b"\0")
    with_zeros = [needle for needle in needles if b"\0" in needle.content]
    without = [needle for needle in needles if b"\0" not in needle.content]
    return [Found(where, one.what) for one in (*_in(with_zeros, content), *_in(without, dense))]


def _in(needles: Sequence[Needle], content: bytes) -> Iterator[Needle]:
    """Most needles are ruled out by one pass over all of the content's words of four bytes."""
    words = set(memoryview(content[: len(content) // WORD * WORD]).cast("I"))
    for needle in needles:
        if any(inside <= words for inside in _words(needle.content)) and needle.content in content:
            yield needle


@cache
def _words(content: bytes) -> tuple[frozenset[int], ...]:
    """The whole words that something has inside it, for each way in which it may lie across words.

    None for some way where it is short, which rules nothing out.
    """
    starts = [range(first, len(content) - WORD + 1, WORD) for first in range(WORD)]
    return tuple(frozenset(int.from_bytes(content[at : at + WORD], byteorder) for at in ats) for ats in starts)


async def everywhere(needles: Sequence[Needle], settings: Settings) -> list[Found]:
    """All that a hub with embedded servers has on disk, and a dump of each of its databases."""
    dsns = {name: getattr(settings, name) for name in ("projektion", "valv")}
    databases = {f"base/{await _written_out(dsn)}" for dsn in dsns.values()}
    found = [one for name, dsn in dsns.items() for one in search(needles, dump(settings, dsn), f"dump of {name}")]
    for file in files(settings.data, databases):
        found += search(needles, _read(file), str(file.relative_to(settings.data)))
        # Whoever keeps a hub alive on this loop must have a turn now and then.
        await asyncio.sleep(0)
    return sorted(set(found))


def logs(needles: Sequence[Needle], settings: Settings) -> list[Found]:
    """What the roles and the servers have said."""
    said = [path for path in files(settings.data, ()) if path.suffix in (".log", ".out", ".1")]
    return [found for file in said for found in search(needles, _read(file), str(file.relative_to(settings.data)))]


def files(data: Path, databases: Container[str]) -> list[Path]:
    """Every file of the data directory.

    But for a copy of PostgreSQL's own programs, and for the databases that come with a server and that the hub only
    ever connects to in order to make its own.
    """
    found = (path for path in data.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in found if _is_the_hubs(path.relative_to(data).parts, databases))


def _is_the_hubs(parts: Sequence[str], databases: Container[str]) -> bool:
    if parts[:3] == ("postgres", "data", "base"):
        return "/".join(parts[2:4]) in databases
    return not (parts[0] == "postgres" and parts[1].startswith("program-"))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


async def _written_out(dsn: str) -> int:
    """See that all of it is in its files; returns the database's number, by which its directory is named."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("checkpoint")
        return int(await connection.fetchval("select oid from pg_database where datname = current_database()"))
    finally:
        await connection.close()


def dump(settings: Settings, dsn: str) -> bytes:
    """The database as SQL; bytes are written in hex."""
    program = programs(settings.data / "postgres", run_as()) / "pg_dump"
    return run_program([program, "--dbname", dsn], check=True, capture_output=True, timeout=SECONDS).stdout
