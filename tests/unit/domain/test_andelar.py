"""A share takes a step when it is another than before by more than chance, and by enough to matter."""

import pytest

from samverkanshub.domain.andelar import NER, UPP, steg


@pytest.mark.parametrize(
    ("nu", "av_nu", "forr", "av_forr", "found"),
    [
        (50, 100, 70, 700, UPP),
        (1, 100, 350, 700, NER),
        (12, 100, 70, 700, ""),
        (19, 19, 0, 700, ""),
        (20, 20, 0, 19, ""),
        (20, 20, 0, 20, UPP),
        (5_400, 100_000, 50_000, 1_000_000, ""),
        (0, 100, 0, 700, ""),
        (100, 100, 700, 700, ""),
    ],
)
def test_a_step_is_more_than_chance_and_enough_to_matter(
    nu: int, av_nu: int, forr: int, av_forr: int, found: str
) -> None:
    assert steg(nu, av_nu, forr, av_forr) == found
