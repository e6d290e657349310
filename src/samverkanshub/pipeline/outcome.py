"""What a sender reads of its event: per recipient delivered, in part or withheld and why, and what to ask (T3, B0)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.envelope import Envelope, to_event
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain import ids
from samverkanshub.domain.delivery import GONE
from samverkanshub.domain.errors import NotFound
from samverkanshub.domain.events import KVITTENSER, OROSANMALAN, Event
from samverkanshub.domain.flows.aterkallelse import CORRECTED, RECALLED
from samverkanshub.domain.flows.behorighet import EXEMPTED_ITSELF
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.javiga import closed
from samverkanshub.pipeline.omprovat import brought_up_to_date, places
from samverkanshub.pipeline.opaque import Opaque
from samverkanshub.pipeline.protected import Names
from samverkanshub.pipeline.receipts import JUDGED, QUARANTINED, outcome_of
from samverkanshub.ports import DeliveryEvent, Judgement, Projection, Ring, Vault

WAITING: Final = "vantar"
TELLS_OF_SUSPICION: Final = frozenset({"misstankt-kallas-ej", "misstankt-narvarande", "vardnadshavare-misstankt"})
"""Codes of reasons and hints that say of somebody that there is a suspicion: the decision record's alone (V6)."""
ASK: Final = "kontakta-socialtjansten"
"""What the sender reads in place of them: whom to ask, and nothing of whom it is about."""
INSTEAD: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(TELLS_OF_SUSPICION, ("V6", ASK)),
    EXEMPTED_ITSELF.kod: (GONE.regel, GONE.kod),
}
"""The rule and code told in place of each code that is the decision record's alone (V6, T3)."""


@dataclass(frozen=True, slots=True)
class Told:
    """A decision to be told of: where it belongs, its event's salt, and what `rows.outcome` made of it."""

    partition: int
    arende_id: str
    salt: bytes
    outcome: Mapping[str, Any]


class Outcomes:
    """Reads outcomes for their senders."""

    def __init__(
        self,
        vault: Vault,
        projection: Projection,
        schemas: Schemas,
        ring: Ring,
        opaque: Opaque,
        names: Callable[[], Names],
    ) -> None:
        self._vault = vault
        self._projection = projection
        self._schemas = schemas
        self._ring = ring
        self._opaque = opaque
        self._names = names

    async def of(self, caller: Caller, handelse_id: str) -> dict[str, Any]:
        """The outcome, `status` being `vantar`, `dom` or `karantan`; raises as `own` does."""
        envelope, judgement = await self.own(caller, handelse_id)
        return await self.told(caller, envelope, judgement, self._names())

    async def told(
        self, caller: Caller, envelope: Envelope, judgement: Judgement | None, names: Names
    ) -> dict[str, Any]:
        """The outcome of an event that the caller's group sent, by the judgement on its first occurrence."""
        event, handelse_id = to_event(envelope), envelope.handelse_id
        body: dict[str, Any] = {"handelse_id": handelse_id, "typ": event.typ}
        if judgement is None or judgement.row.status != JUDGED:
            body |= _ring(event, self._ring) | {"status": QUARANTINED if judgement else WAITING}
            return body | {"skeenden": _happened(await self._projection.delivery_events(handelse_id))}
        told = Told(judgement.partition, judgement.row.arende_id, envelope.beslutssalt, outcome_of(judgement))
        body |= {"status": JUDGED, "arende": await self._opaque.alias(told.arende_id, caller.aktor)}
        happened = await self._projection.delivery_events(handelse_id)
        told = replace(told, outcome=await up_to_date(self._projection, told.partition, told.outcome, happened))
        body |= await self._corrections(event, told, happened)
        return body | await as_told(event, told, happened, names, self._ring)

    async def _corrections(self, event: Event, told: Told, happened: Sequence[DeliveryEvent]) -> dict[str, str]:
        """Q2: which message this one replaces, and which has replaced it, where either is so."""
        slag = {one.slag: one.offset for one in happened if not one.leverans_id}
        found = {"rattar": str(event.koder["rattar"])} if "rattar" in slag else {}
        if CORRECTED not in slag:
            return found
        later = await self._projection.judged_at(told.partition, slag[CORRECTED])
        return found | ({"rattad_av": later.row.handelse_id} if later is not None else {})

    async def own(self, caller: Caller, handelse_id: str) -> tuple[Envelope, Judgement | None]:
        """An event of the caller's group, with the judgement on it, where there is one.

        `NotFound` for every other, and for one that the caller's user is barred from (V7).
        """
        envelope = await self.sent(caller, handelse_id)
        judgement = await self._projection.judgement(handelse_id)
        if judgement is not None and await closed(self._projection, caller, [(envelope, judgement)]):
            raise _not_found()
        return envelope, judgement

    async def sent(self, caller: Caller, handelse_id: str) -> Envelope:
        """An event as the caller's group sent it, whoever of it asks; `NotFound` for every other."""
        claim = await self._vault.claimed(handelse_id)
        found = kuvert.decode(claim.value, self._schemas) if claim else None
        if found is None or found.lasargrupp != caller.lasargrupp or found.aktor != caller.aktor:
            raise _not_found()
        return found


def _not_found() -> NotFound:
    return NotFound("`handelse` is none of the caller's events")


async def up_to_date(
    projection: Projection, partition: int, outcome: Mapping[str, Any], happened: Sequence[DeliveryEvent]
) -> Mapping[str, Any]:
    """K4, Q2: with what later judgements of the same message say, each at its own position in the log."""
    for place in places(happened):
        later = await projection.judged_at(partition, place)
        if later is not None and later.row.status == JUDGED:
            outcome = brought_up_to_date(outcome, outcome_of(later))
    return outcome


async def as_told(
    event: Event, told: Told, happened: Sequence[DeliveryEvent], names: Names, ring: Ring
) -> dict[str, Any]:
    """P5, V6, T3: what a sender may read of a decision on its event, or on what it only asks about."""
    outcome = told.outcome
    body: dict[str, Any] = {"dom": outcome["dom"], "skal": _neutral(outcome["skal"])}
    body["hints"] = sorted({ASK if hint in TELLS_OF_SUSPICION else hint for hint in outcome["hints"]})
    if outcome["dom"] != "godtas" or "ring" in outcome.get("hints", ()):
        body |= _ring(event, ring)
    body["skeenden"] = _happened(event for event in happened if not event.leverans_id)
    if "mottagare" not in outcome:
        return body
    return body | _recipients(told.salt, outcome, happened, hide=await _hides(event, told, names))


async def _hides(event: Event, told: Told, names: Names) -> bool:
    """P5: then or now; not asked where the sender named every recipient itself."""
    if told.outcome["skyddad"] or all(one["namngiven"] for one in told.outcome["mottagare"]):
        return True
    return await names.hidden(told.partition, replace(event, arende_id=told.arende_id))


def _ring(event: Event, ring: Ring) -> dict[str, str]:
    """B1: a report that is not judged, or was not taken, says whom to telephone."""
    if event.typ != OROSANMALAN:
        return {}
    return {"ring": ring.number(str(event.koder.get("kommun", "")))}


def _recipients(
    salt: bytes, outcome: Mapping[str, Any], happened: Iterable[DeliveryEvent], *, hide: bool
) -> dict[str, Any]:
    """P5: a recipient that the sender did not name appears as role and request id where somebody is protected.

    Those come last and by request id: a place in the alphabet would tell what the name hides.
    """
    found = outcome["mottagare"]
    hidden = {
        one["lasargrupp"]: ids.request_id(salt, one["lasargrupp"]) for one in found if hide and not one["namngiven"]
    }
    instead = {one["enhet"]: hidden[one["lasargrupp"]] for one in found if one["lasargrupp"] in hidden}
    shown = sorted(found, key=lambda one: hidden.get(one["lasargrupp"], ""))
    events = list(happened)
    return {
        "mottagare": [_recipient(one, events, hidden.get(one["lasargrupp"], "")) for one in shown],
        "samtycke_att_fraga": [
            {**request, "mottagare": _asked(request["mottagare"], instead)}
            for request in outcome.get("samtycke_att_fraga", ())
        ],
    }


def _recipient(one: Mapping[str, Any], happened: Iterable[DeliveryEvent], begaran: str) -> dict[str, Any]:
    own = _of(happened, one["leverans_id"])
    more = [{**_opened(_of(happened, m["leverans_id"])), "levererat": m["levererat"]} for m in _complements(one)]
    by_name = {"lasargrupp": one["lasargrupp"], "enhet": one["enhet"], "funktion": one["funktion"]}
    return {
        **({"begaran": begaran} if begaran else by_name),
        "roll": one["roll"],
        "status": _status(one, own),
        "levererat": one["levererat"],
        "undanhallet": [{**item, "skal": _neutral(item["skal"])} for item in one["undanhallet"]],
        "muntligen": one["muntligen"],
        "frist": one["frist"],
        **_opened(own),
        **({"kompletteringar": more} if more else {}),
    }


def _of(happened: Iterable[DeliveryEvent], leverans_id: str) -> list[DeliveryEvent]:
    return [event for event in happened if leverans_id and event.leverans_id == leverans_id]


def _complements(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """K4: what an answer released to who had the rest already, as deliveries of their own."""
    return list(one.get("kompletteringar", ()))


def _opened(own: Sequence[DeliveryEvent]) -> dict[str, Any]:
    return {
        "oppnad": next((event.tid for event in own if event.slag == "oppnad"), None),
        "kvittenser": _happened(event for event in own if event.slag in KVITTENSER),
        "skeenden": _happened(event for event in own if event.slag not in KVITTENSER | {"oppnad"}),
    }


def _happened(events: Iterable[DeliveryEvent]) -> list[dict[str, Any]]:
    return [{"slag": event.slag, "tid": event.tid} for event in events]


def _neutral(skal: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """V6, T3: no reason points to a suspected person, or tells its reader that it is itself exempted.

    Beside another reason the neutral one is left out: on a single person's items it would point as well as any.
    """
    told = list(skal)
    others = [why for why in told if why["kod"] not in INSTEAD]
    return others or [dict(zip(("regel", "kod"), INSTEAD[why["kod"]], strict=True)) for why in told[:1]]


def _status(one: Mapping[str, Any], own: Iterable[DeliveryEvent]) -> str:
    """A consultation is delivered though it has no uppgift (B4); what was withdrawn unopened is not (Q2)."""
    if any(event.slag in (RECALLED, CORRECTED) for event in own):
        return RECALLED
    if not one["leverans_id"] and not one["levererat"]:
        return "undanhallen"
    return "delvis" if one["undanhallet"] else "levererad"


def _asked(units: Iterable[str], instead: Mapping[str, str]) -> list[str]:
    """The units to name in a consent, by name first; one that P5 hides by its request id."""
    named = [unit for unit in units if unit not in instead]
    return [*named, *sorted(instead[unit] for unit in units if unit in instead)]
