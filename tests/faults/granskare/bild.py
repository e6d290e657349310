"""What happened, read from the run: the log's records, what was decided of each, and what the clients asked."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from granskare import former
from granskare.korning import LOGG, Korning, Rad, Saknas

HUBBEN: Final = "samverkanshub"
REGELVERK: Final = "regelverk_aktiverat"
OPPNING: Final = "oppning_begard"
MEDDELANDEN: Final = frozenset(
    {"orosanmalan", "riskbedomning_delad", "sip_kallelse", "avvikelse", "uppgift_till_utredning", "kontaktformedling"}
)
DOM: Final = "dom"
UPPREPNING: Final = "upprepning"
KARANTAN: Final = "karantan"
TAGEN: Final = (201, 202)
Plats = tuple[int, int]
"""Partition and offset."""


@dataclass(frozen=True)
class Post:
    """A record of the log; `kuvert` is None where its envelope cannot be read."""

    plats: Plats
    tid: int
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes
    kuvert: Rad | None

    @property
    def summa(self) -> bytes:
        """Its digest."""
        return former.postsumma(*self.plats, self.tid, self.key, self.headers, self.value)

    @property
    def koder(self) -> Rad:
        """Its codes; empty where there are none to read."""
        return dict(self.kuvert["koder"]) if self.kuvert else {}

    @property
    def av_hubben(self) -> bool:
        """Is it one that no agency sends?"""
        return self.kuvert is not None and (self.kuvert["aktor"] == HUBBEN or self.kuvert["typ"] == REGELVERK)


@dataclass(frozen=True)
class Beslut:
    """A row of the decisions, and its entries; `fel` where the record in it cannot be read."""

    plats: Plats
    handelse_id: str
    status: str
    arende_id: str
    tid: int
    rader: tuple[Rad, ...]
    summa: bytes
    """The digest of what stands in the record."""
    skriven: tuple[bytes, bytes]
    """The digests that stand beside it, of the record of the log and of the decision."""
    fel: str = ""

    @property
    def godtas(self) -> bool:
        """Did the event take effect?"""
        own = (rad for rad in self.rader if not rad["mottagare"] and not rad["vag"])
        return self.status == DOM and any(rad["utslag"] == "godtas" for rad in own)

    def levererat(self) -> Iterator[Rad]:
        """The entries that bring somebody something."""
        for rad in self.rader if self.status == DOM else ():
            if rad["mottagare"] and rad["utslag"] == "levereras":
                yield rad


@dataclass(frozen=True)
class Anrop:
    """A client's request, and what it was answered."""

    klient: str
    rad: Rad
    svar: Rad = field(default_factory=dict)

    @property
    def namn(self) -> str:
        """How it is named: client and number."""
        return f"{self.klient}#{self.rad['nr']}"

    @property
    def tagen(self) -> bool:
        """Was it said to be taken?"""
        return self.rad["status"] in TAGEN

    @property
    def id(self) -> str:
        """The id that its sender gave the event."""
        body = self.rad.get("kropp")
        return str(self.rad.get("id") or (body.get("id", "") if isinstance(body, dict) else "") or "").lower()

    @property
    def leverans(self) -> str:
        """The delivery that it opens; else empty."""
        parts = str(self.rad["vag"]).strip("/").split("/")
        return parts[1] if len(parts) == 3 and (parts[0], parts[2]) == ("leveranser", "oppna") else ""

    @property
    def sander(self) -> bool:
        """Does it send an event of its own?"""
        way = str(self.rad["vag"]).rstrip("/")
        return self.rad["metod"] == "POST" and (way == "/handelser" or way.endswith("/kvittens"))


class Bild:
    """The whole run. Raises `Saknas` for what is asked of it that the run does not have."""

    def __init__(self, korning: Korning) -> None:
        self.korning = korning

    @cached_property
    def poster(self) -> dict[Plats, Post]:
        """The log, in order of partition and offset."""
        rows = self.korning.amnen.get(LOGG)
        if rows is None:
            raise Saknas(f"kafka/{LOGG}.jsonl")
        found = [_post(row) for row in rows]
        return {post.plats: post for post in sorted(found, key=lambda post: post.plats)}

    @cached_property
    def domar(self) -> dict[Plats, Beslut]:
        """The decisions, in order of partition and offset."""
        found = [_dom(row) for row in self.korning.tabell("projektion", "beslut")]
        return {dom.plats: dom for dom in sorted(found, key=lambda dom: dom.plats)}

    @cached_property
    def anrop(self) -> list[Anrop]:
        """All requests, client by client."""
        return [
            Anrop(name, row, _objekt(row.get("svar"))) for name, rows in self.korning.klienter.items() for row in rows
        ]

    @cached_property
    def forst_sanda(self) -> dict[str, int]:
        """When each event that the clients were told the id of was first sent (ms), by that id."""
        first: dict[tuple[str, str], int] = {}
        found: dict[str, int] = {}
        for anrop in self.anrop:
            if anrop.sander:
                key = (str(anrop.rad["aktor"]), anrop.id or anrop.namn)
                first[key] = min(first.get(key, anrop.rad["sant_ms"]), anrop.rad["sant_ms"])
        for anrop in self.anrop:
            if anrop.sander and anrop.tagen:
                id_ = str(anrop.svar.get("handelse_id", ""))
                begun = first[str(anrop.rad["aktor"]), anrop.id or anrop.namn]
                found[id_] = min(found.get(id_, begun), begun)
        return found

    @cached_property
    def platser(self) -> dict[str, list[Plats]]:
        """By event, where the log has it, in order."""
        found: defaultdict[str, list[Plats]] = defaultdict(list)
        for post in self.poster.values():
            if post.kuvert:
                found[post.kuvert["handelse_id"]].append(post.plats)
        return dict(found)

    def verksamma(self, handelse_id: str) -> list[Beslut]:
        """The decisions by which an event took effect, or was put in quarantine: one a partition."""
        places = self.platser.get(handelse_id, ())
        return [self.domar[p] for p in places if p in self.domar and self.domar[p].status != UPPREPNING]

    @cached_property
    def leveranser(self) -> dict[str, Rad]:
        """The inbox rows, by delivery; the first of each."""
        found: dict[str, Rad] = {}
        for row in self.korning.tabell("projektion", "inkorg"):
            found.setdefault(row["leverans_id"], row)
        return found

    def meddelande(self, dom: Beslut, leverans_id: str) -> Rad | None:
        """The envelope of what a delivery carries: by its inbox row, else the event that was judged."""
        row = self.leveranser.get(leverans_id)
        places = self.platser.get(row["handelse_id"] if row else dom.handelse_id, [])
        return self.poster[places[0]].kuvert if places else None


def _post(row: Rad) -> Post:
    value = bytes.fromhex(row["value"])
    return Post(
        plats=(row["partition"], row["offset"]),
        tid=row["tid"],
        key=None if row["key"] is None else bytes.fromhex(row["key"]),
        headers=tuple((name, bytes.fromhex(content)) for name, content in row["headers"]),
        value=value,
        kuvert=_kuvert(value),
    )


def _kuvert(value: bytes) -> Rad | None:
    try:
        found = former.avro(value, "kuvert")
        return {**found, "koder": _objekt(json.loads(found["koder"]))}
    except (former.Olaslig, ValueError):
        return None


def _dom(row: Rad) -> Beslut:
    entries, digest, fault = _poster(bytes.fromhex(row["record"]))
    return Beslut(
        plats=(row["partition"], row["offset"]),
        handelse_id=row["handelse_id"],
        status=row["status"],
        arende_id=row["arende_id"],
        tid=row["tid"],
        rader=entries,
        summa=digest,
        skriven=(bytes.fromhex(row["record_digest"]), bytes.fromhex(row["digest"])),
        fel=fault,
    )


def _poster(record: bytes) -> tuple[tuple[Rad, ...], bytes, str]:
    try:
        salted = [(post["salt"], post["post"]) for post in former.avro(record, "beslut")["poster"]]
        entries = tuple(former.avro(entry, "beslutspost") for _, entry in salted)
    except former.Olaslig as fault:
        return (), b"", str(fault)
    return entries, former.beslutssumma(salted), ""


def _objekt(value: Any) -> Rad:
    return value if isinstance(value, dict) else {}
