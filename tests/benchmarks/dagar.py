"""Days of events, generated: the envelopes that intake would have appended, from a seed. Nothing in them is real.

A course is one exposed person: a consent, messages under it, what recipients and sender do about them. Many courses run
at a time, so that events about one person are far apart, as in a log. What is sealed and committed to is random bytes
of the size that intake makes, since the gate looks at none of it; each is signed, since the gate does look at that.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from samverkanshub.adapters.keys import read_actor_keys
from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.envelope import Envelope, SealedUppgift
from samverkanshub.codec.keys import nyckel, private_key
from samverkanshub.codec.signing import sign
from samverkanshub.domain import ids
from samverkanshub.domain.actors import Katalog, Nyckel
from samverkanshub.domain.events import Person
from samverkanshub.domain.underskrift import must_be_signed
from samverkanshub.domain.varden import replace

AT_A_TIME: Final = 400
"""Courses under way at once."""
OPENED, ACKNOWLEDGED, WITHDRAWN, SUSPECTED, PROTECTED, REPORTED = 0.35, 0.15, 0.1, 0.08, 0.05, 0.3
RECIPIENTS: Final = (
    "region-dalarna.vardcentral-{}", "polisen.dalarna", "{}.ekonomiskt-bistand", "region-dalarna.vuxenpsykiatri",
    "{}.skadligt-bruk", "brottsofferjouren-dalarna.jour",
)  # fmt: skip
"""A SIP calls both huvudmän (S1), so a health centre comes first."""
SIP: Final = (
    ("/syfte", "insats"), ("/behov/0", "behov"), ("/halsa/0", "halsa"), ("/ekonomi/0", "ekonomi"), ("/vald/0", "vald"),
    ("/behov/1", "behov"), ("/skyddsbehov", "skydd"), ("/skadligt_bruk/0", "skadligt_bruk"),
)  # fmt: skip
RISK: Final = (
    ("/sammanfattning", "risk"), ("/riskfaktorer/0", "risk"), ("/vald/0", "vald"), ("/skyddsbehov", "skydd"),
    ("/halsa/0", "halsa"), ("/riskfaktorer/1", "risk"), ("/boende", "boende"), ("/vald/1", "vald"),
)  # fmt: skip
ORO: Final = (
    ("/beskrivning", "barnets_situation"), ("/handelser/0", "vald"), ("/boende", "boende"), ("/halsa/0", "halsa"),
    ("/skyddsbehov", "skydd"), ("/handelser/1", "vald"), ("/skola", "skola_arbete"), ("/kontakt", "kontakt"),
)  # fmt: skip
CONSENTED: Final = ("insats", "behov", "halsa", "vald", "skydd", "risk", "identitet")
"""Not all that is sent: some of every message is withheld."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How many recipients a message names, and how many items it has beside the numbers of its persons."""

    mottagare: int
    uppgifter: int

    def __str__(self) -> str:
        return f"{self.mottagare}x{self.uppgifter}"


MIXES: Final = (Mix(1, 2), Mix(3, 5), Mix(6, 8))


DAG: Final = date(2026, 11, 2)
KEYS_FROM: Final = "2020-01-01"


@cache
def _key(aktor: str) -> tuple[Ed25519PrivateKey, Nyckel]:
    key = private_key(sha256(f"dagar {aktor}".encode()).digest())
    return key, nyckel(key, KEYS_FROM)


def list_keys(directory: Path, katalog: Katalog) -> None:
    """Add the keys that these events are signed with to a directory's, so that a regelverk made of it has them."""
    directory.mkdir(parents=True, exist_ok=True)
    for aktor in katalog.aktorer:
        rows = [f"  - {{id: {k.id}, publik: {k.publik}, fran: {k.fran}}}\n" for k in _with_own(directory, aktor)]
        (directory / f"{aktor}.yaml").write_text("".join(["nycklar:\n", *rows]))


def _with_own(directory: Path, aktor: str) -> list[Nyckel]:
    own = _key(aktor)[1]
    return [*(key for key in read_actor_keys(directory, aktor) if key.id != own.id), own]


def _signed(event: Envelope) -> Envelope:
    if not must_be_signed(event.aktor, event.typ):
        return event
    key, public = _key(event.aktor)
    named = replace(event, nyckelid=public.id)
    return replace(named, signatur=sign(key, kuvert.message(named)))


def dagar(mix: Mix, katalog: Katalog, seed: int = 1, dag: date = DAG) -> Iterator[Envelope]:
    """Envelopes without end, always the same for a seed, of what happens on and after a day.

    Consents hold from that day for most of a year, so that a log stamped then is one in which they are in force.
    """
    rng = Random(seed)
    courses = [_Course(rng, mix, katalog, dag) for _ in range(AT_A_TIME)]
    waiting = [course.events() for course in courses]
    while True:
        at = rng.randrange(AT_A_TIME)
        event = next(waiting[at], None)
        if event is None:
            waiting[at] = _Course(rng, mix, katalog, dag).events()
        else:
            yield event


class _Course:
    """One exposed person."""

    def __init__(self, rng: Random, mix: Mix, katalog: Katalog, dag: date) -> None:
        self._rng, self._mix, self._dag = rng, mix, dag
        self._kommun = rng.choice(sorted(katalog.kommuner))
        self._enhet = f"{self._kommun}.vinr"
        self._grupp = f"{self._enhet}.utsatt"
        self._mottagare = [name.format(self._kommun) for name in RECIPIENTS[: mix.mottagare]]
        self._utsatt = self._person("utsatt", "vuxen")
        self._arenden: dict[str, str] = {}

    def events(self) -> Iterator[Envelope]:
        """What happens, in order."""
        given = [self._consent(andamal) for andamal in ("sip", "riskbedomning")]
        yield from given
        if self._rng.random() < SUSPECTED:
            yield self._suspicion()
        for make in self._messages():
            message = make()
            yield message
            yield from self._done_about(message)
        if self._rng.random() < PROTECTED:
            yield self._event("skydd", [self._as("registrerad")], niva="sekretessmarkering", kalla="socialtjanst")
        if self._rng.random() < WITHDRAWN:
            yield self._event("samtycke_aterkallat", [self._as("registrerad")], samtycke=given[0].handelse_id)

    def _messages(self) -> list[Callable[[], Envelope]]:
        made = [self._sip, self._risk, *([self._report] if self._rng.random() < REPORTED else [])]
        made += [made[0]] if self._rng.random() < 0.5 else []
        self._rng.shuffle(made)
        return made

    # -------------------------------------------------------------------------------------------- messages

    def _sip(self) -> Envelope:
        koder = {"mottagare": self._named(), "delaktighet": {"satt": "deltar", "information": "muntligt"}}
        return self._message("sip_kallelse", "sip", [self._utsatt], SIP, koder)

    def _risk(self) -> Envelope:
        level = self._rng.choice(("lag", "forhojd", "hog", "mycket_hog"))
        koder = {"metod": "FREDA", "niva": level, "bedomd_av": "u-17", "bedomd_tid": f"{self._dag}T08:00:00+01:00"}
        return self._message("riskbedomning_delad", "risk", [self._utsatt], RISK, {"mottagare": self._named(), **koder})

    def _report(self) -> Envelope:
        koder = {"kommun": self._kommun, "misstanke": ["bevittnat_vald"], "anmalarslag": "anmalningsskyldig"}
        return self._message("orosanmalan", "", [self._person("barn", "0-11")], ORO, koder)

    def _message(
        self, typ: str, process: str, personer: list[Person], items: tuple[tuple[str, str], ...], koder: dict[str, Any]
    ) -> Envelope:
        made = self._event(typ, personer, items[: self._mix.uppgifter], **koder)
        if process:
            self._arenden.setdefault(process, ids.arende_id(made.handelse_id))
        return made

    def _named(self) -> list[dict[str, str]]:
        return [{"slag": "enhet", "id": unit} for unit in self._mottagare]

    def _done_about(self, message: Envelope) -> Iterator[Envelope]:
        process = {"sip_kallelse": "sip", "riskbedomning_delad": "risk"}.get(message.typ)
        for unit in self._mottagare if process else ():
            group = f"{unit}.handlaggare"
            what = {"leverans": ids.delivery_id(message.handelse_id, group)}
            if self._rng.random() < OPENED:
                yield self._act("oppning_begard", group, process or "", message, what)
                if self._rng.random() < ACKNOWLEDGED / OPENED:
                    yield self._act("kvittens", group, process or "", message, {**what, "slag": "mottagen"})

    def _act(self, typ: str, group: str, process: str, about: Envelope, koder: dict[str, Any]) -> Envelope:
        return self._event(typ, list(about.personer), grupp=group, arende_id=self._arenden[process], **koder)

    # -------------------------------------------------------------------------------------------- registered

    def _consent(self, andamal: str) -> Envelope:
        freely = {"form": "skriftligt", "enskilt": True, "narvarande": ["ingen"], "tolk": "ingen"}
        end = self._dag + timedelta(days=360)
        dates = {"fran": f"{self._dag}T00:00:00+01:00", "till": f"{end}T00:00:00+01:00"}
        terms: dict[str, Any] = {
            "andamal": andamal,
            "mottagare": self._named(),
            "kategorier": list(CONSENTED),
            **dates,
            **freely,
        }
        return self._event("samtycke_lamnat", [self._as("registrerad")], **terms)

    def _suspicion(self) -> Envelope:
        persons = [self._as("registrerad"), self._person("misstankt", "vuxen")]
        return self._event("misstankt", persons, kalla="polisanmalan", granskas="2027-01-01")

    # -------------------------------------------------------------------------------------------- pieces

    def _as(self, roll: str) -> Person:
        return Person(self._utsatt.person_id, roll, self._utsatt.aldersklass, self._utsatt.kon)

    def _person(self, roll: str, aldersklass: str) -> Person:
        return Person(self._uuid(), roll, aldersklass, "kvinna" if roll == "utsatt" else "okand")

    def _uuid(self) -> str:
        return str(UUID(int=self._rng.getrandbits(128), version=4))

    def _event(
        self,
        typ: str,
        personer: list[Person],
        items: tuple[tuple[str, str], ...] = (),
        *,
        grupp: str = "",
        arende_id: str = "",
        **koder: Any,
    ) -> Envelope:
        group = grupp or self._grupp
        aktor, id_ = group.split(".")[0], self._uuid()
        numbers = [] if arende_id else [(f"/personer/{nr}/nummer", "identitet", p) for nr, p in enumerate(personer)]
        whose = personer[0]
        made = Envelope(
            id=id_,
            handelse_id=ids.event_id(aktor, id_),
            typ=typ,
            typversion=1,
            aktor=aktor,
            enhet=group.rpartition(".")[0],
            lasargrupp=group,
            anvandare=f"u-{self._rng.randrange(40)}",
            beslutssalt=self._rng.randbytes(32),
            arende_id=arende_id,
            personer=tuple(personer),
            koder=koder,
            uppgifter=tuple(
                self._sealed(path, kategori, p)
                for path, kategori, p in [*numbers, *((path, kategori, whose) for path, kategori in items)]
            ),
        )
        return _signed(made)

    def _sealed(self, vag: str, kategori: str, person: Person) -> SealedUppgift:
        size = 90 if kategori == "identitet" else self._rng.randrange(90, 300)
        return SealedUppgift(
            vag=vag,
            kategori=kategori,
            roll=person.roll,
            person_id=person.person_id,
            referens="",
            atagande=self._rng.randbytes(32),
            forseglat=self._rng.randbytes(size),
            subject=person.person_id,
            nyckelversion=1,
        )
