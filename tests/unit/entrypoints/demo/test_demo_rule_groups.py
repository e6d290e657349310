"""Each group of rules has a case in the demo, whose expected results say something that the rule alone makes of it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from samverkanshub import resources
from samverkanshub.entrypoints.demo import cases, run

SHOWN = [
    # rule, case, what its expected results say
    ("B0", "06-riskbedomning-till-polisen", "B0 samtycke-saknas"),
    ("B1", "35-samtal-noterat", "ring"),
    ("B2", "20-lagrum-till-polisen", "B2 utredning-ej-oppen-hos-mottagaren"),
    ("K3", "01-sip-med-undantag", "K3 undantag"),
    ("K5", "23-samtycket-ges-fritt", "/data/dokumenterat"),
    ("K8", "09-barn-med-tva-vardnadshavare", "K8 vardnadshavare-saknas"),
    ("K11", "23-samtycket-ges-fritt", "K11 samtycke-ej-fritt"),
    ("O2", "03-orosanmalan-barnahus", "utan_uppgifter"),
    ("O4", "35-samtal-noterat", "samtal-noterat"),
    ("O5", "30-aterkoppling-till-anmalaren", "aterkoppling-inledd"),
    ("O6", "37-vem-som-anmaler", "anmalningsskyldig-anonym"),
    ("R1", "20-lagrum-till-polisen", "bestammelse-osl-10-21"),
    ("R3", "34-avvikande-riskbild", "avvikande-riskbild"),
    ("S1", "54-sip-med-bada-huvudman", "huvudman-saknas"),
    ("S3", "52-vardnadshavare-som-inte-kallas", "/data/skal"),
    ("S7", "54-sip-med-bada-huvudman", "S7 narstaende-kallas-ej"),
    ("N1", "50-kontaktformedling", "ring-112"),
    ("A1", "10-avvikelse-mora-och-regionen", "inget-identifierande"),
    ("A3", "32-tillfalligt-ansvar", "ansvar-overenskommet"),
    ("P1", "05-skydd-mellan-sandning-och-oppning", "muntligen"),
    ("P6", "14-hushallets-skydd", "far-ej-registrera"),
    ("V1", "08-en-enhet-tva-lasargrupper", "V1 arbetar-med-utovare"),
    ("V4", "36-ett-arende-byter-hand", "visa-ej-for-misstankt"),
    ("V5", "54-sip-med-bada-huvudman", "fel-person-for-kallan"),
    ("V7", "33-javig-handlaggare", "V7 javig"),
    ("F1", "36-ett-arende-byter-hand", "far-ej-registrera"),
    ("H1", "36-ett-arende-byter-hand", "H1 overlamning-ej-godtagen"),
    ("H2", "36-ett-arende-byter-hand", "avslut-utan-efterfoljare"),
    ("D1", "36-ett-arende-byter-hand", "D1 ej-oppnad"),
    ("Q1", "42-prenumeration-ger-ingen-ratt", "okand-mottagare"),
    ("Q2", "41-aterkallat-och-rattat", "rattad-oppnad"),
    ("T3", "13-annans-leverans", "finns-ej"),
]
WITHOUT = {
    "B7": "a record that cannot be read is nothing that a sender can send",
    **dict.fromkeys(("G1", "G2", "G3"), "only operators erase, and no earlier than years after"),
    "K10": "the regelverk as shipped names no forbidden flow",
    "T2": "not built yet",
    "T4": "not built yet",
}
"""Rules that no case shows, and why."""
CASES = {case.fil: case for case in cases.load(run.directory())}
RULES = yaml.safe_load((resources.root() / "docs" / "regler.yaml").read_text(encoding="utf-8"))


def group(rule: str) -> str:
    """The letter of a rule's group."""
    return re.sub(r"\d+", "", rule)


def words(result: Any) -> Iterator[str]:
    """Every key and text of an expected result."""
    if isinstance(result, dict):
        for key, value in result.items():
            yield key
            yield from words(value)
    elif isinstance(result, list):
        for one in result:
            yield from words(one)
    else:
        yield str(result)


@pytest.mark.parametrize("wanted", sorted({group(rule) for rule in RULES if rule not in WITHOUT}))
def test_every_group_of_rules_has_a_case(wanted: str) -> None:
    assert [row for row in SHOWN if group(row[0]) == wanted]


@pytest.mark.parametrize(("rule", "fil", "said"), SHOWN, ids=[f"{rule} {fil}" for rule, fil, _ in SHOWN])
def test_the_case_names_the_rule_and_its_expected_results_show_it(rule: str, fil: str, said: str) -> None:
    assert rule in CASES[fil].regler
    assert said in {word for result in CASES[fil].vantat for word in words(result)}


def test_the_cases_name_every_rule_but_those_that_they_cannot_show() -> None:
    named = {rule for case in CASES.values() for rule in case.regler}
    assert set(RULES) - named == set(WITHOUT)
    assert named <= set(RULES)


def test_every_step_has_an_expected_result() -> None:
    assert [case.fil for case in CASES.values() if len(case.vantat) != len(case.steg)] == []
