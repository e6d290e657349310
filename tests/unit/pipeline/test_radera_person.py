"""G1: a person erased through the whole hub in memory: what then reads what, and who may die on the way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
from foreslagna import ONE, OTHER, new
from intakehub import ANNA, BO, DISA, VC_RATTVIK, Died, person, report
from raderade import GROUND, RATTVIK, YEARS_MS, Erasing, after_twelve_years, service

from samverkanshub.adapters.memory import MemoryGuard, MemoryLog, MemoryProjection, MemoryTree
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.codec import checkpoint
from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.domain.errors import Conflict, Forbidden, NotFound
from samverkanshub.domain.events import HUB, RADERING, Person
from samverkanshub.domain.varden import replace
from samverkanshub.pipeline import raderat_forst
from samverkanshub.pipeline.content import ERASED, LOST, whose
from samverkanshub.pipeline.forlorade import lost
from samverkanshub.pipeline.hubs_own import own_event
from samverkanshub.pipeline.notary import Notary
from samverkanshub.pipeline.olydda import everywhere
from samverkanshub.pipeline.raderat_forst import ErasedFirst, Obeyed
from samverkanshub.pipeline.radering import FRESH_MS, STALE_MS
from samverkanshub.pipeline.replay import Replay
from samverkanshub.pipeline.utplanad import blanked
from samverkanshub.ports import DecisionRow, Judgement, LogRecord, Unavailable
from samverkanshub.verifier import SOUND, Sources, read_key, verify

SIGNER = FileSigner(to_pem(private_key(b"v" * 32)))
KEY = read_key(checkpoint.verifier_key("log.example/omrade/0", SIGNER.public))


@pytest.fixture
async def hub() -> Erasing:
    return await after_twelve_years()


async def test_g1_content_reads_as_erased_and_the_number_is_nobody(hub: Erasing) -> None:
    before = hub.row["oppnad"]
    assert before["uppgifter"]["/beskrivning"] == "oro för barnet"
    assert (await hub.erased()).dom == "godtas"
    after = await hub.opened()
    assert after["uppgifter"].keys() == before["uppgifter"].keys()
    assert after["uppgifter"]["/beskrivning"] == ERASED
    assert {one["roll"]: one["nummer"] for one in after["personer"]} == {"barn": ERASED, "vardnadshavare": BO}
    assert not await hub.known()
    assert DISA not in repr(after)


async def test_g1_the_log_is_not_touched_and_verify_and_replay_pass(hub: Erasing) -> None:
    """Neither asks the vault anything."""
    forslag = await hub.proposed()
    before = await hub.whole.records()
    assert (await hub.radering.godkann(OTHER, forslag)).dom == "godtas"
    assert (await hub.whole.records())[: len(before)] == before
    whole, projection = hub.whole.hub, MemoryProjection(hub.whole.hub.database)
    replay = Replay(whole.log, projection, whole.artefacts, whole.schemas, lambda _: None)
    judged = await replay.standing(0)
    await replay.compare(judged)
    assert (judged.differing, judged.compared) == (0, await whole.log.end(0))
    tree = MemoryTree()
    await Notary(projection, {0: tree}, MemoryGuard(), SIGNER, hub.whole.points, "log.example").round()
    found = await verify(Sources(0, Published(tree), KEY, whole.log, projection))
    assert found.outcome == SOUND, found


class Published:
    """A memory tree as the verifier reads it."""

    def __init__(self, tree: MemoryTree) -> None:
        self._tree = tree

    async def read(self, path: str) -> bytes | None:
        return self._tree.checkpoint() if path == "checkpoint" else self._tree.files.get(path)


async def test_g1_claims_are_blanked_and_the_same_id_is_answered_without_content(hub: Erasing) -> None:
    sent = [claim for claim in hub.whole.vault.claims() if claim.aktor == "region-dalarna"]
    await hub.erased()
    for claim in hub.whole.vault.claims():
        items = kuvert.decode(claim.value, hub.whole.hub.schemas).uppgifter
        assert not [item.vag for item in items if item.forseglat and item.vag != "/personer/1/nummer"]
    [told] = [one for one in sent if kuvert.decode(one.value, hub.whole.hub.schemas).typ == "orosanmalan"]
    persons = [person("barn", DISA), person("vardnadshavare", BO)]
    with pytest.raises(Conflict) as refused:
        await hub.whole.publish(VC_RATTVIK, "orosanmalan", report(personer=persons), id=told.id)
    assert refused.value.code == "annat-innehall"


async def test_g1_who_is_named_again_is_somebody_new(hub: Erasing) -> None:
    [before] = await hub.whole.vault.find([f"nr:{DISA}"])
    await hub.erased()
    receipt = await hub.whole.publish(VC_RATTVIK, "orosanmalan", report(beskrivning="på nytt"))
    assert receipt.dom == "godtagen"
    [after] = await hub.whole.vault.find([f"nr:{DISA}"])
    assert after is not None
    assert before is not None
    assert after.person_id != before.person_id


async def test_g1_an_event_about_two_loses_only_the_ones_items(hub: Erasing) -> None:
    forslag = await hub.proposed(f"nr:{BO}")
    assert (await hub.radering.godkann(OTHER, forslag)).dom == "godtas"
    after = await hub.opened()
    assert after["uppgifter"]["/beskrivning"] == "oro för barnet"
    assert {one["roll"]: one["nummer"] for one in after["personer"]} == {"barn": DISA, "vardnadshavare": ERASED}
    [claim] = [one for one in hub.whole.vault.claims() if one.handelse_id == hub.row["handelse_id"]]
    items = {item.vag: item for item in kuvert.decode(claim.value, hub.whole.hub.schemas).uppgifter}
    assert items["/personer/1/nummer"].forseglat == b""
    assert items["/personer/0/nummer"].forseglat


async def test_g1_what_concerns_nobody_goes_with_whom_its_event_is_about_and_with_nobody_else(hub: Erasing) -> None:
    """No type of event about a person has such an item today."""
    [claim] = [one for one in hub.whole.vault.claims() if one.handelse_id == hub.row["handelse_id"]]
    schemas, own = hub.whole.hub.schemas, f"handelse:{claim.handelse_id}"
    envelope = kuvert.decode(claim.value, schemas)
    disa, bo = (one.person_id for one in envelope.personer)
    nobodys = replace(envelope.uppgifter[-1], roll="", person_id="", subject=own)
    given = replace(envelope, uppgifter=(*envelope.uppgifter[:-1], nobodys))
    claim = replace(claim, value=kuvert.encode(given, schemas))
    for person_id, its in ((disa, True), (bo, False)):
        kept, gone = blanked(claim, person_id, schemas)
        assert gone is its
        [item] = [one for one in kuvert.decode(kept.value, schemas).uppgifter if one.subject == own]
        assert (item.forseglat == b"") is its
        assert whose(given, nobodys) == disa


async def test_g1_who_proposed_cannot_approve_and_what_is_settled_is(hub: Erasing) -> None:
    forslag = await hub.proposed()
    with pytest.raises(Forbidden):
        await hub.radering.godkann(ONE, forslag)
    await hub.radering.avboj(new("nej"), OTHER, forslag, "inte_aktuellt")
    with pytest.raises(NotFound):
        await hub.radering.godkann(OTHER, forslag)
    assert await hub.known()


async def test_g1_it_is_proposed_once_at_a_time_and_of_somebody_known(hub: Erasing) -> None:
    await hub.proposed()
    with pytest.raises(Conflict, match="proposed already"):
        await hub.radering.foresla(new("igen"), OTHER, f"nr:{DISA}", GROUND)
    with pytest.raises(NotFound) as refused:
        await hub.radering.foresla(new("anna"), ONE, f"nr:{ANNA}", GROUND)
    assert refused.value.code == "okand-person"


async def test_g2_what_must_be_kept_is_told_when_it_is_proposed(hub: Erasing) -> None:
    hub.whole.hub.clock.ms -= YEARS_MS // 2
    besked = await hub.radering.foresla(new("r"), ONE, f"nr:{DISA}", GROUND)
    assert (besked.dom, besked.skal) == ("avvisas", ("bevaras-ovriga-minst", "bevaras-pdl-3-17"))


async def test_g3_what_has_come_since_it_was_proposed_refuses_it_and_takes_the_fence_down(hub: Erasing) -> None:
    forslag = await hub.proposed()
    data = {"personer": [person("registrerad", DISA)], "niva": "sekretessmarkering", "kalla": "folkbokforing"}
    await hub.whole.publish(RATTVIK, "skydd", data)
    besked = await hub.radering.godkann(OTHER, forslag)
    assert besked.dom == "avvisas"
    assert "skydd-galler" in besked.skal
    assert await hub.known()
    assert await hub.erasing.pending() == []
    assert (await hub.opened())["uppgifter"]


async def test_what_is_on_its_way_to_the_log_is_waited_for(hub: Erasing) -> None:
    forslag = await hub.proposed()
    hub.whole.log.paused = True
    hub.whole.points.at = "api.fore-append"
    with pytest.raises(Died):
        await hub.whole.publish(VC_RATTVIK, "orosanmalan", report(beskrivning="på väg"))
    hub.whole.points.at, hub.whole.log.paused = "", False
    hub.erasing.age_ms = 0
    with pytest.raises(Conflict) as refused:
        await hub.radering.godkann(OTHER, forslag)
    assert refused.value.code == "handelse-pa-vag"
    assert await hub.erasing.pending() == []
    assert await hub.known()


async def test_what_was_claimed_long_ago_and_never_came_to_the_log_is_not_waited_for(hub: Erasing) -> None:
    """Whoever claimed it is gone, and sends it anew: as somebody else's, once the person is erased."""
    forslag = await hub.proposed()
    hub.whole.points.at = "api.fore-append"
    with pytest.raises(Died):
        await hub.whole.publish(VC_RATTVIK, "orosanmalan", report(beskrivning="kom aldrig fram"))
    hub.whole.points.at, hub.erasing.age_ms = "", FRESH_MS
    assert (await hub.radering.godkann(OTHER, forslag)).dom == "godtas"
    assert not await hub.known()


async def test_nobody_is_erased_whose_fence_was_taken_down_meanwhile(hub: Erasing) -> None:
    """As one is that has stood for too long: something may have been claimed since that nobody waited for."""
    forslag, before = await hub.proposed(), len(await hub.whole.records())

    async def meanwhile(_: float) -> None:
        for one in await hub.erasing.pending():
            await hub.erasing.release(one.handelse_id)

    hub.radering._sleep = meanwhile
    with pytest.raises(Conflict) as refused:
        await hub.radering.godkann(OTHER, forslag)
    assert refused.value.code == "radering-pagar"
    assert len(await hub.whole.records()) == before
    assert await hub.known()


async def forged(hub: Erasing, **codes: str) -> None:
    """Whoever may write to the log says that two have decided it."""
    [known] = await hub.whole.vault.find([f"nr:{DISA}"])
    assert known is not None
    two = {"foreslagen_av": ONE, "godkand_av": OTHER, "vem": OTHER, "omrade": "0"}
    said = {"forslag": "11111111-1111-5111-8111-111111111111", "skal": GROUND, **two, **codes}
    event = own_event(new("x"), RADERING, bytes(32), said, (Person(known.person_id, "registrerad"),))
    value = kuvert.encode(event, hub.whole.hub.schemas)
    await hub.whole.hub.log.append(0, kuvert.key(event), kuvert.headers(event), value)
    await hub.whole.log.judge()


@pytest.mark.parametrize("codes", [{}, {"omrade": "1"}, {"foreslagen_av": OTHER}])
async def test_g1_what_nobody_has_proposed_is_obeyed_by_nobody(hub: Erasing, codes: dict[str, str]) -> None:
    await forged(hub, **codes)
    assert await hub.radering.unheeded() == set()
    assert await hub.radering.obey() == 0
    assert await hub.known()


OMRADEN = 3
LET, REFUSED = {"dom": "godtas", "atgard": {"omrade": "1"}}, {"dom": "avvisas", "atgard": {"omrade": "1"}}
ELSEWHERE = {"dom": "godtas", "atgard": {"omrade": "7"}}


BEGUN = {0: 10, 1: 20, 2: 30}
"""When each område began."""
LATE = 40


def told(outcome: dict[str, Any], tid: int) -> Judgement:
    row = DecisionRow(*(0, "h", HUB, "", RADERING, "", "dom", tid), b"", b"", b"", msgspec.json.encode(outcome))
    return Judgement(0, row)


@pytest.mark.parametrize(
    ("outcomes", "erases"),
    [
        ({0: LET, 1: LET, 2: LET}, True),
        ({0: LET, 1: LET, 2: REFUSED}, False),
        ({0: LET, 1: LET}, False),
        ({1: LET}, False),
        ({0: LET, 1: LET, 7: LET}, False),
        ({0: ELSEWHERE, 1: ELSEWHERE, 2: ELSEWHERE}, False),
    ],
)
def test_g1_every_omrade_of_the_hub_has_to_let_it_whatever_the_event_says(
    outcomes: dict[int, dict[str, Any]], erases: bool
) -> None:
    assert everywhere({number: told(one, LATE) for number, one in outcomes.items()}, OMRADEN, BEGUN) is erases


@pytest.mark.parametrize(
    ("outcomes", "tid", "begun", "erases"),
    [
        ({0: LET, 1: LET}, 29, BEGUN, True),
        ({0: LET, 1: LET, 2: REFUSED}, 29, BEGUN, True),
        ({1: LET}, 29, BEGUN, False),
        ({0: REFUSED, 1: LET}, 29, BEGUN, False),
        ({0: LET, 1: LET}, 31, BEGUN, False),
        ({0: LET, 1: LET}, 30, BEGUN, None),
        ({0: LET, 1: LET, 2: REFUSED}, 30, BEGUN, False),
        ({0: LET, 1: LET}, 29, {0: 10, 1: 20}, None),
        ({1: LET}, 29, {0: 10, 1: 20}, False),
        ({0: LET}, 29, {0: 10}, False),
    ],
)
def test_g1_an_omrade_that_began_after_an_erasure_has_no_say_of_it(
    outcomes: dict[int, dict[str, Any]], tid: int, begun: dict[int, int], erases: bool | None
) -> None:
    """By the log's own time where it was proposed; None is where that cannot be told."""
    assert everywhere({number: told(one, tid) for number, one in outcomes.items()}, OMRADEN, begun) is erases


def test_g1_what_comes_to_the_log_of_an_erasure_afterwards_asks_no_more_omraden() -> None:
    assert everywhere({0: told(LET, 45), 1: told(LET, 29)}, OMRADEN, BEGUN)


async def test_two_that_approve_at_once_erase_once(hub: Erasing) -> None:
    forslag = await hub.proposed()
    hub.whole.points.at = "radering.fore-append"
    with pytest.raises(Died):
        await hub.radering.godkann(OTHER, forslag)
    hub.whole.points.at = ""
    with pytest.raises(Conflict) as refused:
        await hub.radering.godkann(OTHER, forslag)
    assert refused.value.code == "radering-pagar"


@pytest.mark.parametrize("died", ["radering.fore-append", "radering.efter-append", "radering.fore-nycklar"])
async def test_what_was_sent_or_may_have_been_is_seen_to_its_end_by_another(hub: Erasing, died: str) -> None:
    forslag = await hub.proposed()
    hub.whole.points.at = died
    with pytest.raises(Died):
        await hub.radering.godkann(OTHER, forslag)
    hub.whole.points.at = ""
    with pytest.raises(Unavailable):
        await hub.opened()
    hub.erasing.age_ms = STALE_MS
    await service(hub.whole, hub.erasing).resume()
    assert len(await hub.erasing.pending()) == 1, "whoever began it may still be at it"
    hub.erasing.age_ms = STALE_MS + 1
    await service(hub.whole, hub.erasing).resume()
    assert await hub.erasing.pending() == []
    assert not await hub.known()
    assert (await hub.opened())["uppgifter"]["/beskrivning"] == ERASED


@pytest.mark.parametrize("died", ["radering.efter-nycklar", "radering.fore-tomning", "radering.efter-tomning"])
async def test_keys_that_are_gone_are_followed_by_the_claims_at_once(hub: Erasing, died: str) -> None:
    forslag = await hub.proposed()
    hub.whole.points.at = died
    with pytest.raises(Died):
        await hub.radering.godkann(OTHER, forslag)
    hub.whole.points.at, hub.erasing.age_ms = "", 0
    await service(hub.whole, hub.erasing).resume()
    assert await hub.erasing.pending() == []
    assert all(claim.digest == b"" for claim in hub.whole.vault.claims() if claim.aktor == "region-dalarna")


@pytest.mark.parametrize("died", ["radering.fore-sparr", "radering.efter-sparr"])
async def test_what_was_never_sent_is_as_if_nobody_had_approved_it(hub: Erasing, died: str) -> None:
    forslag = await hub.proposed()
    hub.whole.points.at = died
    with pytest.raises(Died):
        await hub.radering.godkann(OTHER, forslag)
    hub.whole.points.at = ""
    hub.erasing.age_ms = STALE_MS + 1
    await service(hub.whole, hub.erasing).resume()
    assert await hub.erasing.pending() == []
    assert await hub.known()
    assert (await hub.opened())["uppgifter"]["/beskrivning"] == "oro för barnet"


async def test_what_was_never_sent_can_be_approved_once_more(hub: Erasing) -> None:
    forslag = await hub.proposed()
    hub.whole.points.at = "radering.efter-sparr"
    with pytest.raises(Died):
        await hub.radering.godkann(OTHER, forslag)
    hub.whole.points.at, hub.erasing.age_ms = "", STALE_MS + 1
    await hub.radering.resume()
    assert (await hub.radering.godkann(OTHER, forslag)).dom == "godtas"
    assert not await hub.known()


async def test_a_vault_that_is_restored_obeys_the_log_before_it_serves(hub: Erasing) -> None:
    before = (dict(hub.whole.vault._by_lookup), dict(hub.whole.vault._claims))
    await hub.erased()
    vault = hub.whole.vault
    vault._by_lookup, vault._claims = before
    vault.raderingar.clear()
    assert await hub.known(), "a backup from before"
    again = service(hub.whole, hub.erasing)
    served = ErasedFirst(vault, Obeyed(again, hub.whole.projection, hub.whole.hub.log, hub.whole.hub.schemas, 1))
    assert await served.find([f"nr:{DISA}"]) == [None]
    assert (await hub.opened())["uppgifter"]["/beskrivning"] == ERASED
    assert await again.obey() == 0


def _restored(hub: Erasing, before: tuple[dict[str, Any], dict[Any, Any]]) -> None:
    hub.whole.vault._by_lookup, hub.whole.vault._claims = dict(before[0]), dict(before[1])
    hub.whole.vault.raderingar.clear()


async def test_a_vault_that_is_restored_under_a_process_that_serves_obeys_the_log_before_it_serves_on(
    hub: Erasing,
) -> None:
    before = (dict(hub.whole.vault._by_lookup), dict(hub.whole.vault._claims))
    given = (hub.radering, hub.whole.projection, hub.whole.hub.log, hub.whole.hub.schemas, 1)
    acts, waits = Obeyed(*given, look_s=0), Obeyed(*given, acts=False, look_s=0)
    for obeyed in (acts, waits):
        assert await ErasedFirst(hub.whole.vault, obeyed).find([f"nr:{DISA}"]) != [None]
    await hub.erased()
    for obeyed in (acts, waits):
        assert await ErasedFirst(hub.whole.vault, obeyed).find([f"nr:{DISA}"]) == [None]
    _restored(hub, before)
    with pytest.raises(Unavailable, match="`valv`"):
        await ErasedFirst(hub.whole.vault, waits).find([f"nr:{DISA}"])
    assert await ErasedFirst(hub.whole.vault, acts).find([f"nr:{DISA}"]) == [None]
    assert await ErasedFirst(hub.whole.vault, waits).find([f"nr:{DISA}"]) == [None]


async def test_a_vault_restored_from_when_the_fence_was_up_is_known_to_be_older(hub: Erasing) -> None:
    """A copy made while who approved waited: its fence was never sent, as far as it knows, and would be taken down."""
    [known] = await hub.whole.vault.find([f"nr:{DISA}"])
    assert known is not None
    before = (dict(hub.whole.vault._by_lookup), dict(hub.whole.vault._claims))
    erasure = (await hub.erased()).handelse_id
    _restored(hub, before)
    assert await hub.erasing.begin(erasure, known.person_id)
    assert [one.steg for one in await hub.erasing.pending()] == ["begard"]
    assert await hub.radering.forgotten()
    assert await hub.erasing.sent(erasure)
    assert not await hub.radering.forgotten(), "whoever sent it sees to it"


async def test_b1_an_erasure_on_its_way_or_a_projection_that_does_not_answer_closes_no_vault_that_serves(
    hub: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = (hub.radering, hub.whole.projection, hub.whole.hub.log, hub.whole.hub.schemas, 1)
    served = ErasedFirst(hub.whole.vault, Obeyed(*given, acts=False, look_s=0))
    assert await served.find([f"nr:{BO}"]) != [None]
    hub.whole.points.at = "radering.fore-nycklar"
    with pytest.raises(Died):
        await hub.erased()
    assert await hub.radering.unheeded()
    assert await served.find([f"nr:{BO}"]) != [None]

    async def away(*_: object) -> None:
        raise Unavailable("projektion")

    monkeypatch.setattr(hub.radering, "unheeded", away)
    assert await served.find([f"nr:{BO}"]) != [None]


async def test_who_may_not_erase_waits_for_who_may(hub: Erasing) -> None:
    before = (dict(hub.whole.vault._by_lookup), dict(hub.whole.vault._claims))
    await hub.erased()
    hub.whole.vault._by_lookup, hub.whole.vault._claims = before
    hub.whole.vault.raderingar.clear()
    given = (hub.radering, hub.whole.projection, hub.whole.hub.log, hub.whole.hub.schemas, 1)
    served = ErasedFirst(hub.whole.vault, Obeyed(*given, acts=False))
    with pytest.raises(Unavailable, match="`valv`"):
        await served.find([f"nr:{DISA}"])
    await Obeyed(*given).require()
    assert await served.find([f"nr:{DISA}"]) == [None]


async def test_an_erasure_that_nobody_has_judged_is_waited_for(hub: Erasing) -> None:
    forslag = await hub.proposed()
    hub.whole.log.paused = True
    assert (await hub.radering.godkann(OTHER, forslag)).dom == ""
    again = service(hub.whole, hub.erasing)
    obeyed = Obeyed(again, hub.whole.projection, hub.whole.hub.log, hub.whole.hub.schemas, 1)
    served = ErasedFirst(hub.whole.vault, obeyed)
    for _ in range(2):
        with pytest.raises(Unavailable, match="`grind`"):
            await served.find([f"nr:{DISA}"])
    await hub.whole.log.judge()
    assert await served.find([f"nr:{DISA}"]) == [None]


async def test_a_log_that_cannot_be_read_keeps_the_vault_closed(hub: Erasing) -> None:
    class Away:
        async def end(self, partition: int) -> int:
            raise Unavailable("kafka")

        async def at(self, partition: int, offset: int) -> LogRecord | None:
            raise Unavailable("kafka")

        async def records(self, partition: int, start: int, end: int) -> AsyncIterator[LogRecord]:
            raise Unavailable("kafka")
            yield

    served = ErasedFirst(hub.whole.vault, Obeyed(hub.radering, hub.whole.projection, Away(), hub.whole.hub.schemas, 1))
    with pytest.raises(Unavailable, match="`kafka`"):
        await served.by_ids([])
    assert await served.digest(b"") == await hub.whole.vault.digest(b"")
    assert await served.secret("alias") == await hub.whole.vault.secret("alias")
    assert await served.use_token("mora", "jti", 1)


async def test_nothing_of_a_person_is_asked_of_a_vault_that_has_not_obeyed(
    hub: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each verb by itself: neither before it has, nor while it is at it and does not come to an end."""
    monkeypatch.setattr(raderat_forst, "WAIT_S", 0.0)
    vault, claim = hub.whole.vault, hub.whole.vault.claims()[0]

    class Slow(MemoryLog):
        async def end(self, partition: int) -> int:
            await asyncio.sleep(3600)
            return 0

    asked: dict[str, Callable[[ErasedFirst], Awaitable[object]]] = {
        "persons": lambda served: served.persons([f"nr:{DISA}"], 0),
        "find": lambda served: served.find([f"nr:{DISA}"]),
        "by_ids": lambda served: served.by_ids([]),
        "born": lambda served: served.born([]),
        "subject_key": lambda served: served.subject_key("arende:9"),
        "keys": lambda served: served.keys(set()),
        "erased": lambda served: served.erased([]),
        "claim": lambda served: served.claim(claim),
        "claim_anew": lambda served: served.claim_anew(claim, claim),
        "claimed": lambda served: served.claimed(claim.handelse_id),
    }
    nobodys = {"digest", "secret", "lost", "use_token"}
    assert asked.keys() == {name for name in vars(ErasedFirst) if not name.startswith("_")} - nobodys
    for name, ask in asked.items():
        given = (hub.radering, hub.whole.projection, Slow(hub.whole.hub.clock), hub.whole.hub.schemas, 1)
        with pytest.raises(Unavailable, match="`valv`"):
            await ask(ErasedFirst(vault, obeyed := Obeyed(*given)))
        assert obeyed._task is not None, name
        obeyed._task.cancel()


async def test_each_question_of_the_vault_is_answered_as_by_the_one_behind(hub: Erasing) -> None:
    obeyed = Obeyed(hub.radering, hub.whole.projection, hub.whole.hub.log, hub.whole.hub.schemas, 1)
    vault, served = hub.whole.vault, ErasedFirst(hub.whole.vault, obeyed)
    [known] = await served.persons([f"nr:{DISA}"], 0)
    assert await served.by_ids([known.person_id]) == {known.person_id: known}
    wanted = {(known.key.subject, known.key.version)}
    assert await served.keys(wanted) == await vault.keys(wanted)
    assert await served.subject_key("arende:9") == await vault.subject_key("arende:9")
    assert await served.erased([known.person_id]) == frozenset()
    claim = vault.claims()[0]
    assert await served.claimed(claim.handelse_id) == claim
    assert await served.claim(claim) == claim


async def test_an_item_whose_key_a_restore_has_lost_says_so(hub: Erasing) -> None:
    [known] = await hub.whole.vault.find([f"nr:{DISA}"])
    assert known is not None
    hub.whole.vault.forget(known.person_id)
    assert (await hub.opened())["uppgifter"]["/beskrivning"] == LOST


async def test_an_item_whose_key_has_been_replaced_by_another_says_so(hub: Erasing) -> None:
    vault = hub.whole.vault
    for lookup, one in vault._by_lookup.items():
        vault._by_lookup[lookup] = type(one)(
            one.person_id, one.omrade, one.nummer, type(one.key)(one.key.subject, one.key.version, bytes(32))
        )
    assert (await hub.opened())["uppgifter"]["/beskrivning"] == LOST


async def test_nothing_is_erased_while_the_regelverk_does_not_know_of_it(hub: Erasing) -> None:
    forslag = await hub.proposed()
    await hub.whole.before_the_schema_of("radering")
    with pytest.raises(Conflict) as refused:
        await hub.radering.godkann(OTHER, forslag)
    assert refused.value.code == "regelverk-for-gammalt"
    assert await hub.erasing.pending() == []


async def test_g1_what_no_gate_could_read_erases_nobody_however_often_it_is_gone_on_with(hub: Erasing) -> None:
    """Another regelverk comes into force while who approves waits: the event is in quarantine, which nobody has let."""
    forslag = await hub.proposed()

    async def meanwhile(_: float) -> None:
        await hub.whole.before_the_schema_of("radering")

    hub.radering._sleep = meanwhile
    assert (await hub.radering.godkann(OTHER, forslag)).dom == ""
    assert [row.status for _, row in hub.whole.hub.decisions()][-1] == "karantan"
    hub.erasing.age_ms = STALE_MS + 1
    await service(hub.whole, hub.erasing).resume()
    assert await hub.radering.unheeded() == set()
    assert await hub.known()


async def test_what_a_restore_has_lost_is_listed_and_what_was_erased_is_not(hub: Erasing) -> None:
    async def listed() -> list[tuple[str, int]]:
        whole = hub.whole
        return [(one.handelse_id, one.antal) async for one in lost(whole.hub.log, whole.vault, whole.hub.schemas, 1)]

    assert await listed() == []
    await hub.erased()
    assert await listed() == [], "nobody is to look for what was erased"
    [bo] = await hub.whole.vault.find([f"nr:{BO}"])
    assert bo is not None
    hub.whole.vault.forget(bo.person_id)
    assert await listed() == [(hub.row["handelse_id"], 1)]
