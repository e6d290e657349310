"""A personnummer is found wherever it stands, however it is written (I9 of docs/fel.md)."""

import base64
from pathlib import Path

from granskare.nummer import Nummer, sjalvprov
from korning_i_minne import ANNA, BO, DISA, UTSATT
from skada import broken, change


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
