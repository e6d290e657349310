"""Has a share taken a step? Pure: two counts of so many, of late and before that."""

from math import sqrt
from typing import Final

UPP: Final = "upp"
NER: Final = "ner"
FEWEST: Final = 20
"""Fewer of late, or before, say nothing of a share."""
LEAST: Final = 0.05
"""A step smaller than this is of no use to anybody, however sure it is."""
ERRORS: Final = 3.0
"""How many standard errors of the difference a step is at least: chance alone gives one in some hundred."""


def steg(nu: int, av_nu: int, forr: int, av_forr: int) -> str:
    """`UPP` or `NER` where `nu` of `av_nu` is another share than `forr` of `av_forr`; empty where it may be chance."""
    if av_nu < FEWEST or av_forr < FEWEST:
        return ""
    late, before, all_of = nu / av_nu, forr / av_forr, (nu + forr) / (av_nu + av_forr)
    error = sqrt(all_of * (1 - all_of) * (1 / av_nu + 1 / av_forr))
    if abs(late - before) < max(LEAST, ERRORS * error):
        return ""
    return UPP if late > before else NER
