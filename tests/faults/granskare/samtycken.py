"""A small model of consent of the checker's own: who has said yes to what, folded from the log (K1, K2, K4, K9, K11).

Who may give is in `givare`. A consent that it says is not in force was not; of what was given with somebody named
present it does not say whether it was free, and then it holds nothing against anybody (K11).
"""

import hmac
import json
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from granskare import givare
from granskare.bild import Beslut, Bild, Post
from granskare.korning import Rad

LAMNAT: Final = "samtycke_lamnat"
ANDRAT: Final = "samtycke_andrat"
ATERKALLAT: Final = "samtycke_aterkallat"
MAKULERAT: Final = "samtycke_makulerat"
SLUT: Final = frozenset({ATERKALLAT, MAKULERAT})
ANDAMAL: Final = {
    "sip_kallelse": "sip",
    "riskbedomning_delad": "riskbedomning",
    "orosanmalan": "barnskydd",
    "avvikelse": "kvalitet",
    "kontaktformedling": "kontakt",
}
PRESSAR: Final = frozenset({"misstankt", "anhorig_till_misstankt"})
NARVARANDE: Final = frozenset({"narvarande", "tolk"})
_SVERIGE: Final = ZoneInfo("Europe/Stockholm")
_BOKSTAVER: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True, slots=True)
class Samtycke:
    """A consent and how it ended: `slut` is the offset that withdrew or annulled it, `andrat` (ms) when a later one
    that it was changed into came into force."""

    id: str
    partition: int
    offset: int
    person_id: str
    andamal: str
    mottagare: tuple[tuple[str, str, str], ...]
    kategorier: frozenset[str]
    fran: int
    till: int
    kedja: str
    givare: frozenset[str]
    fri: bool
    """K11: in private, with none there that the registration says presses, and nobody there by name."""
    slut: int | None = None
    slut_tid: int = 0
    andrat: int | None = None

    def borjat(self, tid: int) -> bool:
        """K9: has it been in force by then, if only until something ended it?"""
        stopped = [*([self.slut_tid] if self.slut is not None else []), *([self.andrat] if self.andrat else [])]
        return self.fran <= tid and self.fran < self.till and all(self.fran <= moment for moment in stopped)

    def i_kraft(self, offset: int, tid: int) -> str:
        """Why it is not in force for what is judged at this offset and time; empty where it is."""
        if offset < self.offset:
            return "comes later in the log"
        if self.slut is not None and self.slut < offset:
            return f"ended at {self.slut}"
        if self.andrat is not None and tid >= self.andrat:
            return "was changed"
        if tid < self.fran:
            return "has not begun"
        return "" if tid < self.till else "is past its end"


Samtycken = dict[tuple[int, str], Samtycke]


def vik(bild: Bild) -> Samtycken:
    """Every consent that the log has, by partition and id, as it stands at the log's end."""
    found: Samtycken = {}
    ended: dict[tuple[int, str], int] = {}
    for place, post in bild.poster.items():
        dom = bild.domar.get(place)
        if dom is not None and dom.godtas and post.kuvert:
            _en(post, dom, found, ended)
    return found


def _en(post: Post, dom: Beslut, found: Samtycken, ended: dict[tuple[int, str], int]) -> None:
    assert post.kuvert
    typ, partition = post.kuvert["typ"], post.plats[0]
    if typ in (LAMNAT, ANDRAT):
        _ge(post, dom, found, ended)
    elif typ in SLUT:
        wanted = (partition, str(post.koder["samtycke"]))
        ended.setdefault(wanted, post.plats[1])
        for key in _traffar(wanted, typ, found):
            one = found[key]
            if one.slut is None:
                found[key] = replace(one, slut=post.plats[1], slut_tid=dom.tid)


def _traffar(wanted: tuple[int, str], typ: str, found: Samtycken) -> list[tuple[int, str]]:
    """K4: a withdrawal ends all that the consent was changed from and into; an annulment that registration alone."""
    if wanted not in found:
        return []
    if typ == MAKULERAT:
        return [wanted]
    return [key for key, one in found.items() if key[0] == wanted[0] and one.kedja == found[wanted].kedja]


def _ge(post: Post, dom: Beslut, found: Samtycken, ended: dict[tuple[int, str], int]) -> None:
    assert post.kuvert
    (partition, offset), koder, id_ = post.plats, post.koder, post.kuvert["handelse_id"]
    begins = max(_ms(koder["fran"]), dom.tid)
    earlier = found.get((partition, str(koder.get("samtycke", ""))))
    if earlier is not None:
        first = begins if earlier.andrat is None else min(begins, earlier.andrat)
        found[partition, earlier.id] = replace(earlier, andrat=first)
    person_id, givers = givare.av(post)
    slut = offset if (partition, id_) in ended else earlier.slut if earlier else None
    found[partition, id_] = Samtycke(
        id=id_,
        partition=partition,
        offset=offset,
        person_id=person_id,
        andamal=koder["andamal"],
        mottagare=tuple((m["slag"], m["id"], m.get("meddelande", "")) for m in koder["mottagare"]),
        kategorier=frozenset(koder["kategorier"]),
        fran=begins,
        till=_ms(koder["till"]),
        kedja=earlier.kedja if earlier else id_,
        givare=givers,
        fri=_fri(post),
        slut=slut,
        slut_tid=dom.tid if (partition, id_) in ended else earlier.slut_tid if earlier else 0,
    )


def _fri(post: Post) -> bool:
    assert post.kuvert
    there = {*post.koder.get("narvarande", ()), post.koder.get("tolk")}
    named = any(person["roll"] in NARVARANDE for person in post.kuvert["personer"])
    return bool(post.koder.get("enskilt")) and not there & PRESSAR and not named


def _ms(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=_SVERIGE)).timestamp() * 1000)


# ------------------------------------------------------------------------------------------ what it covers


def andamal(meddelande: Rad) -> str:
    """The one purpose whose consent serves a message (K6)."""
    return ANDAMAL.get(meddelande["typ"]) or str(meddelande["koder"].get("andamal", ""))


def tacker(samtycke: Samtycke, meddelande: Rad, uppgift: Rad, lasargrupp: str) -> str:
    """Why it does not cover an item of a message to a reader group (K1, K6); empty where it does."""
    if samtycke.andamal != andamal(meddelande):
        return "has another purpose"
    if samtycke.person_id != uppgift["person_id"]:
        return "is another person's"
    if uppgift["kategori"] not in samtycke.kategorier:
        return "does not name the category"
    return "" if _namner_nagon(samtycke, meddelande, lasargrupp) else "does not name the recipient"


def kvar(samtycke: Samtycke, dom: Beslut, known: Samtycken, meddelande: Rad, lasargrupp: str) -> frozenset[str]:
    """K9: those of its givers whose word it still is: who has said another since, to the same, has superseded it.

    That never revives, whatever becomes of the later one.
    """
    (partition, offset), later = dom.plats, set[str]()
    for one in known.values():
        if one.partition == partition and samtycke.offset < one.offset < offset and one.fri and one.borjat(dom.tid):
            same = (one.person_id, one.andamal) == (samtycke.person_id, samtycke.andamal)
            later |= one.givare if same and _namner_nagon(one, meddelande, lasargrupp) else set()
    return samtycke.givare - later


def _namner_nagon(samtycke: Samtycke, meddelande: Rad, lasargrupp: str) -> bool:
    return any(_namner(*ref, meddelande, lasargrupp) for ref in samtycke.mottagare)


def _namner(slag: str, id_: str, om: str, meddelande: Rad, lasargrupp: str) -> bool:
    if om not in ("", meddelande["handelse_id"]):
        return False
    if slag == "enhet":
        return id_ == enhet(lasargrupp)
    if slag == "organisation":
        return id_ == lasargrupp.partition(".")[0]
    # P5: a request id stands for a unit; that of any of its reader groups names it, and this is the one at hand.
    return slag == "begaran" and (bool(om) or id_ == begaran(meddelande["beslutssalt"], lasargrupp))


def enhet(lasargrupp: str) -> str:
    """The unit that a reader group is one of."""
    return lasargrupp.rpartition(".")[0]


def begaran(salt: bytes, lasargrupp: str) -> str:
    """P5: the id under which a sender may speak of a recipient that it did not name."""
    digest = hmac.new(salt, b"samverkan/begaran/v1\0" + lasargrupp.encode(), sha256).hexdigest()
    return "begaran-" + digest[:32].translate(_BOKSTAVER)


def dag(tid: int) -> str:
    """The Swedish day (ISO) of a time in ms."""
    return datetime.fromtimestamp(tid / 1000, _SVERIGE).date().isoformat()


def som_text(rad: Rad) -> str:
    """A row in a form to compare."""
    return json.dumps(rad, sort_keys=True, ensure_ascii=False)
