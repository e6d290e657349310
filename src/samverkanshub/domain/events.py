"""What the log says, as the gate sees it: events without content.

Promise: every value here is immutable and holds codes from closed lists, identifiers and times, never free text and
never a personnummer. Times are milliseconds since 1970-01-01T00:00:00Z (`int`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from samverkanshub.domain.varden import quick

OROSANMALAN: Final = "orosanmalan"
RISKBEDOMNING: Final = "riskbedomning_delad"
SIP_KALLELSE: Final = "sip_kallelse"
AVVIKELSE: Final = "avvikelse"
KONTAKTFORMEDLING: Final = "kontaktformedling"
UPPGIFT_TILL_UTREDNING: Final = "uppgift_till_utredning"
SAMTYCKE_LAMNAT: Final = "samtycke_lamnat"
SAMTYCKE_ANDRAT: Final = "samtycke_andrat"
SAMTYCKE_ATERKALLAT: Final = "samtycke_aterkallat"
SAMTYCKE_MAKULERAT: Final = "samtycke_makulerat"
UNDANTAG_ANMALT: Final = "undantag_anmalt"
UNDANTAG_HAVT: Final = "undantag_havt"
SAMTYCKE_NEKAT: Final = "samtycke_nekat"
SKYDD: Final = "skydd"
VARDNAD: Final = "vardnad"
MISSTANKT: Final = "misstankt"
HUSHALL: Final = "hushall"
MOGNAD: Final = "mognad"
BESLUT_OM_BARN: Final = "beslut_om_barn"
FORETRADARE: Final = "foretradare"
UTREDNING: Final = "utredning"
KVITTENS: Final = "kvittens"
OPPNING: Final = "oppning_begard"
REGELVERK: Final = "regelverk_aktiverat"
OVERLAMNING: Final = "overlamning"
OVERLAMNING_SVAR: Final = "overlamning_svar"
AVSLUT: Final = "avslut"
ANSVAR_FORSLAG: Final = "ansvar_forslag"
ANSVAR_SVAR: Final = "ansvar_svar"
ATERKOPPLING: Final = "aterkoppling"
SKYDDSBEDOMNING: Final = "skyddsbedomning_gjord"
INFORMERAD: Final = "vardnadshavare_informerad"
SAMTAL: Final = "samtal_noterat"
SAMTYCKE_SVAR: Final = "samtycke_svar"
ATERKALLELSE: Final = "aterkallelse"
JAV: Final = "jav"
PLIKT_STEG: Final = "plikt_steg"
ALDERSKLASS: Final = "aldersklass"
UTSKRIVNINGSKLAR: Final = "utskrivningsklar"
UPPTINING: Final = "upptining"
DRIFTATGARD: Final = "driftatgard"
KANARIE: Final = "kanarie"
RADERING: Final = "radering"

KVITTENSER: Final = frozenset({"mottagen", "dokumenterad", "overtagen"})
"""Received, documented in the recipient's own record, taken over by a named unit (O4, D1)."""

HUB: Final = "samverkanshub"
"""Who sends what no agency does: the hub itself."""
KANARIENS: Final = f"{HUB}.kanarie"
"""The reader group that canaries go to: the hub's own. No directory has it, and nobody can log in as it."""

MESSAGES: Final = frozenset(
    {OROSANMALAN, RISKBEDOMNING, SIP_KALLELSE, AVVIKELSE, UPPGIFT_TILL_UTREDNING, KONTAKTFORMEDLING}
)
EXEMPTIONS: Final = frozenset({UNDANTAG_ANMALT, UNDANTAG_HAVT})
"""K3: exempted without any consent, and lifted."""
CONSENTS: Final = EXEMPTIONS | {
    SAMTYCKE_LAMNAT,
    SAMTYCKE_ANDRAT,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_MAKULERAT,
    SAMTYCKE_NEKAT,
}
PERSON_FACTS: Final = frozenset({SKYDD, VARDNAD, MISSTANKT, HUSHALL, MOGNAD, BESLUT_OM_BARN, FORETRADARE, UTREDNING})
ON_DELIVERY: Final = frozenset({ATERKOPPLING, SKYDDSBEDOMNING})
"""Acts on a delivery of the sender's own, named by `leverans`."""
ON_MESSAGE: Final = frozenset({INFORMERAD, SAMTAL, SAMTYCKE_SVAR, ATERKALLELSE})
"""Acts on a message of the sender's own, named by `meddelande`."""
ON_ARENDE: Final = frozenset({OVERLAMNING, OVERLAMNING_SVAR, AVSLUT, ANSVAR_FORSLAG, ANSVAR_SVAR, JAV})
"""Acts on an ärende as the sender knows it, named by `arende`."""
ACTS: Final = ON_DELIVERY | ON_MESSAGE | ON_ARENDE
"""What happens in an ärende after its messages. Each names nobody: intake fills in the persons of what it names."""
NOTICES: Final = frozenset({UTSKRIVNINGSKLAR})
"""What somebody is told of a person, who then owes something."""
HUBS_OWN: Final = frozenset({PLIKT_STEG, ALDERSKLASS, UPPTINING, DRIFTATGARD, KANARIE, RADERING})
"""What only the hub itself appends."""
NARROWING: Final = frozenset({SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT, UNDANTAG_ANMALT, SKYDD, MISSTANKT})
"""Types answered after the append alone, since they only narrow access (DESIGN.md, answers to a publisher)."""

AGE_0_11: Final = "0-11"
AGE_12_14: Final = "12-14"
AGE_15_17: Final = "15-17"
ADULT: Final = "vuxen"
AGE_UNKNOWN: Final = "okand"
CHILD_CLASSES: Final = frozenset({AGE_0_11, AGE_12_14, AGE_15_17})

WHEREABOUTS: Final = frozenset({"boende", "vistelse", "kontakt", "skola_arbete"})
"""P2: kept from everybody but the statutory recipient and the socialtjänst unit that holds the ärende."""
MEETING: Final = frozenset({"motestid", "motesplats"})
"""P1: told orally."""
NEVER_TO_PERPETRATORS_READERS: Final = WHEREABOUTS | MEETING | {"skydd"}
"""V1."""


@quick
@dataclass(frozen=True, slots=True)
class Person:
    """A person as one event names them: `roll` is unique per person it stands for, `person_id` a random UUID."""

    person_id: str
    roll: str
    aldersklass: str = AGE_UNKNOWN
    kon: str = "okand"


@quick
@dataclass(frozen=True, slots=True)
class Uppgift:
    """One information item: its path is its id; `person_id` is empty where it concerns nobody.

    `referens` is its source's own reference (K3); `kalla` says who told of it (V5), where the sender says so.
    """

    vag: str
    kategori: str
    roll: str = ""
    person_id: str = ""
    referens: str = ""
    kalla: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Mottagare:
    """A recipient as the sender names it: `slag` is `enhet` or `organisation`."""

    slag: str
    id: str


_ABOUT: Final = ("utsatt", "barn", "registrerad")


@quick
@dataclass(frozen=True, slots=True)
class Event:
    """One event of the log. `koder` is the data left when every uppgift is taken out: codes only."""

    handelse_id: str
    typ: str
    aktor: str
    enhet: str
    lasargrupp: str
    anvandare: str
    personer: tuple[Person, ...] = ()
    mottagare: tuple[Mottagare, ...] = ()
    koder: Mapping[str, Any] = field(default_factory=dict)
    uppgifter: tuple[Uppgift, ...] = ()
    arende_id: str = ""
    version: int = 1
    beslutssalt: str = ""
    """The event's random bytes (hex), by which request ids are made (P5); never kept with a message."""

    def with_role(self, *roller: str) -> tuple[Person, ...]:
        """The persons that stand in one of these roles, in the order the event lists them."""
        return tuple(person for person in self.personer if person.roll in roller)

    @property
    def person_ids(self) -> frozenset[str]:
        """Everybody the event names."""
        return frozenset([person.person_id for person in self.personer])

    @property
    def exposed(self) -> Person | None:
        """The person the event is about: the exposed adult, the child, or the one a fact or consent concerns."""
        for person in self.personer:
            if person.roll in _ABOUT:
                return person
        return None


@quick
@dataclass(frozen=True, slots=True)
class Position:
    """Where a record stands: partition, offset, and its time made monotonic by the fold (ms)."""

    partition: int
    offset: int
    tid: int
