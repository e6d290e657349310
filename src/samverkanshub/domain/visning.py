"""Which coded fields of a message its recipient may see beside the uppgifter that the gate let through.

A code says in short what uppgifter of its category say at length, so it is shown on the same condition (V3, T3). Where
somebody is or was, and who sent and received, is never told by a code that an uppgift may not tell (P2, P5, V1).
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from samverkanshub.domain.events import (
    AVVIKELSE,
    OROSANMALAN,
    RISKBEDOMNING,
    SIP_KALLELSE,
    WHEREABOUTS,
    Event,
)

FREE: Final = ""
"""Of no category: shown with anything that is shown."""
PLACE: Final = "plats"
"""Tells where somebody is."""
SENDER: Final = "avsandare"
"""Tells who sent it."""

SHOWN: Final[Mapping[str, Mapping[str, str]]] = {
    OROSANMALAN: {
        "akut_fara": FREE,
        "anmalarslag": FREE,
        "misstanke": "vald",
        "kommun": PLACE,
        "vistelsekommun": PLACE,
    },
    RISKBEDOMNING: {"metod": "risk", "niva": "risk", "bedomd_tid": "risk", "bedomd_av": SENDER},
    SIP_KALLELSE: {"skyddade_personuppgifter": FREE, "delaktighet": "insats", "utskrivningsklar": "halsa"},
    AVVIKELSE: {"slag": FREE, "mellan_huvudman": FREE, "lex_sarah": FREE, "lex_maria": FREE},
}
"""By type, each coded field that a recipient may ever see, and on what it depends. All others stay in the hub."""


def visible_codes(
    message: Event, opened: Collection[str], *, sender_named: bool, with_perpetrator: bool
) -> dict[str, Any]:
    """The codes to show beside the `opened` paths.

    `sender_named`: the gate lets the recipient read the sender by name, so that nobody is protected from it (P5).
    `with_perpetrator`: the readers work with the suspected person, who is told nothing of whereabouts (V1).
    """
    conditions = {
        FREE: True,
        PLACE: sender_named and not with_perpetrator and not _withheld(message, opened, WHEREABOUTS),
        SENDER: sender_named,
    }
    shown = SHOWN.get(message.typ, {})
    return {
        name: message.koder[name]
        for name, needs in shown.items()
        if name in message.koder and conditions.get(needs, _goes_with(message, opened, needs))
    }


def _goes_with(message: Event, opened: Collection[str], kategori: str) -> bool:
    """With the uppgifter of its category; where the message has none, with a message that is shown whole."""
    paths = [uppgift.vag for uppgift in message.uppgifter if uppgift.kategori == kategori]
    if paths:
        return all(path in opened for path in paths)
    return all(uppgift.vag in opened for uppgift in message.uppgifter)


def _withheld(message: Event, opened: Collection[str], kategorier: frozenset[str]) -> bool:
    return any(u.kategori in kategorier and u.vag not in opened for u in message.uppgifter)
