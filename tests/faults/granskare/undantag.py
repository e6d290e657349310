"""A small model of exemptions (K3), folded from the log: what an adult has said no to, and has not lifted."""

from dataclasses import dataclass, replace
from typing import Any, Final

from granskare.bild import Bild, Post
from granskare.korning import Rad
from granskare.samtycken import ANDRAT, LAMNAT, MAKULERAT, enhet

ANMALT: Final = "undantag_anmalt"
HAVT: Final = "undantag_havt"
VUXEN: Final = "vuxen"


@dataclass(frozen=True, slots=True)
class Undantag:
    """What somebody has exempted for a purpose; `slut` is the offset that lifted or annulled any of it.

    Who lifts a part leaves the rest; here all of it counts as lifted then, so that nothing is called broken wrongly.
    """

    id: str
    plats: tuple[int, int]
    person_id: str
    andamal: str
    kategorier: frozenset[str]
    uppgifter: frozenset[str]
    mottagare: frozenset[tuple[str, str]]
    slut: int | None = None

    def galler(self, partition: int, offset: int, andamal: str, uppgift: Rad, lasargrupp: str) -> bool:
        """Does it stop this item to this reader group, at this place?"""
        stands = self.plats[0] == partition and self.plats[1] < offset and (self.slut is None or offset < self.slut)
        if not stands or (self.person_id, self.andamal) != (uppgift["person_id"], andamal):
            return False
        named = {("enhet", enhet(lasargrupp)), ("organisation", lasargrupp.partition(".")[0])}
        single = bool(uppgift["referens"]) and uppgift["referens"] in self.uppgifter
        return uppgift["kategori"] in self.kategorier or single or not named.isdisjoint(self.mottagare)


def vik(bild: Bild) -> list[Undantag]:
    """Every exemption that an adult has made, as it stands at the log's end."""
    found: list[Undantag] = []
    for place, post in bild.poster.items():
        dom = bild.domar.get(place)
        if dom is None or not dom.godtas or post.kuvert is None:
            continue
        typ = post.kuvert["typ"]
        if typ in (LAMNAT, ANDRAT, ANMALT):
            found += _gjort(post, post.koder if typ == ANMALT else post.koder.get("undantag"))
        elif typ in (HAVT, MAKULERAT):
            found = [_havt(one, post) for one in found]
    return found


def _gjort(post: Post, said: Any) -> list[Undantag]:
    assert post.kuvert
    persons = post.kuvert["personer"]
    about = [person for person in persons if person["roll"] == "registrerad" and person["aldersklass"] == VUXEN]
    if not said or not about or any(person["roll"] == "foretradare" for person in persons):
        return []
    return [
        Undantag(
            id=post.kuvert["handelse_id"],
            plats=post.plats,
            person_id=about[0]["person_id"],
            andamal=str(post.koder["andamal"]),
            kategorier=frozenset(said.get("kategorier") or ()),
            uppgifter=frozenset(said.get("uppgifter") or ()),
            mottagare=frozenset((one["slag"], one["id"]) for one in said.get("mottagare") or ()),
        )
    ]


def _havt(one: Undantag, post: Post) -> Undantag:
    assert post.kuvert
    if one.slut is not None or one.plats[0] != post.plats[0]:
        return one
    if post.kuvert["typ"] == MAKULERAT:
        ended = one.id == post.koder["samtycke"]
    else:
        persons = {person["person_id"] for person in post.kuvert["personer"] if person["roll"] == "registrerad"}
        ended = one.person_id in persons and one.andamal == post.koder["andamal"]
    return replace(one, slut=post.plats[1]) if ended else one
