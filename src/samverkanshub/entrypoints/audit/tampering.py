"""One byte, or one column, changed of each kind that an auditor is shown, and where that must be found."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from samverkanshub.entrypoints.audit.copy import Copy
from samverkanshub.verifier import Finding, Key, Tampered, verify_evidence

FULL: Final = 256
HASH: Final = 32
ENTRY: Final = 66
"""Bytes of a leaf in a bundle, with its length before it."""
BYTE: Final = "one byte of the"
COLUMNS: Final = ("handelse_id", "aktor", "lasargrupp", "typ", "status")
"""Beside a decision, with its time."""

Ask = Callable[[], Awaitable[Finding | None]]


@dataclass(frozen=True, slots=True)
class Tampering:
    """What was changed, how the verifier is asked about it, and what it must then name."""

    what: str
    ask: Ask
    kinds: frozenset[str]
    positions: frozenset[int]
    path: str = ""

    async def named(self) -> tuple[bool, str]:
        """Was it found, and named where it is; and what was said."""
        found = await self.ask()
        if found is None:
            return False, "not found"
        right = found.what in self.kinds and found.position in self.positions and found.path == self.path
        return right, str(found)


def flipped(content: bytes, at: int, random: Random) -> bytes:
    """With one bit of a byte the other way."""
    return content[:at] + bytes([content[at] ^ (1 << random.randrange(8))]) + content[at + 1 :]


# ------------------------------------------------------------------------------------------ of the log


def of_log(copy: Copy, demo: int, random: Random) -> Iterator[Tampering]:
    """One byte of each kind in a log whose first `demo` positions are the demo's."""
    for at in (random.randrange(demo), random.randrange(len(copy.log.records))):
        yield _record(copy, at, random)
        yield _decision(copy, at, random)
        yield from _columns(copy, at)
    for path in _some(copy.files, "tile/entries/"):
        yield _leaf(copy, path, random)
    for level in range(8):
        for path in _some(copy.files, f"tile/{level}/"):
            yield _tile(copy, level, path, random)
    yield from _checkpoint(copy, random)


def _some(files: Mapping[str, bytes], below: str) -> list[str]:
    """A full one, and the one at the edge, where there are such."""
    found = sorted(path for path in files if path.startswith(below))
    full = [path for path in found if ".p/" not in path]
    return [*full[len(full) // 2 :][:1], *(path for path in found if ".p/" in path)]


def _record(copy: Copy, at: int, random: Random) -> Tampering:
    record = copy.log.records[at]
    changed = replace(record, value=flipped(record.value, random.randrange(len(record.value)), random))
    return _of(copy.with_record(changed), f"{BYTE} log record", "record", {at})


def _decision(copy: Copy, at: int, random: Random) -> Tampering:
    row = copy.log.decisions[at]
    changed = replace(row, record=flipped(row.record, random.randrange(len(row.record)), random))
    return _of(copy.with_decision(changed), f"{BYTE} decision record", "decision", {at})


def _columns(copy: Copy, at: int) -> Iterator[Tampering]:
    """What stands beside a decision: each column that follows from it and its record."""
    row = copy.log.decisions[at]
    changed: dict[str, Any] = {name: f"{getattr(row, name)}x" for name in COLUMNS} | {"tid": row.tid + 1}
    for name, value in changed.items():
        other = copy.with_decision(replace(row, **{name: value}))
        yield _of(other, f"another `{name}` beside a decision", "decision", {at})


def _leaf(copy: Copy, path: str, random: Random) -> Tampering:
    content = copy.files[path]
    at = random.randrange(len(content))
    changed = copy.with_file(path, flipped(content, at, random))
    return _of(changed, f"{BYTE} leaf in a bundle", "leaf", {_index(path) * FULL + at // ENTRY}, path)


def _tile(copy: Copy, level: int, path: str, random: Random) -> Tampering:
    """A tile below another is found where its own leaves begin, one at the edge where the changed hash's do."""
    content = copy.files[path]
    at = random.randrange(len(content))
    first = _index(path) * FULL + (at // HASH if ".p/" in path else 0)
    changed = copy.with_file(path, flipped(content, at, random))
    return _of(changed, f"{BYTE} tile of level {level}", "tile", {first * FULL**level}, path)


def _checkpoint(copy: Copy, random: Random) -> Iterator[Tampering]:
    note = copy.files["checkpoint"]
    body, signature = note.index(b"\n\n"), note.rindex(b" ") + 1
    for what, start, end in (("checkpoint's text", 0, body), ("signature", signature, len(note) - 1)):
        changed = copy.with_file("checkpoint", flipped(note, random.randrange(start, end), random))
        yield _of(changed, f"{BYTE} {what}", "checkpoint", {0}, "checkpoint")


def _of(copy: Copy, what: str, kind: str, positions: set[int], path: str = "") -> Tampering:
    async def ask() -> Finding | None:
        return (await copy.verified()).finding

    return Tampering(what, ask, frozenset({kind}), frozenset(positions), path)


def _index(path: str) -> int:
    """The number of a tile or bundle by its path: groups of three digits, all but the last after an `x`."""
    groups = path.split(".p/")[0].split("/")[2:]
    return int("".join(group.removeprefix("x") for group in groups))


# ------------------------------------------------------------------------------------------ of evidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file of evidence: what it is of, its content, and the first position that it shows."""

    what: str
    content: bytes
    position: int

    def fault(self, keys: Mapping[int, Key]) -> Finding | None:
        """What the verifier finds wrong with it."""
        return _finding(self.content, keys)


def of_evidence(files: Sequence[Evidence], keys: Mapping[int, Key], random: Random) -> Iterator[Tampering]:
    """One byte of what each file shows, one of the way to its root, and one of its checkpoint."""
    for file in files:
        for part, start, end in _parts(file.content):
            changed = flipped(file.content, random.randrange(start, end), random)
            kinds = frozenset({"evidence", "decision", "checkpoint"})
            yield Tampering(f"{BYTE} {part} in {file.what}", _asking(changed, keys), kinds, frozenset({file.position}))


def _parts(content: bytes) -> Iterator[tuple[str, int, int]]:
    """Where what is shown, the way to the root (where there is one) and the checkpoint begin and end."""
    lines = [0, *(at + 1 for at, byte in enumerate(content) if byte == 10)]
    a_range = content.startswith(b"samverkanshub/")
    shown, way = (3, content.index(b"\n\n") + 2) if a_range else (1, lines[3])
    note = content.rindex(b"\n\n", 0, content.rindex(b"\n\n")) + 2
    yield "decision", lines[shown], lines[shown + 1] - 1
    yield from [("way to the root", way, note - 2)] if way < note - 2 else []
    yield "checkpoint", note, len(content)


def _asking(content: bytes, keys: Mapping[int, Key]) -> Ask:
    async def ask() -> Finding | None:
        return _finding(content, keys)

    return ask


def _finding(content: bytes, keys: Mapping[int, Key]) -> Finding | None:
    try:
        verify_evidence(content, keys)
    except Tampered as tampered:
        return tampered.finding
    return None
