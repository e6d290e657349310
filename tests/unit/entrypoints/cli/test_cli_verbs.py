"""The command line calls the client and says what came of it: 0 done, 1 refused or failed, 2 wrong usage."""

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

sys.path.append(str(Path(__file__).parents[1] / "http"))

from hubfakes import DELIVERY_ID, EVENT_ID, MORA_KEY, NOW_S, Fake, Receipt

from samverkanshub.adapters.keys import read_public_keys
from samverkanshub.client import Options, Retry
from samverkanshub.codec import keys
from samverkanshub.domain.errors import Forbidden, Refused
from samverkanshub.entrypoints.cli.main import main
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.ports import VAGRAD, GateState, Unavailable

MESSAGE = {
    "mottagare": [{"slag": "enhet", "id": "falun.vinr"}],
    "slag": "samverkan",
    "mellan_huvudman": False,
    "lex_sarah": "ej_bedomt",
    "lex_maria": "ej_bedomt",
    "beskrivning": "text",
}


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    key = tmp_path / "mora.pem"
    key.write_bytes(keys.to_pem(MORA_KEY))
    return {
        "SAMVERKAN_KLIENT_URL": "http://hub",
        "SAMVERKAN_KLIENT_AKTOR": "mora",
        "SAMVERKAN_KLIENT_LASARGRUPP": "mora.vinr.utsatt",
        "SAMVERKAN_KLIENT_ANVANDARE": "handlaggare.7",
        "SAMVERKAN_KLIENT_NYCKEL": str(key),
    }


class Shell:
    """Runs commands against the hub of fakes."""

    def __init__(self, fake: Fake, environment: dict[str, str]) -> None:
        self.environment = environment
        self.transport: httpx.AsyncBaseTransport = httpx.ASGITransport(create_app(fake), raise_app_exceptions=False)

    def __call__(self, *words: str, given: str = "") -> Result:
        options = Options(retry=Retry(attempts=1), transport=self.transport, now_s=lambda: float(NOW_S))
        return CliRunner(env=self.environment).invoke(main, words, input=given, obj=options)


@pytest.fixture
def shell(fake: Fake, environment: dict[str, str]) -> Shell:
    return Shell(fake, environment)


def test_an_event_is_published_from_a_file_or_standard_input(shell: Shell, fake: Fake, tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_text(json.dumps(MESSAGE))
    for result in (
        shell("publish", "avvikelse", str(path)),
        shell("publish", "avvikelse", "-", given=path.read_text()),
    ):
        assert result.exit_code == 0, result.output
        assert f"händelse: {EVENT_ID}" in result.output
    assert [json.loads(args[1])["data"] for args in fake.calls("publish")] == [MESSAGE, MESSAGE]


def test_an_event_may_be_given_an_id(shell: Shell, fake: Fake) -> None:
    shell("publish", "avvikelse", "-", "--id", EVENT_ID, given=json.dumps(MESSAGE))
    assert json.loads(fake.calls("publish")[0][1])["id"] == EVENT_ID


def test_json_is_for_programs(shell: Shell, fake: Fake) -> None:
    fake.says["publish"] = Receipt(202, dom="", ring="0250-26000", varningar=["lokal-referens"])
    result = shell("publish", "avvikelse", "-", "--json", given=json.dumps(MESSAGE))
    assert json.loads(result.output) == {
        "handelse_id": EVENT_ID,
        "arende": "alias-1",
        "dom": "",
        "varningar": ["lokal-referens"],
        "ring": "0250-26000",
    }


def test_a_consent_request_is_answered_and_a_message_recalled(shell: Shell, fake: Fake) -> None:
    """B0, Q2."""
    assert shell("svara", EVENT_ID, "lamnat", "--slapp").exit_code == 0
    assert shell("svara", EVENT_ID, "ej-fragat-fara").exit_code == 0
    assert shell("aterkalla", EVENT_ID, "fel-mottagare", "--id", DELIVERY_ID).exit_code == 0
    assert shell("svara", EVENT_ID, "nekat", "--slapp").exit_code == 2
    sent = [json.loads(args[1]) for args in fake.calls("publish")]
    assert [one["data"].get("svar") for one in sent] == ["lamnat", "ej_fragat_fara", None]
    assert (sent[0]["data"]["slapp"], sent[2]["id"], sent[2]["data"]["skal"]) == (True, DELIVERY_ID, "fel_mottagare")


def test_an_outcome_says_what_has_happened_since(shell: Shell, fake: Fake) -> None:
    """K4, Q2."""
    first = {
        "lasargrupp": "mora.vinr.utsatt",
        "status": "levererad",
        "skeenden": [{"slag": "aterkallad-oppnad", "tid": 1}],
    }
    more = {"levererat": [{"vag": "/syfte"}], "oppnad": 60_000}
    second = {
        "lasargrupp": "mora.lss.a",
        "status": "levererad",
        "kompletteringar": [more, {"levererat": [{"vag": "/b"}]}],
    }
    fake.says["outcome"] = {
        "handelse_id": EVENT_ID,
        "rattad_av": DELIVERY_ID,
        "skeenden": [{"slag": "samtycke-lamnat", "tid": 0}],
        "mottagare": [first, second],
    }
    told = shell("utfall", EVENT_ID).output
    for line in (
        "samtycke-lamnat 1970-01-01 01:00",
        f"rättad av: {DELIVERY_ID}",
        "mora.vinr.utsatt: levererad, aterkallad-oppnad 1970-01-01 01:00",
        "  komplettering, öppnad 1970-01-01 01:01: /syfte",
        "  komplettering: /b",
    ):
        assert line in told


def test_an_event_that_the_gate_refuses_is_a_failure(shell: Shell, fake: Fake) -> None:
    fake.says["publish"] = Receipt(dom="avvisad")
    assert shell("publish", "avvikelse", "-", given=json.dumps(MESSAGE)).exit_code == 1


def test_a_refusal_says_code_field_and_rule(shell: Shell, fake: Fake) -> None:
    fake.says["publish"] = Refused("no", falt="/data/slag", code="fel-form", regel="A4")
    result = shell("publish", "avvikelse", "-", given=json.dumps(MESSAGE))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "nekad: no\n  kod: fel-form\n  falt: /data/slag\n  regel: A4\n"


def test_a_refusal_as_json(shell: Shell, fake: Fake) -> None:
    fake.says["open"] = Forbidden("no")
    result = shell("oppna", DELIVERY_ID, "--json")
    fault = json.loads(result.stdout)["fel"]
    assert (result.exit_code, fault["kod"], fault["status"]) == (1, "ej-behorig", 403)


def test_b1_a_report_that_fails_always_says_whom_to_telephone(shell: Shell, fake: Fake) -> None:
    """B1: also where the hub was never asked, or did not answer."""
    assert "ring: socialtjänsten" in shell("publish", "orosanmalan", "-", given="{}").stderr
    assert "ring" not in shell("publish", "avvikelse", "-", given="{}").stderr
    fake.says["current"] = Unavailable("projektion")
    report = {
        "personer": [{"roll": "barn", "personnummer": "197807182394"}],
        "kommun": "mora",
        "akut_fara": False,
        "misstanke": ["annat"],
        "anmalarslag": "anmalningsskyldig",
        "beskrivning": "text",
    }
    assert "ring: 0250-26000" in shell("publish", "orosanmalan", "-", given=json.dumps(report)).stderr


def test_the_inbox_is_listed_page_by_page_or_whole(shell: Shell, fake: Fake) -> None:
    def page(_caller: Any, cursor: str, limit: int) -> dict[str, Any]:
        row = {"leverans_id": DELIVERY_ID, "slag": "meddelande", "typ": "avvikelse", "avsandare_roll": "vinr"}
        return {"rader": [row] if cursor in ("", "m1") else [], "markor": {"": "m1"}.get(cursor, "m2")}

    fake.says["inbox"] = page
    assert f"{DELIVERY_ID}  meddelande avvikelse  från vinr" in shell("inkorg").output
    whole = json.loads(shell("inkorg", "--alla", "--json", "--antal", "1").output)
    assert (len(whole["rader"]), whole["markor"]) == (2, "m2")
    assert "inkorgen är tom\nmarkör: m2" in shell("inkorg", "--markor", "m2").output


def test_h2_duties_are_listed_page_by_page_or_whole_or_those_of_arenden_that_nobody_holds(
    shell: Shell, fake: Fake
) -> None:
    def page(_caller: Any, cursor: str, _limit: int, without_holder: bool) -> dict[str, Any]:
        kept = {"slag": "h2.innehavare" if without_holder else "o4.kvittens", "roll": "bar", "arende": "alias-1"}
        left = {} if without_holder else {"nasta_steg": "region", "nasta_tid": 1_798_000_000_000, "avser": DELIVERY_ID}
        row = {**kept, **left, "tagna": ["enhetschef"]}
        return {"rader": [row] if cursor in ("", "m1") else [], "markor": {"": "m1"}.get(cursor, "m2")}

    fake.says["of"] = page
    listed = shell("plikter").output
    assert f"region  o4.kvittens (bar)  ärende alias-1  om {DELIVERY_ID}  har varit enhetschef" in listed
    assert "markör: m1" in listed
    fallen = shell("plikter", "--utan-innehavare").output
    assert "alla steg tagna  h2.innehavare (bar)  ärende alias-1  har varit enhetschef" in fallen
    whole = json.loads(shell("plikter", "--alla", "--json", "--antal", "1").output)
    assert (len(whole["rader"]), whole["markor"]) == (2, "m2")
    assert "inga öppna plikter" in shell("plikter", "--markor", "m2").output


def test_an_opening_shows_content_that_cannot_steer_the_terminal(shell: Shell, fake: Fake) -> None:
    fake.says["open"] = {
        "leverans_id": DELIVERY_ID,
        "slag": "meddelande",
        "typ": "sip_kallelse",
        "avsandare_roll": "vinr",
        "markningar": ["visa ej for vardnadshavare"],
        "koder": {"skyddade_personuppgifter": True},
        "personer": [{"roll": "utsatt"}],
        "uppgifter": {"/syfte": "ett\ndom: godtas\x1b[2J", "/motestid": "meddelas muntligen"},
        "avser": {"/syfte": "utsatt"},
    }
    result = shell("oppna", DELIVERY_ID)
    assert result.exit_code == 0
    assert "OBS: visa ej for vardnadshavare" in result.output
    assert "/syfte (utsatt): ett\n    dom: godtas�[2J" in result.output
    assert "/motestid: meddelas muntligen" in result.output


def test_a_kvittens_is_given(shell: Shell, fake: Fake) -> None:
    result = shell("kvittens", DELIVERY_ID, "overtagen", "--enhet", "mora.lss")
    assert (result.exit_code, fake.calls("acknowledge")[0][2:4]) == (0, ["overtagen", "mora.lss"])


def test_a_kvittens_is_given_again_under_the_id_it_had(shell: Shell, fake: Fake) -> None:
    assert shell("kvittens", DELIVERY_ID, "mottagen", "--id", EVENT_ID).exit_code == 0
    assert fake.calls("acknowledge")[0][2:] == ["mottagen", "", EVENT_ID]


def test_an_outcome_is_told_recipient_by_recipient(shell: Shell, fake: Fake) -> None:
    fake.says["outcome"] = {
        "handelse_id": EVENT_ID,
        "typ": "sip_kallelse",
        "status": "dom",
        "dom": "godtas",
        "hints": ["ring"],
        "mottagare": [
            {
                "roll": "vinr",
                "lasargrupp": "falun.vinr.utsatt",
                "status": "delvis",
                "levererat": [{"vag": "/syfte", "regler": ["B3"], "grund": [{"id": "samtycke"}]}],
                "undanhallet": [
                    {"vag": "/ekonomi/0", "kategori": "ekonomi", "skal": [{"regel": "K3", "kod": "undantag"}]}
                ],
                "oppnad": NOW_S * 1000,
            },
            {"roll": "bup", "begaran": EVENT_ID, "status": "undanhallen"},
        ],
        "samtycke_att_fraga": [
            {"andamal": "sip", "av_roller": ["utsatt"], "mottagare": ["region-dalarna.bup"], "kategorier": ["halsa"]}
        ],
    }
    told = shell("utfall", EVENT_ID).output
    assert "falun.vinr.utsatt: delvis, oppnad 2026-09-21 16:13" in told
    assert "  levererat /syfte: B3, samtycke" in told
    assert "  undanhållet /ekonomi/0 ekonomi: K3 undantag" in told
    assert f"bup (begäran {EVENT_ID}): undanhallen" in told
    assert "fråga utsatt om samtycke (sip) till region-dalarna.bup: halsa" in told


def test_what_would_become_of_a_message_is_told_as_what_it_is(shell: Shell, fake: Fake) -> None:
    fake.says["assess"] = {
        "bedomning": EVENT_ID,
        "status": "hypotes",
        "typ": "avvikelse",
        "dom": "godtas",
        "tid": NOW_S * 1000,
        "aktuell": False,
        "varningar": ["lokal-referens"],
        "mottagare": [{"roll": "bup", "begaran": EVENT_ID, "status": "undanhallen"}],
    }
    result = shell("bedom", "avvikelse", "-", given=json.dumps(MESSAGE))
    assert result.exit_code == 0
    assert "bedömning av avvikelse per 2026-09-21 16:13; ingenting är sänt\nOBS: allt som kommit in" in result.output
    assert f"varning: lokal-referens\nbup (begäran {EVENT_ID}): undanhallen" in result.output
    assert fake.calls("publish") == []


def test_a_message_that_would_be_refused_is_a_failure(shell: Shell, fake: Fake) -> None:
    fake.says["assess"] = {"bedomning": EVENT_ID, "status": "hypotes", "dom": "avvisas", "aktuell": True}
    result = shell("bedom", "avvikelse", "-", "--json", given=json.dumps(MESSAGE))
    assert (result.exit_code, json.loads(result.output)["dom"]) == (1, "avvisas")


def test_health_needs_no_key(shell: Shell) -> None:
    shell.environment = {"SAMVERKAN_KLIENT_URL": "http://hub"}
    result = shell("health")
    assert (result.exit_code, "hälsa: gron" in result.output) == (0, True)


def test_health_fails_when_red(shell: Shell, fake: Fake) -> None:
    fake.says["end"] = Unavailable("kafka")
    result = shell("health", "--json")
    assert (result.exit_code, json.loads(result.output)["skal"]) == (1, ["kafka-svarar-ej"])


def test_health_says_which_partition_the_gate_refuses_and_why(shell: Shell, fake: Fake) -> None:
    fake.says["gate_states"] = [GateState(0, VAGRAD, "annan-logg", 0)]
    result = shell("health")
    assert (result.exit_code, "skäl: gate-vagrar:0:annan-logg" in result.output) == (1, True)


def test_a_hub_that_is_not_there_is_a_failure(shell: Shell) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    shell.transport = httpx.MockTransport(refuse)
    for words in (["health"], ["inkorg"]):
        result = shell(*words)
        assert (result.exit_code, "kod: ej-tillganglig" in result.stderr) == (1, True)


USAGE = {
    "no command of that name": ["finns-inte"],
    "a file that is not there": ["publish", "avvikelse", "finns-inte.json"],
    "data that is no JSON": ["publish", "avvikelse", "-"],
    "an id that is no UUID": ["publish", "avvikelse", "-", "--id", "1"],
    "another kind of kvittens": ["kvittens", DELIVERY_ID, "annan"],
    "too many rows": ["inkorg", "--antal", "501"],
    "too many duties": ["plikter", "--antal", "501"],
    "a key that is not there": ["inkorg", "--nyckel", "finns-inte.pem"],
    "a key that is none": ["inkorg", "--nyckel", __file__],
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_usage_is_told_apart(name: str, shell: Shell, fake: Fake) -> None:
    assert shell(*USAGE[name], given="{").exit_code == 2
    assert not fake.asked


def test_who_calls_must_be_said(shell: Shell) -> None:
    del shell.environment["SAMVERKAN_KLIENT_ANVANDARE"]
    result = shell("inkorg")
    assert (result.exit_code, "--anvandare" in result.stderr) == (2, True)


def test_every_command_has_help(shell: Shell) -> None:
    listed = [
        "aktor",
        "bedom",
        "decide",
        "demo",
        "explain",
        "health",
        "inkorg",
        "journal",
        "kvittens",
        "oppna",
        "publish",
        "replay",
        "up",
        "utfall",
    ]
    assert all(shell(name, "--help").exit_code == 0 for name in listed)
    assert all(f"\n  {name} " in shell("--help").output for name in listed)


# ---------------------------------------------------------------------------------------------------------------- keys


def test_a_key_pair_is_made_for_its_owner_alone(shell: Shell, tmp_path: Path) -> None:
    result = shell("aktor", "nyckel", "mora", "--ut", str(tmp_path), "--fran", "2026-01-01", "--json")
    made = json.loads(result.output)
    private = Path(made["privat"])
    assert (result.exit_code, made["fran"]) == (0, "2026-01-01")
    assert stat.S_IMODE(os.stat(private).st_mode) == 0o600
    assert keys.public_hex(keys.load_private(private.read_bytes())) == made["publik"]
    (public,) = read_public_keys(tmp_path / "publika")["mora"]
    assert (public.id, public.publik) == (made["id"], made["publik"])


def test_a_key_is_never_overwritten(shell: Shell, tmp_path: Path) -> None:
    words = ("aktor", "nyckel", "mora", "--ut", str(tmp_path), "--fran", "2026-01-01")
    assert shell(*words).exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert shell(*words).exit_code == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_a_key_of_the_other_type_overlaps_the_one_before_and_that_is_revoked(shell: Shell, tmp_path: Path) -> None:
    ut = ("--ut", str(tmp_path), "--json")
    first = json.loads(shell("aktor", "nyckel", "mora", "--fran", "2026-01-01", *ut).output)
    more = ("--fran", "2026-02-01", "--typ", "es256", "--kvar", "14")
    second = json.loads(shell("aktor", "nyckel", "mora", *more, *ut).output)
    assert (first["typ"], second["typ"]) == ("ed25519", "es256")
    old, new = read_public_keys(tmp_path / "publika")["mora"]
    assert (old.till, new.typ, new.id) == ("2026-02-15", "es256", second["id"])
    result = shell("aktor", "aterkalla", "mora", first["id"], *ut)
    assert (result.exit_code, json.loads(result.output)["aterkallad"]) == (0, True)
    assert [key.aterkallad for key in read_public_keys(tmp_path / "publika")["mora"]] == [True, False]
    assert shell("aktor", "aterkalla", "mora", "0000000000000000", "--ut", str(tmp_path)).exit_code == 1


def test_keys_go_where_the_settings_say(shell: Shell, tmp_path: Path) -> None:
    shell.environment["SAMVERKAN_DATA"] = str(tmp_path / "data")
    assert shell("aktor", "nyckel", "falun").exit_code == 0
    assert set(read_public_keys(tmp_path / "data" / "nycklar")) == {"falun"}
    assert len(list((tmp_path / "data" / "nycklar-privata").glob("falun.*.pem"))) == 1


def test_an_actor_id_that_is_none_is_refused(shell: Shell, tmp_path: Path) -> None:
    assert shell("aktor", "nyckel", "../mora", "--ut", str(tmp_path)).exit_code == 1
    assert not list(tmp_path.rglob("*.pem*"))[1:]


# ---------------------------------------------------------------------------------------------------------------- TLS


@pytest.mark.parametrize("verb", ["inkorg", "health"])
def test_a_hub_of_its_own_authority_is_called_with_what_was_given(
    verb: str, fake: Fake, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[tuple[Path | None, ...]] = []
    monkeypatch.setattr("samverkanshub.entrypoints.cli.calling.tls_context", lambda *files: used.append(files))
    for name in ("ca", "mora", "nyckel"):
        (tmp_path / name).touch()
    shell = Shell(fake, {**environment, "SAMVERKAN_KLIENT_CA": str(tmp_path / "ca")})
    own = (
        [] if verb == "health" else [f"--certifikat={tmp_path / 'mora'}", f"--certifikat-nyckel={tmp_path / 'nyckel'}"]
    )
    assert shell(verb, *own).exit_code == 0
    shown = (None, None) if verb == "health" else (tmp_path / "mora", tmp_path / "nyckel")
    assert used == [(tmp_path / "ca", *shown)]


def test_files_that_are_no_certificates_are_wrong_usage(
    fake: Fake, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "ca").write_text("x")
    said = Shell(fake, environment)("inkorg", f"--ca={tmp_path / 'ca'}")
    assert said.exit_code == 2
    assert "cannot be read as PEM" in said.stderr
