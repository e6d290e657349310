"""Everything wrapped anew by the newest generation of the key-encryption key, and persons looked up by a new key."""

from collections.abc import Callable
from typing import Final

from samverkanshub.ports import KeyCare, MappingCare

BATCH: Final = 200
"""Keys of one transaction: a moment's wait for who would change one of them."""
LONGEST_MS: Final = 30 * 24 * 3_600_000
"""How old the newest generation may be: what is erased is readable in backups until its generation is destroyed."""


async def rotate(keys: KeyCare, told: Callable[[int], object]) -> None:
    """Wrap everything by the newest generation; one that was ended half-way is gone on with.

    `told` is told how many keys were wrapped anew each time. Making a generation is a step of its own (`KeyCare`):
    every process must have it first.
    """
    while count := await keys.rewrap(BATCH):
        told(count)


async def remap(mapping: MappingCare, told: Callable[[int], object]) -> bool:
    """Look every person up by a new mapping key, or go on with what was ended half-way; False where that was done.

    `told` is told how many lookups were made anew each time. The old key is destroyed once nobody is looked up by it.
    """
    moved = await _moved(mapping, told)
    if await mapping.retire() or moved:
        return False
    await mapping.begin()
    await _moved(mapping, told)
    await mapping.retire()
    return True


async def _moved(mapping: MappingCare, told: Callable[[int], object]) -> bool:
    some = False
    while count := await mapping.make_anew(BATCH):
        told(count)
        some = True
    return some
