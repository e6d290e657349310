"""Bedömning: what would become of a message, told as its outcome would be, and leaving nothing behind."""

import copy
import json
from typing import Any

import pytest
import structlog
from intakehub import (
    ANNA,
    BO,
    DISA,
    UTSATT,
    VC,
    VC_RATTVIK,
    Whole,
    caller,
    consent,
    deviation,
    event,
    person,
    report,
    unit,
)
from intakehub import summons as summoned

from samverkanshub import resources
from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.ports import Unavailable

FLAG = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}
SUSPICION = {"kalla": "utredning", "granskas": "2027-06-01"}
ONLY_THERE = ("handelse_id", "arende")
ONLY_HERE = ("bedomning", "tid", "aktuell", "varningar")


def summons(number: str = ANNA, **changes: Any) -> dict[str, Any]:
    """With a recipient that the sender does not name the principal of, and items of several kinds."""
    return summoned(number, motestid="2026-12-28T10:00:00+01:00", motesplats="Mora", **changes)


def with_suspect() -> dict[str, Any]:
    return report(personer=[person("barn", DISA), person("misstankt", BO)], boende="hos sin mormor")


def custody(*guardians: str) -> dict[str, Any]:
    return {
        "personer": [person("registrerad", DISA), *(person("vardnadshavare", number) for number in guardians)],
        "kalla": "folkbokforing",
        "datum": "2026-01-01",
        "provisoriskt": False,
    }


def unsigned(grupp: str, typ: str, data: dict[str, Any]) -> bytes:
    signed = json.loads(event(VC, "avvikelse", deviation()))
    bare = {name: value for name, value in signed.items() if name not in ("saltfro", "nyckelid", "signatur")}
    return json.dumps(bare | {"source": grupp, "type": f"se.samverkanshub.{typ}.v1", "data": data}).encode()


def comparable(told: dict[str, Any]) -> dict[str, Any]:
    """Without what is of the one asking or of the one event, and request ids by the order of what they say."""
    body = {
        name: value for name, value in copy.deepcopy(told).items() if name not in (*ONLY_THERE, *ONLY_HERE, "status")
    }
    text = json.dumps(body)
    for one in body.get("mottagare", ()):
        if "begaran" in one:
            text = text.replace(one["begaran"], f"begaran:{one['roll']}")
    body = json.loads(text)
    body.get("mottagare", []).sort(key=json.dumps)
    return body


async def flagged(whole: Whole, number: str) -> None:
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", number)], **FLAG})


async def suspected(whole: Whole, of: str) -> None:
    data = {"personer": [person("registrerad", of), person("misstankt", BO)], **SUSPICION}
    await whole.publish(UTSATT, "misstankt", data)


async def frozen(whole: Whole) -> None:
    """B7."""
    await whole.publish(VC, "samtycke_lamnat", consent())
    [record] = [r for r in await whole.records() if r.offset == await whole.hub.log.end(0) - 1]
    await whole.hub.append_raw(b"unreadable", record.headers)
    await whole.log.judge()


async def nothing(_whole: Whole) -> None:
    """Nobody is known."""


async def consented(whole: Whole) -> None:
    await whole.publish(VC, "samtycke_lamnat", consent())


async def consented_in_part(whole: Whole) -> None:
    await whole.publish(VC, "samtycke_lamnat", consent(undantag={"kategorier": ["behov"]}))


async def withdrawn(whole: Whole) -> None:
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    data = {"personer": [person("registrerad", ANNA)], "samtycke": given.handelse_id}
    await whole.publish(VC, "samtycke_aterkallat", data)


async def protected(whole: Whole) -> None:
    await consented(whole)
    await flagged(whole, ANNA)
    await flagged(whole, DISA)


async def with_a_suspected_guardian(whole: Whole) -> None:
    await whole.publish(UTSATT, "vardnad", custody(ANNA, BO))
    await suspected(whole, DISA)


async def sent_before(whole: Whole) -> None:
    await consented(whole)
    await whole.publish(VC, "sip_kallelse", summons(syfte="ett annat"))
    await whole.publish(VC_RATTVIK, "orosanmalan", report())


HISTORIES = [
    nothing,
    consented,
    consented_in_part,
    withdrawn,
    protected,
    with_a_suspected_guardian,
    frozen,
    sent_before,
]
MESSAGES = {
    "kallelse": (VC, "sip_kallelse", summons()),
    "kallelse om ett barn": (VC, "sip_kallelse", summoned(DISA)),
    "anmälan": (VC_RATTVIK, "orosanmalan", report()),
    "anmälan om en vuxen": (VC_RATTVIK, "orosanmalan", report(ANNA)),
    "anmälan med misstänkt": (VC_RATTVIK, "orosanmalan", with_suspect()),
    "avvikelse": (VC, "avvikelse", deviation()),
}


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("history", HISTORIES)
async def test_law_a_bedomning_is_the_outcome_of_then_sending_the_same_with_nothing_in_between(whole, history, message):
    """T3, B0, P5, V6: neither more nor less than the outcome."""
    await history(whole)
    grupp, typ, data = MESSAGES[message]
    found = await whole.assess(grupp, typ, data)
    receipt = await whole.publish(grupp, typ, data)
    outcome = await whole.deliver.outcome(caller(grupp), receipt.handelse_id)
    assert (found["status"], found["aktuell"], outcome["status"]) == ("hypotes", True, "dom")
    assert comparable(found) == comparable(outcome)
    assert set(found) - set(outcome) == set(ONLY_HERE)
    assert set(outcome) - set(found) == set(ONLY_THERE)
    assert found["varningar"] == list(receipt.varningar)
    assert found["tid"] == whole.hub.clock.ms


async def test_the_histories_give_different_answers(whole):
    """So that the law above compares something."""
    before = await whole.assess(VC, "sip_kallelse", summons())
    await consented(whole)
    after = await whole.assess(VC, "sip_kallelse", summons())
    assert {one["status"] for one in before["mottagare"]} == {"undanhallen"}
    assert {one["status"] for one in after["mottagare"]} == {"delvis"}
    assert before["samtycke_att_fraga"]


async def test_asking_leaves_nothing_behind(whole):
    await consented(whole)
    stored, vault = copy.deepcopy(vars(whole.hub.database) | {"moved": None}), copy.deepcopy(_kept(whole))
    for grupp, typ, data in MESSAGES.values():
        await whole.assess(grupp, typ, data)
    assert vars(whole.hub.database) | {"moved": None} == stored
    assert _kept(whole) == vault
    assert len(await whole.records()) == 1
    assert whole.points.passed.count("api.fore-append") == 1


def _kept(whole: Whole) -> tuple[Any, ...]:
    """The secret that aliases are sealed with is made when it is first asked for, and is nobody's."""
    return whole.vault._by_lookup, whole.vault._keys, whole.vault._claims, whole.vault._tokens


async def test_an_answer_tells_neither_person_nor_arende_nor_partition(whole):
    """P5: which ärende it would join tells whether others know the person, and so would another partition."""
    await sent_before(whole)
    known = {person.person_id for person in whole.vault._by_lookup.values()}
    for grupp, typ, data in MESSAGES.values():
        told = json.dumps(await whole.assess(grupp, typ, data))
        assert not any(id_ in told for id_ in known)
        assert not any(id_ in told for _, kind, id_ in whole.hub.database.states if kind == "arende")
        assert not {"arende", "partition", "position", "handelse_id"} & set(json.loads(told))


async def test_somebody_known_to_others_and_somebody_unknown_are_told_of_alike(whole):
    """Q1, P5: that others have sent something about the child shows in nothing."""
    unknown = await whole.assess(VC_RATTVIK, "orosanmalan", report())
    await whole.publish(UTSATT, "orosanmalan", report(anmalarslag="privatperson"))
    known = await whole.assess(VC_RATTVIK, "orosanmalan", report())
    assert comparable(known) == comparable(unknown)


async def test_the_same_asked_twice_is_told_under_other_ids(whole):
    """P5: a request id is that of one event; nothing about a hidden recipient can be compared between askings."""
    await flagged(whole, DISA)
    first, second = [await whole.assess(VC_RATTVIK, "orosanmalan", report()) for _ in range(2)]
    ids = [{one["begaran"] for one in told["mottagare"] if "begaran" in one} for told in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert first["bedomning"] != second["bedomning"]


@pytest.mark.parametrize("typ", ["skydd", "samtycke_lamnat", "misstankt", "kvittens", "finns_inte"])
async def test_only_messages_are_asked_about(whole, typ):
    """V6: what a consent or a fact would change is not to be tried out."""
    body = json.loads(unsigned(VC, "avvikelse", deviation())) | {"type": f"se.samverkanshub.{typ}.v1"}
    with pytest.raises(Refused) as refused:
        await whole.bedomning.assess(caller(VC), json.dumps(body).encode())
    assert (refused.value.code, refused.value.falt) == ("ej-meddelande", "/type")


async def test_no_signature_is_needed_but_one_that_is_given_must_hold(whole):
    bare = await whole.bedomning.assess(caller(VC), unsigned(VC, "avvikelse", deviation()))
    assert comparable(bare) == comparable(await whole.assess(VC, "avvikelse", deviation()))
    forged = json.loads(event(VC, "avvikelse", deviation())) | {"signatur": "A" * 86}
    with pytest.raises(Refused, match="`signatur` does not fit"):
        await whole.bedomning.assess(caller(VC), json.dumps(forged).encode())
    del forged["nyckelid"]
    with pytest.raises(Refused, match="`nyckelid` is missing"):
        await whole.bedomning.assess(caller(VC), json.dumps(forged).encode())


async def test_what_is_sent_must_be_signed_all_the_same(whole):
    with pytest.raises(Refused, match="`saltfro` is missing"):
        await whole.intake.publish(caller(VC), unsigned(VC, "avvikelse", deviation()))


@pytest.mark.parametrize(
    ("grupp", "typ", "data", "code"),
    [
        (VC, "sip_kallelse", summons(mottagare=[unit("finns.ej")]), "okand-mottagare"),
        (VC, "sip_kallelse", summons(syfte=7), "fel-form"),
        (VC, "sip_kallelse", summons(mottagare=[unit("region-dalarna.bup")]), "huvudman-saknas"),
        (VC, "avvikelse", deviation(beskrivning=f"om {ANNA}"), "personnummer-i-avvikelse"),
    ],
)
async def test_what_would_be_refused_is_refused_alike(whole, grupp, typ, data, code):
    body = unsigned(grupp, typ, data)
    signed = json.loads(body) | {"saltfro": "A" * 43, "nyckelid": "k", "signatur": "A" * 86}
    with pytest.raises(Refused) as asked:
        await whole.bedomning.assess(caller(grupp), body)
    with pytest.raises(Refused) as sent:
        await whole.intake.publish(caller(grupp), json.dumps(signed).encode())
    assert (asked.value.code, asked.value.falt) == (sent.value.code, sent.value.falt)
    assert asked.value.code == code


async def test_another_reader_groups_message_is_not_asked_about(whole):
    with pytest.raises(Refused, match="`source`"):
        await whole.bedomning.assess(caller(UTSATT), unsigned(VC, "avvikelse", deviation()))


async def test_a_deviation_may_name_only_an_arende_that_the_caller_knows(whole):
    await consented(whole)
    await whole.publish(VC, "sip_kallelse", summoned())
    alias = (await whole.delivered(UTSATT))["arende"]
    assert (await whole.assess(UTSATT, "avvikelse", deviation(arende=alias, mottagare=[unit("mora.lss")])))["dom"]
    with pytest.raises(NotFound):
        await whole.assess(VC, "avvikelse", deviation(arende=alias))


async def test_b1_a_report_that_cannot_be_judged_says_whom_to_telephone(whole):
    whole.regelverk.active = False
    with pytest.raises(Unavailable) as failed:
        await whole.assess(VC_RATTVIK, "orosanmalan", report())
    assert failed.value.ring == "0248-111"


async def test_a_gate_that_is_behind_is_said_to_be_and_hides_names(whole):
    """P4, P5: what it has not judged yet may say that somebody is protected."""
    plain = await whole.assess(VC_RATTVIK, "orosanmalan", report())
    whole.log.paused = True
    await whole.publish(VC, "avvikelse", deviation())
    behind = await whole.assess(VC_RATTVIK, "orosanmalan", report())
    assert (plain["aktuell"], behind["aktuell"]) == (True, False)
    assert any("enhet" in one for one in plain["mottagare"])
    assert all("begaran" in one for one in behind["mottagare"])


async def test_time_is_never_before_that_of_what_is_judged(whole):
    await consented(whole)
    judged = whole.hub.clock.ms
    whole.hub.clock.ms -= 60_000
    assert (await whole.assess(VC, "avvikelse", deviation()))["tid"] == judged


async def test_who_asked_about_what_type_is_logged_and_nobody_who_was_asked_about(whole):
    await consented(whole)
    with structlog.testing.capture_logs() as logged:
        found = await whole.assess(VC, "sip_kallelse", summons())
    [line] = [one for one in logged if one["event"] == "bedomning"]
    assert line == {
        "event": "bedomning",
        "log_level": "info",
        "bedomning": found["bedomning"],
        "aktor": "region-dalarna",
        "lasargrupp": VC,
        "anvandare": "u-17",
        "typ": "sip_kallelse",
        "partition": 0,
        "position": 2,
    }


async def test_the_example_in_the_docs_is_what_comes_of_it(whole):
    page = (resources.root() / "docs" / "bedomning.md").read_text()
    question, answer = (json.loads(part.split("```")[0]) for part in page.split("```json")[1:3])
    found = await whole.bedomning.assess(caller(question["source"]), json.dumps(question).encode())
    del answer["bedomning"]
    _holds(found, answer, "")


def _holds(found: Any, shown: Any, where: str) -> None:
    """Everything that is shown is found so; an answer may have grown members since."""
    if isinstance(shown, dict):
        for name in shown:
            _holds(found[name], shown[name], f"{where}/{name}")
    elif isinstance(shown, list):
        assert len(found) == len(shown), where
        for index, one in enumerate(shown):
            _holds(found[index], one, f"{where}/{index}")
    else:
        assert found == shown, where
