"""Checkpoints as C2SP signed notes, read and verified as signed-note and tlog-checkpoint ask. Pure.

Base64 is taken only as an encoder writes it, so that no byte of a note can be another without being noticed.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from samverkanshub.codec.keys import is_sound

MOST_BYTES: Final = 1_000_000
"""The longest note that is read: far more than a hundred signatures of the largest kind in use."""
MOST_SIGNATURES: Final = 100
_ED25519: Final = 1
_DASH: Final = "— "
_CONTROL: Final = re.compile("[\0-\x09\x0b-\x1f]")
_SIZE: Final = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)
_ROOT_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A verifier key: name, the id that signatures name it by (four bytes), and the public half of Ed25519."""

    name: str
    id: bytes
    public: bytes

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Is this the key's signature of the text?"""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures: name, key id and signature of each."""

    text: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree as its log signed it: which log, how many leaves, the root. `note` is the signed note, byte for byte."""

    origin: str
    size: int
    root: bytes
    note: bytes


def read_key(text: str) -> Key:
    """A verifier key `<name>+<id>+<base64>`; raises `ValueError`, also where the id is not that of name and key."""
    name, id, material = [*text.strip().split("+", 2), "", ""][:3]
    kind, public = _base64(material)[:1], _base64(material)[1:]
    if not _is_name(name) or kind != bytes([_ED25519]) or not is_sound(public):
        raise ValueError("it is no verifier key for Ed25519")
    expected = sha256(name.encode() + b"\n" + kind + public).digest()[:4]
    if id != expected.hex():
        raise ValueError("the verifier key's id is not that of its name and key")
    return Key(name, expected, public)


def read_note(content: bytes) -> Note:
    """A signed note, nothing of it verified; raises `ValueError` where it is not formed as one."""
    if len(content) > MOST_BYTES:
        raise ValueError("it is too long")
    whole = content.decode()
    if _CONTROL.search(whole):
        raise ValueError("it has control characters")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise ValueError("it is no signed note")
    signatures = tuple(_signatures(lines.removesuffix("\n").split("\n")))
    return Note(f"{text}\n".encode(), signatures)


def _signatures(lines: Sequence[str]) -> Iterator[tuple[str, bytes, bytes]]:
    if len(lines) > MOST_SIGNATURES:
        raise ValueError("it has too many signatures")
    for line in lines:
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        content = _base64(encoded)
        if not line.startswith(_DASH) or not _is_name(name) or len(content) < 5:
            raise ValueError("a signature is not formed as one")
        yield name, content[:4], content[4:]


def verify_note(content: bytes, key: Key) -> bytes:
    """The text of a note that the key has signed; raises `ValueError`. Other keys' signatures say nothing."""
    note = read_note(content)
    by_key = [signature for name, id, signature in note.signatures if (name, id) == (key.name, key.id)]
    if not by_key:
        raise ValueError("it is not signed by the key that was given")
    if not all(key.signed(note.text, signature) for signature in by_key):
        raise ValueError("its signature is not one of its text")
    return note.text


def read_checkpoint(content: bytes, key: Key) -> Checkpoint:
    """A checkpoint that the key has signed, of the log that goes by the key's name; raises `ValueError`."""
    lines = verify_note(content, key).decode().removesuffix("\n").split("\n")
    if len(lines) < 3 or "" in lines or not _SIZE.fullmatch(lines[1]) or len(_base64(lines[2])) != _ROOT_BYTES:
        raise ValueError("its text is not that of a checkpoint")
    if lines[0] != key.name:
        raise ValueError("it is another log's")
    return Checkpoint(lines[0], int(lines[1]), _base64(lines[2]), content)


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def _base64(text: str) -> bytes:
    content = b64decode(text, validate=True) if text.isascii() else b""
    if b64encode(content).decode() != text:
        raise ValueError("it has base64 that no encoder writes")
    return content
