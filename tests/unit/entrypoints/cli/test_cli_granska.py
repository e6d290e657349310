"""`granska`: an auditor's questions from the command line, written for reading or for programs."""

import json
from pathlib import Path

import pytest
from test_cli_verbs import EVENT_ID, Fake, Shell, environment, fake, shell

from samverkanshub.domain.errors import Forbidden
from samverkanshub.entrypoints.cli.granska import granska
from samverkanshub.pipeline.granskning.fraga import Fraga, Sekretessbeslut, Sida
from samverkanshub.pipeline.granskning.tjanst import NAMES

__all__ = ["environment", "fake", "shell"]
PAGE = Sida(
    ("tid", "typ", "skal", "frist"), [{"tid": 60_000, "typ": "skydd", "skal": ["a", "b"], "frist": 60_000}], "m1"
)


def test_rows_are_written_for_reading_and_nothing_is_written_of_what_is_empty(shell: Shell, fake: Fake) -> None:
    fake.says["ask"] = PAGE
    told = shell("granska", "arende", EVENT_ID)
    assert told.output == "1970-01-01 01:01 typ=skydd skal=a,b frist=1970-01-01 01:01\nmarkör: m1\n"
    fake.says["ask"] = Sida(("tid",), [], "")
    assert shell("granska", "arende", EVENT_ID).output == "inga rader\n"


def test_rows_are_written_for_programs(shell: Shell, fake: Fake) -> None:
    fake.says["ask"] = PAGE
    assert (
        shell("granska", "arende", EVENT_ID, "--format", "csv").output == "tid,typ,skal,frist\n60000,skydd,a b,60000\n"
    )
    assert json.loads(shell("granska", "arende", EVENT_ID, "--format", "jsonl").output) == PAGE.rader[0]
    for told in (("--format", "json"), ("--json",)):
        page = json.loads(shell("granska", "arende", EVENT_ID, *told).output)
        assert page == {"kolumner": list(PAGE.kolumner), "rader": PAGE.rader, "markor": "m1", "vidare": False}


def test_the_question_is_asked_as_it_is_given_and_as_an_auditor(shell: Shell, fake: Fake) -> None:
    options = ("--fran", "2026-11-01", "--till", "2026-12-01", "--omfattning", "myndighet:mora", "--antal", "7")
    assert shell("granska", "arende", EVENT_ID, *options, "--markor", "m0").exit_code == 0
    [[caller, fraga, given]] = fake.calls("ask")
    assert (caller.revisor, fraga) == (True, "arende")
    days = {"fran": "2026-11-01", "till": "2026-12-01"}
    assert given == Fraga(handelse=EVENT_ID, **days, omfattning="myndighet:mora", markor="m0", antal=7)


def test_every_page_is_read_until_one_is_empty(shell: Shell, fake: Fake) -> None:
    pages = {"": PAGE, "m1": Sida(PAGE.kolumner, PAGE.rader, "m2"), "m2": Sida(PAGE.kolumner, [], "m2")}
    fake.says["ask"] = lambda _caller, _fraga, given: pages[given.markor]
    told = shell("granska", "arende", EVENT_ID, "--alla", "--format", "jsonl").output
    assert [json.loads(line) for line in told.splitlines()] == PAGE.rader * 2


def test_a_page_that_looked_as_far_as_it_does_is_not_the_end(shell: Shell, fake: Fake) -> None:
    pages = {
        "": Sida(PAGE.kolumner, PAGE.rader, "m1"),
        "m1": Sida(PAGE.kolumner, [], "m2", vidare=True),
        "m2": Sida(PAGE.kolumner, PAGE.rader, "m3", vidare=True),
        "m3": Sida(PAGE.kolumner, [], "m3"),
    }
    fake.says["ask"] = lambda _caller, _fraga, given: pages[given.markor]
    told = shell("granska", "handelser", "--alla", "--format", "jsonl").output
    assert [json.loads(line) for line in told.splitlines()] == PAGE.rader * 2
    assert "fler" not in shell("granska", "handelser", "--alla").output
    assert "det kan finnas fler" in shell("granska", "handelser", "--markor", "m1").output


def test_who_asks_and_whom_one_looks_for_are_two_options(shell: Shell, fake: Fake) -> None:
    fake.says["ask"] = lambda *_: Sida(PAGE.kolumner, [], "")
    assert shell("granska", "handelser", "--part", "mora.vinr.utsatt").exit_code == 0
    (asked,) = [one for told in fake.asked for one in told if isinstance(one, Fraga)]
    assert asked.aktor == "mora.vinr.utsatt"
    names = [name for one in granska.commands["handelser"].params for name in one.opts]
    assert len(names) == len(set(names))


def test_what_others_have_written_does_not_steer_the_terminal(shell: Shell, fake: Fake) -> None:
    fake.says["ask"] = Sida(("typ",), [{"typ": "a\x1b[2J"}], "")
    assert shell("granska", "fragor").output == "typ=a�[2J\n"


def test_t2_a_number_is_read_from_a_file_or_standard_input_and_never_given_on_the_line(
    shell: Shell, fake: Fake, tmp_path: Path
) -> None:
    path, decisions = tmp_path / "nummer", tmp_path / "beslut.json"
    path.write_text("197807182394\n")
    decisions.write_text('[{"kalla": "k", "dolj": ["r"]}]')
    assert shell("granska", "person", given="197807182394\n").exit_code == 0
    assert shell("granska", "brev", "--nummer-fil", str(path), "--beslut", str(decisions)).exit_code == 0
    assert shell("granska", "brev", "--nummer-fil", str(path)).exit_code == 0
    assert [args[2].nummer for args in fake.calls("ask")] == ["197807182394"] * 3
    assert [args[2].beslut for args in fake.calls("ask")] == [(), (Sekretessbeslut("k", ("r",)),), ()]
    assert shell("granska", "person", "197807182394").exit_code == 2
    decisions.write_text("{")
    assert shell("granska", "brev", "--nummer-fil", str(path), "--beslut", str(decisions)).exit_code == 2


def test_every_question_has_a_command() -> None:
    assert set(granska.commands) == set(NAMES)


def test_a_user_a_seed_and_a_decision_are_handed_on(shell: Shell, fake: Fake) -> None:
    assert shell("granska", "oppningar", "--av", "u-17", "--froe", "hosten").exit_code == 0
    assert shell("granska", "incidentbeslut", EVENT_ID, "ej-anmald").exit_code == 0
    assert shell("granska", "incidentbeslut", EVENT_ID, "kanske").exit_code == 2
    assert {args[0].anvandare for args in fake.calls("ask")} == {"handlaggare.7"}, "who is asked about is not who asks"
    openings, decision = (args[2] for args in fake.calls("ask"))
    assert (openings.anvandare, openings.froe) == ("u-17", "hosten")
    assert (decision.handelse, decision.anmalan) == (EVENT_ID, "ej-anmald")


def test_a_refusal_fails(shell: Shell, fake: Fake) -> None:
    fake.says["ask"] = Forbidden("the caller's user is no auditor")
    result = shell("granska", "fragor")
    assert (result.exit_code, result.stderr) == (1, "nekad: the caller's user is no auditor\n  kod: ej-behorig\n")


@pytest.mark.parametrize("words", [("arende",), ("arende", "x"), ("arende", EVENT_ID, "--fran", "i-dag"), ("allt",)])
def test_wrong_usage_is_told_before_anything_is_asked(shell: Shell, fake: Fake, words: tuple[str, ...]) -> None:
    assert shell("granska", *words).exit_code == 2
    assert fake.calls("ask") == []
