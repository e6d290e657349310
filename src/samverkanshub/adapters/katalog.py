"""Reads the directory of actors from YAML: municipalities and templates, other actors, extra reader groups.

A unit's attributes come from, in rising order: the template's `gemensamt`, the actor's own `gemensamt`, the template's
unit, the actor's own unit. A unit set to null is taken away; one that no template has is the actor's own.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from samverkanshub.adapters.katalog_certifikat import certificates
from samverkanshub.adapters.katalog_units import Members, Plan, Units, telephone
from samverkanshub.adapters.marked import Marked
from samverkanshub.domain.actors import SOCIAL_CHILD_UNIT, Aktor, Certifikat, Katalog, Nyckel


@dataclass(frozen=True, slots=True)
class Files:
    """The documents that the directory is read from."""

    kommuner: Marked
    mallar: Marked
    aktorer: Marked
    lasargrupper: Marked


def read_katalog(
    files: Files, lists: Mapping[str, Collection[str]], nycklar: Mapping[str, tuple[Nyckel, ...]]
) -> Katalog:
    """The directory; where the documents' faults have anything in them, the value is not to be used."""
    reading = _Reading(lists)
    reading.municipalities(files.kommuner)
    mallar = files.mallar.record(["mallar"])
    templates = mallar["mallar"].members() if "mallar" in mallar else {}
    if "kommun" in templates:
        reading.municipal_plans(templates["kommun"])
    else:
        files.mallar.fault("template `kommun` is missing")
    reading.other_plans(files.aktorer, templates)
    return reading.finish(files, nycklar)


@dataclass(slots=True)
class _Reading:
    lists: Mapping[str, Collection[str]]
    kommuner: dict[str, Members] = field(default_factory=dict)
    aktorer: dict[str, Aktor] = field(default_factory=dict)
    certifikat: dict[str, tuple[Certifikat, ...]] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)

    def municipalities(self, document: Marked) -> None:
        required, optional = (
            ("id", "namn", "invanare", "telefon", "jour", "omrade"),
            ("gemensamt", "enheter", "certifikat"),
        )
        for item in document.listed("kommuner"):
            members = item.record(required, optional)
            id_ = members["id"].ident() if "id" in members else ""
            if id_ in self.kommuner:
                item.fault(f"municipality `{id_}` is given twice")
            elif id_:
                self.kommuner[id_] = members

    def words(self, kommun: str) -> dict[str, str]:
        """What a template's placeholders stand for in a municipality."""
        members = self.kommuner[kommun]
        return {name: members[name].text() for name in ("id", "namn", "telefon", "jour") if name in members}

    def actor(self, members: Members, slag: str, namn: str) -> Aktor | None:
        id_ = members["id"].ident() if "id" in members else ""
        if not id_ or id_ in self.aktorer:
            if id_:
                members["id"].fault(f"actor `{id_}` is given twice")
            return None
        telefon = telephone(members["telefon"]) if "telefon" in members else ""
        omrade = members["omrade"].integer() if "omrade" in members else 0
        if "certifikat" in members:
            self.certifikat[id_] = certificates(members["certifikat"])
        self.aktorer[id_] = Aktor(id_, namn, slag, omrade, telefon)
        return self.aktorer[id_]

    def municipal_plans(self, mall: Marked) -> None:
        for kommun, members in self.kommuner.items():
            words = self.words(kommun)
            if "jour" in members:
                telephone(members["jour"])
            aktor = self.actor(members, "kommun", f"{words.get('namn', '')} kommun")
            if aktor:
                self.plans += _from_template(aktor, mall.with_words(words), _Own.of(members, words))

    def other_plans(self, document: Marked, templates: Mapping[str, Marked]) -> None:
        required = ("id", "namn", "slag", "telefon", "omrade")
        optional = ("gemensamt", "enheter", "per_kommun", "certifikat")
        for item in document.listed("aktorer"):
            members = item.record(required, optional)
            namn = members["namn"].filled() if "namn" in members else ""
            slag = members["slag"].one_of(self.lists["aktorslag"], "kind of actor") if "slag" in members else ""
            aktor = self.actor(members, slag, namn)
            if aktor:
                self.plans += self.own_plans(aktor, item, members, templates)

    def own_plans(
        self, aktor: Aktor, place: Marked, members: Members, templates: Mapping[str, Marked]
    ) -> Iterator[Plan]:
        """Units from the template that the actor has one of in every municipality, then its own ones."""
        words = {"aktor": aktor.namn, "telefon": aktor.telefon}
        own = _Own.of(members, words)
        taken: set[str] = set()
        for mall in self.in_every_municipality(members, templates, words):
            known = _Own(own.shared, own.of_template(mall))
            taken |= set(known.units)
            yield from _from_template(aktor, mall, known)
        rest = {key: unit for key, unit in own.units.items() if key not in taken}
        if not rest and "per_kommun" not in members:
            place.fault("an actor has at least one unit")
        for key, unit in rest.items():
            yield Plan(aktor, f"{aktor.id}.{key}", unit, {**own.shared, **unit.members()})

    def in_every_municipality(
        self, members: Members, templates: Mapping[str, Marked], words: Mapping[str, str]
    ) -> list[Marked]:
        if "per_kommun" not in members:
            return []
        name = members["per_kommun"].text()
        if name not in templates:
            members["per_kommun"].fault("unknown template")
            return []
        return [templates[name].with_words({**self.words(kommun), **words}) for kommun in self.kommuner]

    def finish(self, files: Files, nycklar: Mapping[str, tuple[Nyckel, ...]]) -> Katalog:
        units = Units(self.lists, self.kommuner)
        for plan in self.plans:
            units.add(plan)
        for item in files.lasargrupper.listed("lasargrupper"):
            units.extra_group(item)
        self.agreements(units)
        self.statutory_recipients(units)
        people = {id_: members["invanare"].integer() for id_, members in self.kommuner.items() if "invanare" in members}
        kommuner = {kommun: kommun for kommun in self.kommuner}
        found = (self.aktorer, units.enheter, units.lasargrupper, kommuner, nycklar, people, self.certifikat)
        return Katalog(*found)

    def agreements(self, units: Units) -> None:
        for plan in self.plans:
            for principal in units.enheter[plan.id].avtal_med if plan.id in units.enheter else ():
                if principal not in self.aktorer:
                    plan.members["avtal_med"].fault("an agreement with an unknown actor")

    def statutory_recipients(self, units: Units) -> None:
        served = {kommun for e in units.enheter.values() if e.typ == SOCIAL_CHILD_UNIT for kommun in e.territorium}
        for kommun in sorted(set(self.kommuner) - served):
            self.kommuner[kommun]["id"].fault(f"municipality `{kommun}` has no unit to report a child to (B1)")


@dataclass(frozen=True, slots=True)
class _Own:
    """What an actor says itself: for all its units, and for one unit at a time."""

    shared: Members
    units: Members

    @classmethod
    def of(cls, members: Members, words: Mapping[str, str]) -> "_Own":
        parts = {name: members[name].with_words(words) for name in ("gemensamt", "enheter") if name in members}
        return cls(*(parts[name].members() if name in parts else {} for name in ("gemensamt", "enheter")))

    def of_template(self, mall: Marked) -> Members:
        """Those of its units that change a template's."""
        known = _template_units(mall)
        return {key: unit.with_words(mall.words) for key, unit in self.units.items() if key in known}


def _template_units(mall: Marked) -> Members:
    parts = mall.record(["enheter"], ["gemensamt"])
    return parts["enheter"].members() if "enheter" in parts else {}


def _from_template(aktor: Aktor, mall: Marked, own: _Own) -> Iterator[Plan]:
    """The units of a template, with what the actor itself says over them."""
    template, parts = _template_units(mall), mall.members()
    shared = parts["gemensamt"].members() if "gemensamt" in parts else {}
    for key in {**template, **own.units}:
        change = own.units.get(key)
        if change is not None and change.is_null:
            if key not in template:
                change.fault("no template has this unit to take away")
            continue
        layers = [shared, own.shared] + [unit.members() for unit in (template.get(key), change) if unit is not None]
        merged = {name: value for layer in layers for name, value in layer.items()}
        yield Plan(aktor, f"{aktor.id}.{key}", change or template[key], merged)
