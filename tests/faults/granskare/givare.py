"""Who gave a consent, and who had to: a small model of K8 of the checker's own, folded from the log.

An adult's word is the adult's, or that of somebody appointed for them. A child's is all its guardians', as registered.
Of a child with a decision, an appointment or a maturity registered it says nothing, nor of guardians who are suspected:
what it says is wrong was wrong.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from granskare.bild import Bild, Post
from granskare.korning import Rad

VUXEN: Final = "vuxen"
BARN: Final = frozenset({"0-11", "12-14", "15-17"})
VARDNAD: Final = "vardnad"
FORETRADARE: Final = "foretradare"
ANNARS: Final = frozenset({"mognad", "beslut_om_barn", FORETRADARE})
"""Facts by which others than the guardians, or not all of them, may speak for a child."""


def av(post: Post) -> tuple[str, frozenset[str]]:
    """Whose consent a registration is, and who gave it; a decision's id where the board did."""
    assert post.kuvert
    people = post.kuvert["personer"]
    about = next((person for person in people if person["roll"] == "registrerad"), None)
    if about is None:
        return "", frozenset()
    if decision := post.koder.get("enligt_beslut"):
        return about["person_id"], frozenset({str(decision)})
    roles = (FORETRADARE,) if about["aldersklass"] == VUXEN else (FORETRADARE, "vardnadshavare")
    found = frozenset(person["person_id"] for person in people if person["roll"] in roles)
    return about["person_id"], found or frozenset({about["person_id"]})


@dataclass
class Givare:
    """What has been registered of who speaks for whom, by offset; of one partition each."""

    vardnad: defaultdict[tuple[int, str], list[tuple[int, bool, frozenset[str]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    utsedda: defaultdict[tuple[int, str], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    annars: dict[tuple[int, str], int] = field(default_factory=dict)
    """Where the first of `ANNARS` is registered of somebody."""

    def saknas(self, plats: tuple[int, int], person_id: str, aldersklass: str, said: frozenset[str]) -> str:
        """Why what these have said is not enough at this place; empty where it is, or where nothing is known of it."""
        offset, key = plats[1], (plats[0], person_id)
        if aldersklass == VUXEN:
            appointed = {one for at, one in self.utsedda[key] if at < offset}
            return "" if said & {person_id, *appointed} else "is by nobody who may speak for the person"
        if aldersklass not in BARN or self.annars.get(key, offset) < offset:
            return ""
        guardians = self.vardnadshavare(key, offset)
        if not guardians:
            return "is of a child whose guardians are not registered"
        return "" if guardians <= said else f"lacks {len(guardians - said)} of {len(guardians)} guardians"

    def vardnadshavare(self, key: tuple[int, str], offset: int) -> frozenset[str]:
        """All guardians as registered before an offset; none where no registration but a provisional one stands."""
        found, known = frozenset[str](), False
        for at, provisional, named in self.vardnad[key]:
            if at < offset:
                found, known = (found | named, known) if provisional else (named, True)
        return found if known else frozenset()


def vik(bild: Bild) -> Givare:
    """Everything that the log has of it."""
    found = Givare()
    for place, post in bild.poster.items():
        dom = bild.domar.get(place)
        if dom is not None and dom.godtas and post.kuvert:
            _en(post, post.kuvert, found)
    return found


def _en(post: Post, kuvert: Rad, found: Givare) -> None:
    partition, offset = post.plats
    people, typ = kuvert["personer"], kuvert["typ"]
    for key in ((partition, person["person_id"]) for person in people if person["roll"] == "registrerad"):
        if typ == VARDNAD:
            named = frozenset(person["person_id"] for person in people if person["roll"] == "vardnadshavare")
            found.vardnad[key].append((offset, bool(post.koder.get("provisoriskt")), named))
        if typ == FORETRADARE:
            found.utsedda[key] += [(offset, one["person_id"]) for one in people if one["roll"] == FORETRADARE]
        if typ in ANNARS:
            found.annars.setdefault(key, offset)
