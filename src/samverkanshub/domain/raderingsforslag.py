"""G1: the erasures that are proposed in an område and not settled: what two erase by must be one of them."""

from dataclasses import dataclass

from samverkanshub.domain.varden import quick


@quick
@dataclass(frozen=True, slots=True)
class Raderingsforslag:
    """That the operator `vem` proposed, by the event `handelse_id`, to erase `person_id`."""

    handelse_id: str
    person_id: str
    vem: str


def with_proposed(known: tuple[Raderingsforslag, ...], new: Raderingsforslag) -> tuple[Raderingsforslag, ...]:
    """G1: what is open once this is proposed, sorted by person: of one person the latest alone."""
    others = (one for one in known if one.person_id != new.person_id)
    return tuple(sorted((*others, new), key=lambda one: one.person_id))


def without(known: tuple[Raderingsforslag, ...], handelse_id: str) -> tuple[Raderingsforslag, ...]:
    """G1: what is open once this is declined or done."""
    return tuple(one for one in known if one.handelse_id != handelse_id)
