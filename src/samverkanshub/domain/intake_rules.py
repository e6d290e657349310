"""The rules that need no state: applied by intake before anything is stored, and again by the gate.

Each is one function of the event and the regelverk; what it finds wrong names rule, code and field, never a value.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from samverkanshub.domain import act_form, anmalare_form, barn_form, consent_form, grund_form, senders, sip_form
from samverkanshub.domain.actors import HALSO_SJUKVARD, SOCIALTJANST, Enhet
from samverkanshub.domain.brist import Brist, Rule, concerns, of
from samverkanshub.domain.decision import Reason
from samverkanshub.domain.events import (
    ALDERSKLASS,
    AVVIKELSE,
    CONSENTS,
    FORETRADARE,
    HUSHALL,
    KONTAKTFORMEDLING,
    MEETING,
    MESSAGES,
    MISSTANKT,
    OROSANMALAN,
    PERSON_FACTS,
    REGELVERK,
    RISKBEDOMNING,
    SIP_KALLELSE,
    UPPGIFT_TILL_UTREDNING,
    UTSKRIVNINGSKLAR,
    VARDNAD,
    Event,
    Person,
    Uppgift,
)
from samverkanshub.domain.personnummer import contains_personnummer
from samverkanshub.domain.regelverk import Regelverk

EXACTLY_ONE: Final[Mapping[str, frozenset[str]]] = {
    OROSANMALAN: frozenset({"barn"}),
    RISKBEDOMNING: frozenset({"utsatt", "barn"}),
    SIP_KALLELSE: frozenset({"utsatt", "barn"}),
    KONTAKTFORMEDLING: frozenset({"utsatt"}),
    UTSKRIVNINGSKLAR: frozenset({"registrerad"}),
    UPPGIFT_TILL_UTREDNING: frozenset({"barn"}),
    **dict.fromkeys(PERSON_FACTS | CONSENTS | {ALDERSKLASS}, frozenset({"registrerad"})),
}
"""The roles of which a type names exactly one person: whom it is about."""
AT_LEAST_ONE: Final[Mapping[str, str]] = {
    VARDNAD: "vardnadshavare",
    MISSTANKT: "misstankt",
    HUSHALL: "medlem",
    FORETRADARE: "foretradare",
}
ABOUT: Final = frozenset({"utsatt", "barn", "registrerad"})
OWN_FILE: Final = "egen_akt"
"""V5: the source that is the suspected person's own file."""
PRINCIPALS: Final[Mapping[str, str]] = {SOCIALTJANST: "kommun", HALSO_SJUKVARD: "region"}
"""S1: verksamhet to the kind of actor that is its principal."""


def violations(event: Event, regelverk: Regelverk) -> tuple[Reason, ...]:
    """Every stateless rule the event breaks, as reasons, sorted; empty where intake would take it."""
    return tuple(sorted({brist.reason() for brist in brister(event, regelverk)}))


def brister(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """The same with field and words, in the order of the rules. The regelverk's own activation is not judged by it."""
    if event.typ != REGELVERK:
        for rule in _rules_of(event.typ):
            yield from rule(event, regelverk)


@cache
def _rules_of(typ: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if concerns(rule, typ))


# --------------------------------------------------------------------------------------------- persons


def persons_by_role(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """V3: an event is about exactly one person, and a fact names those it relates them to."""
    about = EXACTLY_ONE.get(event.typ, frozenset())
    found = len(event.with_role(*about))
    if about and found != 1 and not (found == 0 and event.typ in consent_form.GIVEN):  # which K1 says in its own words
        roles = "` or `".join(sorted(about))
        yield Brist("V3", "fel-antal-i-roll", "/data/personer", f"exactly one person must be `{roles}`")
    needed = AT_LEAST_ONE.get(event.typ)
    if needed and not event.with_role(needed):
        yield Brist("V3", "fel-antal-i-roll", "/data/personer", f"somebody must be `{needed}`")
    if event.typ == MISSTANKT and len(event.with_role("misstankt")) > 1:
        yield Brist("F1", "fel-antal-i-roll", "/data/personer", "one suspicion names one `misstankt`")


def nobody_twice(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """V3: nobody stands twice in one role, and whom the event is about is nobody else in it but the reporter.

    One person may well be guardian and suspected, or relative and suspected (V4).
    """
    held: dict[str, set[str]] = {}
    for index, person in enumerate(event.personer):
        roles = held.setdefault(person.person_id, set())
        if any(_clash(role, person.roll) for role in roles):
            yield Brist("V3", "dubbel-person", f"/data/personer/{index}", "one person is named twice in `personer`")
        roles.add(person.roll)


def _clash(first: str, second: str) -> bool:
    return first == second or ("anmalare" not in (first, second) and bool(ABOUT & {first, second}))


# --------------------------------------------------------------------------------- lists and directory


def closed_lists(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """Purposes and categories are those of the regelverk's closed lists."""
    andamal = event.koder.get("andamal")
    for purpose in andamal if isinstance(andamal, list | tuple) else [andamal]:
        if purpose is not None and purpose not in regelverk.andamal:
            yield _not_listed("K1", "/data/andamal")
    for path, part in _parts(event.koder):
        for index, kategori in enumerate(part.get("kategorier") or ()):
            if kategori not in regelverk.kategorier:
                yield _not_listed("K1", f"{path}/kategorier/{index}")
    for uppgift in event.uppgifter:
        if uppgift.kategori not in regelverk.kategorier:
            yield _not_listed("V3", f"/data{uppgift.vag}")


def _not_listed(regel: str, falt: str) -> Brist:
    return Brist(regel, "ej-i-lista", falt, f"`{falt}` is not in its closed list")


def recipients_known(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """Q1: recipients are in the directory. A message goes to units; a consent may name organisations (K1)."""
    for path, part in _parts(event.koder):
        for index, mottagare in enumerate(part.get("mottagare") or ()):
            if not _known(mottagare, event, regelverk):
                falt = f"{path}/mottagare/{index}/id"
                yield Brist("Q1", "okand-mottagare", falt, f"`{falt}` is no recipient in the directory")


def _known(mottagare: Mapping[str, Any], event: Event, regelverk: Regelverk) -> bool:
    slag, id_ = mottagare.get("slag"), mottagare.get("id")
    if slag == "organisation" and event.typ not in MESSAGES:
        return id_ in regelverk.katalog.aktorer
    if slag == "begaran" and event.typ not in MESSAGES:
        return str(id_).startswith("begaran-")  # Which unit it stands for is the gate's to say (P5).
    return slag == "enhet" and id_ in regelverk.katalog.enheter


def _parts(koder: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where recipients and categories stand: in the data itself and in the exemptions of a consent."""
    yield "/data", koder
    undantag = koder.get("undantag")
    if isinstance(undantag, Mapping):
        yield "/data/undantag", undantag


def municipality_known(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """O1: a report says a municipality that the directory can route to."""
    for name in ("kommun", "vistelsekommun"):
        value = event.koder.get(name)
        if value is not None and value not in regelverk.katalog.kommuner:
            yield Brist("O1", "okand-kommun", f"/data/{name}", f"`{name}` is no municipality in the directory")


# ---------------------------------------------------------------------------------------- single types


@of(SIP_KALLELSE)
def both_principals(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """S1: social services and health care both take part in a SIP; the caller counts (SoL 10 kap. 8 §)."""
    units = regelverk.katalog.enheter
    named = {event.enhet, *(mottagare.id for mottagare in event.mottagare if mottagare.slag == "enhet")}
    for verksamhet in PRINCIPALS:
        if not any(_stands_for(units[id_], verksamhet, regelverk) for id_ in named if id_ in units):
            yield Brist(
                "S1", "huvudman-saknas", "/data/mottagare", f"nobody called or calling belongs to `{verksamhet}`"
            )


def _stands_for(enhet: Enhet, verksamhet: str, regelverk: Regelverk) -> bool:
    """A private provider counts where it has a contract with the principal (RULES.md, readings)."""
    if enhet.verksamhet != verksamhet:
        return False
    aktorer = regelverk.katalog.aktorer
    contracts = (aktorer[id_].slag for id_ in enhet.avtal_med if id_ in aktorer)
    return enhet.offentlig or PRINCIPALS[verksamhet] in contracts


def told_orally(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """P1: a message that itself declares protected identity gives no time and place of a meeting."""
    if event.koder.get("skyddade_personuppgifter") is not True:
        return
    for uppgift in event.uppgifter:
        if uppgift.kategori in MEETING:
            falt = f"/data{uppgift.vag}"
            yield Brist("P1", "meddelas-muntligen", falt, f"`{falt}` must be told orally where identity is protected")


@of(RISKBEDOMNING)
def assessed(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """R2: an assessment says something of the exposed person's risk; a level alone could be shown to nobody."""
    about = event.exposed
    if about is None:
        return
    if all((u.kategori, u.person_id) != ("risk", about.person_id) for u in event.uppgifter):
        yield Brist(
            "R2", "risk-saknas", "/data/sammanfattning", "`/data/sammanfattning` or `/data/riskfaktorer` is missing"
        )


def source_decides(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """V5: what the exposed person, the child or a witness has told concerns who was exposed; the own file its owner.

    Agreement, "Insatser till våldsutövande". Where the person that the sender declares differs, it is refused.
    """
    about, suspects = event.exposed, {person.person_id for person in event.with_role("misstankt")}
    for uppgift in event.uppgifter:
        fits = uppgift.person_id in suspects if uppgift.kalla == OWN_FILE else _of(uppgift, about)
        if uppgift.kalla and not fits:
            falt = f"/data{uppgift.vag}"
            yield Brist("V5", "fel-person-for-kallan", falt, f"`{falt}` concerns another than its source decides")


def _of(uppgift: Uppgift, about: Person | None) -> bool:
    return about is not None and uppgift.person_id == about.person_id


@of(AVVIKELSE)
def nobody_in_a_deviation(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """A1: an avvikelse names units, never persons."""
    if event.personer:
        yield Brist("A1", "person-i-avvikelse", "/data/personer", "`personer` must be empty in an avvikelse")


@of(*consent_form.GIVEN)
def _specific(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    return consent_form.specific(event.typ, event.koder)


RULES: Final[tuple[Rule, ...]] = (
    senders.sender_known,
    senders.may_register,
    _specific,
    consent_form.names_its_person,
    consent_form.at_most_a_year,
    consent_form.oral_says_where,
    consent_form.says_who_was_present,
    consent_form.exempts_something,
    consent_form.exempted_employees_known,
    barn_form.grounds_name_their_persons,
    barn_form.has_a_remit,
    nobody_in_a_deviation,
    source_decides,
    persons_by_role,
    nobody_twice,
    closed_lists,
    recipients_known,
    municipality_known,
    grund_form.provision_known,
    grund_form.to_one_investigator,
    grund_form.duty_bound_informs,
    both_principals,
    told_orally,
    assessed,
    *anmalare_form.RULES,
    *sip_form.RULES,
    act_form.names_who_took_the_call,
    act_form.grounds_of_closing,
)


# --------------------------------------------------------------------------- what intake alone can see


def identifying_text(typ: str, data: Any) -> Iterator[Brist]:
    """A1: a personnummer anywhere in an avvikelse's plaintext, which the gate never sees. `data` fits its schema."""
    if typ == AVVIKELSE and isinstance(data, Mapping):
        readable = {name: value for name, value in data.items() if name != "arende"}
        for falt in _numbers_in(readable, "/data"):
            yield Brist("A1", "personnummer-i-avvikelse", falt, f"`{falt}` holds what reads as a personnummer")


def _numbers_in(value: Any, falt: str) -> Iterator[str]:
    if isinstance(value, str) and contains_personnummer(value):
        yield falt
    elif isinstance(value, Mapping):
        for name in value:
            yield from _numbers_in(value[name], f"{falt}/{name}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _numbers_in(item, f"{falt}/{index}")
