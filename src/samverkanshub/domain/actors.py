"""The directory of actors: who they are, what RULES.md asks of each, and the questions the rules put to it.

Dated data of the regelverk. `aktor` is an organisation with keys of its own, `enhet` one of its units, `lasargrupp` a
group of readers inside a unit: what a decision, an inbox and an opening are keyed by.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from samverkanshub.domain.tid import in_force
from samverkanshub.domain.varden import quick

SOCIALTJANST = "socialtjanst"
HALSO_SJUKVARD = "halso_sjukvard"
SOCIAL_CHILD_UNIT = "barn_unga"
BARNAHUS = "barnahus"

ED25519 = "ed25519"
ES256 = "es256"
KEY_TYPES = (ED25519, ES256)


@quick
@dataclass(frozen=True, slots=True)
class Nyckel:
    """A dated public key in hex. `till` is exclusive; empty means open (ISO dates). Keys may overlap.

    `typ` says of which kind it is, and so by which algorithm alone it is used: `ed25519` (raw, 32 bytes) or `es256`
    (a point of P-256, compressed, 33 bytes). `aterkallad`: it holds on no day, whatever its dates.
    """

    id: str
    publik: str
    fran: str
    till: str = ""
    typ: str = ED25519
    aterkallad: bool = False

    def in_force(self, day: str) -> bool:
        """Is the key to be believed on this Swedish day (ISO date)?"""
        return not self.aterkallad and in_force(date.fromisoformat(day), self.fran, self.till)


@quick
@dataclass(frozen=True, slots=True)
class Certifikat:
    """What an actor's client certificates are known by: the subject's `serienummer`, the key by its `spki`, or both.

    `serienummer`: serialNumber, in SITHS the function's HSA-id. `spki`: SHA-256 in hex over the SubjectPublicKeyInfo.
    What is empty is not asked for; one of them is given. `till` is exclusive; empty means open (ISO dates).
    """

    serienummer: str = ""
    spki: str = ""
    fran: str = ""
    till: str = ""

    def knows(self, serienummer: str, spki: str, day: str) -> bool:
        """Is a certificate of this subject and key to be believed on this Swedish day (ISO date)?"""
        asked = [(self.serienummer, serienummer), (self.spki, spki)]
        given = [(wanted, found) for wanted, found in asked if wanted]
        same = bool(given) and all(wanted == found for wanted, found in given)
        return same and in_force(date.fromisoformat(day), self.fran, self.till)


@quick
@dataclass(frozen=True, slots=True)
class Aktor:
    """An organisation. `slag`: kommun, region, statlig, privat, ideell, or samverkan for what several bodies run
    together without being an authority (Barnahus, the regionkoordinator). `omrade` is its partition's number."""

    id: str
    namn: str
    slag: str
    omrade: int = 0
    telefon: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Enhet:
    """A unit. `verksamhet`: socialtjanst, halso_sjukvard, polis, aklagare or ovrig; `typ` e.g. barn_unga, vardcentral.

    `territorium` lists municipalities; `avtal_med` the principals that a private provider works for (S1);
    `anmalningspliktig_fran`/`_till` date the duty to report (B1), both empty where there is none;
    `begransad_krets`: a limited circle of readers (P3), what its reader groups inherit where they say nothing;
    `funktion_orosanmalan`: the designated reader group (B1, P3); `oppettider` as domain.oppettider reads them.
    """

    id: str
    aktor: str
    namn: str
    typ: str
    verksamhet: str
    myndighet: str = ""
    namnd: str = ""
    offentlig: bool = True
    territorium: tuple[str, ...] = ()
    anmalningspliktig_fran: str = ""
    anmalningspliktig_till: str = ""
    begransad_krets: bool = False
    funktion_orosanmalan: str = ""
    avtal_med: tuple[str, ...] = ()
    kontakter: tuple[str, ...] = ()
    oppettider: str = ""
    telefon: str = ""
    ansluten: bool = True

    def duty_bound(self, day: str) -> bool:
        """Must the unit report a child at risk on this Swedish day (B1)?"""
        dated = in_force(date.fromisoformat(day), self.anmalningspliktig_fran, self.anmalningspliktig_till)
        return bool(self.anmalningspliktig_fran) and dated


@quick
@dataclass(frozen=True, slots=True)
class Lasargrupp:
    """Readers of a unit. `arbetar_med_utovare`: registered as working with the suspected person in that role (V1).

    `begransad_krets` decides P3 (the unit's is only what it was inherited from). `enhetschef`: the unit's head, who is
    alerted and escalated to but is no ordinary recipient: what is sent to the unit does not go there.
    """

    id: str
    enhet: str
    namn: str
    arbetar_med_utovare: bool = False
    begransad_krets: bool = False
    enhetschef: bool = False


@dataclass(frozen=True)
class Katalog:
    """The directory as one value, with its indexes made once."""

    aktorer: Mapping[str, Aktor]
    enheter: Mapping[str, Enhet]
    lasargrupper: Mapping[str, Lasargrupp]
    kommuner: Mapping[str, str] = field(default_factory=dict)
    """Municipality's id to its aktor."""
    nycklar: Mapping[str, tuple[Nyckel, ...]] = field(default_factory=dict)
    """Aktor to its public keys, sorted by first day."""
    befolkning: Mapping[str, int] = field(default_factory=dict)
    """Municipality's id to its inhabitants, in round figures (B4)."""
    certifikat: Mapping[str, tuple[Certifikat, ...]] = field(default_factory=dict)
    """Aktor to what its client certificates are known by; those of which nothing is said are known by their own id."""
    _groups: Mapping[str, tuple[Lasargrupp, ...]] = field(init=False, repr=False, compare=False)
    _heads: Mapping[str, tuple[Lasargrupp, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        groups: dict[str, list[Lasargrupp]] = {}
        for group in sorted(self.lasargrupper.values(), key=lambda g: g.id):
            groups.setdefault(group.enhet, []).append(group)
        for name, head in (("_groups", False), ("_heads", True)):
            chosen = {unit: tuple(g for g in found if g.enhetschef == head) for unit, found in groups.items()}
            object.__setattr__(self, name, MappingProxyType(chosen))

    def groups_of(self, enhet: str) -> tuple[Lasargrupp, ...]:
        """The reader groups that what is sent to a unit goes to, sorted by id: all but its head's."""
        return self._groups.get(enhet, ())

    def heads_of(self, enhet: str) -> tuple[Lasargrupp, ...]:
        """The reader groups of a unit's head, to alert and to escalate to (B1, O4), sorted by id."""
        return self._heads.get(enhet, ())

    def key_of(self, aktor: str, key_id: str, day: str) -> Nyckel | None:
        """The actor's public key with this id, if it is in force on the Swedish day (ISO date)."""
        nyckel = self.listed_key(aktor, key_id)
        return nyckel if nyckel is not None and nyckel.in_force(day) else None

    def listed_key(self, aktor: str, key_id: str) -> Nyckel | None:
        """The actor's public key with this id, in force or not; an id stands once."""
        return next((nyckel for nyckel in self.nycklar.get(aktor, ()) if nyckel.id == key_id), None)

    def certified(self, aktor: str, serienummer: str, spki: str, day: str) -> bool:
        """Is a client certificate the actor's on the Swedish day (ISO date)?

        Where the directory says nothing of the actor's certificates, its own id is to be their serial number. Where it
        does, that alone counts: also when all of it has ended.
        """
        known = self.certifikat.get(aktor)
        if known is None:
            return bool(serienummer) and serienummer == aktor
        return any(one.knows(serienummer, spki, day) for one in known)

    def below(self, kommun: str, limit: int) -> bool:
        """Is the municipality too small to be named in what identifies nobody (B4)? An unknown one is."""
        return self.befolkning.get(kommun, 0) < limit

    def unit_of(self, lasargrupp: str) -> Enhet:
        """The unit a reader group belongs to; `KeyError` where there is no such group."""
        return self.enheter[self.lasargrupper[lasargrupp].enhet]

    def units(self, *, typ: str, kommun: str = "") -> tuple[Enhet, ...]:
        """Units of a type, for a municipality where one is given, sorted by id."""
        return tuple(sorted(self._matching(typ, kommun), key=lambda enhet: enhet.id))

    def _matching(self, typ: str, kommun: str) -> Iterable[Enhet]:
        for enhet in self.enheter.values():
            if enhet.typ == typ and (not kommun or kommun in enhet.territorium):
                yield enhet

    def covers(self, slag: str, id_: str, enhet: str) -> bool:
        """Does a recipient named in a consent or exemption cover this unit? An organisation covers its own (K1)."""
        if slag == "enhet":
            return id_ == enhet
        return slag == "organisation" and enhet in self.enheter and self.enheter[enhet].aktor == id_
