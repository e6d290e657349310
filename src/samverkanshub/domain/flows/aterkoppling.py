"""What the statutory recipient of a report says of its steps: feedback to the reporter (O5), an assessment (O4)."""

from collections.abc import Iterator
from typing import Final

from samverkanshub.domain import plikter
from samverkanshub.domain.decision import Decision, Delivery, Reason, Skeende
from samverkanshub.domain.delivery import message_of
from samverkanshub.domain.events import OROSANMALAN, Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import ALARM, Sak
from samverkanshub.domain.routing import STATUTORY
from samverkanshub.domain.samrad import in_barnahus_remit
from samverkanshub.domain.state import Leverans, Meddelande, Plikt, Tillstand
from samverkanshub.domain.tid import swedish_day

NOT_OPENED: Final = "inleds_ej"


def decide_feedback(sak: Sak) -> Decision:
    """O5: a duty-bound reporter is told whether an inquiry is opened, already open or not opened, and nothing else.

    SoL (2025:400) 19 kap. (N), before that SoL (2001:453) 14 kap. 1 b §. Others' reports, and where it is unsuitable:
    recorded, and nobody is told. O4: not opened on suspected violence reaches the unit head at once
    (Agreement: "ska omedelbart inledas").
    """
    arende = flow.arende_of(sak)
    leverans = flow.own_delivery(arende, sak.event) if arende else None
    if arende is None or leverans is None:
        return flow.unknown(sak)
    if not _report_to_act_on(leverans):
        return flow.act(sak, Reason("O5", "ej-lagstadgad-mottagare", True))
    return _told(sak, leverans, message_of(arende, leverans))


def _told(sak: Sak, leverans: Leverans, report: Meddelande) -> Decision:
    kod = "aterkoppling-" + str(sak.event.koder["utfall"]).replace("_", "-")
    silent = _silent(sak, report)
    sender = report.handelse
    rows = [] if silent else [flow.notice(sak, sender.lasargrupp, kod, avser=sender.handelse_id)]
    return flow.act(
        sak,
        Reason("O5", silent or kod, False),
        *([Reason("O4", "ej-inledd-vid-vald", False)] if _must_be_opened(sak, report) else []),
        deliveries=[*_known(sak, rows), *_alarm(sak, leverans, report)],
        skeenden=() if silent else (Skeende(sender.handelse_id, kod, leverans.leverans_id),),
        regel="O5",
    )


def _known(sak: Sak, rows: list[Delivery]) -> list[Delivery]:
    """A reporter that has left the directory since has no inbox; its outcome still says it."""
    return [row for row in rows if row.mottagare in sak.regelverk.katalog.lasargrupper]


def _silent(sak: Sak, report: Meddelande) -> str:
    """Why nobody is told; empty where the reporter is."""
    if sak.event.koder.get("olampligt"):
        return "olampligt"
    sender = sak.regelverk.katalog.enheter.get(report.handelse.enhet)
    day = swedish_day(report.tid).isoformat()
    as_such = report.handelse.koder.get("anmalarslag") == "anmalningsskyldig"
    return "" if as_such and sender is not None and sender.duty_bound(day) else "ej-anmalningsskyldig"


def _must_be_opened(sak: Sak, report: Meddelande) -> bool:
    """O4: violence by someone close, seen or suffered, or a sexual crime, and the inquiry is not opened."""
    return sak.event.koder.get("utfall") == NOT_OPENED and in_barnahus_remit(report.handelse)


def _alarm(sak: Sak, leverans: Leverans, report: Meddelande) -> Iterator[Delivery]:
    if _must_be_opened(sak, report):
        kod = "o4-utredning-inleds-ej"
        yield from flow.tell_heads(sak, sak.event.enhet, kod, avser=leverans.leverans_id, slag=ALARM)


def decide_assessment(sak: Sak) -> Decision:
    """O4: the child's need of protection has been assessed, which meets the duty of the acting unit, or stands for it.

    The reporter is not told: O5 says what it is told.
    """
    arende = flow.arende_of(sak)
    leverans = flow.own_delivery(arende, sak.event) if arende else None
    if arende is None or leverans is None:
        return flow.unknown(sak)
    if not _report_to_act_on(leverans):
        return flow.act(sak, Reason("O4", "ej-lagstadgad-mottagare", True))
    met = tuple(plikt for plikt in arende.plikter if _assessed(plikt, leverans, sak.event))
    return flow.act(sak, Reason("O4", "skyddsbedomning-gjord", False), uppfyller=met)


def _assessed(plikt: Plikt, leverans: Leverans, event: Event) -> bool:
    same = plikt.slag == plikter.O4_SKYDDSBEDOMNING and plikt.handelse_id == leverans.handelse_id
    return same and plikter.may_meet(plikt, event.enhet)


def _report_to_act_on(leverans: Leverans) -> bool:
    return leverans.typ == OROSANMALAN and leverans.funktion == STATUTORY


def fold_assessment(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The duty is met."""
    arende = tillstand.arenden[event.arende_id]
    return tillstand.with_arende(flow.settled(arende, decision, position, "skyddsbedomning-gjord"))
