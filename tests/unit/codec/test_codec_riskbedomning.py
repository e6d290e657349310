"""R2: a shared assessment names method, level on the hub's scale, who assessed and when, or is refused by name."""

from copy import deepcopy
from typing import Any

import pytest
from codec_examples import DATA

from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.walk import walk
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.flows.riskbild import LEVELS

TYP = "riskbedomning_delad"
SCHEMA = default_schemas().data(TYP, 1)
METHODS = ("FREDA", "SARA", "PATRIARK", "B-SAFER", "SAVFAM", "annan")


def said(**parts: Any) -> dict[str, Any]:
    """What an assessment says of itself: the example's with these parts in place; None leaves one out."""
    data = {**deepcopy(DATA[TYP]), **parts}
    return {name: value for name, value in data.items() if value is not None}


@pytest.mark.parametrize("metod", METHODS)
@pytest.mark.parametrize("niva", LEVELS)
def test_r2_any_method_and_level_of_the_scale_may_be_named(metod: str, niva: str) -> None:
    found = walk(SCHEMA, said(metod=metod, niva=niva)).koder
    assert (found["metod"], found["niva"]) == (metod, niva)
    assert (found["bedomd_av"], found["bedomd_tid"]) == (DATA[TYP]["bedomd_av"], DATA[TYP]["bedomd_tid"])


@pytest.mark.parametrize(
    ("parts", "code", "falt"),
    [
        ({"metod": None}, "saknas", "/data/metod"),
        ({"niva": None}, "saknas", "/data/niva"),
        ({"bedomd_av": None}, "saknas", "/data/bedomd_av"),
        ({"bedomd_tid": None}, "saknas", "/data/bedomd_tid"),
        ({"metod": "magkänsla"}, "ej-i-lista", "/data/metod"),
        ({"niva": "extrem"}, "ej-i-lista", "/data/niva"),
        ({"niva": 3}, "fel-form", "/data/niva"),
        ({"bedomd_av": "Anna på socialen"}, "fel-form", "/data/bedomd_av"),
        ({"bedomd_tid": "i går"}, "fel-form", "/data/bedomd_tid"),
        ({"bedomd_tid": "2026-03-01T10:00:00"}, "fel-form", "/data/bedomd_tid"),
    ],
    ids=str,
)
def test_r2_without_one_of_them_it_is_refused_naming_it(parts: dict[str, Any], code: str, falt: str) -> None:
    with pytest.raises(Refused) as refused:
        walk(SCHEMA, said(**parts))
    assert (refused.value.code, refused.value.falt) == (code, falt)
