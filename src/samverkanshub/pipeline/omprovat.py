"""A message's outcome with what later events made of it: an answer that released more, a recall, a correction."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from samverkanshub.domain.flows.aterkallelse import CORRECTED, RECALLED
from samverkanshub.domain.flows.samtycke_svar import TOLD
from samverkanshub.ports import DeliveryEvent

JUDGED_ANEW: Final = frozenset({*TOLD.values(), RECALLED, CORRECTED})
"""What happens to a message and brings its outcome up to date."""
_NOTHING: Final[Mapping[str, Any]] = {"mottagare": (), "samtycke_att_fraga": ()}
"""What replaces a corrected message's questions: those of the message that replaced it are its own."""


def places(happened: Iterable[DeliveryEvent]) -> tuple[int, ...]:
    """The offsets of the later judgements, in log order, each once."""
    return tuple(dict.fromkeys(one.offset for one in happened if not one.leverans_id and one.slag in JUDGED_ANEW))


def brought_up_to_date(outcome: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """The outcome with what a later judgement says: what was delivered stays, what is withheld is as judged last."""
    anew = later.get("omprovat", _NOTHING)
    changed = {one["lasargrupp"]: one for one in anew["mottagare"]}
    return {
        **outcome,
        "skyddad": outcome["skyddad"] or later["skyddad"],
        "mottagare": [_recipient(one, changed.get(one["lasargrupp"])) for one in outcome["mottagare"]],
        "samtycke_att_fraga": list(anew["samtycke_att_fraga"]),
    }


def _recipient(one: Mapping[str, Any], now: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if now is None:
        return one
    more = {"leverans_id": now["leverans_id"], "levererat": now["levererat"]}
    first = not one["leverans_id"]
    return {
        **one,
        "levererat": [*one["levererat"], *now["levererat"]],
        "undanhallet": now["undanhallet"],
        "muntligen": sorted({*one["muntligen"], *now["muntligen"]}),
        "leverans_id": now["leverans_id"] if first else one["leverans_id"],
        "kompletteringar": [*one.get("kompletteringar", ()), *([more] if now["leverans_id"] and not first else [])],
    }
