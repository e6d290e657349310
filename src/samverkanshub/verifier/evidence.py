"""Evidence verified with the log's public key alone: a C2SP tlog-proof of a decision (docs/bevis.md). Pure.

What `extra` shows is recomputed into the leaf; nothing of it is trusted before the leaf is in a signed tree.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final, NoReturn

import msgspec

from samverkanshub.codec.decisions import EntryProof, Place, Post, decode_decision, verify_entry
from samverkanshub.domain.errors import Undecodable
from samverkanshub.domain.merkle import leaf_hash
from samverkanshub.verifier.note import Checkpoint, Key, read_checkpoint
from samverkanshub.verifier.path import joined, led_to
from samverkanshub.verifier.report import CHECKPOINT, DECISION, EVIDENCE, Finding, Tampered

PROOF: Final = b"c2sp.org/tlog-proof@v1\n"
HASH: Final = 32
_NUMBER: Final = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)
_NOTHING: Final = sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision that was proved to be in a signed tree: all of it, or, with `mottagare`, entries that concern it."""

    checkpoint: Checkpoint
    partition: int
    position: int
    record: bytes
    decision: bytes
    place: Place
    poster: tuple[Post, ...]
    mottagare: str = ""


class _Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    pass


class _Row(_Strict, frozen=True):
    index: int
    innehall: bytes
    salt: bytes
    vagg: tuple[bytes, ...]


class _Whole(_Strict, frozen=True, tag_field="slag", tag="beslut"):
    beslut: bytes
    post: bytes


class _Parts(_Strict, frozen=True, tag_field="slag", tag="rader"):
    antal: int
    mottagare: str
    post: bytes
    rader: tuple[_Row, ...]


def verify_proof(content: bytes, keys: Mapping[int, Key]) -> Shown:
    """Verify a tlog-proof of a decision by the keys of the log's områden. Raises `Tampered`."""
    head, _, note = content.partition(b"\n\n")
    lines = lines_of(head)
    position = _position(lines)
    extra = _extra(base64(after(lines, 1, "extra ", position), position), position)
    path = [digest(line, position) for line in lines[3:]]
    partition, checkpoint = signed_by(note, keys, position)
    poster = _whole(extra, position) if isinstance(extra, _Whole) else _parts(extra, position)
    decision = _root(extra, poster)
    leaf = leaf_hash(fixed(extra.post, position) + decision)
    if led_to(leaf, position, checkpoint.size, path) != checkpoint.root:
        wrong(EVIDENCE, position, "what it shows does not lead to the root in the checkpoint")
    require_place(poster, partition, position)
    mottagare = "" if isinstance(extra, _Whole) else extra.mottagare
    return Shown(checkpoint, partition, position, extra.post, decision, poster[0].place, poster, mottagare)


def _position(lines: Sequence[str]) -> int:
    """Wherever it says which position it is of, what is wrong can be named there."""
    at = next((at for at, line in enumerate(lines) if line.startswith("index ")), 2)
    position = number(lines, at, "index ")
    if at != 2:
        wrong(EVIDENCE, position, "`index` is not on its third line")
    return position


def _extra(content: bytes, position: int) -> "_Whole | _Parts":
    try:
        found = msgspec.json.decode(content, type=_Whole | _Parts)
    except (msgspec.DecodeError, ValueError, RecursionError):
        wrong(EVIDENCE, position, "`extra` does not show a decision")
    if msgspec.json.encode(found, order="sorted") != content:
        wrong(EVIDENCE, position, "`extra` is not in its one form")
    return found


# ------------------------------------------------------------------------------------------ what is shown


def _root(extra: "_Whole | _Parts", poster: Sequence[Post]) -> bytes:
    """The decision's digest: for parts, the one that every path of theirs leads to."""
    if isinstance(extra, _Whole):
        return root_of(poster)
    return _way(extra, extra.rader[0]) or b""


def root_of(poster: Sequence[Post]) -> bytes:
    """The digest of a decision with these entries, all of them."""
    return joined([leaf_hash(post.salt + post.content) for post in poster], 0, len(poster), ()) or _NOTHING


def _whole(extra: _Whole, position: int) -> tuple[Post, ...]:
    poster = record_of(extra.beslut, position)
    if not poster:
        wrong(DECISION, position, "it has no entries")
    return poster


def record_of(content: bytes, position: int) -> tuple[Post, ...]:
    """The entries of a decision record. Raises `Tampered`."""
    try:
        return decode_decision(content).poster
    except Undecodable:
        wrong(DECISION, position, "it is no decision record")


def _parts(extra: _Parts, position: int) -> tuple[Post, ...]:
    if not extra.rader:
        wrong(DECISION, position, "it shows no entry")
    decision = _way(extra, extra.rader[0])
    poster = tuple(_entry(extra, row, decision, position) for row in extra.rader)
    _require_only(extra, poster, position)
    for (one, post), (other, later) in pairwise(zip(extra.rader, poster, strict=True)):
        _require_next(one.index, post, other.index, later, position)
    if extra.rader[0].index and not poster[0].entry.mottagare:
        wrong(DECISION, position, "an entry before those shown is left out")
    return poster


def _way(extra: _Parts, row: _Row) -> bytes | None:
    return led_to(leaf_hash(row.salt + row.innehall), row.index, extra.antal, row.vagg)


def _entry(extra: _Parts, row: _Row, decision: bytes | None, position: int) -> Post:
    if any(len(step) != HASH for step in (row.salt, *row.vagg)) or decision is None or _way(extra, row) != decision:
        wrong(DECISION, position, "the entries are not all of one decision")
    post = verify_entry(EntryProof(row.salt, row.innehall, row.index, extra.antal, row.vagg), decision)
    if post is None:
        wrong(DECISION, position, "it shows what is no entry")
    return post


def _require_only(extra: _Parts, poster: Sequence[Post], position: int) -> None:
    """Only the verdict on the event and the recipient's entries may be shown, and at least one of the latter."""
    if any(post.entry.vag for post in poster if not post.entry.mottagare):
        wrong(DECISION, position, "it shows a duty, which may be another's")
    others = [post.entry.mottagare for post in poster if post.entry.mottagare]
    if not extra.mottagare or not all(of_actor(mottagare, extra.mottagare) for mottagare in others):
        wrong(DECISION, position, "it shows an entry of another recipient")
    if not others:
        wrong(DECISION, position, "it shows nothing of the recipient")


def _require_next(index: int, post: Post, other: int, later: Post, position: int) -> None:
    """Entries are sorted by recipient, so that those of one actor follow each other, and the event's own come first."""
    if other <= index or _order(later) < _order(post):
        wrong(DECISION, position, "the entries are not in their order")
    if other > index + 1 and bool(post.entry.mottagare) == bool(later.entry.mottagare):
        wrong(DECISION, position, "an entry between those shown is left out")


def _order(post: Post) -> tuple[str, str, bytes]:
    return post.entry.mottagare, post.entry.vag, post.content


def of_actor(lasargrupp: str, aktor: str) -> bool:
    """Is this the actor, unit or reader group asked about, or a unit or reader group of it?"""
    return f"{lasargrupp}.".startswith(f"{aktor}.")


def require_place(poster: Sequence[Post], partition: int, position: int) -> None:
    """Raise `Tampered` unless every entry says this place of the log."""
    if any((post.place.partition, post.place.offset) != (partition, position) for post in poster):
        wrong(DECISION, position, "an entry belongs to another place of the log")


# ------------------------------------------------------------------------------------------ how it is written


def signed_by(note: bytes, keys: Mapping[int, Key], position: int) -> tuple[int, Checkpoint]:
    """The område that the checkpoint is of, and the checkpoint. Raises `Tampered` unless one of the keys signed it."""
    named = {n: key for n, key in keys.items() if key.name.encode() == note.partition(b"\n")[0]}
    for partition, key in named.items():
        try:
            return partition, read_checkpoint(note, key)
        except ValueError as error:
            wrong(CHECKPOINT, position, str(error))
    wrong(CHECKPOINT, position, "it is of no log whose key was given")


def lines_of(content: bytes) -> list[str]:
    """Its lines; what each may hold, its reader says."""
    return content.decode("latin-1").split("\n")


def after(lines: Sequence[str], at: int, start: str, position: int = 0) -> str:
    """What stands on a line after its first word. Raises `Tampered` where it is another line."""
    line = lines[at] if at < len(lines) else ""
    if not line.startswith(start):
        wrong(EVIDENCE, position, f"line {at + 1} does not begin with `{start.strip()}`")
    return line.removeprefix(start)


def number(lines: Sequence[str], at: int, start: str) -> int:
    """The whole number of a line. Raises `Tampered`."""
    found = after(lines, at, start)
    if not _NUMBER.fullmatch(found):
        wrong(EVIDENCE, 0, f"line {at + 1} has no number")
    return int(found)


def digest(line: str, position: int) -> bytes:
    """A hash as it is written. Raises `Tampered`."""
    return fixed(base64(line, position), position)


def fixed(content: bytes, position: int) -> bytes:
    """A hash's bytes. Raises `Tampered` for more or fewer."""
    if len(content) != HASH:
        wrong(EVIDENCE, position, f"a hash is not {HASH} bytes")
    return content


def base64(line: str, position: int) -> bytes:
    """Base64 as an encoder writes it. Raises `Tampered`."""
    try:
        content = b64decode(line, validate=True)
    except ValueError:
        content = b""
    if not content or b64encode(content).decode() != line:
        wrong(EVIDENCE, position, "a line is not base64 as an encoder writes it")
    return content


def wrong(what: str, position: int, why: str) -> NoReturn:
    """Raise `Tampered`."""
    raise Tampered(Finding(what, position, why))
