"""Answers as plain text for whoever reads a terminal. Labels in Swedish; times are Swedish."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from samverkanshub.client import (
    Assessment,
    ClientError,
    Duty,
    DutyPage,
    Health,
    InboxPage,
    InboxRow,
    Opened,
    Outcome,
    Receipt,
)
from samverkanshub.client.models import ConsentRequest, OpenedUppgift, Progress, RecipientOutcome, Why
from samverkanshub.domain.events import OROSANMALAN
from samverkanshub.domain.tid import SWEDEN

ASK_ANYWAY: Final = "socialtjänsten i barnets hemkommun; vid akut fara 112"
"""Whom to telephone about a child when the hub could not be asked for a number (B1)."""


def plain(value: Any) -> str:
    """Text without control characters: what others have written must not steer the terminal."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return "".join(sign if sign.isprintable() or sign == "\n" else "�" for sign in text)


def moment(tid: int) -> str:
    """A time as Swedish clock time, to the minute."""
    return datetime.fromtimestamp(tid / 1000, UTC).astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M")


def failure(error: ClientError, typ: str, *, as_json: bool) -> str:
    """What went wrong, with code and field; for a report about a child always with whom to telephone (B1)."""
    ring = error.ring or (ASK_ANYWAY if typ == OROSANMALAN else "")
    named = {"kod": error.code, "falt": error.falt, "regel": error.regel, "ring": ring}
    if as_json:
        return msgspec.json.encode({"fel": {"status": error.status, "detalj": error.detail, **named}}).decode()
    return _lines([f"nekad: {error.detail}", *(f"  {name}: {value}" for name, value in named.items() if value)])


def receipt(found: Receipt) -> str:
    """A receipt."""
    return _lines(
        [
            f"händelse: {found.handelse_id}",
            f"dom: {found.dom or 'väntar'}",
            *_given("ärende", found.arende),
            *(f"varning: {warning}" for warning in found.varningar),
            *_given("ring", found.ring),
        ]
    )


def inbox(page: InboxPage) -> str:
    """A page of the inbox, a line a delivery, and the cursor to go on from."""
    rows = [_row(row) for row in page.rader] or ["inkorgen är tom"]
    return _lines([*rows, f"markör: {page.markor}"])


def _row(row: InboxRow) -> str:
    sender = row.avsandare or row.avsandare_roll
    told = " ".join(part for part in (row.kod, row.enhet or row.enhet_roll, row.avser and f"om {row.avser}") if part)
    due = f"  frist {moment(row.frist)}" if row.frist else ""
    whence = f"  från {sender}" if sender else ""
    return f"{moment(row.tid)}  {row.leverans_id}  {row.slag} {row.typ}{whence}{f'  {told}' if told else ''}{due}"


def duties(page: DutyPage) -> str:
    """A page of open duties, a line each, and the cursor to go on from."""
    rows = [_duty(row) for row in page.rader] or ["inga öppna plikter"]
    return _lines([*rows, *_given("markör", page.markor)])


def _duty(row: Duty) -> str:
    due = f"{moment(row.nasta_tid)} {row.nasta_steg}" if row.nasta_steg else "alla steg tagna"
    about = f"  om {row.avser}" if row.avser else ""
    taken = f"  har varit {', '.join(row.tagna)}" if row.tagna else ""
    return f"{due}  {row.slag} ({row.roll})  ärende {row.arende}{about}{taken}"


def opened(found: Opened) -> str:
    """An opened delivery."""
    return _lines(
        [
            f"{found.slag} {found.typ} från {found.avsandare or found.avsandare_roll}",
            *_given("ärende", found.arende),
            *(f"OBS: {mark}" for mark in found.markningar),
            *(f"person: {one.roll} {one.nummer}".rstrip() for one in found.personer),
            *(f"{name}: {plain(value)}" for name, value in sorted(found.koder.items())),
            *(_item(item) for item in found.uppgifter),
            *(f"{vag}: meddelas muntligen" for vag in found.muntligen),
        ]
    )


def _item(item: OpenedUppgift) -> str:
    """Further lines of a text are indented, so that none of them passes for a line of ours."""
    whose = f" ({item.roll})" if item.roll else ""
    return f"{item.vag}{whose}: " + plain(item.varde).replace("\n", "\n    ")


def outcome(found: Outcome) -> str:
    """What became of an event, per recipient, and what to ask."""
    return _lines(
        [
            f"händelse: {found.handelse_id} {found.typ}",
            f"dom: {found.dom or found.status}{_reasons(found.skal)}",
            *_given("ärende", found.arende),
            *(f"{one.slag} {moment(one.tid)}" for one in found.skeenden),
            *_given("rättar", found.rattar),
            *_given("rättad av", found.rattad_av),
            *_told(found),
        ]
    )


def assessment(found: Assessment) -> str:
    """What would become of a message, and that nothing has been sent."""
    behind = ["OBS: allt som kommit in är inte bedömt ännu; fråga igen"]
    return _lines(
        [
            f"bedömning av {found.typ} per {moment(found.tid)}; ingenting är sänt",
            *([] if found.aktuell else behind),
            f"dom: {found.dom}{_reasons(found.skal)}",
            *(f"varning: {warning}" for warning in found.varningar),
            *_told(found),
        ]
    )


def _told(found: Outcome | Assessment) -> Iterator[str]:
    for one in found.mottagare:
        yield from _recipient(one)
    yield from (_request(request) for request in found.samtycke_att_fraga)
    yield from _given("att tänka på", ", ".join(found.hints))
    yield from _given("ring", found.ring)


def _recipient(one: RecipientOutcome) -> Iterator[str]:
    name = one.lasargrupp or f"{one.roll} (begäran {one.begaran})"
    done = "".join(f", {happened['slag']} {moment(happened['tid'])}" for happened in one.handelser)
    yield f"{name}: {one.status}{done}"
    for item in one.levererat:
        yield f"  levererat {item.vag}: {', '.join((*item.regler, *(grund.id for grund in item.grund)))}"
    for kept in one.undanhallet:
        yield f"  undanhållet {kept.vag} {kept.kategori}{_reasons(kept.skal)}"
    for vag in one.muntligen:
        yield f"  {vag}: meddelas muntligen"
    for more in one.kompletteringar:
        opened = f", öppnad {moment(more.oppnad)}" if more.oppnad else ""
        yield f"  komplettering{opened}: {', '.join(item.vag for item in more.levererat)}"


def _reasons(skal: Iterable[Why]) -> str:
    told = ", ".join(f"{why.regel} {why.kod}" for why in skal)
    return f": {told}" if told else ""


def _request(request: ConsentRequest) -> str:
    categories, recipients = ", ".join(request.kategorier), ", ".join(request.mottagare)
    return f"fråga {', '.join(request.av_roller)} om samtycke ({request.andamal}) till {recipients}: {categories}"


def health(found: Health) -> str:
    """The hub's health."""
    return _lines(
        [
            f"hälsa: {found.halsa}",
            *(f"skäl: {reason}" for reason in found.skal),
            *(f"{name}: {'svarar' if answers else 'svarar ej'}" for name, answers in found.tjanster.items()),
            *(_progress(one) for one in found.partitioner),
            *(f"stopp: {one.fran} till {one.till}, {one.skal}; ring {one.ring}" for one in found.stopp),
        ]
    )


def _progress(one: Progress) -> str:
    parts = (_watch(one), _notary(one), _frozen(one), _departing(one))
    return f"partition {one.partition}: {one.position} av {one.slut}{''.join(parts)}"


def _watch(one: Progress) -> str:
    if one.watch_alder_ms < 0:
        return f", watch {one.watch}" if one.watch else ""
    return f", watch {one.watch} ({one.watch_alder_ms / 1000:.0f} s sedan)"


def _notary(one: Progress) -> str:
    if not one.notarie:
        return ""
    return ", ".join(filter(None, (f", notarie {one.notarie}", one.notarie_kod, f"{one.signerat} signerade")))


def _frozen(one: Progress) -> str:
    return f", frysta personer {one.frysta}" if one.frysta > 0 else ""


def _departing(one: Progress) -> str:
    return f", ej som anspråkade {one.ansprak_fynd}" if one.ansprak_fynd > 0 else ""


def _given(label: str, value: str) -> list[str]:
    return [f"{label}: {value}"] if value else []


def _lines(lines: Iterable[str]) -> str:
    return plain("\n".join(lines))
