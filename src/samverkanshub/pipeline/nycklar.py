"""The vault's keys wrapped anew, persons looked up by a new key or given one; and what goes with a lost generation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from samverkanshub.ports import KeyCare, MappingCare, Omgang

BATCH: Final = 200
"""Keys of one transaction: a moment's wait for who would change one of them."""
LONGEST_MS: Final = 30 * 24 * 3_600_000
"""How old the newest generation may be: what is erased is readable in backups until its generation is destroyed."""
MEANS: Final = {
    "alias": "no ärende can be named to an agency, or found by the name that it has been given",
    "markor": "no list can be shown in pages, and the places that agencies keep in theirs mean nothing",
    "valv.person": "nobody can be looked up, by number or reference, and nothing that names a person taken in",
    "valv.ansprak": "nothing can be taken in, since what is sent again cannot be told from what is new",
}
"""What is lost with each of the vault's secrets."""


@dataclass(frozen=True, slots=True)
class Forlust:
    """What is lost with a generation: secrets, by name, how many data keys, and how many persons' births."""

    hemligheter: tuple[str, ...]
    datanycklar: int
    fodda: int = 0


async def loss(keys: KeyCare, nr: int) -> Forlust:
    """What nobody can open once a generation is lost."""
    secrets = tuple(sorted(name for name, generation in (await keys.secrets()).items() if generation == nr))
    return Forlust(secrets, (await keys.data_keys()).get(nr, 0), (await keys.births()).get(nr, 0))


def means(hemlighet: str) -> str:
    """What is lost with a secret; every version of the mapping key is one."""
    return next(text for name, text in MEANS.items() if hemlighet == name or hemlighet.startswith(f"{name}."))


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
    One that is lost is gone on with by nobody: a new one takes its place as it would another's.
    """
    if max(await mapping.versions()) not in await mapping.lost():
        moved = await _moved(mapping, told)
        if await mapping.retire() or moved:
            return False
    await mapping.begin()
    await _moved(mapping, told)
    await mapping.retire()
    return True


async def _moved(mapping: MappingCare, told: Callable[[int], object]) -> bool:
    async def step(after: str) -> Omgang:
        return await mapping.make_anew(BATCH, after)

    return (await through(step, told)).antal > 0


async def through(step: Callable[[str], Awaitable[Omgang]], told: Callable[[int], object]) -> Omgang:
    """Batch after batch, from the first person to the last: who is passed by keeps nobody after them waiting.

    `told` is told of how many something was made anew each time; the sums of all are returned.
    """
    count, passed, last = 0, 0, await step("")
    while last.till:
        told(last.antal)
        count, passed = count + last.antal, passed + last.forbi
        last = await step(last.till)
    return Omgang(count, passed, "")
