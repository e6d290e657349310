"""The checker of fault runs: a sound run is sound, and each invariant that a run breaks is named with its place."""

import ast
import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from granskare.nummer import Nummer, sjalvprov
from granskare.prova import INVARIANTER, prova, slutstatus
from granskare.svar import Svar
from korning_i_minne import ANNA, BO, DISA, KEY, NAME, UTSATT, VC, played, write

from samverkanshub.codec import checkpoint
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.tlog import Head

HERE = Path(__file__).parent
CONSENT, SUMMONS, REPEAT, OPENING, WITHDRAWAL, REFUSED, REPORT, REMINDER = 1, 2, 3, 4, 6, 7, 8, 9
"""Where the run's log has them."""
Row = dict[str, Any]
Change = Callable[[list[Row]], object]


@pytest.fixture(scope="module")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return await write(await played(), tmp_path_factory.mktemp("korning") / "hel")


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    """A run of its own, to spoil."""
    return Path(shutil.copytree(whole, tmp_path / "korning"))


def rows(run: Path, name: str) -> list[Row]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text().splitlines()]


def change(run: Path, name: str, how: Change) -> None:
    """Spoil the rows of a file."""
    found = rows(run, name)
    how(found)
    (run / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in found))


def at(offset: int, **members: Any) -> Change:
    """The row at an offset gets other members."""
    return lambda found: next(row for row in found if row["offset"] == offset).update(members)


def without(offset: int) -> Change:
    """The rows at an offset are gone."""

    def drop(found: list[Row]) -> None:
        found[:] = [row for row in found if row["offset"] != offset]

    return drop


def entries(offset: int, how: Callable[[list[Row]], object]) -> Change:
    """The decision at an offset with other entries."""
    schemas = default_schemas()

    def again(found: list[Row]) -> None:
        row = next(row for row in found if row["offset"] == offset)
        _, decision = schemas.decode(bytes.fromhex(row["record"]))
        lines = [schemas.decode(post["post"])[1] for post in decision["poster"]]
        how(lines)
        posts = [{"salt": bytes(32), "post": schemas.encode("beslutspost", line)} for line in lines]
        row["record"] = schemas.encode("beslut", {**decision, "poster": posts}).hex()

    return again


def broken(run: Path, name: str) -> str:
    """The line that says that an invariant is broken; no line tells of a person."""
    found = prova(run)
    said = "\n".join(svar.rad() for svar in found)
    assert not any(number in said or number[2:] in said for number in (ANNA, BO, DISA))
    svar = next(svar for svar in found if svar.namn == name)
    assert svar.status == 1, svar.rad()
    assert slutstatus(found) == 1
    assert svar.rad().startswith(f"{name} BROKEN: ")
    return svar.rad()


def event_at(run: Path, offset: int) -> str:
    return str(next(row["handelse_id"] for row in rows(run, "projektion/beslut") if row["offset"] == offset))


# ------------------------------------------------------------------------------------------ sound


def test_a_sound_run_is_sound(run: Path) -> None:
    found = prova(run)
    assert [svar.rad() for svar in found if svar.status] == []
    assert [svar.namn for svar in found] == [f"I{number}" for number in range(1, 10)]
    assert all(svar.antal for svar in found)


def test_the_command_prints_a_line_an_invariant_and_exits_0(run: Path) -> None:
    done = subprocess.run([sys.executable, str(HERE / "granska.py"), str(run)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(INVARIANTER)


def test_the_command_exits_1_when_something_is_broken_and_2_when_it_cannot_tell(run: Path) -> None:
    def command() -> int:
        return subprocess.run([sys.executable, str(HERE / "granska.py"), str(run)], capture_output=True).returncode

    (run / "replay" / "spar.jsonl").unlink()
    assert command() == 2
    change(run, "projektion/inkorg", lambda found: found.pop())
    assert command() == 1


def test_the_checker_imports_nothing_of_the_hub() -> None:
    files = [HERE / "granska.py", *(HERE / "granskare").glob("*.py")]
    assert len(files) > 10
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text()))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    own = {name.partition(".")[0] for name in names}
    assert own - set(sys.stdlib_module_names) == {"granskare", "fastavro", "cryptography"}


def test_an_empty_directory_is_not_sound(tmp_path: Path) -> None:
    found = prova(tmp_path)
    assert {svar.status for svar in found} == {2}
    assert slutstatus(found) == 2


def test_an_invariant_with_nothing_to_check_says_so(run: Path) -> None:
    for path in (run / "klienter").iterdir():
        change(run, f"klienter/{path.stem}", lambda found: found.clear())
    found = {svar.namn: svar for svar in prova(run)}
    assert found["I3"].rad() == "I3 NOT CHECKED: no openings of what rested on a withdrawn consent"
    assert found["I3"].status == 2


def test_no_root_at_all_is_not_a_sound_tree(run: Path) -> None:
    shutil.rmtree(run / "checkpoints")
    [tree] = [svar for svar in prova(run) if svar.namn == "I6"]
    assert tree.rad() == "I6 NOT CHECKED: missing checkpoints/ has no *.jsonl"


def test_what_is_broken_is_so_although_something_is_missing() -> None:
    assert slutstatus([Svar("I1", 0, "", oprovad="x"), Svar("I2", 1, "", ("y",))]) == 1


# ------------------------------------------------------------------------------------------ I1


def test_invariant_1_an_event_that_was_answered_and_is_lost(run: Path) -> None:
    lost = event_at(run, WITHDRAWAL)
    change(run, "kafka/samverkan.logg", without(WITHDRAWAL))
    assert f"event {lost} was answered 201 and is not in the log" in broken(run, "I1")


def test_invariant_1_an_event_that_took_effect_twice(run: Path) -> None:
    change(run, "projektion/beslut", at(REPEAT, status="dom"))
    assert f"event {event_at(run, SUMMONS)} is dom/dom at 0/{SUMMONS}, 0/{REPEAT}" in broken(run, "I1")


def test_invariant_1_an_event_of_which_nothing_took_effect(run: Path) -> None:
    change(run, "projektion/beslut", at(WITHDRAWAL, status="upprepning"))
    assert "has no effective decision" in broken(run, "I1")


def test_invariant_1_two_claims_for_one_id(run: Path) -> None:
    def other_bytes(found: list[Row]) -> None:
        found[REPEAT]["value"] = found[REPEAT]["value"][:-2] + ("00" if found[REPEAT]["value"][-2:] != "00" else "01")

    change(run, "kafka/samverkan.logg", other_bytes)
    assert f"event {event_at(run, SUMMONS)} has other bytes each time" in broken(run, "I1")


def test_invariant_1_an_event_that_no_client_sent(run: Path) -> None:
    change(run, f"klienter/{VC}", lambda found: found.pop(0))
    assert f"no client sent event {event_at(run, CONSENT)} at 0/{CONSENT}" in broken(run, "I1")


def test_invariant_1_an_unreadable_record_that_nobody_planted(run: Path) -> None:
    facts = json.loads((run / "fakta.json").read_text())
    (run / "fakta.json").write_text(json.dumps({**facts, "planterade": []}))
    assert "nobody planted the unreadable record at 0/" in broken(run, "I1")


def test_invariant_1_content_shown_without_an_opening_in_the_log(run: Path) -> None:
    change(run, "projektion/beslut", at(OPENING, status="upprepning"))
    assert "was shown without an opening in the log" in broken(run, "I1")


def test_invariant_1_an_opening_that_nobody_asked_for(run: Path) -> None:
    change(run, f"klienter/{UTSATT}", lambda found: found.pop())
    assert "was opened in the log by nobody who asked" in broken(run, "I1")


def test_invariant_1_a_judgement_answered_otherwise_than_it_was_decided(run: Path) -> None:
    change(run, f"klienter/{VC}", lambda found: found[0]["svar"].update(dom="avvisad"))
    assert f"event {event_at(run, CONSENT)} was answered `avvisad` and decided otherwise" in broken(run, "I1")


def test_invariant_1_a_recipient_whom_the_sender_named_without_an_outcome(run: Path) -> None:
    def nothing(lines: list[Row]) -> None:
        lines[:] = [line for line in lines if not line["mottagare"]]

    change(run, "projektion/beslut", entries(SUMMONS, nothing))
    assert "no outcome for mora.vinr, whom its sender named" in broken(run, "I1")


def test_invariant_1_an_item_with_two_outcomes_and_one_with_none(run: Path) -> None:
    def twice(lines: list[Row]) -> None:
        of_items = [line for line in lines if line["mottagare"] == UTSATT]
        of_items[0]["vag"] = of_items[1]["vag"]

    change(run, "projektion/beslut", entries(SUMMONS, twice))
    line = broken(run, "I1")
    assert f"2 outcomes of /personer/0/nummer to {UTSATT}" in line
    assert f"{UTSATT} has not an outcome of every item" in line


# ------------------------------------------------------------------------------------------ I2 and I3


def delivered(offset: int, **members: Any) -> Change:
    """All that a decision delivers gets other members."""

    def alter(lines: list[Row]) -> None:
        for line in lines:
            if line["mottagare"] and line["utslag"] == "levereras":
                line.update(members)

    return entries(offset, alter)


def test_invariant_2_a_delivery_without_a_basis(run: Path) -> None:
    change(run, "projektion/beslut", delivered(SUMMONS, grunder=[], samtycken=[]))
    assert f"0/{SUMMONS} delivery " in (line := broken(run, "I2"))
    assert "/behov/0: no basis" in line


def test_invariant_2_a_provision_that_has_ceased(run: Path) -> None:
    old = {"id": "sol-2001-453-14-1", "regel": "B1", "marke": "V", "giltig_fran": "", "giltig_till": "2025-06-30"}
    change(run, "projektion/beslut", delivered(REPORT, grunder=[old]))
    assert "sol-2001-453-14-1 is not in force on 2026-12-" in broken(run, "I2")


def test_invariant_2_a_consent_that_was_withdrawn_before_the_opening(run: Path) -> None:
    given = event_at(run, CONSENT)

    def shown(lines: list[Row]) -> None:
        basis = {"id": "samtycke", "regel": "B3", "marke": "P", "giltig_fran": "", "giltig_till": ""}
        for line in lines:
            line.update(utslag="levereras", grunder=[basis], samtycken=[given])

    change(run, "projektion/beslut", entries(REFUSED, shown))
    assert f"consent {given} ended at {WITHDRAWAL}" in broken(run, "I2")


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"andamal": "kontakt"}, "has another purpose"),
        ({"kategorier": ["halsa"]}, "does not name the category"),
        ({"mottagare": [{"slag": "enhet", "id": "orsa.vinr"}]}, "does not name the recipient"),
        ({"fran": "2027-01-01T00:00:00+01:00"}, "has not begun"),
        ({"till": "2026-12-02T00:00:00+01:00"}, "is past its end"),
    ],
)
def test_invariant_2_a_consent_that_does_not_cover_what_it_is_cited_for(run: Path, how: Row, why: str) -> None:
    change(run, "kafka/samverkan.logg", codes(CONSENT, **how))
    assert f"consent {event_at(run, CONSENT)} {why}" in broken(run, "I2")


@pytest.mark.parametrize(
    "said",
    [{"kategorier": ["behov"]}, {"mottagare": [{"slag": "organisation", "id": "mora"}]}],
)
def test_invariant_2_what_was_exempted_and_delivered_on_consent_all_the_same(run: Path, said: Row) -> None:
    change(run, "kafka/samverkan.logg", codes(CONSENT, undantag=said))
    assert f"/behov/0: exempted at {CONSENT}" in broken(run, "I2")


def test_invariant_2_an_exemption_of_something_else_breaks_nothing(run: Path) -> None:
    change(run, "kafka/samverkan.logg", codes(CONSENT, undantag={"kategorier": ["halsa"], "mottagare": None}))
    assert next(svar.status for svar in prova(run) if svar.namn == "I2") == 0


def codes(offset: int, **members: Any) -> Change:
    """The record at an offset with other codes in its envelope."""
    schemas = default_schemas()

    def again(found: list[Row]) -> None:
        _, envelope = schemas.decode(bytes.fromhex(found[offset]["value"]))
        koder = json.dumps({**json.loads(envelope["koder"]), **members}).encode()
        found[offset]["value"] = schemas.encode("kuvert", {**envelope, "koder": koder}).hex()

    return again


def test_invariant_3_content_shown_after_the_withdrawal_was_answered(run: Path) -> None:
    def shown(found: list[Row]) -> None:
        before, after = (row for row in found if row["vag"].endswith("/oppna"))
        after.update(status=200, svar=before["svar"])

    change(run, f"klienter/{UTSATT}", shown)
    assert "showed /behov/*, /syfte, nummer after the withdrawal" in broken(run, "I3")


def test_invariant_3_an_opening_asked_for_before_the_withdrawal_was_answered_may_show_it(run: Path) -> None:
    def early(found: list[Row]) -> None:
        before, after = (row for row in found if row["vag"].endswith("/oppna"))
        after.update(status=200, svar=before["svar"], sant_ms=before["svar_ms"])

    change(run, f"klienter/{UTSATT}", early)
    assert next(svar.status for svar in prova(run) if svar.namn == "I3") == 2


# ------------------------------------------------------------------------------------------ I4


def test_invariant_4_a_missing_inbox_row(run: Path) -> None:
    gone = rows(run, "projektion/inkorg")[2]
    change(run, "projektion/inkorg", lambda found: found.pop(2))
    line = broken(run, "I4")
    assert f"delivery {gone['leverans_id']} of 0/{SUMMONS} to {gone['lasargrupp']} has no row" in line


def test_invariant_4_a_doubled_inbox_row(run: Path) -> None:
    twice = rows(run, "projektion/inkorg")[2]
    change(run, "projektion/inkorg", lambda found: found.append({**twice, "offset": REPEAT}))
    line = broken(run, "I4")
    assert f"delivery {twice['leverans_id']} has 2 rows" in line
    assert f"the row of {twice['leverans_id']} at 0/{REPEAT} to {twice['lasargrupp']} was never decided" in line


def test_invariant_4_a_delivery_that_nobody_was_told_of(run: Path) -> None:
    told = rows(run, "projektion/inkorg")[3]
    topic = f"kafka/samverkan.notis.{told['aktor']}"

    def silent(found: list[Row]) -> None:
        found[:] = [row for row in found if told["leverans_id"].encode().hex() not in row["value"]]

    change(run, topic, silent)
    assert f"nobody at mora was told of delivery {told['leverans_id']}" in broken(run, "I4")


def test_invariant_4_a_notice_may_come_twice_and_not_of_itself(run: Path) -> None:
    topic = "kafka/samverkan.notis.mora"
    change(run, topic, lambda found: found.append(found[0]))
    assert next(svar.status for svar in prova(run) if svar.namn == "I4") == 0
    change(run, topic, lambda found: found.append({**found[0], "value": b'{"slag": "utfall"}'.hex()}))
    assert "1 notices to mora that nothing asked for" in broken(run, "I4")


def test_invariant_4_a_row_that_a_client_saw_and_that_is_gone(run: Path) -> None:
    change(run, f"klienter/{UTSATT}", lambda found: found[0]["svar"]["rader"][0].update(leverans_id="x"))
    assert f"{UTSATT}#0: delivery x was in the inbox and is gone" in broken(run, "I4")


# ------------------------------------------------------------------------------------------ I5


def test_invariant_5_a_record_without_a_decision(run: Path) -> None:
    change(run, "projektion/beslut", without(WITHDRAWAL))
    line = broken(run, "I5")
    assert f"no decision of 0/{WITHDRAWAL}" in line
    assert f"the decisions of 0 have {WITHDRAWAL + 1} where {WITHDRAWAL} should be" in line


def test_invariant_5_decisions_of_what_the_log_no_longer_has(run: Path) -> None:
    last = len(rows(run, "kafka/samverkan.logg")) - 1
    change(run, "kafka/samverkan.logg", without(last))
    assert f"a decision of 0/{last}, which the log does not have" in broken(run, "I5")


def test_invariant_5_events_of_a_client_that_changed_places(run: Path) -> None:
    def swapped(found: list[Row]) -> None:
        one, other = found[WITHDRAWAL - 1], found[WITHDRAWAL]
        one["offset"], other["offset"] = other["offset"], one["offset"]

    later, earlier = event_at(run, WITHDRAWAL), event_at(run, WITHDRAWAL - 1)
    change(run, "kafka/samverkan.logg", swapped)
    change(run, "projektion/beslut", swapped)
    assert f"event {later} at 0/{WITHDRAWAL - 1} was sent after {earlier} at {WITHDRAWAL}" in broken(run, "I5")


def test_invariant_5_a_time_that_goes_back(run: Path) -> None:
    change(run, "projektion/beslut", at(REMINDER + 1, tid=1))
    assert f"the time of 0/{REMINDER + 1} is not the latest" in broken(run, "I5")


# ------------------------------------------------------------------------------------------ I6


def test_invariant_6_two_roots_for_a_size(run: Path) -> None:
    size = len(rows(run, "projektion/beslut"))
    origin = checkpoint.origin(NAME, 0)
    other = checkpoint.signed(origin, Head(size, bytes(32)), KEY.public, KEY.sign).decode()
    change(run, "checkpoints/0", lambda found: found.append({"tid": 0, "text": other}))
    line = broken(run, "I6")
    assert f"2 roots were signed for size {size}" in line
    assert f"the root signed for size {size} is not that of records and decisions" in line


def test_invariant_6_more_signed_than_there_is(run: Path) -> None:
    last = len(rows(run, "projektion/beslut")) - 1
    change(run, "projektion/beslut", without(last))
    assert f"size {last + 1} was signed and there are {last} decisions" in broken(run, "I6")


def test_invariant_6_a_signature_that_is_not_good(run: Path) -> None:
    def forged(found: list[Row]) -> None:
        found[0]["text"] = found[0]["text"].replace("\n4\n", "\n3\n").replace("\n5\n", "\n3\n")

    change(run, "checkpoints/0", forged)
    assert "a checkpoint has no good signature of the log's key" in broken(run, "I6")


@pytest.mark.parametrize("level", ["0", "entries"])
def test_invariant_6_a_tile_with_another_byte(run: Path, level: str) -> None:
    [*_, path] = sorted((run / "trad" / "0" / "tile" / level).rglob("*.p/*"))
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert f"`tile/{level}/000.p/{path.name}` is not that of records and decisions" in broken(run, "I6")


def test_invariant_6_a_record_or_a_decision_changed_afterwards(run: Path) -> None:
    change(run, "kafka/samverkan.logg", at(CONSENT, tid=1))
    assert f"the digests beside the decision of 0/{CONSENT} are not those" in broken(run, "I6")
    change(run, "projektion/beslut", at(SUMMONS, record="00"))
    assert f"the decision of 0/{SUMMONS} cannot be read" in broken(run, "I6")


# ------------------------------------------------------------------------------------------ I7 and I8


def test_invariant_7_a_row_that_comes_out_otherwise(run: Path) -> None:
    change(run, "replay/inkorg", lambda found: found[2].update(withdrawn=True))
    line = broken(run, "I7")
    assert f"inkorg: partition=0 offset={SUMMONS} nr=0" in line
    assert "made anew alone" in line


def test_invariant_7_a_row_too_few_and_another_position(run: Path) -> None:
    change(run, "projektion/spar", lambda found: found.pop())
    change(run, "replay/position", lambda found: found[0].update(position=1))
    line = broken(run, "I7")
    assert "spar: " in line
    assert "position: partition=0" in line


def test_invariant_7_who_had_the_partition_is_not_compared(run: Path) -> None:
    change(run, "replay/position", lambda found: found[0].update(epoch=9, notified=0))
    assert next(svar.status for svar in prova(run) if svar.namn == "I7") == 0


def test_invariant_8_a_step_still_waiting_past_its_time(run: Path) -> None:
    late = rows(run, "projektion/forfaller")[0]
    change(run, "projektion/forfaller", lambda found: found[0].update(tid=1))
    line = broken(run, "I8")
    assert f"step {late['steg']} of duty {late['plikt_id']} fell due and was not taken" in line


def test_invariant_8_a_reminder_that_never_came(run: Path) -> None:
    change(run, "projektion/beslut", at(REMINDER, status="upprepning"))
    assert "o4.kvittens/paminnelse in ärende" in (line := broken(run, "I8"))
    assert "2 fell due and 1 were taken" in line


# ------------------------------------------------------------------------------------------ I9


def test_invariant_9_a_number_in_a_log_of_a_process(run: Path) -> None:
    with (run / "loggar" / "gate.log").open("a") as log:
        log.write(f'{{"event": "x", "who": "{ANNA[2:8]}-{ANNA[8:]}"}}\n')
    assert "loggar/gate.log:2 has number 0 of fakta.json" in broken(run, "I9")


def test_invariant_9_a_number_in_a_topic(run: Path) -> None:
    planted = base64.b64encode(f"om {BO}".encode()).hex()
    change(run, "kafka/samverkan.notis.mora", lambda found: found[1].update(value=planted))
    assert "samverkan.notis.mora 0/1 has number 1 of fakta.json" in broken(run, "I9")


def test_invariant_9_a_number_in_quarantine_and_in_the_vault(run: Path) -> None:
    change(run, "projektion/karantan", lambda found: found[0].update(reason=f"x {DISA.encode().hex()}"))
    change(run, "valv/ansprak", lambda found: found[0].update(value=DISA.encode().hex()))
    line = broken(run, "I9")
    assert "projektion/karantan row 1 has number 2" in line
    assert "valv/ansprak row 1 has number 2" in line


def test_invariant_9_a_number_in_the_body_of_an_error_and_none_in_that_of_an_answer(run: Path) -> None:
    change(run, f"klienter/{UTSATT}", lambda found: found[-1].update(svar={"detail": f"om {ANNA}"}))
    assert f"the answer to {UTSATT}#2 has number 0 of fakta.json" in broken(run, "I9")


def test_invariant_9_a_planted_number_is_found_however_it_is_written() -> None:
    assert sjalvprov([ANNA, BO, DISA]) == []


def test_invariant_9_times_and_other_numbers_are_not_taken_for_one() -> None:
    search = Nummer([ANNA])
    assert search.i(f"1{ANNA[2:]}00 {BO} {ANNA[2:]}9".encode()) == set()
