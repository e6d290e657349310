"""Quarantine as those who run the hub see it: which records could not be read, how many they froze, and the redrive."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, cast

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec import states
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import Schemas
from samverkanshub.codec.walk import check_codes
from samverkanshub.domain.errors import NotFound
from samverkanshub.domain.events import UPPTINING, Person
from samverkanshub.domain.state import PersonState
from samverkanshub.domain.underskrift import FORGERIES
from samverkanshub.pipeline.activation import Approval
from samverkanshub.pipeline.hubs_own import own_event
from samverkanshub.ports import Appended, Log, Projection, QuarantineRow


class Reading(Protocol):
    """What is asked of the projection here."""

    async def quarantine(self, partition: int) -> list[QuarantineRow]:
        """Every quarantine row of a partition, in log order."""

    async def state(self, partition: int, kind: str, id: str) -> bytes | None:
        """An entity's encoded state, or None."""


@dataclass(frozen=True, slots=True)
class Karantanpost:
    """A record that could not be read: where it stands, why, when (ms), and how many it froze and still freezes (B7).

    Never who: an operator has no need to know.
    """

    partition: int
    offset: int
    orsak: str
    tid: int
    personer: int
    frysta: int


async def listed(projection: Reading, partitions: Iterable[int]) -> list[Karantanpost]:
    """Every record in quarantine, in log order. Raises `Unavailable`."""
    return [
        await _post(projection, partition, row)
        for partition in partitions
        for row in await projection.quarantine(partition)
    ]


async def _post(projection: Reading, partition: int, row: QuarantineRow) -> Karantanpost:
    held = await _held(projection, partition, row)
    return Karantanpost(partition, row.offset, row.reason, row.tid, len(row.person_ids), len(held))


async def frozen(projection: Reading, partition: int) -> int:
    """B7: how many persons of a partition are frozen now."""
    rows = await projection.quarantine(partition)
    return len({person_id for row in rows for person_id in await _held(projection, partition, row)})


async def foreign(projection: Reading, partition: int) -> int:
    """T1: how many records of a partition somebody else than their sender has written, as far as it is judged."""
    return sum(row.reason in FORGERIES for row in await projection.quarantine(partition))


async def _held(projection: Reading, partition: int, row: QuarantineRow) -> list[str]:
    """Those whom the record still freezes, sorted."""
    known = {id_: await projection.state(partition, "person", id_) for id_ in sorted(row.person_ids)}
    read = {id_: cast(PersonState, states.decode("person", state)) for id_, state in known.items() if state}
    return [id_ for id_, state in read.items() if row.offset in state.fryst]


async def release(
    projection: Projection,
    log: Log,
    schemas: Schemas,
    place: tuple[int, int],
    approval: Approval,
    skal: str,
    salt: bytes,
) -> int:
    """B7: append the redrive of the record at (partition, offset); how many it thaws. Raises as `redrive` does."""
    count, _ = await redrive(projection, log, schemas, place, approval, skal, salt)
    return count


async def redrive(
    projection: Projection,
    log: Log,
    schemas: Schemas,
    place: tuple[int, int],
    approval: Approval,
    skal: str,
    salt: bytes,
) -> tuple[int, Appended]:
    """B7: how many the redrive of the record thaws, once the gate has come to it, and where it stands in the log.

    The gate refuses what one person both proposes and approves. `NotFound` where the record freezes nobody; `Refused`
    for codes that the gate could not read. Raises `Unavailable`.
    """
    partition, offset = place
    row = await projection.quarantined(partition, offset)
    held = await _held(projection, partition, row) if row else []
    if not held:
        raise NotFound("no record in quarantine freezes anybody there")
    judged = await projection.judged_at(partition, offset)
    envelope = _redrive(place, held, judged.row.handelse_id if judged else "", approval, skal, salt)
    check_codes(schemas.data(UPPTINING, 1), envelope.koder)
    appended = await log.append(partition, None, envelopes.headers(envelope), envelopes.encode(envelope, schemas))
    return len(held), appended


def _redrive(
    place: tuple[int, int], held: list[str], handelse_id: str, approval: Approval, skal: str, salt: bytes
) -> Envelope:
    return own_event(
        approval.id,
        UPPTINING,
        salt,
        {
            "partition": str(place[0]),
            "offset": str(place[1]),
            **({"handelse": handelse_id} if handelse_id else {}),
            "skal": skal,
            "foreslagen_av": approval.foreslagen_av,
            "godkand_av": approval.godkand_av,
        },
        tuple(Person(person_id, "fryst") for person_id in held),
    )
