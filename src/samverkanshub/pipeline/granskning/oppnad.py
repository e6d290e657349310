"""An opening as the regular review of the log reads of it."""

from collections.abc import Iterable, Sequence

from samverkanshub.domain.decision import Entry
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning.levererat import find
from samverkanshub.ports import Judgement, Oppnad, Projection, TraceRow


async def opened(
    projection: Projection, judgement: Judgement, entries: Sequence[Entry], traces: Iterable[TraceRow]
) -> Oppnad:
    """Who opened what, and whom that concerns; also where it was refused."""
    row = judgement.row
    users = [one.id.partition("/")[2] for one in traces if one.slag == spar.ANVANDARE]
    leverans_id = next((one.leverans_id for one in entries if one.leverans_id), "")
    found = await find(projection, leverans_id)
    persons = found.persons if found else ()
    return Oppnad(judgement.partition, row.offset, row.tid, row.aktor, "".join(users), leverans_id, persons)
