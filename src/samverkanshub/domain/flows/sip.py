"""What follows a summons to a SIP or a notice of discharge: whom to inform (S3), and who calls by when (S4)."""

from collections.abc import Iterator

from samverkanshub.domain import ids, plikter
from samverkanshub.domain.acts import subject
from samverkanshub.domain.decision import Decision, Reason, Skeende
from samverkanshub.domain.events import SIP_KALLELSE, Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.givare import is_child
from samverkanshub.domain.messages import MESSAGE, PROCESSES, Sak
from samverkanshub.domain.protection import suspects
from samverkanshub.domain.state import ArendeState, Plikt, Tillstand
from samverkanshub.domain.tid import to_ms
from samverkanshub.domain.varden import replace

ELSEWHERE = Reason("S4", "annan-fast-vardkontakt", True)
NOT_OWED = Reason("S3", "ingen-oppen-plikt", True)
REPLACED = "annan-fast-vardkontakt"
CALLED = "kallad"


# ------------------------------------------------------------------------------------------ S3


def s3_duties(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """S3: a guardian who is not called still has a right to know the planned interventions (Agreement, SIP).

    An open duty on the caller, until it records that it was done, or not done and why. It names no guardian: who is
    suspected is never called nor informed by the hub (V4), and nothing here points to them (V6).
    """
    if sak.event.typ == SIP_KALLELSE and went_out(decision) and owes_information(sak, sak.event):
        arende = sak.tillstand.arenden.get(decision.arende_id)
        if arende is None or not _owed_by(arende, sak.event.enhet):
            yield plikter.make(
                plikter.S3_INFORMATION, sak.event.handelse_id, sak.event.enhet, sak.position.tid, sak.regelverk
            )


def went_out(decision: Decision) -> bool:
    """Has the summons reached anybody? One that consent keeps back has called nobody yet."""
    return any(delivery.slag == MESSAGE for delivery in decision.deliveries)


def owes_information(sak: Sak, event: Event) -> bool:
    """S3: is there a guardian, registered or listed or not known at all, of a child, whom the summons does not call?"""
    about = subject(event)
    child = sak.tillstand.person(about.person_id)
    if not is_child(child, about.aldersklass, about.roll):
        return False
    listed = {person.person_id for person in event.with_role("vardnadshavare")}
    kept_out = listed if event.koder.get("vardnadshavare_kallas_ej") else suspects(sak.tillstand, event)
    called = listed - kept_out
    return not called or called != listed | set(child.vardnadshavare)


def _owed_by(arende: ArendeState, enhet: str) -> bool:
    return any(plikt.barare == enhet for plikt in plikter.open_ones(arende, plikter.S3_INFORMATION))


def decide_informed(sak: Sak) -> Decision:
    """S3: the caller records that the guardian knows, or why not. Refused where nothing of the kind is owed."""
    arende = flow.arende_of(sak)
    message = flow.own_message(arende, sak.event) if arende else None
    if arende is None or message is None:
        return flow.unknown(sak)
    if not _owed_by(arende, sak.event.enhet):
        return flow.act(sak, NOT_OWED)
    kod = _informed(sak.event)
    return flow.act(sak, Reason("S3", kod, False), skeenden=(Skeende(message.handelse.handelse_id, kod),))


def _informed(event: Event) -> str:
    return "vardnadshavare-informerad" if event.koder["utfall"] == "gjort" else "vardnadshavare-ej-informerad"


def fold_informed(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """S3: what the unit owed in the ärende is met, done or not done with its ground."""

    def wanted(plikt: Plikt) -> bool:
        return plikt.slag == plikter.S3_INFORMATION and plikt.barare == event.enhet

    utfall = "-".join(filter(None, (_informed(event), str(event.koder.get("skal", "")))))
    return tillstand.with_arende(plikter.meet(tillstand.arenden[event.arende_id], wanted, position.tid, utfall))


# ------------------------------------------------------------------------------------------ S4


def decide_notice(sak: Sak) -> Decision:
    """S4: the fasta vårdkontakt calls within three days of the notice, lag (2017:612) 4 kap.

    The duty stands in the person's SIP, opened where there is none. The unit is told that it owes a call; who it is
    about stands in health care's own records (B4).
    """
    about, contact = subject(sak.event), str(sak.event.koder["fast_vardkontakt"])
    open_ones = dict(sak.tillstand.person(about.person_id).arenden)
    arende_id = open_ones.get(PROCESSES[SIP_KALLELSE]) or ids.arende_id(sak.event.handelse_id)
    sak = replace(sak, event=replace(sak.event, arende_id=arende_id))
    given = max(0, min(to_ms(str(sak.event.koder["tidpunkt"])), sak.position.tid))
    owed = plikter.make(
        plikter.S4_KALLELSE, sak.event.handelse_id, contact, given, sak.regelverk, vantar=sak.event.enhet
    )
    told = flow.tell_unit(sak, contact, "s4-kalla-inom-tre-dagar")
    return flow.act(sak, Reason("S4", "utskrivningsklar", False), deliveries=told, plikter=(owed,), regel="S4")


def fold_notice(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """S4: the ärende owes a call by the unit named last; another named before owes none any more."""
    about = tillstand.person(subject(event).person_id)
    new = ArendeState(decision.arende_id, PROCESSES[SIP_KALLELSE], about.person_id, antecknat=())
    arende = tillstand.arenden.get(decision.arende_id) or new
    arende = plikter.meet(arende, lambda plikt: plikt.slag == plikter.S4_KALLELSE, position.tid, REPLACED)
    parties = {*arende.deltagare, event.enhet, str(event.koder["fast_vardkontakt"])}
    arende = replace(arende, deltagare=tuple(sorted(parties)), plikter=(*arende.plikter, *decision.plikter))
    about = replace(
        about,
        arenden=tuple(sorted({**dict(about.arenden), arende.process: arende.arende_id}.items())),
        berorda=tuple(sorted({*about.berorda, arende.arende_id})),
    )
    return tillstand.with_arende(arende).with_person(about)


def s4_stops(sak: Sak) -> Iterator[Reason]:
    """S4: a summons on the notice of discharge comes from the fasta vårdkontakt that the latest notice named.

    Every other caller is refused, in the same words where there is no notice: nobody learns of a discharge by asking.
    """
    if sak.event.typ != SIP_KALLELSE or not sak.event.koder.get("utskrivningsklar"):
        return
    open_ones = dict(sak.tillstand.person(subject(sak.event).person_id).arenden)
    arende = sak.tillstand.arenden.get(open_ones.get(PROCESSES[SIP_KALLELSE], ""))
    named = [plikt.barare for plikt in arende.plikter if plikt.slag == plikter.S4_KALLELSE] if arende else []
    if sak.event.enhet not in named[-1:]:
        yield ELSEWHERE


def called(arende: ArendeState, event: Event, decision: Decision, position: Position) -> ArendeState:
    """S4: the fasta vårdkontakt has called, once its summons has reached anybody."""
    if event.typ != SIP_KALLELSE or not went_out(decision):
        return arende

    def wanted(plikt: Plikt) -> bool:
        return plikt.slag == plikter.S4_KALLELSE and plikt.barare == event.enhet

    return plikter.meet(arende, wanted, position.tid, CALLED)
