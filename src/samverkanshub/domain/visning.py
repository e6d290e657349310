"""Which coded fields of a message its recipient may see beside the uppgifter that the gate let through.

A code says in short what uppgifter of its category say at length, and it says it of the person whom the message is
about. So it is shown where that person's own uppgifter of the category were opened, and nowhere else (V2, V3, T3).
Where somebody is or was, and who sent and received, is never told by a code that an uppgift may not tell (P2, P5, V1).
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from samverkanshub.domain.events import (
    AVVIKELSE,
    KONTAKTFORMEDLING,
    OROSANMALAN,
    RISKBEDOMNING,
    SIP_KALLELSE,
    WHEREABOUTS,
    Event,
    Uppgift,
)

FREE: Final = ""
"""Of no category: shown with anything of the exposed person's that is shown."""
SENDER: Final = "avsandare"
"""Tells who sent it, beside that the assessment was made."""
PLACES: Final = frozenset({"boende", "vistelse"})
"""Categories whose codes tell where somebody is."""

SHOWN: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    OROSANMALAN: {
        "akut_fara": (FREE,),
        "anmalarslag": (FREE,),
        "misstanke": ("vald",),
        "kommun": ("boende",),
        "vistelsekommun": ("vistelse",),
    },
    RISKBEDOMNING: {
        "metod": ("risk",),
        "niva": ("risk",),
        "bedomd_tid": ("risk",),
        "bedomd_av": ("risk", SENDER),
        "barnets_ratt": ("risk",),
    },
    SIP_KALLELSE: {"delaktighet": ("insats",), "barnets_ratt": ("insats",), "utskrivningsklar": ("halsa",)},
    KONTAKTFORMEDLING: {"misstanke": ("vald",), "kommun": ("boende",)},
    AVVIKELSE: {"slag": (FREE,), "mellan_huvudman": (FREE,), "lex_sarah": (FREE,), "lex_maria": (FREE,)},
}
"""By type, each coded field that a recipient may ever see, and on what it depends. All others stay in the hub."""


def visible_codes(
    message: Event, opened: Collection[str], *, sender_named: bool, with_perpetrator: bool, statutory: bool = False
) -> dict[str, Any]:
    """The codes to show beside the `opened` paths.

    `sender_named`: the gate lets the recipient read the sender by name, so that nobody is protected from it (P5).
    `with_perpetrator`: the readers work with the suspected person, who is told nothing of whereabouts (V1).
    `statutory`: the recipient of a report by law, who is never blinded (B1).
    """

    def may(needs: str) -> bool:
        if needs == SENDER:
            return sender_named
        if needs in PLACES and (with_perpetrator or not (statutory or sender_named)):
            return False
        return statutory or _opened(message, opened, needs)

    codes = SHOWN.get(message.typ, {})
    return {
        name: message.koder[name] for name, needs in codes.items() if name in message.koder and all(map(may, needs))
    }


def _opened(message: Event, opened: Collection[str], kategori: str) -> bool:
    """Is what the exposed person's own uppgifter of the category tell told already? A place: none of them is kept."""
    own = _own(message)
    if kategori == FREE:
        return message.exposed is None or any(uppgift.vag in opened for uppgift in own)
    told = [uppgift.vag in opened for uppgift in own if uppgift.kategori == kategori]
    kept = kategori in PLACES and any(u.kategori in WHEREABOUTS and u.vag not in opened for u in own)
    return bool(told) and all(told) and not kept


def _own(message: Event) -> list[Uppgift]:
    exposed = message.exposed
    return [u for u in message.uppgifter if exposed is not None and u.person_id == exposed.person_id]
