"""I9: no personnummer where none may be: logs of processes, topics, both databases, errors' bodies."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from granskare.bild import Bild
from granskare.korning import Saknas
from granskare.svar import Svar, svar

_SIFFROR: Final = re.compile(rb"(?<!\d)(?:\d\d)?\d{6}[-+ ]?\d{4}(?!\d)")
_TOLV: Final = re.compile(rb"(?=((?:19|20)\d{6}[-+ ]?\d{4}))")
"""Twelve digits are found in whatever digits they stand among, ten only by themselves: times in ms have thirteen."""
_HEX: Final = re.compile(rb"(?:3[0-9]){6,8}(?:2[0bdBD])?(?:3[0-9]){4}")
_BAS64: Final = re.compile(rb"[MNO][DTjz][AEIMQUYcgk][w-z0-5]")
"""Three digits as base64 has them, at a place where its groups begin; every number has three such in some place."""
_FONSTER: Final = 28
PROVADE: Final = 200
"""How many of the numbers are planted, in every way of writing."""
_HEXTEXT: Final = re.compile(r"(?:[0-9a-f]{2}){8,}")


class Nummer:
    """The numbers that must not be found, and the search for them. A number is named by its place in the list."""

    def __init__(self, nummer: Iterable[str]) -> None:
        self._forms: dict[bytes, int] = {}
        for at, number in enumerate(nummer):
            digits = re.sub(r"\D", "", number).encode()
            self._forms |= {digits: at, digits[-10:]: at}

    def i(self, content: bytes) -> set[int]:
        """Which numbers stand in the content: in text, in hex, in base64."""
        found = set(self._klartext(content))
        for hit in _HEX.finditer(content):
            found.update(self._klartext(bytes.fromhex(hit.group().decode())))
        for hit in _BAS64.finditer(content):
            found.update(self._klartext(_avkodat(content, hit.start())))
        return found

    def _klartext(self, content: bytes) -> Iterator[int]:
        hits = [hit.group() for hit in _SIFFROR.finditer(content)] + [hit.group(1) for hit in _TOLV.finditer(content)]
        for hit in hits:
            at = self._forms.get(re.sub(rb"\D", b"", hit))
            if at is not None:
                yield at


def _avkodat(content: bytes, at: int) -> bytes:
    """What base64 says around a place, aligned with it."""
    start = at
    while start >= 4 and at - start < _FONSTER and re.fullmatch(rb"[A-Za-z0-9+/_-]{4}", content[start - 4 : start]):
        start -= 4
    token = re.match(rb"[A-Za-z0-9+/_-]*", content[start : at + _FONSTER])
    coded = token.group()[: len(token.group()) // 4 * 4] if token else b""
    rest = token.group()[len(coded) :] if token else b""
    padded = coded + (rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b"")
    return base64.b64decode(padded, altchars=b"-_" if re.search(rb"[-_]", padded) else None)


def former_av(nummer: str) -> dict[str, bytes]:
    """Ways in which a number can be written, by name: what the search must find."""
    digits = re.sub(r"\D", "", nummer)
    plain = {"12": digits, "10": digits[-10:], "12-4": f"{digits[:-4]}-{digits[-4:]}"}
    plain |= {"10-4": f"{digits[-10:-4]}-{digits[-4:]}", "10+4": f"{digits[-10:-4]}+{digits[-4:]}"}
    ways = {f"text {name}": text.encode() for name, text in plain.items()}
    ways |= {f"hex {name}": text.encode().hex().encode() for name, text in plain.items()}
    for before in range(3):
        blob = {name: base64.b64encode(b" a:"[:before] + text.encode() + b".") for name, text in plain.items()}
        ways |= {f"base64+{before} {name}": text for name, text in blob.items()}
    return ways


def sjalvprov(nummer: Iterable[str]) -> list[str]:
    """The ways of writing in which a planted number would not be found; empty as it should be."""
    missed: set[str] = set()
    for number in list(nummer)[:PROVADE]:
        search = Nummer([number])
        for way, written in former_av(number).items():
            if not search.i(b'{"x": "' + written + b'", "t": 1798000000000}'):
                missed.add(way)
    return sorted(missed)


# ------------------------------------------------------------------------------------------ where it is sought


def i9(bild: Bild) -> Svar:
    """I9: no number in any log, topic, database row or error's body; and one that is planted is found."""
    facts = bild.korning.fakta
    if not facts.nummer:
        raise Saknas("nummer of fakta.json: none to look for")
    if missed := sjalvprov(facts.nummer):
        raise Saknas(f"the search, which misses a planted number as {', '.join(missed)}")
    search, count, faults = Nummer(facts.nummer), 0, []
    for place, content in _overallt(bild):
        count += 1
        faults += [f"{place} has number {at} of fakta.json" for at in sorted(search.i(content))]
    return svar("I9", count, "lines, records, rows and error bodies", faults, "a planted number is found")


def _overallt(bild: Bild) -> Iterator[tuple[str, bytes]]:
    for path in bild.korning.filer("loggar"):
        with path.open("rb") as lines:
            yield from ((f"loggar/{path.name}:{number}", line) for number, line in enumerate(lines, start=1))
    for topic, records in bild.korning.amnen.items():
        for record in records:
            parts = [record["key"] or "", record["value"], *(content for _, content in record["headers"])]
            content = b"\n".join(bytes.fromhex(part) for part in parts)
            yield f"{topic} {record['partition']}/{record['offset']}", content
    yield from _rader(bild)
    for anrop in bild.anrop:
        status = anrop.rad["status"]
        said = (anrop.rad["svar"] if status and status >= 400 else None, anrop.rad["fel"])
        yield f"the answer to {anrop.namn}", json.dumps(said, ensure_ascii=False).encode()


def _rader(bild: Bild) -> Iterator[tuple[str, bytes]]:
    """Every row of both databases, as text and with what stands in it as bytes."""
    bild.korning.tabell("projektion", "karantan")
    for folder in ("projektion", "valv"):
        for path in bild.korning.filer(folder, "*.jsonl"):
            for number, row in enumerate(bild.korning.tabell(folder, path.stem), start=1):
                yield f"{folder}/{path.stem} row {number}", b"\n".join(_varden(row))


def _varden(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _varden(part)
    elif isinstance(value, list):
        for part in value:
            yield from _varden(part)
    else:
        text = str(value)
        # What is bytes is sought in as bytes: among the digits of its hex any number would stand some day.
        yield bytes.fromhex(text) if _HEXTEXT.fullmatch(text) and not text.isdecimal() else text.encode()
