"""I2 and I3: nothing is delivered without a basis in force, and nothing shown after its consent was withdrawn."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from granskare import givare, samtycken, undantag
from granskare.bild import OPPNING, Anrop, Beslut, Bild
from granskare.givare import Givare
from granskare.korning import Rad
from granskare.samtycken import Samtycken
from granskare.svar import Svar, svar
from granskare.undantag import Undantag

SAMTYCKE: Final = "B3"
LAG: Final = frozenset({"B1", "B2", "B4", "B6"})
BERATTAR: Final = frozenset({"notis", "incident"})
"""Functions of entries that tell somebody something and bring no item."""
SPRIDNING: Final = "spridning"
EJ_INNEHALL: Final = frozenset({"meddelas muntligen", "raderad"})


def i2(bild: Bild) -> Svar:
    """I2: every item delivered or opened cites a basis, and each that it cites was in force at its position."""
    known, exempt, who, count, faults = samtycken.vik(bild), undantag.vik(bild), givare.vik(bild), 0, []
    for dom in bild.domar.values():
        for rad in dom.levererat():
            if rad["funktion"] not in BERATTAR:
                count += 1
                where = f"{dom.plats[0]}/{dom.plats[1]} delivery {rad['leverans_id']} {rad['vag']}".rstrip()
                found = [*_grunder(bild, dom, rad, known), *_undantag(bild, dom, rad, exempt)]
                found += _givna(bild, dom, rad, known, who)
                faults += [f"{where}: {fault}" for fault in found]
    return svar("I2", count, "deliveries of items", faults)


def _grunder(bild: Bild, dom: Beslut, rad: Rad, known: Samtycken) -> Iterator[str]:
    if not rad["grunder"]:
        yield "no basis"
    day = samtycken.dag(dom.tid)
    for grund in rad["grunder"]:
        if not (grund["giltig_fran"] <= day and (not grund["giltig_till"] or day <= grund["giltig_till"])):
            yield f"{grund['id']} is not in force on {day}"
    by_consent = any(grund["regel"] == SAMTYCKE for grund in rad["grunder"])
    if by_consent and not rad["samtycken"]:
        yield "rests on consent and names none"
    for id_ in rad["samtycken"]:
        why = _samtycke(bild, dom, rad, id_, known)
        if why:
            yield f"consent {id_} {why}"


def _givna(bild: Bild, dom: Beslut, rad: Rad, known: Samtycken, who: Givare) -> Iterator[str]:
    """K8, K9: what rests on consent is what all who must have said, as they last said it."""
    found = _uppgift(bild, dom, rad)
    cited = [known[dom.plats[0], id_] for id_ in rad["samtycken"] if (dom.plats[0], id_) in known]
    if found is None or not cited or rad["funktion"] == SPRIDNING:
        return
    message, item = found
    said = frozenset[str]()
    for one in cited:
        left = samtycken.kvar(one, dom, known, message, rad["mottagare"])
        said |= left
        if not left:
            yield f"consent {one.id} was superseded"
    if said:
        age = next((p["aldersklass"] for p in message["personer"] if p["person_id"] == item["person_id"]), "")
        why = who.saknas(dom.plats, item["person_id"], age, said)
        if why:
            yield f"consent {why}"


def _undantag(bild: Bild, dom: Beslut, rad: Rad, exempt: list[Undantag]) -> Iterator[str]:
    """K3: an exemption limits consent, and not law."""
    found = _uppgift(bild, dom, rad)
    if found is None or any(grund["regel"] in LAG for grund in rad["grunder"]):
        return
    message, item = found
    for one in exempt:
        if one.galler(*dom.plats, samtycken.andamal(message), item, rad["mottagare"]):
            yield f"exempted at {one.plats[1]}"


def _uppgift(bild: Bild, dom: Beslut, rad: Rad) -> tuple[Rad, Rad] | None:
    """The message that an entry is about and the item of it; None where it is about none."""
    message = bild.meddelande(dom, rad["leverans_id"])
    item = next((u for u in message["uppgifter"] if u["vag"] == rad["vag"]), None) if message else None
    return None if message is None or item is None else (message, item)


def _samtycke(bild: Bild, dom: Beslut, rad: Rad, id_: str, known: Samtycken) -> str:
    partition, offset = dom.plats
    one = known.get((partition, id_))
    if one is None:
        return "is not in the log"
    spread = rad["funktion"] == SPRIDNING
    # K7: what is told before the first meeting is told of what has not begun.
    why = one.i_kraft(offset, max(dom.tid, one.fran) if spread else dom.tid)
    if why or spread:
        return why
    found = _uppgift(bild, dom, rad)
    return samtycken.tacker(one, *found, rad["mottagare"]) if found else "carries an item that no message has"


# ------------------------------------------------------------------------------------------ openings


def i3(bild: Bild) -> Svar:
    """I3: an opening asked for after a withdrawal was answered shows nothing that rested on what was withdrawn."""
    known, delivered = samtycken.vik(bild), _levererat(bild)
    ended = sorted(_slut(bild, known))
    count, faults = 0, []
    for anrop in bild.anrop:
        before = {id_ for answered, ids in ended if answered < anrop.rad["sant_ms"] for id_ in ids}
        entries = delivered.get(anrop.leverans, []) if anrop.leverans else []
        if before and any(before.intersection(rad["samtycken"]) for _, rad in entries):
            count += 1
            if anrop.rad["status"] == 200:
                faults += [f"{anrop.namn}: {fault}" for fault in _visat(bild, anrop, entries, before, known)]
    return svar("I3", count, "openings of what rested on a withdrawn consent", faults)


def _levererat(bild: Bild) -> dict[str, list[tuple[Beslut, Rad]]]:
    found: dict[str, list[tuple[Beslut, Rad]]] = {}
    for dom in bild.domar.values():
        post = bild.poster.get(dom.plats)
        if post and post.kuvert and post.kuvert["typ"] != OPPNING:
            for rad in dom.levererat():
                if rad["funktion"] not in BERATTAR:
                    found.setdefault(rad["leverans_id"], []).append((dom, rad))
    return found


def _slut(bild: Bild, known: Samtycken) -> Iterator[tuple[int, tuple[str, ...]]]:
    """When each withdrawal was answered, and the consents that it ended."""
    for anrop in bild.anrop:
        if not (anrop.sander and anrop.tagen):
            continue
        for partition, offset in bild.platser.get(str(anrop.svar.get("handelse_id", "")), ())[:1]:
            kuvert = bild.poster[partition, offset].kuvert
            if kuvert and kuvert["typ"] in samtycken.SLUT:
                own = (one for key, one in known.items() if key[0] == partition)
                yield anrop.rad["svar_ms"], tuple(one.id for one in own if one.slut is not None and one.slut <= offset)


def _visat(
    bild: Bild, anrop: Anrop, entries: list[tuple[Beslut, Rad]], before: set[str], known: Samtycken
) -> Iterator[str]:
    asked = {id_ for id_, when in bild.forst_sanda.items() if when <= anrop.rad["svar_ms"]}
    fallen = [rad for dom, rad in entries if _faller(bild, dom, rad, before, asked, known)]
    if any(rad["funktion"] == SPRIDNING for rad in fallen):
        yield f"delivery {anrop.leverans} told of a consent that was withdrawn"
        return
    own = bild.meddelande(*(entries[0][0], anrop.leverans))
    roles = {u["vag"]: u["roll"] for u in own["uppgifter"]} if own else {}
    left = Counter(_slag(rad["vag"], roles) for _, rad in entries if rad not in fallen)
    shown = Counter(_slag(vag, {}) for vag, value in _uppgifter(anrop) if value not in EJ_INNEHALL)
    shown += Counter(f"nummer:{p.get('roll')}" for p in anrop.svar.get("personer", ()) if p.get("nummer"))
    if shown - left:
        named = ", ".join(sorted(slag.partition(":")[0] for slag in shown - left))
        yield f"delivery {anrop.leverans} showed {named} after the withdrawal of what it rested on"


def _uppgifter(anrop: Anrop) -> list[tuple[str, Any]]:
    return [(str(vag), value) for vag, value in dict(anrop.svar.get("uppgifter") or {}).items()]


def _faller(bild: Bild, dom: Beslut, rad: Rad, before: set[str], asked: set[str], known: Samtycken) -> bool:
    """Did it rest on what has been withdrawn, and can no other consent sent by then (`asked`) have carried it?"""
    if not before.intersection(rad["samtycken"]) or any(grund["regel"] in LAG for grund in rad["grunder"]):
        return False
    found = _uppgift(bild, dom, rad)
    if found is None:
        return True
    others = (one for one in known.values() if one.id not in before and one.id in asked)
    return all(one.partition != dom.plats[0] or samtycken.tacker(one, *found, rad["mottagare"]) for one in others)


def _slag(vag: str, roles: dict[str, str]) -> str:
    """A kind of item that a reader may count: what is read is numbered anew, so that an index says nothing."""
    if re.fullmatch(r"/personer/\d+/nummer", vag):
        return f"nummer:{roles.get(vag, '')}"
    return re.sub(r"/\d+(?=/|$)", "/*", vag)
