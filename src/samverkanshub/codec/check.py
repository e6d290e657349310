"""What the envelope's parts must be, each check raising `Undecodable` with a stable code and no content."""

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from samverkanshub.codec.canonical import jcs
from samverkanshub.codec.storable import check as storable
from samverkanshub.domain.errors import Refused, Undecodable

MAX_WORD: Final = 200
"""Characters of an identifier: a person's role, an actor, a user, a subject."""
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORD: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_PATH: Final = re.compile(r"(/[A-Za-z0-9_-]{1,80}){1,8}")
DEEPEST: Final = 64
"""Arrays and objects that a place in `koder` may be within; the schemas' own are within fewer than ten."""
_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def uuid(name: str, text: str) -> None:
    """A UUID in lower case with hyphens, else `ej-uuid`."""
    if not _UUID.fullmatch(text):
        raise Undecodable(f"`{name}` is no UUID", code="ej-uuid")


def words(name: str, *texts: str) -> None:
    """1 to 200 characters, none a control character or lone surrogate, else `fel-ord`."""
    if not all(_WORD.fullmatch(text) for text in texts):
        raise Undecodable(f"`{name}` holds text that is empty, too long or not printable", code="fel-ord")


def path(text: str) -> None:
    """A JSON pointer of plain names and indexes, else `fel-vag`."""
    if not _PATH.fullmatch(text):
        raise Undecodable("the path of an uppgift is no JSON pointer", code="fel-vag")


def size(name: str, content: bytes, wanted: int) -> None:
    """So many bytes, else `fel-storlek`."""
    if len(content) != wanted:
        raise Undecodable(f"`{name}` is not {wanted} bytes", code="fel-storlek")


def positive(name: str, number: int) -> None:
    """1 to 2^31 - 1, else `fel-tal`."""
    if not 1 <= number < 2**31:
        raise Undecodable(f"`{name}` is out of range", code="fel-tal")


def unique(name: str, texts: Sequence[str]) -> None:
    """No text twice, else `dubblett`."""
    if len(set(texts)) < len(texts):
        raise Undecodable(f"`{name}` has a path twice", code="dubblett")


def canonical_object(content: bytes) -> dict[str, Any]:
    """The JSON object these bytes canonically encode; `ej-json`, `ej-kanonisk` or (too deep) `ej-lagringsbart` else."""
    if _deeper_than(DEEPEST, content):
        raise Undecodable(f"`koder` is nested deeper than {DEEPEST}", code="ej-lagringsbart")
    try:
        value = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError, ValueError):
        raise Undecodable("`koder` is no JSON", code="ej-json") from None
    if not isinstance(value, dict):
        raise Undecodable("`koder` is no JSON object", code="ej-json")
    if _canonical(value) != content:
        raise Undecodable("`koder` is not canonical JSON", code="ej-kanonisk")
    return value


def _deeper_than(most: int, content: bytes) -> bool:
    """Whether any place is within more than so many arrays and objects, whatever else the bytes are.

    Looked at before anything is read: how deep a parser comes depends on who called it, and a decision may not.
    """
    if content.count(b"[") + content.count(b"{") <= most:
        return False
    depth = 0
    for mark in _TEXT.sub(b"", content):
        depth += _STEPS.get(mark, 0)
        if depth > most:
            return True
    return False


def codes(koder: dict[str, Any]) -> None:
    """Storable, and `mottagare`, if there, a list of {slag, id}; else `ej-lagringsbart` or `fel-mottagare`."""
    try:
        storable(koder, "/koder")
    except Refused as refused:
        raise Undecodable(refused.detail, code=refused.code) from None
    recipients(koder)


def recipients(koder: dict[str, Any]) -> None:
    """`mottagare`, if there, is a list of {slag, id}; else `fel-mottagare`."""
    named = koder.get("mottagare", [])
    if not isinstance(named, list) or not all(_is_recipient(one) for one in named):
        raise Undecodable("`koder` has malformed `mottagare`", code="fel-mottagare")


def _is_recipient(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"slag", "id"} and all(map(_is_text, value.values()))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _canonical(value: object) -> bytes | None:
    try:
        return jcs(value)
    except Refused:
        return None
