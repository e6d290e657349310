"""I4, I7 and I8: one effect for each recipient and its notice, the same from the log anew, and nobody left waiting."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from granskare.bild import DOM, OPPNING, Beslut, Bild
from granskare.korning import NOTIS, Rad
from granskare.samtycken import som_text
from granskare.svar import Svar, svar

INCIDENT: Final = "incident"
UR_LOGGEN: Final = (
    "beslut", "forfaller", "inkorg", "karantan", "leveranshandelse", "notis", "oppen_plikt", "sedd", "spar",
    "tillstand",
)  # fmt: skip
"""The tables that follow from the log alone."""
DELVIS: Final = ("partition", "position", "last_digest")
"""Of `position`; `epoch` counts who has had the partition, `notified` how far notices were sent: what processes did."""
EJ_UR_LOGGEN: Final = (
    "not position.epoch/notified, gate_status, watch_status, notarie, matning, klocka, kanarie, kanarie_summa, verkan: "
    "what roles said and measured"
)
STEG: Final = "plikt_steg"
SAGDA: Final = frozenset({"o4.kvittens", "o4.skyddsbedomning", "n1.kvittens"})
"""Duties of which every end is a line of a decision, so that decisions alone say who waits; of all others the table of
what falls due does, which must itself be what the log gives (I7)."""


# ------------------------------------------------------------------------------------------ one effect


def i4(bild: Bild) -> Svar:
    """I4: each delivery of a decision has one inbox row, each row its delivery, and each is told of at least once."""
    rows = bild.korning.tabell("projektion", "inkorg")
    return svar("I4", len(rows), "inbox rows", [*_rader(bild, rows), *_visade(bild), *_notiser(bild, rows)])


def _rader(bild: Bild, rows: list[Rad]) -> Iterator[str]:
    for (id_, slag), count in Counter((row["leverans_id"], row["slag"]) for row in rows).items():
        if count > 1:
            yield f"delivery {id_} has {count} rows of `{slag}`"
    received = {(row["partition"], row["offset"], row["lasargrupp"], row["leverans_id"]) for row in rows}
    delivered = {(*dom.plats, *key) for dom in bild.domar.values() for key in _till(bild, dom)}
    yield from (f"delivery {d} of {p}/{o} to {to} has no row" for p, o, to, d in sorted(delivered - received))
    yield from (f"the row of {d} at {p}/{o} to {to} was never decided" for p, o, to, d in sorted(received - delivered))


def _till(bild: Bild, dom: Beslut) -> Iterator[tuple[str, str]]:
    """An opening shows what was delivered before; an incident says what should not have been."""
    post = bild.poster.get(dom.plats)
    if post is None or post.kuvert is None or post.kuvert["typ"] == OPPNING:
        return
    for rad in dom.levererat():
        if rad["funktion"] != INCIDENT:
            yield rad["mottagare"], rad["leverans_id"]


def _visade(bild: Bild) -> Iterator[str]:
    """What a client has seen in its inbox stands there still, or was recalled."""
    for anrop in bild.anrop:
        if str(anrop.rad["vag"]).partition("?")[0] == "/inkorg" and anrop.rad["status"] == 200:
            for row in anrop.svar.get("rader", ()):
                if row["leverans_id"] not in bild.leveranser:
                    yield f"{anrop.namn}: delivery {row['leverans_id']} was in the inbox and is gone"


def _notiser(bild: Bild, rows: list[Rad]) -> Iterator[str]:
    sent = {name.removeprefix(NOTIS): _sant(found) for name, found in bild.korning.amnen.items() if NOTIS in name}
    owed: defaultdict[str, set[str]] = defaultdict(set)
    for row in bild.korning.tabell("projektion", "notis"):
        body = _lasbar(row["body"])
        owed[row["aktor"]].add(body)
        if body not in sent.get(row["aktor"], ()):
            yield f"no notice {row['nr']} of {row['partition']}/{row['offset']} to {row['aktor']}"
    told = {aktor: {json.loads(body).get("leverans") for body in bodies} for aktor, bodies in sent.items()}
    for row in rows:
        if row["leverans_id"] not in told.get(row["aktor"], ()):
            yield f"nobody at {row['aktor']} was told of delivery {row['leverans_id']}"
    for aktor, bodies in sent.items():
        if bodies - owed[aktor]:
            yield f"{len(bodies - owed[aktor])} notices to {aktor} that nothing asked for"


def _sant(records: list[Rad]) -> set[str]:
    return {_lasbar(record["value"]) for record in records}


def _lasbar(body: str) -> str:
    """A notice in a form to compare; what is no JSON stays as it is."""
    try:
        found = json.loads(bytes.fromhex(body))
    except ValueError:
        found = {"raw": body}
    return som_text(found if isinstance(found, dict) else {"raw": body})


# ------------------------------------------------------------------------------------------ made anew


def i7(bild: Bild) -> Svar:
    """I7: the projection made anew from the log has the same rows, in every table that follows from the log."""
    count, faults = 0, []
    for table in (*UR_LOGGEN, "position"):
        now, anew = (_jamforda(bild, where, table) for where in ("projektion", "replay"))
        count += sum(now.values())
        for what, more in (("in use alone", now - anew), ("made anew alone", anew - now)):
            faults += [f"{table}: {_plats(table, json.loads(row))} is {what}" for row in more.elements()]
    return svar("I7", count, f"rows of {len(UR_LOGGEN) + 1} tables", faults, EJ_UR_LOGGEN)


def _jamforda(bild: Bild, where: str, table: str) -> Counter[str]:
    rows = bild.korning.tabell(where, table)
    if table == "position":
        rows = [{column: row[column] for column in DELVIS} for row in rows]
    return Counter(map(som_text, rows))


def _plats(table: str, row: Rad) -> str:
    """A row by its place or its id; what a trace leads by may be an employee."""
    named = ("partition", "offset", "nr", "kind", "id", "leverans_id", "plikt_id", "steg", "mottagare", "handelse_id")
    return " ".join(f"{name}={row[name]}" for name in named if name in row and (table, name) != ("spar", "id"))


# ------------------------------------------------------------------------------------------ deadlines


def i8(bild: Bild) -> Svar:
    """I8: every step of a duty that fell due before the end has been taken, unless the duty was met by then.

    Of a message that was recalled or corrected the duties end without a word.
    """
    facts = bild.korning.fakta
    latest = facts.till_ms - facts.marginal_ms
    waiting = [row for row in bild.korning.tabell("projektion", "forfaller") if row["tid"] < latest]
    faults = [f"step {row['steg']} of duty {row['plikt_id']} fell due and was not taken" for row in waiting]
    steps, ended = _tagna(bild), _uppfyllda(bild)
    count = 0
    for (arende, name), due in _frister(bild, latest).items():
        count += len(due)
        met = ended.get((arende, name.partition("/")[0]), {})
        faults += _utan(arende, name, due, met, steps.get((arende, name.replace("/", "-")), {}), facts.marginal_ms)
    return svar("I8", len(waiting) + max(count, sum(map(len, steps.values()))), "steps due", faults)


def _frister(bild: Bild, latest: int) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """Each step that a decision made due before `latest`, by ärende and step: when, and who bears the duty."""
    found: defaultdict[tuple[str, str], set[tuple[int, str]]] = defaultdict(set)
    recalled = _aterkallade(bild)
    for dom in bild.domar.values():
        for rad in dom.rader if dom.status == DOM and dom.arende_id not in recalled else ():
            name, due = rad["frist_slag"], bool(rad["frist"]) and rad["frist"] < latest
            if due and rad["funktion"] == "plikt" and name.partition("/")[0] in SAGDA:
                found[dom.arende_id, name].add((rad["frist"], rad["vag"].removeprefix(f"#{name}/")))
    return {key: sorted(due) for key, due in found.items()}


def _aterkallade(bild: Bild) -> set[str]:
    posts = [post for post in bild.poster.values() if post.kuvert and post.plats in bild.domar]
    back = [post for post in posts if (post.kuvert or {})["typ"] == "aterkallelse" or post.koder.get("rattar")]
    return {bild.domar[post.plats].arende_id for post in back}


def _tagna(bild: Bild) -> dict[tuple[str, str], dict[str, int]]:
    """When each step was taken, by ärende, step and duty."""
    found: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for place, post in bild.poster.items():
        dom = bild.domar.get(place)
        if post.kuvert and post.kuvert["typ"] == STEG and dom is not None and dom.godtas:
            steg = str(post.koder["steg"])
            for kod in (skal["kod"] for rad in dom.rader if not rad["mottagare"] for skal in rad["skal"]):
                slag = kod.removesuffix("-" + steg.replace("_", "-")).replace("-", ".", 1)
                found[dom.arende_id, f"{slag}-{steg}"][str(post.koder["plikt"])] = dom.tid
    return found


def _uppfyllda(bild: Bild) -> dict[tuple[str, str], dict[str, tuple[str, int]]]:
    """The duties that were met, by ärende and kind: by id, who bore it and when."""
    found: defaultdict[tuple[str, str], dict[str, tuple[str, int]]] = defaultdict(dict)
    for dom in bild.domar.values():
        for rad in dom.rader:
            parts = rad["vag"].split("/")
            if len(parts) == 4 and parts[0].startswith("#") and parts[1] == "uppfylld":
                found[dom.arende_id, parts[0][1:]].setdefault(parts[3], (parts[2], dom.tid))
    return found


def _utan(
    arende: str,
    name: str,
    due: list[tuple[int, str]],
    met: dict[str, tuple[str, int]],
    taken: dict[str, int],
    late: int,
) -> Iterator[str]:
    """Steps due that neither were taken nor needed to be. A duty met in time excuses one step of its bearer."""
    free = {id_: (barare, tid) for id_, (barare, tid) in met.items() if id_ not in taken}
    missing = []
    for when, barare in due:
        excuse = next((id_ for id_, (who, tid) in free.items() if who == barare and tid <= when + late), None)
        if excuse is not None:
            del free[excuse]
        else:
            missing.append((when, barare))
    if len(missing) > len(taken):
        yield f"{name} in ärende {arende}: {len(missing)} fell due and {len(taken)} were taken"
