"""The regelverk in words: what is in force and since when, what is proposed, and what differs. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from samverkanshub.domain import skillnad
from samverkanshub.domain.aktiveringar import Aktivering, Del
from samverkanshub.domain.brevord import said
from samverkanshub.domain.operatorer import serving, too_few_from
from samverkanshub.domain.regelverk import Frist, Regelverk
from samverkanshub.domain.revisorer import auditing
from samverkanshub.domain.skillnad import Andring, Falt
from samverkanshub.entrypoints.web import atgardsord
from samverkanshub.entrypoints.web.ord import antal, short, tidpunkt
from samverkanshub.entrypoints.web.regelverkskoder import ARTEFAKTER, DELAR, FALT, FRISTER, HUR, LISTOR, REGLER
from samverkanshub.pipeline.forslag import Bild, Forslag
from samverkanshub.pipeline.forslagslage import AVBOJT, FORALDRAT, GODKANT, HALVVAGS, OPPET, SAKNAS

STAND: Final[Mapping[str, tuple[str, str]]] = {
    OPPET: ("okant", "väntar på godkännande"),
    FORALDRAT: ("fel", "bygger på ett regelverk som inte gäller längre"),
    SAKNAS: ("fel", "artefakterna finns inte i hubbens förråd"),
    HALVVAGS: ("okant", "i kraft i en del av områdena"),
    GODKANT: ("bra", "godkänt"),
    AVBOJT: ("fel", "avböjt"),
}
"""How a proposal stands: the kind of mark, and the words."""


@dataclass(frozen=True, slots=True)
class Tabell:
    """A table: its name, what it comes to in a line, its headings, and its rows."""

    id: str
    namn: str
    kort: str
    rubriker: tuple[str, ...]
    rader: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Forslagsord:
    """A proposal in words. `far_godkanna`: it may be, and by who looks; `eget`: it is their own."""

    id: str
    rubrik: str
    av: str
    tid: int
    skal: str
    digest: str
    slag: str
    stand: str
    oppet: bool
    ogjort: bool
    """May it be tried and declined still? Halfway in force it may not: it is finished."""
    far_godkanna: bool
    eget: bool
    varningar: tuple[str, ...]
    """Whom it shuts out, which whoever approves it is to know."""
    jamfort: str
    """What is said of `delar`: from which regelverk they differ, or that nothing does; empty where it is not known."""
    delar: tuple[Tabell, ...]


@dataclass(frozen=True, slots=True)
class Regelverksord:
    """The page: the regelverk in force, what it holds, what is proposed, and what was settled before."""

    digest: str
    artefakter: Tabell
    aktiveringar: Tabell
    innehall: tuple[Tabell, ...]
    oppna: tuple[Forslagsord, ...]
    avgjorda: Tabell
    efter: str = ""
    """The områden that judge by another regelverk than the first; empty where all judge by the same."""


def told(bild: Bild, vem: str, dag: date) -> Regelverksord:
    """The regelverk in words, as `vem` (an operator) sees it on a Swedish day."""
    proposed = [_proposal(one, vem, warnings(one, bild.regelverk, vem, dag)) for one in bild.forslag]
    return Regelverksord(
        digest=bild.regelverk.digest,
        artefakter=_artefacts(bild.delar),
        aktiveringar=_activations(bild.aktiveringar),
        innehall=_content(bild.regelverk),
        oppna=tuple(one for one in proposed if one.oppet),
        avgjorda=_settled(one for one in proposed if not one.oppet),
        efter=areas(bild.efter),
    )


# ------------------------------------------------------------------------------------------ in force


def _artefacts(delar: Iterable[Del]) -> Tabell:
    rows = tuple((said(one.namn, ARTEFAKTER), one.digest, *_place(one.sedan), *_by(one.sedan)) for one in delar)
    headings = ("Artefakt", "Kontrollsumma", "Gäller från", "Plats", "Föreslagen av", "Godkänd av")
    return Tabell("artefakter", "Artefakter i kraft", f"{antal(len(rows))} artefakter", headings, rows)


def _activations(by_area: Mapping[int, Sequence[Aktivering]]) -> Tabell:
    found = sorted((one for all_of in by_area.values() for one in all_of), key=lambda one: (-one.tid, one.partition))
    rows = tuple((*_place(one), short(one.digest), *_by(one)) for one in found[:_LATEST])
    headings = ("Tid", "Plats", "Kontrollsumma", "Föreslagen av", "Godkänd av")
    times = "1 gång" if len(found) == 1 else f"{antal(len(found))} gånger"
    return Tabell("aktiveringar", "Regelverk som har satts i kraft", times, headings, rows)


_LATEST: Final = 20


def _place(one: Aktivering) -> tuple[str, str]:
    return tidpunkt(one.tid), f"område {one.partition}, plats {antal(one.position)}"


def _by(one: Aktivering) -> tuple[str, str]:
    return one.foreslagen_av, one.godkand_av


def _content(regelverk: Regelverk) -> tuple[Tabell, ...]:
    return (
        _actors(regelverk),
        _deadlines(regelverk),
        _provisions(regelverk),
        _lists(regelverk),
        _people(regelverk),
        _kept(regelverk),
    )


def _actors(regelverk: Regelverk) -> Tabell:
    katalog = regelverk.katalog
    units = Counter(enhet.aktor for enhet in katalog.enheter.values())
    groups = Counter(katalog.enheter[one.enhet].aktor for one in katalog.lasargrupper.values())
    rows = tuple(
        (aktor.namn, aktor.slag, antal(units[id_]), antal(groups[id_]), _keys(regelverk, id_))
        for id_, aktor in sorted(katalog.aktorer.items())
    )
    short_ = f"{antal(len(rows))} aktörer, {antal(len(katalog.enheter))} enheter"
    return Tabell("aktorer", "Aktörer", short_, ("Aktör", "Slag", "Enheter", "Läsargrupper", "Nycklar"), rows)


def _keys(regelverk: Regelverk, aktor: str) -> str:
    return antal(len(regelverk.katalog.nycklar.get(aktor, ())))


def _deadlines(regelverk: Regelverk) -> Tabell:
    rows = tuple(
        (said(name, FRISTER), time(frist), frist.regel, frist.marke)
        for name, frist in sorted(regelverk.frister.items())
    )
    return Tabell("frister", "Frister", f"{antal(len(rows))} frister", ("Vad", "Inom", "Regel", "Märke"), rows)


def time(frist: Frist) -> str:
    """How long something may take: `1 tim`, `slutet av dag 3 i arbetstid`."""
    told = list[str]()
    if frist.dagar is not None:
        told.append("slutet av samma dag" if not frist.dagar else f"slutet av dag {frist.dagar}")
    if frist.sekunder or not told:
        told.append(_seconds(frist.sekunder))
    return " och ".join(told) + (", i arbetstid" if frist.arbetstid else "") + _own(frist)


def _seconds(seconds: int) -> str:
    for size, name in ((3600, "tim"), (60, "min")):
        if seconds and seconds % size == 0:
            return f"{antal(seconds // size)} {name}"
    return f"{antal(seconds)} s"


def _own(frist: Frist) -> str:
    return "".join(f"; {kommun}: {time(own)}" for kommun, own in sorted(frist.kommuner.items()))


def _provisions(regelverk: Regelverk) -> Tabell:
    rows = tuple(
        (one.namn, one.kalla, one.regel, one.marke, f"{one.giltig_fran}–{one.giltig_till}")
        for one in sorted(regelverk.bestammelser, key=lambda one: (one.id, one.giltig_fran))
    )
    headings = ("Bestämmelse", "Källa", "Regel", "Märke", "Gäller")
    return Tabell("bestammelser", "Bestämmelser", f"{antal(len(rows))} lydelser", headings, rows)


def _lists(regelverk: Regelverk) -> Tabell:
    rows = tuple((said(name, LISTOR), ", ".join(sorted(found))) for name, found in sorted(regelverk.listor.items()))
    return Tabell("listor", "Slutna listor", f"{antal(len(rows))} listor", ("Lista", "Värden"), rows)


def _people(regelverk: Regelverk) -> Tabell:
    operators = [("operatör", one.anvandare, "", _days(one.fran, one.till)) for one in regelverk.operatorer]
    auditors = [
        ("granskare", one.anvandare, f"{one.aktor}, {one.slag}", _days(one.fran, one.till))
        for one in regelverk.revisorer
    ]
    short_ = f"{antal(len(operators))} operatörer, {antal(len(auditors))} granskare"
    headings = ("Roll", "Användare", "För", "Dagar")
    return Tabell("roller", "Operatörer och granskare", short_, headings, (*operators, *auditors))


def _kept(regelverk: Regelverk) -> Tabell:
    rows = tuple(
        (
            one.namn,
            one.kalla,
            one.marke,
            antal(one.ar),
            ", ".join(one.verksamheter),
            _days(one.giltig_fran, one.giltig_till),
        )
        for one in regelverk.bevaranden
    )
    headings = ("Vad", "Källa", "Märke", "År", "Verksamheter", "Dagar")
    return Tabell("bevaranden", "Bevarandetider", f"{antal(len(rows))} lydelser", headings, rows)


def _days(fran: str, till: str) -> str:
    return f"{fran}–{till}"


# ------------------------------------------------------------------------------------------ proposed


def _proposal(one: Forslag, vem: str, varningar: tuple[str, ...]) -> Forslagsord:
    slag, words = STAND[one.stand]
    return Forslagsord(
        id=one.id,
        rubrik=f"Regelverk {short(one.digest)}",
        av=one.av,
        tid=one.tid,
        skal=said(one.skal, atgardsord.SKAL),
        digest=one.digest,
        slag=slag,
        stand=words,
        oppet=one.stand in (OPPET, FORALDRAT, SAKNAS, HALVVAGS),
        ogjort=one.stand != HALVVAGS,
        far_godkanna=one.stand == OPPET and one.av != vem,
        eget=one.av == vem,
        varningar=varningar,
        jamfort=_compared(one),
        delar=differences(one.andringar),
    )


def warnings(one: Forslag, nu: Regelverk, vem: str, dag: date) -> tuple[str, ...]:
    """T1: whom what is proposed shuts out of the pages, in plain sentences; nothing of what is settled."""
    if one.stand not in (OPPET, FORALDRAT) or one.operatorer is None:
        return ()
    left, few = serving(one.operatorer, dag), too_few_from(one.operatorer, dag)
    lost = serving(nu.operatorer, dag) - left
    return tuple(filter(None, (_operators(left, few, dag), _roles(lost, vem), _auditors(one, nu, dag))))


def _operators(left: frozenset[str], few: str, dag: date) -> str:
    if not few:
        return ""
    if few > dag.isoformat():
        return f"Från {few} är färre än två operatörer: sedan kan inget mer godkännas av två."
    who = f"Bara {', '.join(left)}" if left else "Ingen"
    return f"{who} blir operatör: sedan kan inget mer godkännas av två."


def _roles(lost: frozenset[str], vem: str) -> str:
    if vem in lost:
        return "Du är inte längre operatör när det gäller."
    return f"Inte längre operatör: {', '.join(sorted(lost))}." if lost else ""


def _auditors(one: Forslag, nu: Regelverk, dag: date) -> str:
    gone = auditing(nu.revisorer, dag) and not auditing(one.revisorer, dag)
    return "Ingen är längre granskare: ingen kan fråga vad som har hänt (T3)." if gone else ""


def _compared(one: Forslag) -> str:
    if one.andringar:
        where = "i de områden som är efter" if one.stand == HALVVAGS else "nu"
        return f"Det här skiljer sig från det regelverk som gäller {where}:"
    return "Inget skiljer sig från det regelverk som gäller nu." if one.stand in (OPPET, FORALDRAT) else ""


def areas(numbers: Sequence[int]) -> str:
    """Områden by number: `område 1`, `områdena 1, 2 och 3`."""
    *others, last = ("", *map(str, numbers))
    before = ", ".join(filter(None, others))
    return f"områdena {before} och {last}" if before else f"område {last}" if last else ""


def differences(andringar: Iterable[Andring]) -> tuple[Tabell, ...]:
    """What differs, a table for each part of the regelverk."""
    return tuple(_part(slag, tuple(rows)) for slag, rows in groupby(andringar, key=lambda one: one.slag))


def _part(slag: str, rows: Sequence[Andring]) -> Tabell:
    counts = (f"{antal(sum(one.hur == hur for one in rows))} {words}" for hur, words in HUR.items() if _any(rows, hur))
    told_ = tuple((_named(one), HUR[one.hur], "; ".join(map(_member, one.falt))) for one in rows)
    return Tabell(slag, DELAR[slag], ", ".join(counts), ("Vad", "Hur", "Från och till"), told_)


def _any(rows: Iterable[Andring], hur: str) -> bool:
    return any(one.hur == hur for one in rows)


def _named(one: Andring) -> str:
    names = {skillnad.FRIST: FRISTER, skillnad.REGEL: REGLER}.get(one.slag, {})
    own = one.namn or said(one.id, names)
    return own if own == one.id else f"{own} ({one.id})"


def _member(falt: Falt) -> str:
    change = f"{falt.fran or 'inget'} → {falt.till or 'inget'}"
    where, _, name = falt.namn.rpartition(" ")
    words = " ".join(filter(None, (where, said(name, FALT))))
    return f"{words}: {change}" if words else change


def _settled(found: Iterable[Forslagsord]) -> Tabell:
    rows = tuple((tidpunkt(one.tid), short(one.digest), one.av, one.skal, one.stand) for one in found)
    headings = ("Föreslaget", "Kontrollsumma", "Av", "Skäl", "Läge")
    return Tabell("avgjorda", "Tidigare förslag", f"{antal(len(rows))} förslag", headings, rows)
