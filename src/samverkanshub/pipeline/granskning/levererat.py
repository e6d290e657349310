"""A delivery as the state keeps it: its row in an inbox, its message's event, and whom its items concern."""

from dataclasses import dataclass
from typing import cast

from samverkanshub.codec import states
from samverkanshub.domain.events import Event, Uppgift
from samverkanshub.domain.state import ArendeState, Leverans
from samverkanshub.ports import InboxRow, Projection


@dataclass(frozen=True, slots=True)
class Levererat:
    """What one reader group received of one message."""

    row: InboxRow
    leverans: Leverans
    message: Event

    @property
    def uppgifter(self) -> tuple[Uppgift, ...]:
        """The items that were delivered."""
        return tuple(one for one in self.message.uppgifter if one.vag in self.leverans.vagar)

    def about(self, person_id: str) -> dict[str, Uppgift]:
        """Those that concern a person, by path (V3)."""
        return {one.vag: one for one in self.uppgifter if one.person_id == person_id}

    @property
    def persons(self) -> tuple[str, ...]:
        """Whom they concern, sorted."""
        return tuple(sorted({one.person_id for one in self.uppgifter} - {""}))


async def find(projection: Projection, leverans_id: str) -> Levererat | None:
    """The delivery; None for what only tells something, and where there is none."""
    row = await projection.delivery(leverans_id) if leverans_id else None
    stored = await projection.state(row.partition, "arende", row.arende_id) if row else None
    if row is None or stored is None:
        return None
    arende = cast(ArendeState, states.decode("arende", stored))
    message = next((one.handelse for one in arende.meddelanden if one.handelse.handelse_id == row.handelse_id), None)
    leverans = next((one for one in arende.leveranser if one.leverans_id == leverans_id), None)
    return Levererat(row, leverans, message) if message is not None and leverans is not None else None
