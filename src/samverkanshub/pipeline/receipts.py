"""What a publisher is answered: judged, or appended and on its way (DESIGN.md, answers to a publisher)."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
import structlog

from samverkanshub.domain.events import KVITTENS
from samverkanshub.pipeline.opaque import Opaque
from samverkanshub.ports import Judgement

JUDGED: Final = "dom"
"""The status of a decision that is one on the event itself, neither a repeat nor quarantine."""
QUARANTINED: Final = "karantan"
"""The status of the decision on an event that could not be read (B7)."""
_Answer = TypeVar("_Answer")
_log = structlog.get_logger("samverkanshub.svar")
_VERDICTS: Final = {"godtas": "godtagen", "avvisas": "avvisad"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """201 when the gate has judged the event, else 202. `arende` is the sender's alias, empty where there is none yet.

    `dom`: `godtagen`, `avvisad`, or empty while there is no judgement. `varningar` of a kvittens also say to whom what
    it documents must not be shown (D1). `ring` names a telephone where an orosanmälan was not taken, or not yet.
    """

    status: int
    handelse_id: str
    arende: str = ""
    varningar: tuple[str, ...] = ()
    ring: str = ""
    dom: str = ""


def outcome_of(judgement: Judgement) -> dict[str, Any]:
    """The outcome that the gate wrote with its decision."""
    found: dict[str, Any] = msgspec.json.decode(judgement.row.outcome)
    return found


async def receipt(
    handelse_id: str, judgement: Judgement | None, aktor: str, opaque: Opaque, varningar: tuple[str, ...], ring: str
) -> Receipt:
    """The answer. `ring` is the number to give should it be needed: without a judgement, and where one says so."""
    if judgement is None or judgement.row.status != JUDGED:
        return Receipt(202, handelse_id, varningar=varningar, ring=ring)
    outcome = outcome_of(judgement)
    taken = outcome["dom"] == "godtas" and "ring" not in outcome.get("hints", ())
    return Receipt(
        status=201,
        handelse_id=handelse_id,
        arende=await opaque.alias(judgement.row.arende_id, aktor),
        varningar=(*varningar, *outcome["hints"]) if judgement.row.typ == KVITTENS else varningar,
        ring="" if taken else ring,
        dom=_VERDICTS.get(outcome["dom"], ""),
    )


async def once_appended(answer: Awaitable[_Answer], otherwise: _Answer) -> _Answer:
    """The answer, or `otherwise` whatever goes wrong: what is in the log is never answered with an error.

    Only the fault's type is logged, since its text may repeat content.
    """
    try:
        return await answer
    except Exception as fault:
        _log.error("answer.after-append", error=type(fault).__name__)
        return otherwise
