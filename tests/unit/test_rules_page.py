"""docs/rules.md: every rule has source, mark, function and test, and the page says so."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def rules_page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_rules", DOCS / "make_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_rule_has_source_mark_function_and_test_and_the_page_is_up_to_date(
    rules_page: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rules_page.main(["--check"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    ("doc", "ids"),
    [
        ("K2: at most a year.", ("K2",)),
        ("K2, K4: past its end.", ("K2", "K4")),
        ("B3, K1-K3, K9: consent in force.", ("B3", "K1", "K2", "K3", "K9")),
        ("V1.", ("V1",)),
        ("O2 under B4, or an alarm.", ()),
        ("See K2: that is where.", ()),
        ("", ()),
    ],
)
def test_a_docstring_enforces_the_rules_it_begins_with(rules_page: ModuleType, doc: str, ids: tuple[str, ...]) -> None:
    assert rules_page.cited(doc) == ids


ROW = {"regel": "says", "kalla": "somewhere", "marke": "P"}


def test_a_rule_without_function_or_test_is_a_fault(rules_page: ModuleType) -> None:
    assert rules_page.faults({"K2": ROW}, {"K2": ["f"]}, {"K2": ["t"]}) == []
    assert rules_page.faults({"K2": ROW}, {}, {"K2": ["t"]}) == ["`K2` has no function"]
    assert rules_page.faults({"K2": ROW}, {"K2": ["f"]}, {}) == ["`K2` has no test"]


@pytest.mark.parametrize("name", sorted(ROW))
def test_a_rule_without_words_source_or_mark_is_a_fault(rules_page: ModuleType, name: str) -> None:
    row = {**ROW, name: ""}
    assert rules_page.faults({"K2": row}, {"K2": ["f"]}, {"K2": ["t"]}) == [f"`K2` has no {name}"]


def test_an_id_that_is_no_rule_is_a_fault(rules_page: ModuleType) -> None:
    assert rules_page.faults({}, {"K99": ["f"]}, {"K98": ["t"]}) == [
        "`K98` is cited and is no rule",
        "`K99` is cited and is no rule",
    ]


def test_only_what_is_all_built_later_may_lack_anything(rules_page: ModuleType) -> None:
    assert rules_page.faults({"T2": {**ROW, "senare": "all of it waits"}}, {}, {}) == []
    assert rules_page.faults({"T2": {**ROW, "senare": "a list waits"}}, {}, {}) == [
        "`T2` has no function",
        "`T2` has no test",
    ]
