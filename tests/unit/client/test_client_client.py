"""The client: keys, tokens and signatures handled, retries that reuse the event's bytes, errors with their code."""

import json
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest
from hubfakes import DELIVERY_ID, EVENT_ID, MORA_KEY, Fake, Receipt

from samverkanshub.client import (
    BusyError,
    Client,
    ClientError,
    ConflictError,
    Duty,
    DutyPage,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    RefusedError,
    Retry,
    ServerError,
    UnavailableError,
)
from samverkanshub.client.errors import error_of
from samverkanshub.codec import keys
from samverkanshub.domain.errors import Conflict, Forbidden, NotFound, Refused
from samverkanshub.entrypoints.http.__main__ import KEEP_ALIVE_S
from samverkanshub.ports import Unavailable

CANARY = "Kanariefageln"


def avvikelse(**changed: Any) -> dict[str, Any]:
    whole = {
        "mottagare": [{"slag": "enhet", "id": "falun.vinr"}],
        "slag": "samverkan",
        "mellan_huvudman": False,
        "lex_sarah": "ej_bedomt",
        "lex_maria": "ej_bedomt",
        "beskrivning": CANARY,
    }
    return whole | changed


async def test_an_event_is_published(client: Client, fake: Fake) -> None:
    receipt = await client.publish("avvikelse", avvikelse())
    assert (receipt.handelse_id, receipt.arende, receipt.dom, receipt.judged) == (EVENT_ID, "alias-1", "godtagen", True)
    event = json.loads(fake.calls("publish")[0][1])
    assert (event["type"], event["source"]) == ("se.samverkanshub.avvikelse.v1", "mora.vinr.utsatt")
    assert event["data"] == avvikelse()


async def test_a_consent_request_is_answered(client: Client, fake: Fake) -> None:
    """B0: what was withheld is judged anew only where the sender says so."""
    await client.answer(EVENT_ID.upper(), "lamnat", slapp=True)
    await client.answer(EVENT_ID, "nekat", av_roll="narstaende")
    sent = [json.loads(args[1]) for args in fake.calls("publish")]
    assert {one["type"] for one in sent} == {"se.samverkanshub.samtycke_svar.v1"}
    assert [one["data"] for one in sent] == [
        {"meddelande": EVENT_ID, "svar": "lamnat", "slapp": True},
        {"meddelande": EVENT_ID, "svar": "nekat", "av_roll": "narstaende"},
    ]


async def test_a_message_is_recalled(client: Client, fake: Fake) -> None:
    """Q2: the same event where the caller repeats it under its own id."""
    await client.recall(EVENT_ID, "fel_person", id=DELIVERY_ID)
    sent = json.loads(fake.calls("publish")[0][1])
    assert (sent["id"], sent["type"]) == (DELIVERY_ID, "se.samverkanshub.aterkallelse.v1")
    assert sent["data"] == {"meddelande": EVENT_ID, "skal": "fel_person"}
    with pytest.raises(RefusedError):
        await client.recall("no id", "annat")


async def test_an_act_names_what_it_is_about_and_nobody(client: Client, fake: Fake) -> None:
    """H1: a handover, and the same event where the caller repeats it under its own id."""
    await client.act("overlamning", id=DELIVERY_ID, arende="alias", till="falun.vinr")
    sent = json.loads(fake.calls("publish")[0][1])
    assert (sent["id"], sent["type"]) == (DELIVERY_ID, "se.samverkanshub.overlamning.v1")
    assert sent["data"] == {"personer": [], "arende": "alias", "till": "falun.vinr"}
    with pytest.raises(RefusedError):
        await client.act("overlamning", arende="alias")


async def test_what_would_become_of_an_event_is_asked_and_nothing_is_sent(client: Client, fake: Fake) -> None:
    fake.says["assess"] = {
        "bedomning": EVENT_ID,
        "status": "hypotes",
        "dom": "godtas",
        "aktuell": True,
        "mottagare": [{"roll": "vinr", "begaran": "begaran-a", "status": "undanhallen"}],
        "something": "that a later hub adds",
    }
    event = client.prepare("avvikelse", avvikelse())
    found = await client.assess(event)
    assert (found.status, found.dom, found.aktuell, found.mottagare[0].begaran) == (
        "hypotes",
        "godtas",
        True,
        "begaran-a",
    )
    assert fake.calls("assess")[0][1] == event.body
    assert fake.calls("publish") == []


async def test_an_id_of_the_callers_is_kept(client: Client, fake: Fake) -> None:
    await client.publish("avvikelse", avvikelse(), id=EVENT_ID)
    assert json.loads(fake.calls("publish")[0][1])["id"] == EVENT_ID


async def test_every_request_has_a_token_of_its_own_that_the_hub_takes(client: Client, line: Any) -> None:
    await client.inbox()
    await client.inbox()
    tokens = {token for *_, token in line.sent}
    assert len(tokens) == 2
    header = jwt.get_unverified_header(tokens.pop().removeprefix("Bearer "))
    assert (header["alg"], header["kid"]) == ("EdDSA", keys.key_id(keys.public_hex(MORA_KEY)))


async def test_a_private_key_may_be_pem() -> None:
    async with Client("http://hub", "mora", "mora.vinr.utsatt", "u", keys.to_pem(MORA_KEY)) as client:
        assert client.identity.key_id == keys.key_id(keys.public_hex(MORA_KEY))
        assert "private_key" not in repr(client.identity)


# ------------------------------------------------------------------------------------------------------------ retries

BROKEN: dict[str, Any] = {
    "no connection": lambda: httpx.ConnectError("no"),
    "a connection that breaks": lambda: httpx.ReadError("no"),
    "no answer in time": lambda: httpx.ReadTimeout("no"),
    "a hub that is not ready": lambda: httpx.Response(503),
    "a proxy without a hub": lambda: httpx.Response(502, content=b"<html>"),
}
TOO_MUCH = {
    "type": "trangsel-platser",
    "title": "too much at once",
    "status": 429,
    "detail": "later",
    "ring": "0250-26000",
}


@pytest.mark.parametrize("why", BROKEN)
async def test_an_event_is_sent_again_with_the_same_bytes_and_another_token(
    why: str, client: Client, line: Any, waited: list[float]
) -> None:
    line.breaks = [BROKEN[why](), BROKEN[why]()]
    assert (await client.publish("avvikelse", avvikelse())).dom == "godtagen"
    assert len({body for _, _, body, _ in line.sent}) == 1
    assert len({token for *_, token in line.sent}) == 3
    assert waited == [0.2, 0.4]


async def test_an_answer_that_is_lost_is_asked_for_again(client: Client, line: Any, fake: Fake) -> None:
    line.after = [httpx.ReadError("no")]
    await client.publish("avvikelse", avvikelse())
    first, second = fake.calls("publish")
    assert first[1] == second[1]


async def test_an_event_kept_by_the_caller_is_the_same_event_later(client: Client, fake: Fake) -> None:
    event = client.prepare("avvikelse", avvikelse())
    await client.send(event)
    await client.send(event)
    assert {bytes(args[1]) for args in fake.calls("publish")} == {event.body}
    assert CANARY not in repr(event)


async def test_retries_end(client: Client, line: Any, waited: list[float]) -> None:
    line.breaks = [httpx.ConnectError("no")] * 9
    with pytest.raises(UnavailableError) as found:
        await client.publish("avvikelse", avvikelse())
    assert (len(line.sent), waited) == (4, [0.2, 0.4, 0.8])
    assert (found.value.code, found.value.status) == ("ej-tillganglig", 0)


async def test_the_last_answer_is_the_error_with_whom_to_telephone(client: Client, fake: Fake, line: Any) -> None:
    error = Unavailable("kafka")
    error.ring = "0250-26000"
    fake.says["publish"] = error
    with pytest.raises(UnavailableError) as found:
        await client.publish("avvikelse", avvikelse())
    assert (found.value.status, found.value.ring, len(line.sent)) == (503, "0250-26000", 4)


async def test_a_refusal_is_not_repeated(client: Client, fake: Fake, line: Any) -> None:
    fake.says["publish"] = Refused("no", falt="/data/slag", code="fel-form", regel="A4")
    with pytest.raises(RefusedError) as found:
        await client.publish("avvikelse", avvikelse())
    assert (found.value.code, found.value.falt, found.value.regel) == ("fel-form", "/data/slag", "A4")
    assert len(line.sent) == 1


@pytest.mark.parametrize("why", BROKEN)
async def test_an_opening_is_never_repeated_unasked(why: str, client: Client, line: Any) -> None:
    line.breaks = [BROKEN[why]()]
    with pytest.raises(UnavailableError):
        await client.open(DELIVERY_ID)
    assert len(line.sent) == 1


async def test_what_was_told_to_come_again_is_sent_again_when_it_may(
    client: Client, line: Any, waited: list[float]
) -> None:
    line.breaks = [httpx.Response(429, headers={"retry-after": "2"}, json=TOO_MUCH)]
    assert (await client.publish("avvikelse", avvikelse())).dom == "godtagen"
    assert waited == [2.5], "what was asked, and a quarter so that not all come back at once"
    assert len({body for _, _, body, _ in line.sent}) == 1


async def test_an_opening_that_was_not_let_in_is_no_opening_and_is_asked_for_again(client: Client, line: Any) -> None:
    line.breaks = [httpx.Response(429, headers={"retry-after": "1"}, json=TOO_MUCH)]
    line.breaks += [httpx.Response(503)]
    with pytest.raises(UnavailableError) as found:
        await client.open(DELIVERY_ID)
    assert (found.value.status, len(line.sent)) == (503, 2)


async def test_who_is_never_let_in_reads_whom_to_telephone(client: Client, line: Any) -> None:
    line.breaks = [httpx.Response(429, headers={"retry-after": "1"}, json=TOO_MUCH) for _ in range(4)]
    with pytest.raises(BusyError) as found:
        await client.publish("avvikelse", avvikelse())
    assert (found.value.status, found.value.code, found.value.ring) == (429, "trangsel-platser", "0250-26000")


def test_an_idle_connection_is_let_go_before_the_hub_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    monkeypatch.setattr(httpx, "AsyncClient", lambda **given: made.append(given))
    Client("http://hub.test", "mora", "mora.barn-unga.mottagning", "u-1", MORA_KEY)
    assert made[0]["limits"].keepalive_expiry <= KEEP_ALIVE_S - 2


def test_the_hub_says_how_long_to_wait_within_bounds() -> None:
    retry = Retry(first_s=0.2, longest_s=5.0, jitter=lambda: 0.0)
    assert [retry.wait_s(attempt) for attempt in (0, 1, 9)] == [0.1, 0.2, 5.0]
    assert [retry.wait_s(0, asked) for asked in ("3", "3600", "soon", "-3", "²")] == [3.0, 5.0, 0.1, 0.1, 0.1]


# ------------------------------------------------------------------------------------------------------------- errors

ERRORS: dict[str, tuple[Exception, type[ClientError], int]] = {
    "finns-ej": (NotFound("no"), NotFoundError, 404),
    "ej-behorig": (Forbidden("no"), NotAllowedError, 403),
    "annat-innehall": (Conflict("no"), ConflictError, 409),
    "internt-fel": (ValueError(CANARY), ServerError, 500),
}


@pytest.mark.parametrize("code", ERRORS)
async def test_an_error_has_a_class_a_code_and_a_status(code: str, client: Client, fake: Fake) -> None:
    cause, kind, status = ERRORS[code]
    fake.says["outcome"] = cause
    with pytest.raises(kind) as found:
        await client.outcome(EVENT_ID)
    assert (found.value.code, found.value.status) == (code, status)
    assert CANARY not in str(found.value)


async def test_a_hub_that_does_not_know_the_caller(fake: Fake, line: Any, client: Client) -> None:
    fake.says["use_token"] = False
    with pytest.raises(NotAuthenticatedError):
        await client.inbox()


@pytest.mark.parametrize("body", [b"", b"<html>" + CANARY.encode(), b"[]", b'{"type": 7}', b"[" * 100_000])
def test_a_page_that_is_no_problem_document_is_not_repeated(body: bytes) -> None:
    error = error_of(500, body)
    assert (error.code, type(error)) == ("http-500", ServerError)
    assert CANARY not in error.detail


async def test_an_answer_in_another_form_is_an_error_that_repeats_nothing(client: Client, fake: Fake) -> None:
    fake.says["outcome"] = {"handelse_id": 7, "dom": CANARY}
    with pytest.raises(ServerError) as found:
        await client.outcome(EVENT_ID)
    assert (found.value.code, CANARY in str(found.value)) == ("okant-svar", False)


async def test_what_is_wrong_with_the_data_is_said_before_anything_is_sent(client: Client, line: Any) -> None:
    with pytest.raises(RefusedError) as found:
        await client.publish("avvikelse", avvikelse(slag=CANARY))
    assert (found.value.falt, found.value.code, found.value.status) == ("/data/slag", "ej-i-lista", 0)
    assert CANARY not in str(found.value)
    assert not line.sent


async def test_k1_a_general_consent_is_refused_by_its_rule(client: Client) -> None:
    """K1: a consent names its recipients; the rule is cited before the schema."""
    with pytest.raises(RefusedError) as found:
        await client.publish("samtycke_lamnat", {"andamal": "sip"})
    assert found.value.regel == "K1"


async def test_an_id_that_is_no_uuid_never_becomes_an_address(client: Client, line: Any) -> None:
    for ask in (client.open, client.outcome, lambda text: client.acknowledge(text, "mottagen")):
        with pytest.raises(RefusedError):
            await ask("../halsa")
    assert not line.sent


# ------------------------------------------------------------------------------------------------------------ answers


async def test_the_whole_inbox_is_read_page_by_page(client: Client, fake: Fake) -> None:
    pages = {"": (["a", "b"], "m1"), "m1": (["c"], "m2"), "m2": ([], "m2")}

    def page(_caller: Any, cursor: str, _limit: int) -> dict[str, Any]:
        rows, after = pages[cursor]
        return {"rader": [{"leverans_id": name, "slag": "meddelande"} for name in rows], "markor": after}

    fake.says["inbox"] = page
    assert [row.leverans_id async for row in client.inbox_all()] == ["a", "b", "c"]
    assert [args[1:] for args in fake.calls("inbox")] == [["", 100], ["m1", 100], ["m2", 100]]


async def test_h2_duties_are_asked_for_and_what_a_later_hub_adds_is_ignored(client: Client, fake: Fake) -> None:
    row = {"slag": "h2.innehavare", "roll": "delar", "arende": "alias-1", "tagna": ["enhetschef"], "nytt": 1}
    fake.says["of"] = {"rader": [row], "markor": "m1"}
    page = await client.duties("m0", 7, utan_innehavare=True)
    assert page == DutyPage((Duty("h2.innehavare", "delar", "alias-1", tagna=("enhetschef",)),), "m1")
    await client.duties()
    assert [args[1:] for args in fake.calls("of")] == [["m0", 7, True], ["", 100, False]]


async def test_an_opening_tells_apart_what_may_be_read_and_what_is_told(client: Client, fake: Fake) -> None:
    """P1: time and place of a meeting are told orally."""
    fake.says["open"] = {
        "leverans_id": DELIVERY_ID,
        "uppgifter": {"/motestid": "meddelas muntligen", "/syfte": CANARY},
        "avser": {"/motestid": "utsatt", "/syfte": "utsatt"},
        "personer": [{"roll": "utsatt"}],
        "nytt": "for a later client",
    }
    opened = await client.open(DELIVERY_ID)
    assert [(item.vag, item.varde, item.roll) for item in opened.uppgifter] == [("/syfte", CANARY, "utsatt")]
    assert opened.muntligen == ("/motestid",)
    assert [(person.roll, person.nummer) for person in opened.personer] == [("utsatt", "")]


async def test_an_outcome_is_typed(client: Client, fake: Fake) -> None:
    went = {"vag": "/syfte", "regler": ["B3"], "grund": [{"id": "samtycke", "marke": "policy"}], "samtycken": ["s"]}
    kept = {"vag": "/ekonomi/0", "kategori": "ekonomi", "skal": [{"regel": "K3", "kod": "undantag"}]}
    one = {"roll": "vinr", "enhet": "falun.vinr", "status": "delvis", "levererat": [went], "undanhallet": [kept]}
    happened = {"oppnad": 7, "kvittenser": [{"slag": "mottagen", "tid": 8}]}
    hidden = {"roll": "bup", "begaran": EVENT_ID, "status": "undanhallen", "oppnad": None}
    fake.says["outcome"] = {"handelse_id": EVENT_ID, "status": "dom", "mottagare": [one | happened, hidden]}
    first, second = (await client.outcome(EVENT_ID)).mottagare
    assert (first.levererat[0].grund[0].id, first.undanhallet[0].skal[0].regel) == ("samtycke", "K3")
    assert [found["slag"] for found in first.handelser] == ["oppnad", "mottagen"]
    assert (second.lasargrupp, second.begaran, second.handelser) == ("", EVENT_ID, ())


async def test_a_kvittens_names_a_unit_only_where_one_is_given(client: Client, fake: Fake) -> None:
    fake.says["acknowledge"] = Receipt(202, dom="")
    assert not (await client.acknowledge(DELIVERY_ID, "mottagen")).judged
    await client.acknowledge(DELIVERY_ID, "overtagen", "mora.lss")
    assert [args[2:4] for args in fake.calls("acknowledge")] == [["mottagen", ""], ["overtagen", "mora.lss"]]


async def test_a_kvittens_tried_again_is_the_same_event_and_another_is_another(
    client: Client, fake: Fake, line: Any
) -> None:
    line.breaks, line.after = [httpx.ConnectError("no")], [httpx.ReadTimeout("no")]
    await client.acknowledge(DELIVERY_ID, "overtagen")
    await client.acknowledge(DELIVERY_ID, "overtagen")
    *first, second = [json.loads(body)["id"] for _, _, body, _ in line.sent]
    assert len(first) == 3
    assert len({*first, second}) == 2
    assert str(UUID(second)) == second


async def test_a_caller_may_name_a_kvittens_to_send_it_again_itself(client: Client, fake: Fake) -> None:
    await client.acknowledge(DELIVERY_ID, "mottagen", id=EVENT_ID.upper())
    assert fake.calls("acknowledge")[0][4] == EVENT_ID
    with pytest.raises(RefusedError):
        await client.acknowledge(DELIVERY_ID, "mottagen", id="no uuid")


async def test_a_red_hub_is_an_answer(client: Client, fake: Fake, line: Any) -> None:
    fake.says["end"] = Unavailable("kafka")
    found = await client.health()
    assert (found.halsa, found.skal) == ("rod", ("kafka-svarar-ej",))
    assert [token for *_, token in line.sent] == [""]


async def test_a_hub_that_is_not_there_is_an_error(client: Client, line: Any) -> None:
    line.breaks = [httpx.ConnectError("no"), httpx.Response(404)]
    for _ in range(2):
        with pytest.raises(ClientError):
            await client.health()


def test_fresh_ids_are_random_uuids(monkeypatch: pytest.MonkeyPatch) -> None:
    from samverkanshub.client import tokens

    drawn = iter([UUID("11111111-1111-4111-8111-197807182394"), UUID(EVENT_ID)])
    monkeypatch.setattr(tokens, "uuid4", lambda: next(drawn))
    assert tokens.fresh_id() == EVENT_ID
