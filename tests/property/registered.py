"""How what is registered of persons and their consents is played."""

from collections.abc import Sequence
from typing import Any

import k8_steps
from mini_regelverk import BUP, BUP_GRUPP, MORA_VINR, UTSATT, VARDCENTRAL, VC
from played import TWO, consents_of, exemptions_of, hubs, pick
from reach import ITEMS, UNITS
from steps import DAY
from varld import Varld

from samverkanshub.domain.barn_form import ROLES
from samverkanshub.domain.events import AGE_0_11, AGE_12_14, AGE_15_17, Person

OLDER = {AGE_0_11: AGE_12_14, AGE_12_14: AGE_15_17}


# ------------------------------------------------------------------------------------------ consents


def samtycke(world: Varld, *, namn: str, start: int, dagar: int, andrar: int | None = None, **terms: Any) -> None:
    """K1, K9, K11: given, or where there is one to change, changed by who registered it."""
    there, by = terms.pop("narvarande", None), terms.pop("for_andra", "")
    terms["givare"] = tuple(giver for giver in terms.get("givare", ()) if giver != namn)
    if changed := pick(consents_of(world, of=namn), andrar) if andrar is not None else None:
        terms |= {"andrar": changed, "av": world.named[changed].lasargrupp}
    if there not in (None, namn):
        terms["dar"] = {there: terms.pop("roll")}
    terms.pop("roll", "")
    if by == "foretradare":
        terms["foretradare"] = ("mormor",)
    decided = world.tillstand.person(namn).beslut if by == "beslut" else ()
    if decided:
        terms["enligt_beslut"] = decided[-1].id
    fran = world.tid + start * DAY
    world.samtycke(namn, fran=fran, slut=fran + dagar * DAY, som=f"S{len(consents_of(world))}", **terms)


def begaran(world: Varld, *, nummer: int, kategorier: list[str], givare: Sequence[str], undantar: bool) -> None:
    """P5: a consent or an exemption that names a recipient by the request id that a message's sender was given."""
    ids = [(message.handelse, id_) for _, message in world.messages for id_, _ in message.begaran]
    found = pick(ids, nummer)
    about = found[0].exposed if found else None
    if found is None or about is None:
        return
    message, id_ = found
    purpose = next((a for a, typ in world.regler.andamal.items() if typ == message.typ), "sip")
    undantag = {"undantag": {"mottagare": [{"slag": "begaran", "id": id_}]}} if undantar else {}
    own = givare if about.person_id == "barn" else ()
    terms = {"av": message.lasargrupp, "givare": own, "andamal": purpose, "kategorier": kategorier, **undantag}
    samtycke(world, namn=about.person_id, start=-1, dagar=9, till=[id_], **terms)


def aterkallar(world: Varld, *, nummer: int) -> None:
    known = consents_of(world)
    if nummer < len(known):
        world.aterkallar(_whose(world, known[nummer]), known[nummer])


def makulerar(world: Varld, *, nummer: int, undantag: bool, av_annan: bool) -> None:
    """K4: a consent, or what was exempted without any, by who registered it, or by another, who may not."""
    name = pick((exemptions_of(world) if undantag else []) or consents_of(world), nummer)
    if name:
        av = world.named[name].lasargrupp
        world.makulerar(_whose(world, name), name, av=av if not av_annan else VC if av == UTSATT else UTSATT)


def _whose(world: Varld, name: str) -> str:
    return world.named[name].with_role("registrerad")[0].person_id


def undantar(world: Varld, *, namn: str, vad: dict[str, Any], narvarande: str | None, **more: Any) -> None:
    """K3, K11: exempted without any consent, with somebody there or nobody."""
    there = {narvarande: "narvarande"} if narvarande not in (None, namn) else {}
    more["givare"] = tuple(giver for giver in more["givare"] if giver != namn)
    world.undantar(namn, dar=there, som=f"U{len(exemptions_of(world))}", **vad, **more)


def haver(world: Varld, *, namn: str, kategorier: list[str], narvarande: str | None, givare: Sequence[str]) -> None:
    """K3, K11: an exemption is lifted, with somebody there or nobody."""
    others = [world.person(narvarande, "narvarande")] if narvarande not in (None, namn) and narvarande else []
    guardians = [world.person(g, "vardnadshavare") for g in givare if namn == "barn"]
    freely = {"form": "skriftligt", "enskilt": True, "narvarande": ["ingen"], "tolk": "ingen"}
    koder = {"andamal": "sip", "kategorier": kategorier, "mottagare": [{"slag": "enhet", "id": BUP}], **freely}
    persons = [world.person(namn, "registrerad"), *guardians, *others]
    world.happens(world.event("undantag_havt", UTSATT, persons, koder=koder))


def nekar(world: Varld, *, namn: str, till: list[str], andamal: str, givare: Sequence[str]) -> None:
    world.nekar(namn, till, andamal=andamal, givare=givare if namn == "barn" else ())


# ------------------------------------------------------------------------------------------ persons


def misstankt(world: Varld, *, suspect: str, mot: str, borttagen: bool, av: str) -> None:
    """F1: registered, or one that the actor has registered is removed."""
    own = [m for p in world.tillstand.personer.values() for m in p.misstankta if av.startswith(f"{m.aktor}.")]
    if borttagen and own:
        suspect, mot = own[-1].misstankt, own[-1].mot
    elif suspect != mot:
        world.misstankt(suspect, mot=mot, av=av)
    if borttagen and suspect != mot:
        world.misstankt(suspect, mot=mot, borttagen=True, av=av)


def hushall(world: Varld, *, namn: str, members: list[str], av: str) -> None:
    if namn not in members:
        world.hushall(namn, *members, av=av)


def beslut(world: Varld, *, slag: str, ersatter: Sequence[str], samtycker: bool) -> None:
    """K8: a listed ground, as many replaced as it may replace; and the consent by it, from who then may give it."""
    allowed, speakers = ROLES[slag]
    replaced = tuple(ersatter or ("maken",))[: max(allowed)]
    stand_ins = ("mormor",) if 1 in speakers else ()
    k8_steps.beslut(world, slag, replaced, foretradare=stand_ins, andamal=["sip", "riskbedomning"])
    if samtycker:
        left = {"anna", "maken"} - set(replaced)
        by = {} if left or stand_ins else {"for_andra": "beslut"}
        own = () if slag == "oppen_insats" else tuple(sorted(left))
        terms = {"kategorier": list(ITEMS), "andamal": "sip", "givare": own, "foretradare": stand_ins, **by}
        samtycke(world, namn="barn", start=-1, dagar=9, till=list(UNITS), **terms)


def utskriven(world: Varld, *, namn: str, kontakt: str, kallar: bool) -> None:
    """S4: notice of discharge, and the call that it asks for."""
    world.utskrivningsklar(namn, kontakt)
    if kallar:
        av, till = (VC, BUP) if kontakt == VARDCENTRAL else (BUP_GRUPP, VARDCENTRAL)
        world.sip(namn, [MORA_VINR, till], ITEMS, av=av, utskrivningsklar=True)


def tinar(world: Varld, *, nummer: int, sjalv: bool) -> None:
    """B7: the redrive, by two people, or by one who may not; of what could not be read just now, where all could."""
    if not any(person.fryst for person in world.tillstand.personer.values()):
        world.frys("anna")
    frozen = [(person, offset) for person in world.tillstand.personer.values() for offset in person.fryst]
    found = pick(frozen, nummer)
    if found:
        koder = {"partition": "0", "offset": str(found[1]), "skal": "felet_rattat"}
        by = {"foreslagen_av": TWO[0], "godkand_av": TWO[0] if sjalv else TWO[1]}
        hubs(world, "upptining", [world.person(found[0].person_id, "fryst")], **koder, **by)


def fyller(world: Varld, *, namn: str) -> None:
    """K8: a birthday into the next age class."""
    older = OLDER.get(world.alder.get(namn, ""), "vuxen")
    world.alder[namn] = older
    hubs(world, "aldersklass", [Person(namn, "registrerad", older)])
