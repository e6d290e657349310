"""The questions that the rules put to the legal catalogue and the subscriptions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.regelverk import Bestammelse, Prenumeration, Regelverk

OLD = Bestammelse("gammal", "B1", "Äldre", "SoL (2001:453) 14 kap. 1 §", "P", "2002-01-01", "2025-07-01")
NEW = Bestammelse("ny", "B1", "Ny", "SoL (2025:400) 19 kap. 1 §", "V", "2025-07-01")
BROKEN = Bestammelse(
    "osl-10-18c",
    "B2",
    "Till polisen",
    "OSL 10 kap. 18 c §",
    "P",
    "2024-10-01",
    fran_till=(("socialtjanst", "polis"),),
    kategorier=("risk",),
    typer=("riskbedomning_delad",),
)
FORBIDDEN = replace(BROKEN, id="forbud", regel="K10", forbjuder=True, giltig_till="2026-01-01")


def rules() -> Regelverk:
    return Regelverk("d", Katalog({}, {}, {}), (NEW, OLD, BROKEN, FORBIDDEN), frozenset({"risk"}), {})


@pytest.mark.parametrize(("day", "found"), [("2025-06-30", OLD), ("2025-07-01", NEW), ("2001-01-01", None)])
def test_b1_rests_on_the_law_of_the_day(day: str, found: Bestammelse | None) -> None:
    assert rules().provisions("B1", day) == ((found,) if found else ())


@pytest.mark.parametrize(
    ("scheman", "listed"), [(set(), True), ({101}, True), ({101, 102}, True), ({101, 103}, False), ({103}, False)]
)
def test_b7_the_log_may_be_written_with_all_of_some_schemas_or_with_none_of_them(
    scheman: set[int], listed: bool
) -> None:
    listing = replace(rules(), scheman=frozenset({"101:aa", "102:bb"}))
    assert listing.lists(frozenset(scheman)) is listed


def test_provisions_are_sorted_by_id() -> None:
    both = replace(rules(), bestammelser=(NEW, replace(OLD, giltig_till="")))
    assert [row.id for row in both.provisions("B1", "2026-01-01")] == ["gammal", "ny"]


def test_a_provision_is_found_by_id_on_its_days() -> None:
    assert rules().provision("ny", "2026-01-01") == NEW
    assert rules().provision("ny", "2025-06-30") is None
    assert rules().provision("okand", "2026-01-01") is None


def test_k10_only_rows_that_forbid_forbid_and_only_while_they_stand() -> None:
    assert rules().forbidden("2025-12-31") == (FORBIDDEN,)
    assert rules().forbidden("2026-01-01") == ()


@pytest.mark.parametrize(
    ("fran", "till", "kategori", "typ", "covered"),
    [
        ("socialtjanst", "polis", "risk", "riskbedomning_delad", True),
        ("polis", "socialtjanst", "risk", "riskbedomning_delad", False),
        ("socialtjanst", "polis", "halsa", "riskbedomning_delad", False),
        ("socialtjanst", "polis", "risk", "sip_kallelse", False),
    ],
)
def test_b2_a_provision_covers_its_own_direction_category_and_type(
    fran: str, till: str, kategori: str, typ: str, covered: bool
) -> None:
    assert BROKEN.covers(fran, till, kategori, typ) is covered


def test_b2_no_categories_and_no_types_mean_all_but_no_flow_means_none() -> None:
    wide = replace(BROKEN, kategorier=(), typer=())
    assert wide.covers("socialtjanst", "polis", "halsa", "sip_kallelse")
    assert not replace(wide, fran_till=()).covers("socialtjanst", "polis", "halsa", "sip_kallelse")


def test_q1_a_subscription_stands_on_its_days() -> None:
    subscription = Prenumeration("mora.vinr", "riskbedomning_delad", ("mora",), "2024-10-01", "2026-01-01")
    assert subscription.in_force("2025-12-31")
    assert not subscription.in_force("2026-01-01")


def test_a_replay_of_many_years_is_answered_by_the_law_of_each_day() -> None:
    """What was found of earlier days is let go of when there is much of it, and found again."""
    regelverk = rules()
    days = [(date(2024, 1, 1) + timedelta(days=number)).isoformat() for number in range(1200)]
    laws = [regelverk.provisions("B1", day) for day in (*days, *days)]
    assert laws == [(OLD,) if day < "2025-07-01" else (NEW,) for day in (*days, *days)]
