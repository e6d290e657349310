"""I1 and I5: nothing lost, nothing doubled, nothing that nobody sent, and the order in which it was said."""

import heapq
from collections import Counter
from collections.abc import Iterator
from typing import Final

from granskare.bild import DOM, KARANTAN, MEDDELANDEN, OPPNING, UPPREPNING, Anrop, Beslut, Bild, Plats, Post
from granskare.svar import Svar, svar

BREDVID: Final = frozenset({"notis", "incident", "spridning", "plikt"})
"""Functions of entries beside what a message brings its recipients."""
GODTAGEN: Final = {True: "godtagen", False: "avvisad"}


def i1(bild: Bild) -> Svar:
    """I1: each event answered 201 or 202 takes effect once, with one outcome a recipient; nothing comes of itself."""
    events = {anrop.svar.get("handelse_id", "") for anrop in bild.anrop if anrop.sander and anrop.tagen}
    faults = [*_tagna(bild), *_en_gang(bild), *_av_nagon(bild), *_oppningar(bild), *_utfall(bild), *_sedda(bild)]
    return svar("I1", len(events), "events", faults)


def _tagna(bild: Bild) -> Iterator[str]:
    for anrop in bild.anrop:
        if not (anrop.sander and anrop.tagen):
            continue
        id_ = str(anrop.svar.get("handelse_id", ""))
        found = bild.verksamma(id_)
        if id_ not in bild.platser:
            yield f"{anrop.namn}: event {id_} was answered {anrop.rad['status']} and is not in the log"
        elif not found:
            yield f"{anrop.namn}: event {id_} was answered {anrop.rad['status']} and has no effective decision"
        elif anrop.svar.get("dom") and all(GODTAGEN[dom.godtas] != anrop.svar["dom"] for dom in found):
            yield f"{anrop.namn}: event {id_} was answered `{anrop.svar['dom']}` and decided otherwise"


def _en_gang(bild: Bild) -> Iterator[str]:
    """The first that can be read takes effect, and what comes after it is a repeat, of the very same bytes."""
    for id_, places in bild.platser.items():
        for partition in sorted({partition for partition, _ in places}):
            own = [place for place in places if place[0] == partition]
            status = [bild.domar[place].status for place in own if place in bild.domar]
            first = next((at for at, one in enumerate(status) if one != KARANTAN), len(status))
            if status[first : first + 1] not in ([], [DOM]) or set(status[first + 1 :]) - {UPPREPNING}:
                yield f"event {id_} is {'/'.join(status)} at {_namngivna(own)}"
            posts = [bild.poster[place] for place in own]
            if not posts[0].av_hubben and len({(p.key, p.headers, p.value) for p in posts}) > 1:
                yield f"event {id_} has other bytes each time, at {_namngivna(own)}"


def _namngivna(places: list[Plats]) -> str:
    return ", ".join(f"{partition}/{offset}" for partition, offset in places)


def _av_nagon(bild: Bild) -> Iterator[str]:
    sent = {(anrop.rad["aktor"], anrop.id) for anrop in bild.anrop if anrop.sander}
    said = {anrop.svar.get("handelse_id") for anrop in bild.anrop if anrop.sander}
    planted = bild.korning.fakta.planterade
    for post in bild.poster.values():
        if post.kuvert is None:
            if planted is not None and post.plats not in planted:
                yield f"nobody planted the unreadable record at {post.plats[0]}/{post.plats[1]}"
        elif not (post.av_hubben or post.kuvert["typ"] == OPPNING or post.plats in (planted or ())):
            known = (post.kuvert["aktor"], post.kuvert["id"].lower()) in sent or post.kuvert["handelse_id"] in said
            if not known and not _namnlos(bild, post):
                yield f"no client sent event {post.kuvert['handelse_id']} at {post.plats[0]}/{post.plats[1]}"


def _namnlos(bild: Bild, post: Post) -> bool:
    """A kvittens without an id gets one of the hub's, which a client that was not answered never learns."""
    assert post.kuvert
    if post.kuvert["typ"] != "kvittens":
        return False
    way, group = f"/leveranser/{post.koder.get('leverans')}/kvittens", post.kuvert["lasargrupp"]
    return any(a.rad["vag"] == way and a.rad["lasargrupp"] == group and not a.id and not a.tagen for a in bild.anrop)


def _oppningar(bild: Bild) -> Iterator[str]:
    """Each opening stands in the log, as often as it was asked for at most, and as it was answered at least."""
    asked = Counter(_oppning(anrop) for anrop in bild.anrop if anrop.leverans)
    shown = Counter(_oppning(anrop) for anrop in bild.anrop if anrop.leverans and anrop.rad["status"] == 200)
    logged, granted = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for place, post in bild.poster.items():
        if post.kuvert and post.kuvert["typ"] == OPPNING:
            key = (str(post.koder.get("leverans")), post.kuvert["lasargrupp"], post.kuvert["anvandare"])
            logged[key] += 1
            granted[key] += place in bild.domar and bild.domar[place].godtas
    yield from (f"delivery {key[0]} was opened in the log by nobody who asked" for key in logged - asked)
    yield from (f"delivery {key[0]} was shown without an opening in the log" for key in shown - granted)


def _oppning(anrop: Anrop) -> tuple[str, ...]:
    return anrop.leverans, str(anrop.rad["lasargrupp"]), str(anrop.rad["anvandare"])


# ------------------------------------------------------------------------------------------ outcomes


def _utfall(bild: Bild) -> Iterator[str]:
    """Each recipient of a message: one outcome for each of its items, and whom the sender named is a recipient."""
    for place, dom in bild.domar.items():
        post = bild.poster.get(place)
        if post and post.kuvert and post.kuvert["typ"] in MEDDELANDEN and dom.godtas:
            yield from (f"event {dom.handelse_id} at {place[0]}/{place[1]}: {fault}" for fault in _rader(post, dom))


def _rader(post: Post, dom: Beslut) -> Iterator[str]:
    assert post.kuvert
    own = [rad for rad in dom.rader if rad["mottagare"] and rad["funktion"] not in BREDVID]
    counts = Counter((rad["mottagare"], rad["vag"]) for rad in own)
    yield from (f"{count} outcomes of {vag} to {to}" for (to, vag), count in counts.items() if count > 1)
    items = {uppgift["vag"] for uppgift in post.kuvert["uppgifter"]}
    for group in sorted({to for to, vag in counts if vag}):
        if {vag for to, vag in counts if to == group and vag} != items:
            yield f"{group} has not an outcome of every item"
    for named in post.koder.get("mottagare") or ():
        if named.get("slag") in ("enhet", "organisation") and not any(
            to.startswith(f"{named['id']}.") for to, _ in counts
        ):
            yield f"no outcome for {named['id']}, whom its sender named"


def _sedda(bild: Bild) -> Iterator[str]:
    """What a sender read of its event: each recipient once, and nothing taken for judged that is not."""
    for anrop in bild.anrop:
        if str(anrop.rad["vag"]).endswith("/utfall") and anrop.rad["status"] == 200:
            to = Counter(one.get("lasargrupp") or one.get("begaran") for one in anrop.svar.get("mottagare", ()))
            yield from (f"{anrop.namn}: {count} outcomes for {name}" for name, count in to.items() if count > 1)
            if anrop.svar.get("status") == DOM and not bild.verksamma(str(anrop.svar["handelse_id"])):
                yield f"{anrop.namn}: an outcome of {anrop.svar['handelse_id']}, which is not judged"


# ------------------------------------------------------------------------------------------ order


def i5(bild: Bild) -> Svar:
    """I5: one decision an offset, from 0 on and no more than the log has; time never goes back; order as sent."""
    return svar("I5", len(bild.domar), "decisions", [*_tata(bild), *_tider(bild), *_ordning(bild)])


def _tata(bild: Bild) -> Iterator[str]:
    for what, places in (("log", bild.poster), ("decisions", bild.domar)):
        expected: dict[int, int] = {}
        for partition, offset in places:
            if offset != expected.get(partition, 0):
                yield f"the {what} of {partition} have {offset} where {expected.get(partition, 0)} should be"
            expected[partition] = offset + 1
    yield from (f"no decision of {p}/{o}" for p, o in bild.poster if (p, o) not in bild.domar)
    for place, dom in bild.domar.items():
        post = bild.poster.get(place)
        if post is None:
            yield f"a decision of {place[0]}/{place[1]}, which the log does not have"
        elif post.kuvert and dom.handelse_id not in ("", post.kuvert["handelse_id"]):
            yield f"the decision of {place[0]}/{place[1]} is one of event {dom.handelse_id}"


def _tider(bild: Bild) -> Iterator[str]:
    latest: dict[int, int] = {}
    for (partition, offset), dom in bild.domar.items():
        post = bild.poster.get((partition, offset))
        latest[partition] = max(latest.get(partition, 0), post.tid if post else 0)
        if dom.tid != latest[partition]:
            yield f"the time of {partition}/{offset} is not the latest that the log has had"


def _ordning(bild: Bild) -> Iterator[str]:
    """What was answered before something else was first sent, by whomever, stands before it."""
    sent: dict[str, tuple[int, int]] = {}
    for anrop in bild.anrop:
        id_ = str(anrop.svar.get("handelse_id", ""))
        if anrop.sander and anrop.tagen and id_ in bild.platser:
            answered = min(sent.get(id_, (0, anrop.rad["svar_ms"]))[1], anrop.rad["svar_ms"])
            sent[id_] = (bild.forst_sanda[id_], answered)
    yield from _omkastade(bild, sent)


def _omkastade(bild: Bild, sent: dict[str, tuple[int, int]]) -> Iterator[str]:
    waiting: list[tuple[int, str]] = []
    last: dict[int, tuple[int, str]] = {}
    for id_, (begun, answered) in sorted(sent.items(), key=lambda one: one[1]):
        while waiting and waiting[0][0] < begun:
            earlier = heapq.heappop(waiting)[1]
            for partition, offset in _forsta(bild, earlier).items():
                last[partition] = max(last.get(partition, (-1, "")), (offset, earlier))
        for partition, offset in _forsta(bild, id_).items():
            if offset < last.get(partition, (-1, ""))[0]:
                other = last[partition]
                yield f"event {id_} at {partition}/{offset} was sent after {other[1]} at {other[0]} was answered"
        heapq.heappush(waiting, (answered, id_))


def _forsta(bild: Bild, id_: str) -> dict[int, int]:
    found: dict[int, int] = {}
    for partition, offset in bild.platser[id_]:
        found.setdefault(partition, offset)
    return found
