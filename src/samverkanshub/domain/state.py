"""The two kinds of entity the log folds into, person and ärende, and what a partition remembers of itself.

All values are frozen; their fields are strings, numbers and tuples, so that one encoding gives one sequence of bytes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, Final, TypeVar, cast

from samverkanshub.domain.events import Event
from samverkanshub.domain.overtagande import Avslut, Bedomning, Forslag, Jav, Overlamning
from samverkanshub.domain.raderingsforslag import Raderingsforslag
from samverkanshub.domain.varden import quick, replace

T = TypeVar("T")

OKANT: Final = (("", ""),)
"""What stands for who noted what before a program kept it: such a state says nothing of it (G2)."""


@quick
@dataclass(frozen=True, slots=True)
class Ref:
    """A recipient in a consent or an exemption: `slag` is `enhet` or `organisation`.

    `meddelande`: the message whose request id named it, which alone it is then about (P5); empty where it was named.
    """

    slag: str
    id: str
    meddelande: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Undantag:
    """What a person has exempted (K3): empty parts mean that nothing of that kind is exempted.

    Holds for that person and purpose until expressly lifted. `registrering` is the event that made it, of the unit
    `registrerad_av`; empty as an earlier program kept it, and nobody annuls that one alone (K4).
    """

    andamal: str
    registrering: str
    registrerad_av: str = ""
    givare: tuple[str, ...] = ()
    """Who exempted it, person ids."""
    kategorier: tuple[str, ...] = ()
    uppgifter: tuple[str, ...] = ()
    mottagare: tuple[Ref, ...] = ()
    anvandare: tuple[Ref, ...] = ()
    """Named employees: `slag` is their actor, `id` their id there."""
    havd_infor: tuple[tuple[str, ...], ...] = ()
    """Lifted, and who was named as present each time (K11), person ids: it binds while no lifting was free."""


@quick
@dataclass(frozen=True, slots=True)
class Samtycke:
    """A consent as registered. `fran`/`till` in ms, half open; `position_tid` is when the log took it.

    `kedja` is the id it was first given under; a change keeps it. `givare` are person ids.
    """

    id: str
    andamal: str
    givare: tuple[str, ...]
    mottagare: tuple[Ref, ...]
    kategorier: tuple[str, ...]
    fran: int
    till: int
    position_tid: int
    offset: int
    registrerad_av: str
    kedja: str = ""
    aterkallat: int = 0
    makulerat: int = 0
    andrat: int = 0
    """When what it was changed into comes into force (ms)."""
    fri: bool = True
    sagd_fri: bool = True
    """K11: was it free when the log took it, else it never was a consent; and did its registration itself say so?"""
    narvarande: tuple[str, ...] = ()
    """Whom it names as present or interpreting (K11), person ids."""


@quick
@dataclass(frozen=True, slots=True)
class Nekande:
    """A plain refusal (B0): who said no to what. Grants nothing, withdraws nothing; a later consent supersedes it."""

    id: str
    andamal: str
    givare: tuple[str, ...]
    mottagare: tuple[Ref, ...]
    offset: int


@quick
@dataclass(frozen=True, slots=True)
class Mognad:
    """K8: registered that a child is, or is not, mature for a question. `datum` is ISO."""

    andamal: str
    mogen: bool
    registrerad_av: str
    kalla: str
    datum: str


@quick
@dataclass(frozen=True, slots=True)
class Beslut:
    """K8: a listed ground by reference. `fran`/`till`: Swedish days (ISO), the end exclusive, empty when open.

    `ersatter` are the guardians whose word it replaces, within `andamal`; `foretradare` who speaks in their stead.
    """

    id: str
    slag: str
    andamal: tuple[str, ...]
    fran: str
    till: str
    referens: str
    aktor: str
    ersatter: tuple[str, ...] = ()
    foretradare: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Foretradare:
    """K8: an adult's god man or förvaltare, for what the appointment covers. Days as in `Beslut`."""

    person: str
    slag: str
    andamal: tuple[str, ...]
    fran: str
    till: str
    kalla: str
    aktor: str


@quick
@dataclass(frozen=True, slots=True)
class Misstanke:
    """A registered suspicion (F1): who registered it, source, review date (ISO), from which offset."""

    misstankt: str
    mot: str
    registrerad_av: str
    kalla: str
    granskas: str
    offset: int
    aktor: str = ""
    handelse_id: str = ""
    """The event that registered it, which its review is about."""


@quick
@dataclass(frozen=True, slots=True)
class PersonState:
    """What the partition knows of a person. `fryst` lists the offsets of records that froze it (B7)."""

    person_id: str
    aldersklass: str = "okand"
    skydd: str = ""
    skydd_provisoriskt: bool = False
    hushall: tuple[str, ...] = ()
    vardnadshavare: tuple[str, ...] = ()
    vardnad_kand: bool = False
    vardnad_provisorisk: tuple[str, ...] = ()
    """Those among the guardians who are registered provisionally alone, sorted."""
    barn: tuple[str, ...] = ()
    """Whose guardian this person is registered as, sorted."""
    mognad: tuple[Mognad, ...] = ()
    """At most one for each purpose."""
    beslut: tuple[Beslut, ...] = ()
    foretradare: tuple[Foretradare, ...] = ()
    misstankt_mot: tuple[Misstanke, ...] = ()
    """Whom this person is suspected of having exposed."""
    misstankta: tuple[Misstanke, ...] = ()
    """Who is suspected of having exposed this person."""
    samtycken: tuple[Samtycke, ...] = ()
    undantag: tuple[Undantag, ...] = ()
    aterkallade: tuple[str, ...] = ()
    """Consents withdrawn before the log came to them, sorted."""
    nekanden: tuple[Nekande, ...] = ()
    arenden: tuple[tuple[str, str], ...] = ()
    """(process, open ärende), sorted."""
    berorda: tuple[str, ...] = ()
    """Every ärende that mentions this person, sorted."""
    bedomningar: tuple[Bedomning, ...] = ()
    javiga: tuple[Jav, ...] = ()
    """V7: who may act in no ärende about this person."""
    fryst: tuple[int, ...] = ()
    utredningar: tuple[str, ...] = ()
    """Units that have an investigation of this child registered as open (B2), sorted."""
    antecknat: tuple[tuple[str, str], ...] = OKANT
    """Which units have registered a fact or a consent about the person, and on which Swedish day last; sorted (G2)."""


@quick
@dataclass(frozen=True, slots=True)
class Leverans:
    """An open delivery in its ärende, with what an opening must judge again."""

    leverans_id: str
    handelse_id: str
    typ: str
    mottagare: str
    slag: str
    offset: int
    tid: int
    avsandare: str
    """The sender's unit."""
    funktion: str = ""
    vagar: tuple[str, ...] = ()
    muntligen: tuple[str, ...] = ()
    oppnad: int = 0
    kvitterad: tuple[str, ...] = ()
    aterkallad: int = 0
    frist: int = 0
    enligt_lag: bool = False
    """Every item let through, then and at the latest opening, rests on a provision (B1, B2, B6), whatever consents."""


@quick
@dataclass(frozen=True, slots=True)
class Meddelande:
    """What the ärende keeps of a message, so that openings can be judged anew: its event, which holds no content.

    `svar` are the answers its sender has given to its consent requests, sorted; `aterkallad` is when it was recalled or
    corrected (ms, 0 while it stands); `begaran` the request ids of recipients that the sender did not name, and their
    units (P5).
    """

    offset: int
    tid: int
    handelse: Event
    svar: tuple[str, ...] = ()
    aterkallad: int = 0
    begaran: tuple[tuple[str, str], ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Steg:
    """A step of a duty's ladder: its name and when it falls due (ms), frozen when the duty was made."""

    namn: str
    tid: int


@quick
@dataclass(frozen=True, slots=True)
class Plikt:
    """An open duty: something that a unit owes by a time, and what happens when it does not.

    `slag` names it as the deadlines do, e.g. `o4.kvittens`; `handelse_id` is the message or act that made it, `vantar`
    the unit that waits for it. `uppfylld` is when it was met (ms, 0 while open) and `utfall` how. `aven` lists units
    that may meet it in the bearer's place.
    """

    id: str
    slag: str
    handelse_id: str
    barare: str
    vantar: str = ""
    steg: tuple[Steg, ...] = ()
    tagna: tuple[str, ...] = ()
    uppfylld: int = 0
    utfall: str = ""
    aven: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class ArendeState:
    """An ärende: who it is about, who takes part, who holds responsibility, what is delivered."""

    arende_id: str
    process: str
    person_id: str
    deltagare: tuple[str, ...] = ()
    ansvarig: str = ""
    leveranser: tuple[Leverans, ...] = ()
    meddelanden: tuple[Meddelande, ...] = ()
    plikter: tuple[Plikt, ...] = ()
    overlamningar: tuple[Overlamning, ...] = ()
    forslag: tuple[Forslag, ...] = ()
    """At most one for each duty that is open: a new one voids the earlier."""
    avslut: tuple[Avslut, ...] = ()
    javiga: tuple[Jav, ...] = ()
    """V7: only where the ärende is about nobody; else they stand with the person, in every ärende about them."""
    antecknat: tuple[tuple[str, str], ...] = OKANT
    """Which units have done something in it, and on which Swedish day last (ISO); sorted (G2)."""


@quick
@dataclass(frozen=True, slots=True)
class OmradeState:
    """What a partition remembers of itself: the last time (ms, monotonic) and the active regelverk's artefacts."""

    partition: int
    tid: int = 0
    regelverk: str = ""
    artefakter: tuple[tuple[str, str], ...] = ()
    raderingar: tuple[Raderingsforslag, ...] = ()
    """The erasures that are proposed here and not settled (G1)."""


@quick
@dataclass(frozen=True, slots=True)
class Tillstand:
    """The part of a partition's state that an event touches. Absent persons are those nothing is known about."""

    omrade: OmradeState
    personer: Mapping[str, PersonState] = field(default_factory=dict)
    arenden: Mapping[str, ArendeState] = field(default_factory=dict)
    svar: dict[tuple[object, int], tuple[Any, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Questions that have been answered, by what they were asked of, which is kept with them; no part of the value."""

    def person(self, person_id: str) -> PersonState:
        """The person's state, blank where nothing is known."""
        return self.personer.get(person_id) or _blank(person_id)

    def with_person(self, person: PersonState) -> "Tillstand":
        """The same with this person's state in it."""
        return replace(self, personer={**self.personer, person.person_id: person})

    def with_arende(self, arende: ArendeState) -> "Tillstand":
        """The same with this ärende's state in it."""
        return replace(self, arenden={**self.arenden, arende.arende_id: arende})


@lru_cache(maxsize=4096)
def _blank(person_id: str) -> PersonState:
    return PersonState(person_id, antecknat=())


def remembered(question: Callable[[Tillstand, Event], T]) -> Callable[[Tillstand, Event], T]:
    """A pure question of a state and an event, worked out once: many rules ask it, of every item and recipient."""

    @wraps(question)
    def answer(tillstand: Tillstand, event: Event) -> T:
        known = tillstand.svar.get((question, id(event)))
        if known is None:
            # Kept with the event itself, so that no other can come to have its identity.
            known = tillstand.svar[question, id(event)] = (event, question(tillstand, event))
        return cast(T, known[1])

    return answer
