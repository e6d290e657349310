"""What an opened delivery shows: exactly what the gate's judgement of that opening names, unsealed, no more."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from samverkanshub.codec import sealing
from samverkanshub.codec.envelope import Envelope, SealedUppgift, to_event
from samverkanshub.domain.errors import Undecodable
from samverkanshub.domain.routing import STATUTORY
from samverkanshub.domain.visning import visible_codes
from samverkanshub.ports import DataKey, InboxRow, Vault

ORALLY = "meddelas muntligen"
"""P1: what stands in place of a meeting's time and place."""
ERASED = "raderad"
"""G1: what stands in place of an uppgift whose person has been erased."""
LOST = "nyckel-forlorad"
"""What stands in place of one whose key is gone though nobody was erased, as after a restore of an older vault."""

OF_EVENT = "handelse:"
"""How the subject of what concerns nobody in an event begins."""


async def content(
    vault: Vault, row: InboxRow, message: Envelope, outcome: Mapping[str, Any], *, with_perpetrator: bool
) -> dict[str, Any]:
    """The answer to an opening. What was withheld is not listed (T3). `outcome` is the judgement of this opening."""
    opened = [u for u in message.uppgifter if u.vag in set(outcome.get("oppna", ()))]
    keys = await vault.keys({(u.subject, u.nyckelversion) for u in opened})
    gone = await vault.erased({person.person_id for person in message.personer})
    values = {u.vag: _value(keys.get((u.subject, u.nyckelversion)), gone, message, u) for u in opened}
    orally = dict.fromkeys(outcome.get("muntligen", ()), ORALLY)
    shown = values.keys() | orally.keys()
    read_as = dense([vag for vag in shown if not _is_number(vag)])
    return {
        "leverans_id": row.leverans_id,
        "handelse_id": message.handelse_id,
        "slag": row.slag,
        "typ": message.typ,
        "avsandare": outcome.get("avsandare", ""),
        "avsandare_roll": outcome.get("avsandare_roll", ""),
        "koder": _codes(message, values, outcome, with_perpetrator=with_perpetrator),
        "personer": _persons(message, values, shown),
        "uppgifter": {name: {**values, **orally}[vag] for vag, name in read_as.items()},
        "avser": {read_as[u.vag]: u.roll for u in message.uppgifter if u.vag in read_as and u.roll},
        "markningar": list(outcome.get("markningar", ())),
    }


def dense(vagar: Iterable[str]) -> dict[str, str]:
    """T3: stored path to path as read; each array counts from 0 without gaps, which would tell of what is withheld."""
    paths = sorted(vagar)
    indexes: dict[str, set[int]] = {}
    for array, index in (place for vag in paths for place in _places(vag).values()):
        indexes.setdefault(array, set()).add(index)
    return {vag: _renumbered(vag, {array: sorted(found) for array, found in indexes.items()}) for vag in paths}


def _places(vag: str) -> dict[int, tuple[str, int]]:
    """Which of the path's steps are indexes: step to (the array's path, the index in it)."""
    steps = vag.split("/")
    return {at: ("/".join(steps[:at]), int(step)) for at, step in enumerate(steps) if step.isdecimal()}


def _renumbered(vag: str, indexes: Mapping[str, list[int]]) -> str:
    steps = vag.split("/")
    for at, (array, index) in _places(vag).items():
        steps[at] = str(indexes[array].index(index))
    return "/".join(steps)


def _codes(
    message: Envelope, opened: Collection[str], outcome: Mapping[str, Any], *, with_perpetrator: bool
) -> dict[str, Any]:
    """A consultation's codes are the gate's own choice (B4)."""
    if "koder" in outcome:
        return dict(outcome["koder"])
    return visible_codes(
        to_event(message),
        opened,
        sender_named=bool(outcome.get("avsandare")),
        with_perpetrator=with_perpetrator,
        statutory=outcome.get("funktion") == STATUTORY,
    )


def _persons(message: Envelope, values: Mapping[str, Any], shown: Collection[str]) -> list[dict[str, str]]:
    """Whom something shown concerns, by role; with the number where that item may be shown."""
    concerned = {u.person_id for u in message.uppgifter if u.vag in shown and u.person_id}
    found = []
    for index, person in enumerate(message.personer):
        if person.person_id in concerned:
            number = values.get(f"/personer/{index}/nummer")
            found.append({"roll": person.roll} | ({"nummer": number} if number else {}))
    return found


def _is_number(vag: str) -> bool:
    return vag.startswith("/personer/")


def _value(key: DataKey | None, gone: Collection[str], message: Envelope, uppgift: SealedUppgift) -> Any:
    if whose(message, uppgift) in gone:
        return ERASED
    try:
        return LOST if key is None else _opened(key, message, uppgift)
    except Undecodable:  # Another key came in the place of one that was lost.
        return LOST


def _opened(key: DataKey, message: Envelope, uppgift: SealedUppgift) -> Any:
    version = uppgift.nyckelversion
    _, value = sealing.unseal(key.key, message.handelse_id, uppgift.vag, uppgift.subject, version, uppgift.forseglat)
    return value


def whose(message: Envelope, uppgift: SealedUppgift) -> str:
    """Whose erasure takes it: whom it concerns; what concerns nobody goes with whom its event is about."""
    about = to_event(message).exposed
    return uppgift.person_id or (about.person_id if about and uppgift.subject.startswith(OF_EVENT) else "")
