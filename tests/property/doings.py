"""How messages and what is done about them are played."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import registered
from mini_regelverk import BUP, BUP_GRUPP, MORA_VINR, VARDCENTRAL
from played import TWO, acts, hubs, pick
from reach import ITEMS, UNITS, opening, probe
from varld import Varld, rulebook

from samverkanshub.domain import plikter
from samverkanshub.domain.events import HUB, Event, Uppgift
from samverkanshub.domain.parter import bearers
from samverkanshub.domain.state import ArendeState, Leverans

TAKEN_BY = (Uppgift("/mottaget_av", "ovrigt"),)
GROUND = {"chef": "chef-7", "skal": "insatsen_klar", "informerad": "den_utsatta"}


# ------------------------------------------------------------------------------------------ messages


def meddelande(world: Varld, *, typ: str, namn: str, till: list[str], rattar: bool = False, **more: Any) -> None:
    if typ == "avvikelse":
        _avvikelse(world, till, i_arende=rattar)
        return
    koder = _terms(typ, **more)
    if typ == "sip":
        till = [*till, *({VARDCENTRAL} - set(till))]  # S1: else refused at intake.
    event = probe(typ, "barn" if typ == "utredning" else namn, tuple(till), **koder)
    now = tuple(replace(p, aldersklass=world.alder.get(p.person_id, p.aldersklass)) for p in event.personer)
    own = {"beslutssalt": sha256(f"{world.offset}".encode()).hexdigest(), "handelse_id": f"h{world.offset}"}
    world.happens(replace(event, personer=now, koder={**event.koder, **_corrects(world, event, rattar)}, **own))
    world.message = world.last if world.last is not None and world.last.arende_id else world.message


def _terms(
    typ: str, *, villkor: int = 3, niva: str = "hog", skyddad: bool = False, misstanke: str = "", **more: Any
) -> dict[str, Any]:
    """What a message of this type says of what a move says."""
    roll = more.get("roll", "")
    found: dict[str, Any] = {"roll": roll} if roll and typ != "oro" else {}
    if skyddad:
        found["skyddade_personuppgifter"] = True
    if typ == "lag":
        found["villkor"] = villkor
    if typ in ("risk", "lag", "intern"):
        found |= {"niva": niva, "enligt_prenumeration": bool(more.get("prenumeration"))}
    if typ == "oro" and misstanke:
        found |= {"misstanke": misstanke, "anmalarslag": more.get("anmalare", "anmalningsskyldig")}
    return found


def _corrects(world: Varld, event: Event, rattar: bool) -> dict[str, str]:
    """Q2: the latest message of this type by this sender about this person, where there is one."""
    known = [m.handelse for _, m in world.messages if not m.aterkallad]
    about = event.exposed.person_id if event.exposed else ""
    same = [m for m in known if (m.typ, m.lasargrupp) == (event.typ, event.lasargrupp) and m.exposed]
    own = [m for m in same if m.exposed is not None and m.exposed.person_id == about]
    return {"rattar": own[-1].handelse_id} if rattar and own else {}


def _avvikelse(world: Varld, till: list[str], *, i_arende: bool) -> None:
    """A1-A3: a deviation, of an ärende of its own or in one that its sender takes part in."""
    others = [unit for unit in till if unit != MORA_VINR]
    parts = [a for a in world.arenden if MORA_VINR in bearers(a, world.regler.katalog)] if i_arende else []
    more = {"arende_id": parts[-1].arende_id} if parts else {}
    world.avvikelse(others or [VARDCENTRAL], **more)


# ------------------------------------------------------------------------------------------ acts of senders


def svarar(world: Varld, *, nummer: int, svar: str, slapp: bool) -> None:
    found = pick(world.messages, nummer)
    if found is not None:
        message = found[1].handelse
        now = [replace(p, aldersklass=world.alder.get(p.person_id, p.aldersklass)) for p in message.personer]
        koder = {"meddelande": message.handelse_id, "svar": svar, **({"slapp": slapp} if svar == "lamnat" else {})}
        acts(world, "samtycke_svar", message.lasargrupp, found[0], now, **koder)


def samtycke_sedan(world: Varld, *, nummer: int) -> None:
    """B0, K4: what was withheld is asked for, said yes to, and released."""
    found = pick(world.messages, nummer)
    about = found[1].handelse.exposed if found else None
    if found is None or about is None:
        return
    message = found[1].handelse
    purpose = next((a for a, typ in world.regler.andamal.items() if typ == message.typ), "sip")
    guardians = world.tillstand.person(about.person_id).vardnadshavare if about.person_id == "barn" else ()
    terms = {"kategorier": [*ITEMS, "risk", "barnets_situation"], "andamal": purpose, "givare": guardians}
    registered.samtycke(world, namn=about.person_id, start=-1, dagar=9, till=list(UNITS), **terms)
    svarar(world, nummer=nummer, svar="lamnat", slapp=True)


def tar_tillbaka(world: Varld, *, nummer: int, av_annan: bool) -> None:
    found = pick(world.messages, nummer)
    if found is not None:
        message = found[1].handelse
        av = BUP_GRUPP if av_annan else message.lasargrupp
        acts(world, "aterkallelse", av, found[0], meddelande=message.handelse_id, skal="fel_mottagare")


def informerar(world: Varld, *, utfall: str) -> None:
    """S3: the first caller that owes it records what became of it."""
    owed = [(a, p) for a in world.arenden for p in plikter.open_ones(a, plikter.S3_INFORMATION)]
    for arende, plikt in owed[:1]:
        group = next(m.handelse for m in arende.meddelanden if m.handelse.handelse_id == plikt.handelse_id).lasargrupp
        why = {"skal": "sakerhet"} if utfall == "ej_gjort" else {}
        acts(world, "vardnadshavare_informerad", group, arende, meddelande=plikt.handelse_id, utfall=utfall, **why)


def ringer(world: Varld, *, nummer: int) -> None:
    found = pick(world.messages, nummer)
    if found is not None:
        message = found[1].handelse
        koder = {"meddelande": message.handelse_id, "_items": TAKEN_BY}
        acts(world, "samtal_noterat", message.lasargrupp, found[0], **koder)


# ------------------------------------------------------------------------------------------ acts of recipients


def _received(world: Varld) -> list[tuple[ArendeState, Leverans]]:
    """What can be opened, less what tells of consents."""
    return [(a, lev) for a, lev in world.deliveries if lev.mottagare in world.regler.katalog.lasargrupper]


def oppnar(world: Varld, *, nummer: int, anvandare: str) -> None:
    found = pick(_received(world), nummer)
    if found is not None:
        _opens(world, *found, anvandare)


def _opens(world: Varld, arende: ArendeState, leverans: Leverans, anvandare: str = "u1") -> None:
    message = next(m.handelse for m in arende.meddelanden if m.handelse.handelse_id == leverans.handelse_id)
    world.happens(opening(world, leverans, message, anvandare))


def kvitterar(world: Varld, *, nummer: int, slag: str, oppnar: bool = True) -> None:
    messages = [(a, lev) for a, lev in _received(world) if lev.slag == "meddelande"]
    found = pick(messages, nummer)
    if found is not None:
        if oppnar:
            _opens(world, *found)
        acts(world, "kvittens", found[1].mottagare, found[0], leverans=found[1].leverans_id, slag=slag)


def on_report(typ: str) -> Callable[..., None]:
    def act(world: Varld, *, nummer: int, **koder: Any) -> None:
        reports = [(a, lev) for a, lev in _received(world) if lev.funktion == "lagstadgad"]
        found = pick(reports, nummer)
        if found is not None:
            acts(world, typ, found[1].mottagare, found[0], leverans=found[1].leverans_id, **koder)

    return act


# ------------------------------------------------------------------------------------------ acts in an ärende


def _group(world: Varld, enhet: str) -> str:
    return next(grupp.id for grupp in world.regler.katalog.groups_of(enhet))


def _parts(world: Varld) -> list[tuple[ArendeState, str]]:
    """Every ärende with each unit that answers for it."""
    katalog = world.regler.katalog
    return [(a, unit) for a in world.arenden for unit in sorted(bearers(a, katalog)) if unit in katalog.enheter]


def lamnar(world: Varld, *, nummer: int, till: str, svar: str, avslutar: bool) -> None:
    """H1: asks another to take over, which answers, or not yet; and closes its part on the answer."""
    found = pick(_parts(world), nummer)
    if found is None or till not in world.regler.katalog.enheter:
        return
    arende, unit = found
    till = next(other for other in (till, BUP, MORA_VINR) if other != unit)
    acts(world, "overlamning", _group(world, unit), arende, till=till)
    asked = world.steps[-1].event.handelse_id
    if svar:
        acts(world, "overlamning_svar", _group(world, till), arende, overlamning=asked, svar=svar)
    if avslutar:
        acts(world, "avslut", _group(world, unit), arende, overlamning=asked)


def avslutar(world: Varld, *, nummer: int) -> None:
    found = pick(_parts(world), nummer)
    if found is not None:
        acts(world, "avslut", _group(world, found[1]), found[0], **GROUND)


def enas(world: Varld, *, nummer: int, svar: str) -> None:
    """A3: one proposes, each other answers; on a new avvikelse where none is open."""
    if not world.plikter(plikter.A3_ANSVAR):
        _avvikelse(world, [VARDCENTRAL, BUP], i_arende=True)
    owed = [(a, p) for a in world.arenden for p in plikter.open_ones(a, plikter.A3_ANSVAR)]
    found = pick(owed, nummer)
    if found is None:
        return
    arende, plikt = found
    acts(world, "ansvar_forslag", _group(world, plikt.barare), arende, enhet=plikt.barare)
    proposed = world.steps[-1].event.handelse_id
    for unit in (unit for unit in plikt.aven if unit in world.regler.katalog.enheter):
        acts(world, "ansvar_svar", _group(world, unit), arende, forslag=proposed, svar=svar)


def javig(world: Varld, *, nummer: int, anvandare: str, havd: bool) -> None:
    """V7: somebody is barred, or no longer, and then tries to act."""
    found = pick(_parts(world), nummer)
    if found is not None:
        lifted, group = {"havd": True} if havd else {}, _group(world, found[1])
        acts(world, "jav", group, found[0], anvandare=anvandare, _user="chef", **lifted)
        acts(world, "overlamning", group, found[0], till=BUP, _user=anvandare)


def steg(world: Varld, *, nummer: int, for_tidigt: bool, flera: bool) -> None:
    """`watch` appends a step of a duty when its time has come, or before; or one after the other."""
    duties = [(arende, plikt) for arende in world.arenden for plikt in arende.plikter]
    found = pick([(*duty, steg) for duty in duties for steg in plikter.open_steps(duty[1])], nummer)
    if found is not None:
        arende, plikt, first = found
        for steg in plikt.steg if flera else (first,):
            world.at(world.tid if for_tidigt else max(world.tid, steg.tid))
            hubs(world, "plikt_steg", (), arende.arende_id, plikt=plikt.id, steg=steg.namn)


def regelverk(world: Varld, *, namn: str, ensam: bool) -> None:
    """Another regelverk is activated, by two, and judges what follows."""
    by = {"foreslagen_av": TWO[0], "godkand_av": TWO[0] if ensam else TWO[1]}
    artefacts = [{"namn": "regler", "digest": rulebook(namn).digest}]
    event = Event(f"r{world.offset}", "regelverk_aktiverat", HUB, "", "", "", koder={"artefakter": artefacts, **by})
    world.happens(event)
    world.regler = world.regler if ensam else rulebook(namn)
