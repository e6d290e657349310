"""A journal's line and the envelope say the same; a member that one of them gets, the other must get."""

from dataclasses import fields, replace

import msgspec
import pytest
from codec_examples import ENVELOPE

from samverkanshub.codec.envelope import Envelope, SealedUppgift, to_event
from samverkanshub.codec.journal import EventForm, PersonForm, UppgiftForm, line, parse
from samverkanshub.codec.journal_envelope import envelope_of, members_of
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.events import Person

SCHEMAS = default_schemas()


@pytest.mark.parametrize(("form", "kind"), [(EventForm, Envelope), (PersonForm, Person), (UppgiftForm, SealedUppgift)])
def test_a_line_can_say_all_that_the_log_holds(form: type[msgspec.Struct], kind: type) -> None:
    assert {field.name for field in fields(kind)} <= set(form.__struct_fields__)


def again(envelope: Envelope) -> Envelope:
    (form,) = parse(line({"tid": 1, **members_of(envelope)}).encode())
    assert isinstance(form, EventForm)
    return envelope_of(form, 0, SCHEMAS)


def test_an_event_written_as_a_line_is_the_same_event() -> None:
    item = replace(ENVELOPE.uppgifter[2], kalla="vittne", referens="ref-2")
    whole = replace(ENVELOPE, uppgifter=(*ENVELOPE.uppgifter[:2], item), arende_id=ENVELOPE.id)
    assert to_event(again(whole)) == to_event(whole)
    assert again(whole).beslutssalt == whole.beslutssalt


def test_what_is_empty_in_the_log_is_not_filled_in() -> None:
    bare = replace(ENVELOPE, aktor="samverkanshub", enhet="", lasargrupp="", anvandare="", uppgifter=())
    assert to_event(again(bare)) == to_event(bare)
    assert to_event(again(replace(ENVELOPE, enhet="", anvandare=""))).enhet == ""


def test_nothing_sealed_or_signed_is_written() -> None:
    text = line(members_of(ENVELOPE))
    assert not any(f'"{name}"' in text for name in ("forseglat", "atagande", "subject", "signatur"))
