"""A builder of histories, so that a test reads as what happened: `World().samtycke("anna", ...).sip("anna", ...)`.

Time starts a Monday morning in office hours and moves one second an event. Every step is decided twice, on the whole
state and on what `needs` asks for, and the two must agree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from mini_regelverk import KATEGORIER, UTSATT, VC, regelverk
from steps import DAY, OMRADE, SECOND, START, iso, refs, step

from samverkanshub.domain.decision import DELIVERED, Decision, Delivery, Entry
from samverkanshub.domain.events import ADULT, AGE_0_11, CHILD_CLASSES, Event, Mottagare, Person, Position, Uppgift
from samverkanshub.domain.fold import freeze
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import ArendeState, Meddelande, OmradeState, Plikt, Tillstand

TAKES_PART = {"delaktighet": {"satt": "deltar", "information": "muntligt"}}
CHILDS_RIGHTS = {"barnets_ratt": {"asikt": "framford", "information": "given", "basta": "bedomt"}}


@dataclass
class World:
    """A partition and its history. Persons are called by name; ages default to adult, for children as given."""

    regler: Regelverk = field(default_factory=regelverk)
    alder: dict[str, str] = field(default_factory=lambda: {"barn": AGE_0_11, "syskon": AGE_0_11})
    tillstand: Tillstand = field(default_factory=lambda: Tillstand(OmradeState(OMRADE)))
    tid: int = START
    offset: int = 1
    named: dict[str, Event] = field(default_factory=dict)
    last: Decision | None = None
    message: Decision | None = None
    """The decision on the latest message, which the questions below are about."""
    opening: Decision | None = None
    log: list[tuple[Tillstand, Event, Decision]] = field(default_factory=list)
    """Every event with the state it met and what was decided."""

    # ------------------------------------------------------------------------------------------ what happens

    def after(self, ms: int) -> "World":
        """Time passes."""
        self.tid += ms
        return self

    def at(self, tid: int) -> "World":
        """The next event gets this time."""
        self.tid = tid
        return self

    def happens(self, event: Event, som: str = "") -> "World":
        """Any event at all, taken by the log now."""
        before, position = self.tillstand, Position(OMRADE, self.offset, self.tid)
        self.last, self.tillstand = step(before, event, position, self.regler)
        self.log.append((before, event, self.last))
        self.named[som or event.typ] = event
        self.offset += 1
        self.tid += SECOND
        return self

    def event(self, typ: str, av: str, personer: Sequence[Person], **more: Any) -> Event:
        """An event with an id of its own, sent by a reader group."""
        enhet = self.regler.katalog.unit_of(av)
        id_ = f"h{self.offset}"
        salt = sha256(id_.encode()).hexdigest()
        return Event(id_, typ, enhet.aktor, enhet.id, av, "u1", tuple(personer), beslutssalt=salt, **more)

    def person(self, namn: str, roll: str) -> Person:
        """A person in a role, with their age class."""
        return Person(namn, roll, self.alder.get(namn, ADULT))

    def _about(self, namn: str) -> Person:
        return self.person(namn, "barn" if self.alder.get(namn, ADULT) in CHILD_CLASSES else "utsatt")

    # ------------------------------------------------------------------------------------------ consents

    def samtycke(
        self,
        namn: str,
        till: Iterable[str],
        *,
        av: str = UTSATT,
        som: str = "",
        givare: Sequence[str] = (),
        **terms: Any,
    ) -> "World":
        """K1-K3, K9: a consent, by the guardians where `givare` names them; with `andrar`, a changed one."""
        andrar = terms.pop("andrar", "")
        persons_in_stead = terms.pop("foretradare", ())
        there = dict(terms.pop("dar", {}))
        koder = {**self._terms(till, **terms), **({"samtycke": self.named[andrar].handelse_id} if andrar else {})}
        persons = [self.person(namn, "registrerad"), *(self.person(g, "vardnadshavare") for g in givare)]
        persons += [self.person(f, "foretradare") for f in persons_in_stead]
        persons += [self.person(one, roll) for one, roll in there.items()]
        typ = "samtycke_andrat" if andrar else "samtycke_lamnat"
        numbers = tuple(_number(at, person) for at, person in enumerate(persons))
        return self.happens(self.event(typ, av, persons, koder=koder, uppgifter=numbers), som or "samtycke")

    def _terms(
        self,
        till: Iterable[str],
        *,
        andamal: str = "sip",
        kategorier: Iterable[str] = KATEGORIER,
        fran: int | None = None,
        slut: int | None = None,
        undantag: Mapping[str, Any] | None = None,
        **how: Any,
    ) -> dict[str, Any]:
        start = self.tid - DAY if fran is None else fran
        freely = {"form": "skriftligt", "enskilt": True, "narvarande": ["ingen"], "tolk": "ingen", **how}
        exempt = {"undantag": dict(undantag)} if undantag else {}
        end = start + 200 * DAY if slut is None else slut
        recipients = refs(till)
        return {
            "andamal": andamal,
            "mottagare": recipients,
            "kategorier": list(kategorier),
            "fran": iso(start),
            "till": iso(end),
            **freely,
            **exempt,
        }

    def _ends(self, typ: str, namn: str, som: str, av: str) -> "World":
        koder = {"samtycke": self.named[som].handelse_id, "skal": "fel_uppgift"}
        return self.happens(self.event(typ, av, [self.person(namn, "registrerad")], koder=koder))

    def aterkallar(self, namn: str, som: str = "samtycke", av: str = UTSATT) -> "World":
        """K4: the consent called `som` is withdrawn."""
        return self._ends("samtycke_aterkallat", namn, som, av)

    def makulerar(self, namn: str, som: str = "samtycke", av: str = UTSATT) -> "World":
        """K4: the consent called `som` was registered in error."""
        return self._ends("samtycke_makulerat", namn, som, av)

    def undantar(
        self,
        namn: str,
        *,
        andamal: str = "sip",
        givare: Sequence[str] = (),
        av: str = UTSATT,
        som: str = "",
        **what: Any,
    ) -> "World":
        """K3: the person, or a child's guardians, exempt something without any consent; `dar` is who was there."""
        there, by = dict(what.pop("dar", {})), what.pop("foretradare", ())
        freely = {"form": "skriftligt", "enskilt": True, "narvarande": ["ingen"], "tolk": "ingen"}
        persons = [self.person(namn, "registrerad"), *(self.person(g, "vardnadshavare") for g in givare)]
        persons += [self.person(one, "foretradare") for one in by]
        persons += [self.person(one, roll) for one, roll in there.items()]
        koder = {"andamal": andamal, **freely, **what}
        return self.happens(self.event("undantag_anmalt", av, persons, koder=koder), som)

    def haver_undantag(self, namn: str, *, andamal: str = "sip", givare: Sequence[str] = (), **what: Any) -> "World":
        """K3: the person, or a child's guardians, expressly lift an exemption."""
        freely = {"form": "skriftligt", "enskilt": True, "narvarande": ["ingen"], "tolk": "ingen"}
        persons = [self.person(namn, "registrerad"), *(self.person(g, "vardnadshavare") for g in givare)]
        return self.happens(self.event("undantag_havt", UTSATT, persons, koder={"andamal": andamal, **freely, **what}))

    def nekar(
        self, namn: str, till: Iterable[str], *, andamal: str = "sip", givare: Sequence[str] = (), av: str = UTSATT
    ) -> "World":
        """B0: a plain refusal."""
        koder = {"andamal": andamal, "mottagare": refs(till)}
        persons = [self.person(namn, "registrerad"), *(self.person(g, "vardnadshavare") for g in givare)]
        return self.happens(self.event("samtycke_nekat", av, persons, koder=koder))

    # ------------------------------------------------------------------------------------------ person facts

    def fakta(self, typ: str, namn: str, roll: str, andra: Sequence[str], av: str, **koder: Any) -> "World":
        """A person fact, which relates somebody to others in a role."""
        persons = [self.person(namn, "registrerad"), *(self.person(other, roll) for other in andra)]
        return self.happens(self.event(typ, av, persons, koder=koder))

    def vardnad(
        self, namn: str, *guardians: str, provisoriskt: bool = False, av: str = UTSATT, kalla: str = "folkbokforing"
    ) -> "World":
        """K8: all guardians of a child."""
        koder = {"kalla": kalla, "datum": "2026-01-15", "provisoriskt": provisoriskt}
        return self.fakta("vardnad", namn, "vardnadshavare", guardians, av, **koder)

    def misstankt(self, suspect: str, mot: str, *, borttagen: bool = False, av: str = UTSATT) -> "World":
        """F1: a suspicion against one person of having exposed another."""
        koder = {"kalla": "utredning", "granskas": "2026-09-01", "borttagen": borttagen}
        return self.fakta("misstankt", mot, "misstankt", [suspect], av, **koder)

    def skydd(
        self, namn: str, niva: str = "sekretessmarkering", *, provisoriskt: bool = False, av: str = UTSATT
    ) -> "World":
        """P6, P7: a level of protection."""
        return self.fakta("skydd", namn, "", (), av, niva=niva, provisoriskt=provisoriskt, kalla="socialtjanst")

    def hushall(self, namn: str, *members: str, av: str = UTSATT) -> "World":
        """P6: who lives together."""
        return self.fakta("hushall", namn, "medlem", members, av, kalla="socialtjanst", datum="2026-01-15")

    def frys(self, *names: str) -> "World":
        """B7: a record about them could not be read."""
        self.tillstand = freeze(self.tillstand, names, Position(OMRADE, self.offset, self.tid))
        self.offset += 1
        return self

    # ------------------------------------------------------------------------------------------ messages

    def meddelar(
        self, typ: str, namn: str, till: Iterable[str], items: Iterable[str | Uppgift], av: str, **more: Any
    ) -> "World":
        """A message about a person. An item is `category`, `category/person` or ready; `andra` maps role to names."""
        andra = more.pop("andra", {})
        roll = more.pop("roll", "")
        persons = [self.person(namn, roll) if roll else self._about(namn)] if namn else []
        persons += [self.person(other, roll) for roll, names in andra.items() for other in names]
        units = tuple(Mottagare("enhet", id_) for id_ in till)
        arende = more.pop("arende_id", "")
        koder = {"mottagare": refs(till), **more}
        uppgifter = tuple(_uppgift(item, persons) for item in items)
        event = self.event(typ, av, persons, mottagare=units, koder=koder, uppgifter=uppgifter, arende_id=arende)
        self.happens(event, typ)
        self.message = self.last
        return self

    def sip(self, namn: str, till: Iterable[str], items: Iterable[str | Uppgift] = ("insats",), **more: Any) -> "World":
        """A call to a SIP, from the unit for violence in close relations unless `av` says otherwise."""
        known = {"av": UTSATT, "skyddade_personuppgifter": False, **TAKES_PART, **CHILDS_RIGHTS, **more}
        return self.meddelar("sip_kallelse", namn, tuple(till), items, **known)

    def riskbedomning(
        self, namn: str, till: Iterable[str], items: Iterable[str | Uppgift] = ("risk",), **more: Any
    ) -> "World":
        """A shared risk assessment."""
        known = {"av": UTSATT, "metod": "FREDA", "niva": "hog", **CHILDS_RIGHTS, **more}
        return self.meddelar("riskbedomning_delad", namn, tuple(till), items, **known)

    def orosanmalan(
        self, namn: str = "barn", items: Iterable[str | Uppgift] = ("barnets_situation",), **more: Any
    ) -> "World":
        """A report about a child in Mora, from the vårdcentral unless said otherwise."""
        standard = {"av": VC, "till": (), "kommun": "mora", "akut_fara": False, "misstanke": ["omsorgssvikt"]}
        known = {**standard, "anmalarslag": "anmalningsskyldig", **more}
        return self.meddelar("orosanmalan", namn, tuple(known.pop("till")), items, **known)

    def kontaktformedling(
        self, namn: str = "anna", items: Iterable[str | Uppgift] = ("vald", "kontakt"), **more: Any
    ) -> "World":
        """N1: contact asked for with the unit for violence in close relations, by the vårdcentral in Mora."""
        known = {
            "av": VC,
            "till": (),
            "kommun": "mora",
            "misstanke": ["vald_i_nara_relation"],
            "roll": "utsatt",
            **more,
        }
        return self.meddelar("kontaktformedling", namn, tuple(known.pop("till")), items, **known)

    def utskrivningsklar(self, namn: str, fast_vardkontakt: str, *, av: str = VC, tidpunkt: int = 0) -> "World":
        """S4: notice that a patient can be discharged."""
        koder = {"fast_vardkontakt": fast_vardkontakt, "tidpunkt": iso(tidpunkt or self.tid)}
        return self.happens(self.event("utskrivningsklar", av, [self.person(namn, "registrerad")], koder=koder))

    def informerar(self, av: str = UTSATT, utfall: str = "gjort", meddelande: str = "", **koder: Any) -> "World":
        """S3: the caller records whether the guardian was told of what the latest summons plans."""
        about = {"meddelande": meddelande or self._message.handelse_id, "utfall": utfall, **koder}
        arende = self._message.arende_id
        return self.happens(self.event("vardnadshavare_informerad", av, (), koder=about, arende_id=arende))

    def avvikelse(self, till: Iterable[str], items: Iterable[str | Uppgift] = ("ovrigt/",), **more: Any) -> "World":
        """A deviation in the cooperation."""
        lex = {"lex_sarah": "ej_bedomt", "lex_maria": "galler_inte"}
        known = {"av": UTSATT, "slag": "samverkan", "mellan_huvudman": False, **lex, **more}
        return self.meddelar("avvikelse", "", tuple(till), items, **known)

    # ------------------------------------------------------------------------------------------ the sender acts

    def _on_message(self, typ: str, av: str, som: str, **koder: Any) -> "World":
        """An act on the message called `som`, or the latest one; ages are those of now."""
        sent = self.named[som] if som else self.log_of(self._message).handelse
        now = [replace(p, aldersklass=self.alder.get(p.person_id, ADULT)) for p in sent.personer]
        arende = next(a.arende_id for a in self.tillstand.arenden.values() if _holds(a, sent.handelse_id))
        koder = {"meddelande": sent.handelse_id, **koder}
        return self.happens(self.event(typ, av or sent.lasargrupp, now, koder=koder, arende_id=arende))

    def log_of(self, decision: Decision) -> Meddelande:
        """What the ärende keeps of the message that was decided so."""
        kept = self.tillstand.arenden[decision.arende_id].meddelanden
        return next(message for message in kept if message.handelse.handelse_id == decision.handelse_id)

    def svarar(
        self, svar: str = "lamnat", *, slapp: bool = True, av: str = "", som: str = "", av_roll: str = ""
    ) -> "World":
        """B0: the sender answers the consent request that its message gave."""
        more = {**({"slapp": slapp} if svar == "lamnat" else {}), **({"av_roll": av_roll} if av_roll else {})}
        return self._on_message("samtycke_svar", av, som, svar=svar, **more)

    def aterkallar_meddelandet(self, *, av: str = "", som: str = "") -> "World":
        """Q2: the sender recalls its message."""
        return self._on_message("aterkallelse", av, som, skal="fel_mottagare")

    # ------------------------------------------------------------------------------------------ recipients act

    def leverans(self, grupp: str) -> Delivery | None:
        """What the latest message became for a reader group."""
        return next((d for d in self._message.deliveries if d.mottagare == grupp), None)

    def _act(self, typ: str, grupp: str, leverans: str, personer: Sequence[Person], **koder: Any) -> "World":
        found = self.leverans(grupp)
        wanted = leverans or (found.leverans_id if found else "finns-ej")
        koder = {"leverans": wanted, **koder}
        arende = self._message.arende_id
        return self.happens(self.event(typ, grupp, personer, koder=koder, arende_id=arende))

    def oppnar(self, grupp: str, leverans: str = "") -> "World":
        """The reader group opens what the latest message became for it; ages are those of now."""
        original = self.tillstand.arenden[self._message.arende_id].meddelanden[-1].handelse
        now = [replace(p, aldersklass=self.alder.get(p.person_id, ADULT)) for p in original.personer]
        self._act("oppning_begard", grupp, leverans, now)
        self.opening = self.last
        return self

    def kvitterar(self, grupp: str, slag: str = "mottagen", leverans: str = "", **koder: Any) -> "World":
        """The reader group acknowledges."""
        return self._act("kvittens", grupp, leverans, (), slag=slag, **koder)

    # ------------------------------------------------------------------------------------------ what came of it

    @property
    def _message(self) -> Decision:
        assert self.message is not None
        return self.message

    def entries(self, grupp: str) -> list[Entry]:
        """The entries of the latest message for a reader group."""
        of_it = (entry for entry in self._message.entries if entry.funktion != "spridning")
        return [entry for entry in of_it if entry.mottagare == grupp]

    def delivered(self, grupp: str) -> set[str]:
        """The items that reach a reader group, as `category` or `category/person`."""
        return {entry.vag[1:] for entry in self.entries(grupp) if entry.verdict == DELIVERED and entry.vag}

    def why(self, grupp: str, item: str) -> set[str]:
        """Rule and code of every reason that stops an item, such as `K4 samtycke-aterkallat`."""
        return {f"{r.regel} {r.kod}" for r in self.entry(grupp, item).reasons if r.nekar}

    def entry(self, grupp: str, item: str) -> Entry:
        """The entry on one item to one reader group."""
        return next(entry for entry in self.entries(grupp) if entry.vag == f"/{item}")

    def plikter(self, slag: str = "") -> list[Plikt]:
        """The duties of all ärenden, of one kind where it is given, in the order they were made."""
        found = [plikt for arende in self.tillstand.arenden.values() for plikt in arende.plikter]
        return [plikt for plikt in found if slag in ("", plikt.slag)]

    def reached(self) -> set[str]:
        """The reader groups that the latest message was delivered to, consultations and alarms included."""
        return {delivery.mottagare for delivery in self._message.deliveries if delivery.slag != "samtycke"}

    def shown(self) -> set[str]:
        """The items that the latest opening showed; nothing where it was refused."""
        assert self.opening is not None
        return {vag[1:] for delivery in self.opening.deliveries for vag in delivery.vagar}

    def refused(self) -> set[str]:
        """Rule and code of why the latest event was refused; empty where it was accepted."""
        assert self.last is not None
        own = [entry for entry in self.last.entries if not entry.mottagare]
        return {f"{r.regel} {r.kod}" for entry in own for r in entry.reasons if r.nekar}


def _holds(arende: ArendeState, handelse_id: str) -> bool:
    return any(message.handelse.handelse_id == handelse_id for message in arende.meddelanden)


def _number(at: int, person: Person) -> Uppgift:
    return Uppgift(f"/personer/{at}/nummer", "identitet", person.roll, person.person_id)


def _uppgift(item: str | Uppgift, persons: Sequence[Person]) -> Uppgift:
    if isinstance(item, Uppgift):
        return item
    kategori, _, namn = item.partition("/")
    about = {p.person_id: p for p in reversed(persons)}
    if "/" in item and not namn:
        return Uppgift(f"/{kategori}", kategori)
    person = about[namn] if namn else persons[0]
    return Uppgift(f"/{item}", kategori, person.roll, person.person_id)
