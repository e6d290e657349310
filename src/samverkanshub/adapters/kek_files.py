"""Key-encryption keys in files: for development, and for a hub whose secrets are mounted as files (docs/radering.md).

The first generation is the file that the setting names, 32 bytes; generation N lies beside it as `<name>.N`, the key
followed by when it was made (ms, 8 bytes, big-endian). Each is for its owner alone. One that has been destroyed, or
that an operator has declared lost, leaves an empty file `<name>.N.forlorad`: one that is not mounted here is not gone.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from samverkanshub.adapters.files import remove, write_atomically, write_once
from samverkanshub.adapters.wrapping import KEK_BYTES, Wrapping, random_key
from samverkanshub.domain.errors import Conflict, Halt
from samverkanshub.ports import Generation, Unavailable

FIRST: Final = 1
_TIME_BYTES: Final = 8
_SETTING: Final = "SAMVERKAN_KEK_FIL"


class KekFiles:
    """`KeyWrapping` over files. The directory is looked at each time: another process may have made a new one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ciphers: dict[int, Wrapping] = {}

    def exist(self) -> bool:
        """Is there any generation?"""
        return bool(self._numbers())

    def begin(self) -> None:
        """Make the first generation where there is none at all."""
        if not self.exist():
            write_once(self._path, random_key(), mode=0o600)

    def require(self) -> None:
        """Raises `Halt` (`fel-kek`) where the newest generation cannot be used."""
        self._read(max(self._numbers(), default=FIRST))

    async def generations(self) -> list[Generation]:
        """Those that are there, the newest last."""
        return [self._read(nr)[0] for nr in self._numbers() or [FIRST]]

    async def wrap(self, items: Sequence[tuple[str, bytes]]) -> tuple[int, list[bytes]]:
        """Each content sealed for its purpose by the newest generation."""
        nr = max(self._numbers(), default=FIRST)
        cipher = self._cipher(nr)
        return nr, [cipher.wrap(purpose, content) for purpose, content in items]

    async def unwrap(self, items: Sequence[tuple[str, int, bytes]]) -> list[bytes | None]:
        """What was wrapped; None where its generation is destroyed, or declared lost."""
        there = set(self._numbers()) if items else set()
        if items and not there:
            self._read(FIRST)
        if any(not self._is_gone(nr) for nr in {nr for _, nr, _ in items} - there):
            raise Unavailable("kek")
        return [self._cipher(nr).unwrap(purpose, sealed) if nr in there else None for purpose, nr, sealed in items]

    async def gone(self) -> frozenset[int]:
        """Those that are destroyed, or declared lost."""
        return self._numbered(r"\.forlorad") - set(self._numbers())

    async def make(self, nr: int, tid: int) -> Generation:
        """Make a generation, or find it where it is made already."""
        stamp = tid.to_bytes(_TIME_BYTES) if nr != FIRST else b""
        try:
            write_once(self._place(nr), random_key() + stamp, mode=0o600)
        except FileExistsError:
            pass
        except OSError as error:
            raise _unusable(f"cannot have a new generation beside it: {error.strerror}") from None
        return self._read(nr)[0]

    async def destroy(self, nr: int) -> None:
        """Remove its file. What a disk keeps of a removed file is the disk's business (docs/radering.md)."""
        if nr == max(self._numbers(), default=nr):
            raise Conflict("the newest generation wraps all that is new", code="omslag-anvands")
        self._mark_gone(nr)
        self._ciphers.pop(nr, None)
        remove(self._place(nr))

    async def lose(self, nr: int) -> None:
        """Note that nobody has it any more. Should its file turn up after all, it opens what it wrapped."""
        if nr in self._numbers():
            raise Conflict("this generation is here", code="omslag-finns")
        self._mark_gone(nr)

    def _mark_gone(self, nr: int) -> None:
        try:
            write_atomically(self._mark(nr), b"", mode=0o600)
        except OSError as error:
            raise _unusable(f"cannot have a mark beside it: {error.strerror}") from None

    def _is_gone(self, nr: int) -> bool:
        return self._mark(nr).exists()

    def _mark(self, nr: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{nr}.forlorad")

    def _numbers(self) -> list[int]:
        first = [FIRST] if self._path.exists() else []
        return sorted({*first, *(nr for nr in self._numbered("") if nr > FIRST)})

    def _numbered(self, suffix: str) -> frozenset[int]:
        named = re.compile(re.escape(self._path.name) + r"\.([1-9]\d{0,8})" + suffix)
        beside = (named.fullmatch(path.name) for path in self._path.parent.glob(f"{self._path.name}.*"))
        return frozenset(int(match[1]) for match in beside if match)

    def _place(self, nr: int) -> Path:
        return self._path if nr == FIRST else self._path.with_name(f"{self._path.name}.{nr}")

    def _cipher(self, nr: int) -> Wrapping:
        if nr not in self._ciphers:
            self._ciphers[nr] = Wrapping(self._read(nr)[1])
        return self._ciphers[nr]

    def _read(self, nr: int) -> tuple[Generation, bytes]:
        place = self._place(nr)
        try:
            content, made = place.read_bytes(), place.stat().st_mtime_ns // 1_000_000
        except OSError as error:
            raise _unusable(f"cannot be read: {error.strerror}") from None
        stamp = content[KEK_BYTES:]
        if len(content) < KEK_BYTES or len(stamp) != (_TIME_BYTES if nr != FIRST else 0):
            raise _unusable(
                f"must hold {KEK_BYTES} bytes" + ("" if nr == FIRST else f", and generation {nr} a time too")
            )
        return Generation(nr, int.from_bytes(stamp) if stamp else made), content[:KEK_BYTES]


def _unusable(why: str) -> Halt:
    return Halt(f"`{_SETTING}` {why}", code="fel-kek")
