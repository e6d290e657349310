"""From the artefacts that a `regelverk_aktiverat` names to the regelverk they make."""

from collections.abc import Iterable

from samverkanshub.codec.artefacts import regelverk_from
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.gate import VERSIONS
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.ports import ArtefactStore


async def load_regelverk(store: ArtefactStore, named: Iterable[tuple[str, str]]) -> Regelverk:
    """The regelverk of these (name, digest) pairs; `Halt` where an artefact is missing (DESIGN.md point 3)."""
    found = {}
    for name, digest in named:
        try:
            found[name] = await store.get(digest)
        except LookupError as missing:
            raise Halt(f"the artefact `{name}` is missing", code="artefakt-saknas", digest=digest) from missing
    return understood(regelverk_from(found))


def understood(regelverk: Regelverk) -> Regelverk:
    """The same; `Halt` where it names a rule set or a schema that this program lacks: to go by it would be to guess."""
    if regelverk.regelversion not in VERSIONS:
        raise Halt("the regelverk names a rule set that this program lacks", code="okand-regelversion")
    if not regelverk.scheman <= default_schemas().signatures:
        raise Halt("the regelverk names a schema that this program lacks", code="okant-schema-i-regelverk")
    return regelverk
