"""P5: request ids: how a sender speaks of recipients that it may not read by name, and a consent names them.

An id is keyed by random bytes that the message's sender never reads, so that nobody can try the directory. It stands
for a unit to the unit that sent the message alone; the gate resolves it, and nothing shown says which unit that is: so
what names it bears on that message alone, or its sender would find the unit by naming one after the other in others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from samverkanshub.domain import ids
from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.events import Event
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.state import Ref, Tillstand
from samverkanshub.domain.varden import replace

SLAG: Final = "begaran"
UNRESOLVED: Final = Reason("Q1", "okand-mottagare", True)
"""In the words that a unit outside the directory is refused in, so that nothing tells a wrong id from another's."""


def made(sak: Sak, decision: Decision) -> Decision:
    """P5: the decision on a message with a request id for each recipient that its sender did not name."""
    salt, katalog = bytes.fromhex(sak.event.beslutssalt), sak.regelverk.katalog
    named = {mottagare.id for mottagare in sak.event.mottagare}
    groups = {entry.mottagare for entry in decision.entries} & katalog.lasargrupper.keys() if salt else set()
    unnamed = [(grupp, unit) for grupp in groups if (unit := katalog.unit_of(grupp).id) not in named]
    return replace(decision, begaran=tuple(sorted((ids.request_id(salt, grupp), unit) for grupp, unit in unnamed)))


def named_in(event: Event) -> frozenset[str]:
    """The request ids that a consent, a refusal or an exemption names."""
    return frozenset(str(one["id"]) for one in _recipients(event.koder) if one["slag"] == SLAG)


def _recipients(koder: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from koder.get("mottagare") or ()
    yield from (koder.get("undantag") or {}).get("mottagare") or ()


def resolve(tillstand: Tillstand, event: Event) -> dict[str, Ref]:
    """P5: those of the ids that were made for a message of the registering unit's, about this person, and for which."""
    wanted, about = named_in(event), event.exposed
    arenden = tillstand.person(about.person_id).berorda if about is not None and wanted else ()
    messages = (m for id_ in arenden for m in tillstand.arenden[id_].meddelanden)
    own = [m for m in messages if m.handelse.enhet == event.enhet]
    made = {id_: Ref("enhet", unit, m.handelse.handelse_id) for m in own for id_, unit in m.begaran}
    return {id_: ref for id_, ref in made.items() if id_ in wanted}


def resolved(tillstand: Tillstand, event: Event) -> Event:
    """The event with units, and the messages that they are named for, in place of the request ids."""
    units = resolve(tillstand, event)
    koder = dict(event.koder)
    if "mottagare" in koder:
        koder["mottagare"] = [_as_unit(one, units) for one in koder["mottagare"]]
    if (koder.get("undantag") or {}).get("mottagare"):
        exempt = [_as_unit(one, units) for one in koder["undantag"]["mottagare"]]
        koder["undantag"] = {**koder["undantag"], "mottagare": exempt}
    return replace(event, koder=koder) if units else event


def _as_unit(one: Mapping[str, Any], units: Mapping[str, Ref]) -> Mapping[str, Any]:
    return asdict(units[one["id"]]) if one["slag"] == SLAG else one
