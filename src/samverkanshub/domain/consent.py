"""Consent, samtycke: K1-K4, K6, K8, K9, K11 of RULES.md, as questions to a person's state.

Agreement, "Samtycke och sekretess i SIP" and "Samtycke och sekretess för barn i SIP".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.decision import Grund, Reason
from samverkanshub.domain.frihet import binding, unfree
from samverkanshub.domain.givare import Fall as Fall
from samverkanshub.domain.givare import Krav, is_silent, open_intervention, ways
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import Nekande, PersonState, Ref, Samtycke, Tillstand, Undantag
from samverkanshub.domain.varden import quick, replace

ASKABLE_RULES: Final = frozenset({"B0", "K1", "K2", "K4", "K6", "K9", "K11", "S2"})
"""A yes would mend what these rules say is missing, so that a question is worth asking (B0)."""
REFUSED: Final = "samtycke-nekat"
MISSING: Final = Reason("B0", "samtycke-saknas", True)
UNFREE: Final = Reason("K11", "samtycke-ej-fritt", True)
PRESSED: Final = Reason("K11", "misstankt-narvarande", True)
"""K11: by what the registration says itself, or by whom others have registered as suspected, which is not told (V6)."""
NO: Final = frozenset({REFUSED, "samtycke-aterkallat"})


def askable(hinder: Reason) -> bool:
    """Would a consent, given anew, remove this hindrance? One who has refused is not asked again (B0)."""
    return hinder.kod != REFUSED and (hinder.regel in ASKABLE_RULES or hinder.kod == "vardnadshavare-saknas")


@quick
@dataclass(frozen=True, slots=True)
class Svar:
    """What consent says about one item to one recipient: the consents that carry it, or why none does."""

    samtycken: tuple[str, ...] = ()
    grunder: tuple[Grund, ...] = ()
    """On which provisions others than the person or all guardians gave them (K8)."""
    hinder: tuple[Reason, ...] = ()


def starts(samtycke: Samtycke) -> int:
    """K2: in force from the later of its start and its position in the log (ms)."""
    return max(samtycke.fran, samtycke.position_tid)


def ended(samtycke: Samtycke, tid: int) -> bool:
    """K2, K4, K9: past its end (exclusive), withdrawn, annulled, or replaced by what it was changed into."""
    over = tid >= samtycke.till or _changed_by(samtycke, tid)
    return over or bool(samtycke.aterkallat) or bool(samtycke.makulerat)


def _changed_by(samtycke: Samtycke, tid: int) -> bool:
    """K9: what is changed ends where its successor comes into force, also for recipients the successor leaves out."""
    return bool(samtycke.andrat) and tid >= samtycke.andrat


def has_been_in_force(samtycke: Samtycke, tid: int) -> bool:
    """K9: has it started, before or in the very ms that something ended it? Only then has it superseded anything."""
    start = starts(samtycke)
    stopped = [moment for moment in (samtycke.aterkallat, samtycke.makulerat, samtycke.andrat) if moment]
    return start <= tid and start < samtycke.till and all(start <= moment for moment in stopped)


def covers(samtycke: Samtycke, enhet: str, meddelande: str, katalog: Katalog) -> bool:
    """K1: does it name this unit or the organisation that the unit belongs to?"""
    return names(samtycke.mottagare, enhet, meddelande, katalog)


def names(refs: tuple[Ref, ...], enhet: str, meddelande: str, katalog: Katalog) -> bool:
    """P5: is the unit, or its organisation, among these recipients, by name or by this message's request id?"""
    return any(katalog.covers(ref.slag, ref.id, enhet) for ref in refs if ref.meddelande in ("", meddelande))


def governing(
    person: PersonState, givare: str, andamal: str, enhet: str, meddelande: str, tid: int, katalog: Katalog
) -> Samtycke | None:
    """K9: the latest consent of this giver, purpose and recipient that has come into force, ended or not.

    The superseded never revives, so a successor that has ended, or turned out not to be free, still governs. What was
    not free when it was given is none (K11).
    """
    begun = [one for one in _of(person, givare, andamal, enhet, meddelande, katalog) if has_been_in_force(one, tid)]
    return next((one for one in reversed(begun) if one.fri), None)


def _of(
    person: PersonState, givare: str, andamal: str, enhet: str, meddelande: str, katalog: Katalog
) -> Iterator[Samtycke]:
    for samtycke in person.samtycken:
        given = samtycke.andamal == andamal and givare in samtycke.givare
        if given and covers(samtycke, enhet, meddelande, katalog):
            yield samtycke


def _believed(person: PersonState, givare: str, fall: Fall, katalog: Katalog) -> Samtycke | None:
    """V6, K11: which would govern if nobody were suspected, where none does: what else is wrong with it is told alike.

    Nobody who reads what stops an item learns from it that a suspicion does too.
    """
    known = _of(person, givare, fall.andamal, fall.enhet, fall.meddelande, katalog)
    begun = [one for one in known if has_been_in_force(one, fall.tid)]
    return next((one for one in reversed(begun) if one.sagd_fri), None)


def ask(tillstand: Tillstand, fall: Fall, regelverk: Regelverk) -> Svar:
    """B3: the consents in force that cover the item to the unit, from all who must consent, or what is missing.

    Any of K8's ways will do; what is missing is said of the ordinary one.
    """
    first: Svar | None = None
    for svar in _answers(tillstand, fall, regelverk):
        if not svar.hinder:
            return svar
        first = first or svar
    assert first is not None
    return first


def carries(tillstand: Tillstand, id_: str, fall: Fall, regelverk: Regelverk) -> bool:
    """B3: does this consent carry the item, alone or with others, by any of K8's ways?"""
    return any(id_ in svar.samtycken for svar in _answers(tillstand, fall, regelverk) if not svar.hinder)


def _answers(tillstand: Tillstand, fall: Fall, regelverk: Regelverk) -> Iterator[Svar]:
    """What each way says, up to a no that closes the others."""
    person = tillstand.person(fall.uppgift.person_id)
    fall = _with_unfree(tillstand, person, fall)
    for krav in ways(tillstand, fall, regelverk):
        svar = _all_of(tillstand, person, krav, fall, regelverk.katalog)
        yield svar
        if krav.nej_star and not NO.isdisjoint(reason.kod for reason in svar.hinder):
            return


def _with_unfree(tillstand: Tillstand, person: PersonState, fall: Fall) -> Fall:
    """K11: the question, knowing which of the person's consents have turned out not to be free."""
    ofria = unfree(tillstand, person)
    return replace(fall, ofria=ofria) if ofria != fall.ofria else fall


def _all_of(tillstand: Tillstand, person: PersonState, krav: Krav, fall: Fall, katalog: Katalog) -> Svar:
    answers = [_one(_given(tillstand, person, giver, fall, katalog), fall) for giver in krav.givare]
    if len(answers) == 1 and not krav.hinder and not answers[0].hinder:
        return Svar(answers[0].samtycken, krav.grunder)
    hinder = {*krav.hinder, *(reason for answer in answers for reason in answer.hinder)}
    if not hinder:
        return Svar(tuple(sorted({id_ for answer in answers for id_ in answer.samtycken})), krav.grunder)
    if any(answer.samtycken for answer in answers):
        hinder.add(Reason("K8", "vardnadshavare-saknas", True))
    if krav.tyst:  # V6: nobody is asked, in a role that one of those suspected has too.
        hinder.add(Reason("K8", "vardnadshavare-misstankt", True))
    return Svar(hinder=tuple(sorted(hinder)))


class _Given(NamedTuple):
    """What one giver has said that bears on a recipient, whatever the item: the consent, or why there is none."""

    samtycke: Samtycke | None
    varfor_inte: tuple[Reason, ...]
    nekat: bool


def _given(tillstand: Tillstand, person: PersonState, givare: str, fall: Fall, katalog: Katalog) -> _Given:
    """Found once for all items of a person to a recipient."""
    key = (_given, person.person_id, givare, fall.andamal, fall.enhet, fall.meddelande, fall.tid, fall.ofria)
    known = tillstand.svar.get((key, id(katalog)))
    if known is None or known[0] is not person:
        known = tillstand.svar[key, id(katalog)] = (person, katalog, _look_up(person, givare, fall, katalog))
    return cast(_Given, known[2])


def _look_up(person: PersonState, givare: str, fall: Fall, katalog: Katalog) -> _Given:
    governs = governing(person, givare, fall.andamal, fall.enhet, fall.meddelande, fall.tid, katalog)
    samtycke = governs or _believed(person, givare, fall, katalog)
    why = () if samtycke is not None else tuple(_why_none(person, givare, fall, katalog))
    return _Given(samtycke, why, has_refused(person, givare, fall, katalog))


def _one(given: _Given, fall: Fall) -> Svar:
    hinder = set(given.varfor_inte if given.samtycke is None else _why_not(given.samtycke, fall))
    if given.samtycke is not None and not hinder:
        return Svar(samtycken=(given.samtycke.id,))
    if given.nekat:
        hinder = hinder - {MISSING} | {Reason("B0", REFUSED, True)}
    return Svar(hinder=tuple(sorted(hinder)))


def _why_none(person: PersonState, givare: str, fall: Fall, katalog: Katalog) -> Iterator[Reason]:
    named = [s for s in person.samtycken if givare in s.givare and covers(s, fall.enhet, fall.meddelande, katalog)]
    given = [s for s in named if not ended(s, fall.tid)]
    if any(s.andamal == fall.andamal and s.aterkallat for s in named):  # K11: a withdrawal bites, free or not.
        yield Reason("K4", "samtycke-aterkallat", True)
    yield from (_why_unfree(s) for s in given if s.andamal == fall.andamal and not _free(s, fall))
    if any(s.andamal == fall.andamal and s.sagd_fri for s in given):
        yield Reason("K2", "samtycke-ej-i-kraft", True)
    elif any(s.andamal != fall.andamal for s in given):
        yield Reason("K6", "annat-andamal", True)
    yield MISSING


def _free(samtycke: Samtycke, fall: Fall) -> bool:
    """K11: was it free when given, and has nothing registered since shown otherwise?"""
    return samtycke.fri and samtycke.id not in fall.ofria


def _why_unfree(samtycke: Samtycke) -> Reason:
    return PRESSED if samtycke.sagd_fri else UNFREE


def has_refused(person: PersonState, givare: str, fall: Fall, katalog: Katalog) -> bool:
    """B0: a plain no of this giver for the purpose and recipient, that no later consent has superseded."""
    last = max((n.offset for n in person.nekanden if _is_about(n, givare, fall, katalog)), default=None)
    return last is not None and not any(
        s.offset > last and _free(s, fall) and _is_about(s, givare, fall, katalog) for s in person.samtycken
    )


def _is_about(word: Samtycke | Nekande, givare: str, fall: Fall, katalog: Katalog) -> bool:
    concerns = word.andamal == fall.andamal and givare in word.givare
    return concerns and names(word.mottagare, fall.enhet, fall.meddelande, katalog)


def _why_not(samtycke: Samtycke, fall: Fall) -> Iterator[Reason]:
    if samtycke.makulerat:
        yield Reason("K4", "samtycke-makulerat", True)
    elif samtycke.aterkallat:
        yield Reason("K4", "samtycke-aterkallat", True)
    elif _changed_by(samtycke, fall.tid):
        yield Reason("K9", "samtycke-andrat", True)
    elif fall.tid >= samtycke.till:
        yield Reason("K2", "samtycke-upphort", True)
    elif not _free(samtycke, fall):
        yield from (PRESSED, MISSING) if fall.uppgift.kategori in samtycke.kategorier else (PRESSED,)
    if fall.uppgift.kategori not in samtycke.kategorier:
        yield Reason("K1", "kategori-saknas", True)


def exempted(tillstand: Tillstand, fall: Fall, regelverk: Regelverk) -> bool:
    """K3: is the category, the single item or the recipient exempted, by one whose word counts (K8)?"""
    return bool(exempting(tillstand, fall, regelverk))


def exempting(tillstand: Tillstand, fall: Fall, regelverk: Regelverk) -> tuple[Undantag, ...]:
    """K3: the exemptions of the category, the single item or the recipient, by one whose word counts (K8)."""
    person = tillstand.person(fall.uppgift.person_id)
    about = [
        undantag
        for undantag in binding(tillstand, person)
        if undantag.andamal == fall.andamal and _exempts(undantag, fall, regelverk.katalog)
    ]
    if not about:
        return ()
    alone = _decides_alone(tillstand, person, fall, regelverk)

    def counts(givare: str) -> bool:
        own = givare == person.person_id
        return own or not (alone or is_silent(tillstand, person, givare, fall, regelverk))

    return tuple(undantag for undantag in about if any(map(counts, undantag.givare)))


def _decides_alone(tillstand: Tillstand, person: PersonState, fall: Fall, regelverk: Regelverk) -> bool:
    """K8: does the item go on the child's own consent to open interventions, which no guardian's word bears on?

    Without that consent it goes by the guardians, with all that they exempt.
    """
    fall = _with_unfree(tillstand, person, fall)
    own = open_intervention(person, fall, regelverk)
    return any(not _all_of(tillstand, person, krav, fall, regelverk.katalog).hinder for krav in own)


def _exempts(undantag: Undantag, fall: Fall, katalog: Katalog) -> bool:
    """K3, P5: one by request id holds wherever the sender does not name the unit: or naming units would tell which."""
    item = fall.uppgift
    single = bool(item.referens) and item.referens in undantag.uppgifter
    exempt = tuple(replace(ref, meddelande="") for ref in undantag.mottagare) if fall.meddelande else undantag.mottagare
    recipient = names(exempt, fall.enhet, "", katalog) or fall.lasare in undantag.anvandare
    return item.kategori in undantag.kategorier or single or recipient
