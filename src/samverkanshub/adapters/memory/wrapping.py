"""Key-encryption keys in memory, as a service that never lets them out would hold them."""

from collections.abc import Sequence

from samverkanshub.adapters.wrapping import Wrapping, random_key
from samverkanshub.domain.errors import Conflict
from samverkanshub.ports import Generation, Unavailable


class MemoryKeys:
    """`KeyWrapping` in memory, of one generation to begin with; `key` is its 32 bytes."""

    def __init__(self, key: bytes = b"") -> None:
        self._made = {1: (Generation(1, 0), Wrapping(key or random_key()))}
        self._gone: set[int] = set()

    async def generations(self) -> list[Generation]:
        """Those that are there, the newest last."""
        return [self._made[nr][0] for nr in sorted(self._made)]

    async def wrap(self, items: Sequence[tuple[str, bytes]]) -> tuple[int, list[bytes]]:
        """Each content sealed for its purpose by the newest generation."""
        newest = max(self._made)
        return newest, [self._made[newest][1].wrap(purpose, content) for purpose, content in items]

    async def unwrap(self, items: Sequence[tuple[str, int, bytes]]) -> list[bytes | None]:
        """What was wrapped; None where its generation is destroyed, or declared lost."""
        if {nr for _, nr, _ in items} - self._made.keys() - self._gone:
            raise Unavailable("kek")
        return [
            self._made[nr][1].unwrap(purpose, sealed) if nr in self._made else None for purpose, nr, sealed in items
        ]

    async def make(self, nr: int, tid: int) -> Generation:
        """Make a generation, or find it where it is made already."""
        return self._made.setdefault(nr, (Generation(nr, tid), Wrapping(random_key())))[0]

    async def destroy(self, nr: int) -> None:
        """Destroy a generation for ever."""
        if nr == max(self._made):
            raise Conflict("the newest generation wraps all that is new", code="omslag-anvands")
        self._gone.add(nr)
        self._made.pop(nr, None)

    async def gone(self) -> frozenset[int]:
        """Those that are destroyed, or declared lost."""
        return frozenset(self._gone - self._made.keys())

    async def lose(self, nr: int) -> None:
        """Note that nobody has it any more."""
        if nr in self._made:
            raise Conflict("this generation is here", code="omslag-finns")
        self._gone.add(nr)
