"""Rows as CSV: no cell of it is a formula to a spreadsheet."""

from typing import Any

import pytest

from samverkanshub.codec.tabell import to_csv


@pytest.mark.parametrize(
    ("value", "written"),
    [("=1+1", "'=1+1"), (["-Ab", "c"], "'-Ab c"), (("@a",), "'@a"), ("a=1", "a=1"), (["a", "-b"], "a -b"), (-3, "-3")],
)
def test_what_a_spreadsheet_would_compute_is_text(value: Any, written: str) -> None:
    assert to_csv(("a",), [{"a": value}]).decode() == f"a\r\n{written}\r\n"
