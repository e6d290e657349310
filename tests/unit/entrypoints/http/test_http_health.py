"""Health is red with a reason; metrics say the same in numbers; neither says anything about anybody."""

import asyncio

import asyncpg
import httpx
import pytest
from hubfakes import DELIVERY_ID, NOW_S, Fake, bearer, never
from structlog.testing import capture_logs

from samverkanshub.entrypoints.http import health
from samverkanshub.entrypoints.http.__main__ import meanwhile, tell_lost
from samverkanshub.entrypoints.http.health import FRESH_MS, SILENT_MS, STALLED_MS, Health, Monitor, Partition
from samverkanshub.ports import (
    DELVIS,
    FORSENAD,
    IGANG,
    UR_STEG,
    VAGRAD,
    VANTAR,
    Ansprakslage,
    Fynd,
    GateState,
    NotaryState,
    PositionInfo,
    QuarantineRow,
    SecretLost,
    Signing,
    Unavailable,
    WatchState,
)


async def test_a_hub_that_is_well_is_green(web: httpx.AsyncClient) -> None:
    answer = await web.get("/halsa")
    assert answer.status_code == 200
    assert answer.json() == {
        "halsa": "gron",
        "skal": [],
        "tjanster": {"kafka": True, "projektion": True, "valv": True, "regelverk": True},
        "partitioner": [
            {
                "partition": 0,
                "position": 5,
                "slut": 5,
                "watch": "igang",
                "watch_alder_ms": 0,
                "frysta": 0,
                "notarie": "igang",
                "notarie_kod": "",
                "signerat": 5,
                "frammande": 0,
                "ansprak_fynd": 0,
                "ansprak_kvar": 0,
            }
        ],
        "avvisar": [],
        "stopp": [],
    }


DOWN = {
    "end": (Unavailable("kafka"), "kafka"),
    "positions": (Unavailable("projektion"), "projektion"),
    "gate_states": (Unavailable("projektion"), "projektion"),
    "watch_states": (Unavailable("projektion"), "projektion"),
    "notary_states": (Unavailable("projektion"), "projektion"),
    "signing": (Unavailable("projektion"), "projektion"),
    "claimed": (Unavailable("valv"), "valv"),
    "current": (Unavailable("regelverk"), "regelverk"),
}


@pytest.mark.parametrize("question", DOWN)
@pytest.mark.parametrize("silent", [True, False])
async def test_a_server_that_does_not_answer_makes_it_red(
    question: str, silent: bool, hub: Fake, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PROBE_S", 0.01)
    error, name = DOWN[question]
    hub.says[question] = error
    if silent:
        setattr(hub, question, never)
    answer = await web.get("/halsa")
    assert (answer.status_code, answer.json()["halsa"]) == (503, "rod")
    assert answer.json()["skal"] == [f"{name}-svarar-ej"]
    assert not answer.json()["tjanster"][name]


async def test_a_lost_secret_of_the_vaults_makes_it_red_by_its_name(hub: Fake, web: httpx.AsyncClient) -> None:
    """Everything that needs none of them is served all the same."""
    hub.says["lost"] = [SecretLost("alias", 2), SecretLost("valv.person.3", 2)]
    answer = await web.get("/halsa")
    assert answer.json()["skal"] == ["hemlighet-forlorad:alias", "hemlighet-forlorad:valv.person.3"]
    assert all(answer.json()["tjanster"].values())


async def test_a_lost_secret_is_said_in_the_log_when_the_api_starts_and_it_starts(hub: Fake) -> None:
    hub.says["lost"] = [SecretLost("valv.person", 2)]
    with capture_logs() as told:
        await tell_lost(hub)
    assert [(one["event"], one["log_level"], one["namn"], one["generation"]) for one in told] == [
        ("hemlighet.forlorad", "error", "valv.person", 2)
    ]
    assert "docs/radering.md" in told[0]["detail"]
    hub.says["lost"] = Unavailable("valv")
    with capture_logs() as told:
        await tell_lost(hub)
    assert told == []


@pytest.mark.parametrize("error", [asyncpg.InvalidPasswordError("for samverkan"), KeyError("x")])
async def test_b1_a_vault_that_answers_with_an_error_keeps_no_api_from_starting(hub: Fake, error: Exception) -> None:
    """It is told by its type: what a server says may quote who asked."""
    hub.says["lost"] = error
    with capture_logs() as told:
        await tell_lost(hub)
    failed = {"event": "hemligheter.failed", "log_level": "error", "error": type(error).__name__}
    assert told == [failed]


async def test_b1_nor_does_one_that_is_long_in_not_answering(hub: Fake) -> None:
    asked, let_go = asyncio.Event(), asyncio.Event()

    async def lost() -> list[SecretLost]:
        asked.set()
        try:
            return await never()
        finally:
            let_go.set()

    hub.lost = lost  # type: ignore[method-assign]
    async with asyncio.timeout(10), meanwhile(tell_lost(hub)):
        await asked.wait()
    assert let_go.is_set()


async def test_t1_what_no_sender_signed_is_counted_for_whoever_is_to_be_told(hub: Fake, web: httpx.AsyncClient) -> None:
    """Not what an agency signed with a key that had ended: that is nobody else's."""
    codes = ("fel-signatur", "aterkallad-nyckel", "osignerad", "ej-avro")
    hub.says["quarantine"] = [QuarantineRow(at, code, (), 0, bytes(32)) for at, code in enumerate(codes)]
    assert (await web.get("/halsa")).json()["partitioner"][0]["frammande"] == 2
    assert 'samverkan_frammande_poster{partition="0"} 2.0' in (await web.get("/metrics")).text


async def test_where_the_projection_does_not_say_the_number_stands(hub: Fake, web: httpx.AsyncClient) -> None:
    """A number that fell and rose again would tell of what has not been."""
    hub.says["quarantine"] = Unavailable("projektion")
    assert (await web.get("/halsa")).json()["partitioner"][0]["frammande"] == -1
    assert 'samverkan_frammande_poster{partition="0"}' not in (await web.get("/metrics")).text


async def test_t1_what_is_not_as_intake_claimed_it_is_counted_and_how_many_are_not_compared_yet(
    hub: Fake, web: httpx.AsyncClient
) -> None:
    """And since when: an alert that asks for a rise would miss what was found while nobody asked."""
    fynd = {"inget-ansprak": 2, "annan-post": 1}
    hub.says["jamforda"] = [Ansprakslage(0, 4, 7_000, fynd, 90_000, (Fynd(3, "annan-post"),))]
    told = (await web.get("/halsa")).json()
    assert (told["halsa"], told["partitioner"][0]["ansprak_fynd"], told["partitioner"][0]["ansprak_kvar"]) == (
        "gron",
        3,
        4,
    )
    lines = (await web.get("/metrics")).text.splitlines()
    assert [line for line in lines if line.startswith("samverkan_ansprak_")] == [
        'samverkan_ansprak_fynd{partition="0",vad="inget-ansprak"} 2.0',
        'samverkan_ansprak_fynd{partition="0",vad="annan-post"} 1.0',
        'samverkan_ansprak_fynd{partition="0",vad="annat-omrade"} 0.0',
        'samverkan_ansprak_fynd_alder_sekunder{partition="0"} 90.0',
        'samverkan_ansprak_kvar_poster{partition="0"} 4.0',
        'samverkan_ansprak_kvar_sekunder{partition="0"} 7.0',
    ]


async def test_where_nothing_departs_no_time_is_told_since_when(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["jamforda"] = [Ansprakslage(0, 0, 0, {})]
    assert "samverkan_ansprak_fynd_alder_sekunder{" not in (await web.get("/metrics")).text


async def test_where_nobody_says_how_the_log_stands_against_the_claims_it_is_not_said_to_be_well(
    hub: Fake, web: httpx.AsyncClient
) -> None:
    hub.says["jamforda"] = Unavailable("projektion")
    [part] = (await web.get("/halsa")).json()["partitioner"]
    assert (part["ansprak_fynd"], part["ansprak_kvar"]) == (-1, -1)
    assert "samverkan_ansprak_fynd{" not in (await web.get("/metrics")).text


async def test_a_log_shorter_than_the_position_makes_it_red(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["end"] = 4
    assert (await web.get("/halsa")).json()["skal"] == ["logg-kortare-an-position:0"]


async def look(hub: Fake, monitor: Monitor, *, position: int, after_ms: int) -> Health:
    hub.says["positions"] = [PositionInfo(0, position, 1, position)]
    hub.now_ms = lambda: NOW_S * 1000 + after_ms
    return await monitor.look()


async def test_a_gate_that_stands_still_with_work_to_do_makes_it_red(hub: Fake) -> None:
    monitor = Monitor(hub)
    assert (await look(hub, monitor, position=3, after_ms=0)).halsa == "gron"
    assert (await look(hub, monitor, position=3, after_ms=STALLED_MS - FRESH_MS)).halsa == "gron"
    assert (await look(hub, monitor, position=3, after_ms=STALLED_MS)).skal == ["gate-star-still:0"]
    assert (await look(hub, monitor, position=4, after_ms=STALLED_MS + FRESH_MS)).halsa == "gron"


async def test_a_gate_that_has_stood_still_for_less_is_well(hub: Fake) -> None:
    monitor = Monitor(hub)
    await look(hub, monitor, position=3, after_ms=0)
    assert (await look(hub, monitor, position=3, after_ms=STALLED_MS - 1)).halsa == "gron"


async def test_a_gate_that_has_not_begun_makes_it_red_in_time(hub: Fake) -> None:
    monitor = Monitor(hub)
    hub.says["positions"] = []
    assert (await monitor.look()).halsa == "gron"
    hub.now_ms = lambda: NOW_S * 1000 + STALLED_MS
    assert (await monitor.look()).skal == ["gate-star-still:0"]


async def test_a_gate_with_nothing_to_do_may_stand_still(hub: Fake) -> None:
    monitor = Monitor(hub)
    for after_ms in (0, STALLED_MS, 10 * STALLED_MS):
        assert (await look(hub, monitor, position=5, after_ms=after_ms)).halsa == "gron"


async def test_work_that_comes_after_a_long_rest_counts_from_when_it_came(hub: Fake) -> None:
    monitor = Monitor(hub)
    assert (await look(hub, monitor, position=5, after_ms=0)).halsa == "gron"
    hub.says["end"] = 6
    assert (await look(hub, monitor, position=5, after_ms=10 * STALLED_MS)).halsa == "gron"
    assert (await look(hub, monitor, position=5, after_ms=11 * STALLED_MS)).skal == ["gate-star-still:0"]


@pytest.mark.parametrize("code", ["annan-logg", "karantan-utan-personer"])
async def test_a_gate_that_refuses_its_partition_makes_it_red_with_nothing_new_to_judge(hub: Fake, code: str) -> None:
    """B7: so it does for good at a record that does not say whom to freeze."""
    hub.says["gate_states"] = [GateState(0, VAGRAD, code, 10 * SILENT_MS)]
    assert (await Monitor(hub).look()).skal == [f"gate-vagrar:0:{code}"]


async def test_a_gate_that_is_not_heard_from_makes_it_red(hub: Fake) -> None:
    hub.says["gate_states"] = [GateState(0, IGANG, "", SILENT_MS)]
    assert (await Monitor(hub).look()).skal == []
    hub.says["gate_states"] = [GateState(0, IGANG, "", SILENT_MS + 1)]
    assert (await Monitor(hub).look()).skal == ["gate-tyst:0"]


async def test_a_watch_that_is_not_heard_from_makes_it_red(hub: Fake) -> None:
    """O4: nobody would be reminded of anything."""
    hub.says["watch_states"] = [WatchState(0, VANTAR, SILENT_MS)]
    found = await Monitor(hub).look()
    assert (found.skal, found.partitioner[0].watch, found.partitioner[0].watch_alder_ms) == ([], VANTAR, SILENT_MS)
    hub.says["watch_states"] = [WatchState(0, IGANG, SILENT_MS + 1)]
    found = await Monitor(hub).look()
    assert (found.skal, found.partitioner[0].watch) == (["watch-tyst:0"], "tyst")
    hub.says["watch_states"] = []
    found = await Monitor(hub).look()
    assert (found.skal, found.partitioner[0].watch_alder_ms) == (["watch-tyst:0"], -1)


async def test_a_watch_that_has_waited_too_long_makes_it_red(hub: Fake) -> None:
    hub.says["watch_states"] = [WatchState(0, FORSENAD, 0)]
    found = await Monitor(hub).look()
    assert (found.skal, found.partitioner[0].watch) == (["watch-forsenad:0"], FORSENAD)


async def test_k8_a_watch_that_has_long_told_no_birthdays_makes_it_red(hub: Fake) -> None:
    """Its own vault may be closed to it where the api's is not."""
    hub.says["watch_states"] = [WatchState(0, DELVIS, 0)]
    found = await Monitor(hub).look()
    assert (found.skal, found.partitioner[0].watch) == (["watch-delvis:0"], DELVIS)


async def test_an_omrade_that_judges_by_another_regelverk_makes_it_red(hub: Fake) -> None:
    """T1: two have agreed on one, and what came there is not judged by it."""
    hub.says["watch_states"] = [WatchState(0, UR_STEG, 0)]
    assert (await Monitor(hub).look()).skal == ["watch-ur-steg:0"]


async def test_a_notary_that_is_not_heard_from_makes_it_red(hub: Fake) -> None:
    """Nothing that is judged could be proved."""
    hub.says["notary_states"] = [NotaryState(0, 5, IGANG, "", SILENT_MS + 1)]
    found = await Monitor(hub).look()
    assert (found.skal, found.partitioner[0].notarie, found.partitioner[0].signerat) == (["notarie-tyst:0"], "tyst", 5)
    hub.says["notary_states"] = []
    assert (await Monitor(hub).look()).skal == ["notarie-tyst:0"]


@pytest.mark.parametrize(
    ("state", "code", "why"), [(VAGRAD, "annat-trad", "notarie-vagrad:0:annat-trad"), (VANTAR, "", "notarie-vantar:0")]
)
async def test_a_notary_that_does_not_sign_makes_it_red(hub: Fake, state: str, code: str, why: str) -> None:
    hub.says["notary_states"] = [NotaryState(0, 5, state, code, 0)]
    found = await Monitor(hub).look()
    assert (found.skal, found.partitioner[0].notarie_kod) == ([why], code)


@pytest.mark.parametrize(
    ("signing", "why"),
    [
        (Signing(0, 5, 5, STALLED_MS, STALLED_MS), []),
        (Signing(0, 5, 4, STALLED_MS + 1, 0), ["notarie-efter"]),
        (Signing(0, 5, 5, 0, STALLED_MS + 1), ["notarie-efter"]),
        (Signing(0, 4, 5, 0, 0), ["notarie-efter"]),
    ],
)
async def test_what_cannot_be_proved_makes_it_red(hub: Fake, signing: Signing, why: list[str]) -> None:
    """By the same judgement as holds intake back, sooner."""
    hub.says["signing"] = [signing]
    assert (await Monitor(hub).look()).skal == why


async def test_what_a_gate_said_of_a_partition_that_the_log_no_longer_has_is_nothing_to_health(hub: Fake) -> None:
    hub.says["gate_states"] = [GateState(0, IGANG, "", 0), GateState(7, VAGRAD, "annan-logg", 0)]
    assert (await Monitor(hub).look()).halsa == "gron"


async def test_what_the_gate_said_is_unknown_while_the_projection_does_not_answer(hub: Fake) -> None:
    hub.says |= {"gate_states": [GateState(0, VAGRAD, "annan-logg", 0)], "positions": Unavailable("projektion")}
    assert (await Monitor(hub).look()).skal == ["projektion-svarar-ej"]


async def test_the_servers_are_asked_once_for_all_who_ask_at_once_or_soon_after(
    hub: Fake, web: httpx.AsyncClient
) -> None:
    answers = await asyncio.gather(*(web.get(path) for path in ("/halsa", "/metrics") * 10))
    assert {answer.status_code for answer in answers} == {200}
    hub.now_ms = lambda: NOW_S * 1000 + FRESH_MS - 1
    await web.get("/halsa")
    # How the hub runs is another look, as seldom.
    twice = dict.fromkeys(("positions", "signing", "current"), 2)
    assert {name: len(hub.calls(name)) for name in DOWN} == dict.fromkeys(DOWN, 1) | twice


@pytest.mark.parametrize("moved_ms", [FRESH_MS, -1])
async def test_a_look_that_has_aged_or_whose_age_is_unknown_is_taken_anew(hub: Fake, moved_ms: int) -> None:
    monitor = Monitor(hub)
    await monitor.look()
    hub.says["end"] = Unavailable("kafka")
    hub.now_ms = lambda: NOW_S * 1000 + moved_ms
    assert (await monitor.look()).halsa == "rod"


async def test_who_gives_up_asking_does_not_stop_the_others(hub: Fake) -> None:
    monitor, asked, may_answer = Monitor(hub), asyncio.Event(), asyncio.Event()

    async def slow(partition: int) -> int:
        asked.set()
        await may_answer.wait()
        return 5

    hub.end = slow
    first, second = (asyncio.ensure_future(monitor.look()) for _ in range(2))
    await asked.wait()
    first.cancel()
    may_answer.set()
    assert (await second).halsa == "gron"


async def test_every_partition_is_looked_at(hub: Fake) -> None:
    hub.omraden = 2
    hub.says["positions"] = [PositionInfo(0, 5, 1, 5), PositionInfo(1, 6, 1, 6)]
    found = await Monitor(hub).look()
    well = ("igang", 0, 0, "igang", "", 5)
    assert found.partitioner == [Partition(0, 5, 5, *well), Partition(1, 6, 5, *well)]
    assert found.skal == ["logg-kortare-an-position:1"]


async def test_metrics_count_by_template_and_code_never_by_id(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["open"] = Unavailable("gate")
    await web.post(f"/leveranser/{DELIVERY_ID}/oppna", headers=bearer())
    await web.get("/inkorg", headers=bearer())
    await web.get("/Kanariefageln")
    await web.request("KANARIEFAGELN", "/inkorg")
    text = (await web.get("/metrics")).text
    opened = 'samverkan_http_svar_total{metod="POST",status="503",vag="/leveranser/{leverans_id}/oppna"} 1.0'
    assert opened in text
    assert 'samverkan_http_svar_total{metod="GET",status="200",vag="/inkorg"} 1.0' in text
    assert 'samverkan_fel_total{kod="ej-tillganglig"} 1.0' in text
    assert 'samverkan_gate_position{partition="0"} 5.0' in text
    assert "samverkan_frisk 1.0" in text
    assert 'samverkan_watch_alder_sekunder{partition="0"} 0.0' in text
    assert DELIVERY_ID not in text
    assert "anariefageln" not in text.lower()


@pytest.mark.parametrize("saknas", [0, 3, -1])
async def test_k8_metrics_say_of_how_many_it_cannot_be_read_when_they_were_born(
    hub: Fake, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, saknas: int
) -> None:
    monkeypatch.setattr(hub, "saknas", saknas)
    assert f"\nsamverkan_fodda_saknas {saknas}.0\n" in (await web.get("/metrics")).text


async def test_metrics_say_when_the_hub_is_not_well(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["end"] = Unavailable("kafka")
    text = (await web.get("/metrics")).text
    assert "samverkan_frisk 0.0" in text
    assert 'samverkan_tjanst_svarar{tjanst="kafka"} 0.0' in text
