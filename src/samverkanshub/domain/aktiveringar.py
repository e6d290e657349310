"""Which regelverk is in force, from where, by whom: of the activations of a partition alone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from samverkanshub.domain.varden import quick


@quick
@dataclass(frozen=True, slots=True)
class Aktivering:
    """A regelverk that came into force at a position, at a time (ms), proposed by one and approved by another.

    `artefakter` are (name, digest), sorted by name; `digest` is the regelverk's own; `id` is what the hub gave it.
    """

    partition: int
    position: int
    tid: int
    handelse_id: str
    digest: str
    foreslagen_av: str
    godkand_av: str
    artefakter: tuple[tuple[str, str], ...]
    id: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Del:
    """An artefact in force, and the activation that it has been the same since."""

    namn: str
    digest: str
    sedan: Aktivering


def delar(aktiveringar: Sequence[Aktivering]) -> tuple[Del, ...]:
    """T1: the artefacts in force in a partition, and since when each is as it is; its activations in log order."""
    found: dict[str, Del] = {}
    for one in aktiveringar:
        named = dict(one.artefakter)
        found = {namn: _kept(found.get(namn), namn, digest, one) for namn, digest in named.items()}
    return tuple(found[namn] for namn in sorted(found))


def _kept(known: Del | None, namn: str, digest: str, one: Aktivering) -> Del:
    return known if known is not None and known.digest == digest else Del(namn, digest, one)


def fore(aktiveringar: Sequence[Aktivering], position: int) -> str:
    """The digest of the regelverk in force just before a position, on which it builds; empty where there is none."""
    return next((one.digest for one in reversed(aktiveringar) if one.position < position), "")
