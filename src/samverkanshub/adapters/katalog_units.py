"""One unit of the directory: its attributes and its reader groups, read from the members planned for it.

Nothing has a silent default but `ansluten` (true), `avtal_med` (none) and a reader group's flags, so that what RULES.md
asks of each is always said.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from samverkanshub.adapters.marked import PART, Marked, dates
from samverkanshub.domain import oppettider
from samverkanshub.domain.actors import SOCIAL_CHILD_UNIT, Aktor, Enhet, Lasargrupp

REQUIRED: Final = (
    "namn",
    "typ",
    "verksamhet",
    "myndighet",
    "namnd",
    "offentlig",
    "territorium",
    "anmalningspliktig",
    "begransad_krets",
    "kontakter",
    "oppettider",
    "telefon",
    "grupper",
)
OPTIONAL: Final = ("funktion_orosanmalan", "avtal_med", "ansluten")
GROUP_OPTIONAL: Final = ("arbetar_med_utovare", "begransad_krets", "enhetschef")
WITH_NAMND: Final = ("kommun", "region")
EVERYWHERE: Final = "lanet"
_TELEPHONE: Final = re.compile(r"\+?[0-9][0-9 -]{1,19}", re.ASCII)

Members = dict[str, Marked]


@dataclass(frozen=True, slots=True)
class Plan:
    """A unit to be: whose it is, where it is declared, and its attributes with their places."""

    aktor: Aktor
    id: str
    place: Marked
    members: Members


def telephone(value: Marked) -> str:
    """A telephone number as it is to be dialled."""
    text = value.text()
    if not _TELEPHONE.fullmatch(text):
        value.fault("must be a telephone number")
    return text


@dataclass(slots=True)
class Units:
    """The units and reader groups read so far."""

    lists: Mapping[str, Collection[str]]
    kommuner: Collection[str]
    enheter: dict[str, Enhet] = field(default_factory=dict)
    lasargrupper: dict[str, Lasargrupp] = field(default_factory=dict)

    def add(self, plan: Plan) -> None:
        """Read a planned unit; what is wrong with it is a fault at its place."""
        plan.place.names(plan.members, REQUIRED, OPTIONAL)
        if not PART.fullmatch(plan.id.removeprefix(f"{plan.aktor.id}.")):
            plan.place.fault("a unit's id is of a-z, 0-9 and `-`")
        if set(REQUIRED) <= set(plan.members):
            self.enheter[plan.id] = self._unit(plan)
            self._groups(plan, self.enheter[plan.id])

    def _unit(self, plan: Plan) -> Enhet:
        m = plan.members
        fran, till = _duty(m["anmalningspliktig"])
        return Enhet(
            id=plan.id,
            aktor=plan.aktor.id,
            namn=m["namn"].filled(),
            typ=m["typ"].one_of(self.lists["enhetstyp"], "unit type"),
            verksamhet=m["verksamhet"].one_of(self.lists["verksamhet"], "verksamhet"),
            myndighet=m["myndighet"].filled(),
            namnd=m["namnd"].filled() if plan.aktor.slag in WITH_NAMND else m["namnd"].text(),
            offentlig=m["offentlig"].boolean(),
            territorium=self._territory(m["territorium"]),
            anmalningspliktig_fran=fran,
            anmalningspliktig_till=till,
            begransad_krets=m["begransad_krets"].boolean(),
            funktion_orosanmalan=_designated(plan),
            avtal_med=m["avtal_med"].texts() if "avtal_med" in m else (),
            kontakter=_contacts(m["kontakter"]),
            oppettider=_hours(m["oppettider"]),
            telefon=telephone(m["telefon"]),
            ansluten=m["ansluten"].boolean() if "ansluten" in m else True,
        )

    def _territory(self, value: Marked) -> tuple[str, ...]:
        if value.is_scalar and value.text() == EVERYWHERE:
            return tuple(sorted(self.kommuner))
        found = value.some_of(self.kommuner, "municipality")
        if not value.is_scalar and not value.items():
            value.fault("a unit has a territory")
        return tuple(sorted(found))

    # -------------------------------------------------------------------------------------------------- reader groups

    def _groups(self, plan: Plan, enhet: Enhet) -> None:
        value = plan.members["grupper"]
        found = [self._group(name, group, group.members(), enhet) for name, group in value.members().items()]
        if all(group.enhetschef for group in found):
            value.fault("a unit has at least one reader group beside its head's")

    def _group(self, name: str, place: Marked, m: Members, enhet: Enhet) -> Lasargrupp:
        place.names(m, ["namn"], GROUP_OPTIONAL)
        grupp = Lasargrupp(
            id=f"{enhet.id}.{name}",
            enhet=enhet.id,
            namn=m["namn"].filled() if "namn" in m else "",
            arbetar_med_utovare="arbetar_med_utovare" in m and m["arbetar_med_utovare"].boolean(),
            begransad_krets=m["begransad_krets"].boolean() if "begransad_krets" in m else enhet.begransad_krets,
            enhetschef="enhetschef" in m and m["enhetschef"].boolean(),
        )
        self._keep(grupp, place)
        return grupp

    def _keep(self, grupp: Lasargrupp, place: Marked) -> None:
        if not PART.fullmatch(grupp.id.removeprefix(f"{grupp.enhet}.")):
            place.fault("a reader group's id is of a-z, 0-9 and `-`")
        if grupp.id in self.lasargrupper:
            place.fault(f"reader group `{grupp.id}` is given twice")
        self.lasargrupper[grupp.id] = grupp

    def extra_group(self, item: Marked) -> None:
        """A reader group that a unit has beside those of its template."""
        m = item.members()
        enhet = self.enheter.get(m["enhet"].text()) if "enhet" in m else None
        if "enhet" in m and enhet is None:
            m["enhet"].fault("a reader group of an unknown unit")
        if enhet and "grupp" in m:
            rest = {name: value for name, value in m.items() if name not in ("enhet", "grupp")}
            self._group(m["grupp"].ident(), item, rest, enhet)
        else:
            item.names(m, ("enhet", "grupp", "namn"), GROUP_OPTIONAL)


def _duty(value: Marked) -> tuple[str, str]:
    """Dated, or `false` for a unit without the duty."""
    if not value.is_scalar:
        return dates(value.record(["fran"], ["till"]), "fran", "till")
    if value.boolean():
        value.fault("`anmalningspliktig` is dated: give `fran`")
    return "", ""


def _contacts(value: Marked) -> tuple[str, ...]:
    found = value.texts()
    if not found:
        value.fault("a unit has at least one contact")
    return found


def _hours(value: Marked) -> str:
    text = value.text()
    try:
        oppettider.parse(text)
    except ValueError:
        value.fault("must be office hours, such as `man-fre 08:00-16:30` or `dygnet runt`")
    return text


def _designated(plan: Plan) -> str:
    if "funktion_orosanmalan" not in plan.members:
        if plan.members["typ"].text() == SOCIAL_CHILD_UNIT:
            plan.place.fault("a unit for children names its `funktion_orosanmalan` (B1)")
        return ""
    name = plan.members["funktion_orosanmalan"]
    if name.text() not in plan.members["grupper"].members():
        name.fault("names no reader group of the unit")
    return f"{plan.id}.{name.text()}"
