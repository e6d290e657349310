"""Publishing: claimed, appended once, answered; and the same again after whatever happened in between."""

import asyncio
import json

import pytest
from intakehub import (
    ANNA,
    BO,
    DISA,
    UTSATT,
    VC,
    VC_RATTVIK,
    Died,
    Whole,
    caller,
    consent,
    deviation,
    event,
    exemption,
    person,
    report,
    summons,
    unit,
)
from structlog.testing import capture_logs

from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec import signing
from samverkanshub.domain.errors import Conflict, Refused
from samverkanshub.ports import Unavailable

ID = "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"


async def envelopes(whole: Whole) -> list[kuvert.Envelope]:
    return [kuvert.decode(record.value, whole.hub.schemas) for record in await whole.records()]


# ------------------------------------------------------------------------------------------------ what is appended


async def test_a_judged_event_is_answered_201_with_the_senders_alias(whole):
    receipt = await whole.publish(VC, "sip_kallelse", summons())
    assert (receipt.status, receipt.dom, receipt.ring) == (201, "godtagen", "")
    assert receipt.arende


async def test_the_log_holds_no_number_and_no_text(whole):
    await whole.publish(VC, "sip_kallelse", summons())
    (record,) = await whole.records()
    raw = record.value + (record.key or b"") + b"".join(content for _, content in record.headers)
    for plain in (ANNA, ANNA[2:], "stöd i vardagen", "samordna"):
        assert plain.encode() not in raw


async def test_the_signature_in_the_log_can_be_checked_for_ever(whole):
    await whole.publish(VC, "sip_kallelse", summons())
    (one,) = await envelopes(whole)
    key = (await whole.regelverk.current()).katalog.key_of("region-dalarna", one.nyckelid, "2026-12-22")
    assert signing.verify(key.publik, kuvert.message(one), one.signatur)


async def test_one_person_has_one_id_whoever_sends_and_however_the_number_is_written(whole):
    await whole.publish(VC, "sip_kallelse", summons())
    await whole.publish(UTSATT, "samtycke_lamnat", consent(f"{ANNA[:8]}-{ANNA[8:]}".replace("-", "")))
    data = consent() | {"personer": [{"roll": "registrerad", "personnummer": f"{ANNA[2:8]}-{ANNA[8:]}"}]}
    await whole.publish(VC_RATTVIK, "samtycke_lamnat", data)
    ids = {one.personer[0].person_id for one in await envelopes(whole)}
    assert len(ids) == 1


async def test_age_class_and_sex_come_from_the_number(whole):
    await whole.publish(VC_RATTVIK, "orosanmalan", report())
    (one,) = await envelopes(whole)
    assert (one.personer[0].aldersklass, one.personer[0].kon) == ("0-11", "kvinna" if int(DISA[10]) % 2 == 0 else "man")


async def test_a_local_reference_is_taken_with_a_warning(whole):
    receipt = await whole.publish(VC, "sip_kallelse", summons("patient-17"))
    (one,) = await envelopes(whole)
    assert receipt.varningar == ("lokal-referens",)
    assert (one.personer[0].aldersklass, one.personer[0].kon) == ("okand", "okand")


async def test_a_local_reference_is_the_senders_own(whole):
    await whole.publish(VC, "sip_kallelse", summons("patient-17"))
    await whole.publish(UTSATT, "samtycke_lamnat", consent("patient-17"))
    first, second = await envelopes(whole)
    assert first.personer[0].person_id != second.personer[0].person_id


async def test_one_person_in_two_roles_is_one_person(whole):
    """V4: a suspected guardian."""
    roles = [person("barn", DISA), person("vardnadshavare", BO), person("misstankt", BO)]
    await whole.publish(VC_RATTVIK, "orosanmalan", report(personer=roles))
    (one,) = await envelopes(whole)
    child, guardian, suspect = (listed.person_id for listed in one.personer)
    assert guardian == suspect != child


# ------------------------------------------------------------------------------------------------ the same again


async def test_the_same_id_with_the_same_content_is_the_same_event_and_is_appended_once(whole):
    first = await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    again = await whole.publish(VC, "sip_kallelse", summons(), id=ID.upper())
    assert again == first
    assert len(await whole.records()) == 1


async def test_the_order_of_members_does_not_make_another_content(whole):
    turned = dict(reversed(summons().items()))
    first = await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    assert (await whole.publish(VC, "sip_kallelse", turned, id=ID)).handelse_id == first.handelse_id


@pytest.mark.parametrize("other", [summons(syfte="annat"), summons(BO)])
async def test_the_same_id_with_other_content_is_refused(whole, other):
    await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    with pytest.raises(Conflict) as conflict:
        await whole.publish(VC, "sip_kallelse", other, id=ID)
    assert (conflict.value.code, conflict.value.falt) == ("annat-innehall", "/id")
    assert len(await whole.records()) == 1


async def test_the_same_id_of_another_actor_is_another_event(whole):
    first = await whole.publish(VC, "samtycke_lamnat", consent(), id=ID)
    second = await whole.publish(UTSATT, "samtycke_lamnat", consent(), id=ID)
    assert first.handelse_id != second.handelse_id


async def test_another_reader_group_of_the_actor_does_not_get_the_answer_to_anothers_event(whole):
    await whole.publish(VC, "samtycke_lamnat", consent(), id=ID)
    with pytest.raises(Conflict):
        await whole.publish(VC_RATTVIK, "samtycke_lamnat", consent(), id=ID)


async def test_two_at_once_with_the_same_id_are_one_event(whole):
    both = await asyncio.gather(*(whole.publish(VC, "sip_kallelse", summons(), id=ID) for _ in range(2)))
    assert both[0].handelse_id == both[1].handelse_id
    values = {record.value for record in await whole.records()}
    assert len(values) == 1
    assert sum(row.status == "dom" for _, row in whole.hub.decisions()) == 2  # record 0 and this one


@pytest.mark.parametrize("place", ["api.efter-ansprak", "api.fore-append", "api.efter-append"])
async def test_after_a_crash_a_retry_gives_the_same_event_and_the_same_bytes(whole, place):
    whole.log.paused = True
    whole.points.at = place
    with pytest.raises(Died):
        await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    before = await whole.records()
    claimed = (
        await whole.vault.claimed(kuvert.decode(before[0].value, whole.hub.schemas).handelse_id) if before else None
    )
    whole.points.at, whole.log.paused = "", False
    receipt = await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    standing = await whole.vault.claimed(receipt.handelse_id)
    assert receipt.status == 201
    assert claimed in (None, standing)
    assert {record.value for record in await whole.records()} == {standing.value}


async def test_a_crash_before_the_claim_leaves_nothing(whole):
    whole.points.at = "api.fore-ansprak"
    with pytest.raises(Died):
        await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    whole.points.at = ""
    assert (await whole.publish(VC, "sip_kallelse", summons(syfte="annat"), id=ID)).status == 201


async def test_a_log_that_is_down_is_an_error_and_a_retry_the_same_event(whole):
    whole.log.down = True
    with pytest.raises(Unavailable):
        await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    assert await whole.records() == []
    whole.log.down = False
    assert (await whole.publish(VC, "sip_kallelse", summons(), id=ID)).status == 201


async def test_an_append_whose_answer_was_lost_is_repeated_and_counts_once(whole):
    whole.log.down_after = True
    whole.log.paused = True
    with pytest.raises(Unavailable):
        await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    whole.log.down_after = whole.log.paused = False
    receipt = await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    assert (receipt.status, receipt.dom) == (201, "godtagen")
    assert [row.status for _, row in whole.hub.decisions()] == ["dom", "dom", "upprepning"]


async def test_a_retry_is_not_asked_again_what_the_first_try_was(whole, monkeypatch):
    """A key that has been changed since, or a rule, does not make another event of it."""
    first = await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    body = event(VC, "sip_kallelse", summons(), id=ID)
    whole.regelverk.active = False
    assert await whole.intake.publish(caller(VC), body) == first


# ------------------------------------------------------------------------------------------------ answers


async def test_an_event_the_gate_has_not_judged_is_answered_202(whole):
    whole.log.paused = True
    receipt = await whole.publish(VC, "sip_kallelse", summons())
    assert (receipt.status, receipt.arende, receipt.dom, receipt.ring) == (202, "", "", "")


async def test_a_report_without_a_judgement_says_whom_to_telephone(whole):
    """B1."""
    whole.log.paused = True
    assert (await whole.publish(VC_RATTVIK, "orosanmalan", report())).ring == "0248-111"


async def test_a_report_that_is_judged_needs_no_telephone(whole):
    """B1."""
    assert (await whole.publish(VC_RATTVIK, "orosanmalan", report())).ring == ""


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"kommun": "mora", "misstanke": "x"}, "0250-111"),
        ({"kommun": "atlantis"}, "023-111"),
        ({"kommun": 7}, "023-111"),
    ],
)
async def test_a_refused_report_says_whom_to_telephone(whole, change, number):
    """B1: the municipality the sender named, or the county's."""
    good = event(VC_RATTVIK, "orosanmalan", report(), id=ID)
    spoilt = json.loads(good)
    spoilt["data"] |= change
    with pytest.raises(Refused) as refused:
        await whole.intake.publish(caller(VC_RATTVIK), json.dumps(spoilt).encode())
    assert refused.value.ring == number


async def test_a_report_that_meets_a_server_that_is_down_says_whom_to_telephone(whole):
    """B1."""
    whole.log.down = True
    with pytest.raises(Unavailable) as down:
        await whole.publish(VC_RATTVIK, "orosanmalan", report())
    whole.regelverk.active = False
    with pytest.raises(Unavailable) as closed:
        await whole.publish(VC_RATTVIK, "orosanmalan", report(kommun="mora"))
    assert (down.value.ring, closed.value.ring) == ("0248-111", "0250-111")


async def test_another_errors_answer_has_no_telephone(whole):
    with pytest.raises(Refused) as refused:
        await whole.publish(VC, "samtycke_lamnat", consent() | {"till": "2029-01-01T00:00:00+01:00"})
    assert refused.value.ring == ""


@pytest.mark.parametrize("fault", [Unavailable("projektion"), TypeError("a bug"), ConnectionError("it broke")])
@pytest.mark.parametrize("where", ["wait_judged", "judgement"])
async def test_once_appended_the_answer_is_never_an_error(whole, monkeypatch, where, fault):
    """B1: of whatever kind; what went wrong is logged by its type alone."""

    async def down(*_args):
        raise fault

    monkeypatch.setattr(whole.projection, where, down)
    with capture_logs() as logged:
        receipt = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    assert (receipt.status, receipt.ring) == (202, "0248-111")
    assert len(await whole.records()) == 1
    assert [(line["event"], line["error"]) for line in logged] == [("answer.after-append", type(fault).__name__)]
    assert str(fault) not in str(logged)


async def test_a_vault_that_goes_away_after_the_append_is_no_error(whole, monkeypatch):
    secret = whole.vault.secret

    async def gone_after_the_claim(name):
        if name == "alias":
            raise Unavailable("valv")
        return await secret(name)

    monkeypatch.setattr(whole.vault, "secret", gone_after_the_claim)
    receipt = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    assert (receipt.status, receipt.ring) == (202, "0248-111")


async def test_a_retry_of_what_is_appended_is_never_an_error(whole, monkeypatch):
    """Whether it is in the log cannot be asked: it is appended once more, and the gate takes the first."""
    first = await whole.publish(VC_RATTVIK, "orosanmalan", report(), id=ID)

    async def down(*_args):
        raise Unavailable("projektion")

    monkeypatch.setattr(whole.projection, "judgement", down)
    again = await whole.publish(VC_RATTVIK, "orosanmalan", report(), id=ID)
    assert (again.status, again.handelse_id, again.ring) == (202, first.handelse_id, "0248-111")


@pytest.mark.parametrize(
    ("typ", "extra", "waits"),
    [
        ("skydd", {"niva": "sekretessmarkering", "provisoriskt": True, "kalla": "socialtjanst"}, False),
        ("skydd", {"niva": "ingen", "provisoriskt": False, "kalla": "socialtjanst"}, True),
        ("undantag_anmalt", exemption(kategorier=["behov"]), False),
        ("undantag_anmalt", exemption(mottagare=[unit("mora.vinr")]), False),
        ("undantag_anmalt", exemption(mottagare=[{"slag": "begaran", "id": "begaran-aa"}]), True),
        ("undantag_havt", exemption(kategorier=["behov"]), True),
    ],
)
async def test_what_narrows_access_is_answered_after_the_append(whole, monkeypatch, typ, extra, waits):
    asked = []
    monkeypatch.setattr(whole.projection, "wait_judged", lambda *args: _note(asked, args))
    await whole.publish(UTSATT, typ, {"personer": [person("registrerad", ANNA)], **extra})
    assert bool(asked) is waits
    assert len(await whole.records()) == 1


async def _note(asked, args):
    asked.append(args)
    return False


async def test_what_the_gate_refuses_is_answered_as_judged(whole):
    """K11: lifted with a suspected person present."""
    lifted = exemption(kategorier=["behov"], enskilt=False, narvarande=["misstankt"])
    receipt = await whole.publish(UTSATT, "undantag_havt", lifted)
    assert (receipt.status, receipt.dom) == (201, "avvisad")


# ------------------------------------------------------------------------------------------------ keys


async def test_an_avvikelse_in_an_arende_is_sealed_under_the_arendes_key(whole):
    """A1."""
    alias = (await whole.publish(VC, "sip_kallelse", summons())).arende
    receipt = await whole.publish(VC, "avvikelse", deviation(arende=alias))
    one = (await envelopes(whole))[-1]
    assert {uppgift.subject for uppgift in one.uppgifter} == {f"arende:{one.arende_id}"}
    assert receipt.status == 201


async def test_an_avvikelse_without_an_arende_is_sealed_under_its_own_key(whole):
    """A1."""
    await whole.publish(VC, "avvikelse", deviation())
    one = (await envelopes(whole))[-1]
    assert {uppgift.subject for uppgift in one.uppgifter} == {f"handelse:{one.handelse_id}"}
    assert kuvert.key(one) is None


async def test_an_arende_that_the_projection_does_not_have_yet_is_no_reason_to_guess(whole):
    alias = (await whole.publish(VC, "sip_kallelse", summons())).arende
    whole.hub.database.states.clear()
    with pytest.raises(Unavailable):
        await whole.publish(VC, "avvikelse", deviation(arende=alias))
