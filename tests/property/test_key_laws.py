"""Laws of dated keys: what is said of one widens nothing for another, and to revoke one never widens at all."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from samverkanshub.domain.actors import Katalog, Nyckel
from samverkanshub.domain.underskrift import FAULTS, REVOKED_KEY, key_fault

IDS = ("a", "b", "c")
DAYS = st.integers(0, 30).map(lambda n: (date(2026, 1, 1) + timedelta(days=n)).isoformat())


def _dated(pair: tuple[str, str], id_: str, aterkallad: bool) -> Nyckel:
    fran, till = sorted(pair)
    return Nyckel(id_, "00", fran, till if till > fran else "", "ed25519", aterkallad)


KEYS = st.lists(
    st.builds(_dated, st.tuples(DAYS, DAYS), st.sampled_from(IDS), st.booleans()), unique_by=lambda key: key.id
)


def katalog(keys: list[Nyckel]) -> Katalog:
    return Katalog({}, {}, {}, nycklar={"mora": tuple(keys)})


def holding(keys: list[Nyckel], day: str) -> set[str]:
    """The keys that sign something that counts on a day."""
    return {id_ for id_ in IDS if not key_fault(katalog(keys), "mora", id_, day)}


@given(KEYS, DAYS, st.sampled_from(IDS))
def test_revoking_a_key_takes_away_that_key_alone_and_never_widens(keys: list[Nyckel], day: str, id_: str) -> None:
    after = [replace(key, aterkallad=True) if key.id == id_ else key for key in keys]
    assert holding(after, day) == holding(keys, day) - {id_}
    if any(key.id == id_ for key in keys):
        assert key_fault(katalog(after), "mora", id_, day) == REVOKED_KEY


@given(KEYS, DAYS, DAYS, st.sampled_from(IDS))
def test_no_dates_make_a_revoked_key_hold(keys: list[Nyckel], day: str, fran: str, id_: str) -> None:
    after = [replace(key, fran=fran, till="", aterkallad=True) if key.id == id_ else key for key in keys]
    assert id_ not in holding(after, day)


@given(KEYS, KEYS, DAYS)
def test_keys_that_overlap_hold_each_by_its_own_dates(keys: list[Nyckel], others: list[Nyckel], day: str) -> None:
    together = [*keys, *(other for other in others if other.id not in {key.id for key in keys})]
    assert holding(together, day) == {id_ for key in together for id_ in holding([key], day)}


@given(KEYS, DAYS, st.sampled_from((*IDS, "")))
def test_what_gate_and_intake_say_of_a_key_agree(keys: list[Nyckel], day: str, id_: str) -> None:
    found = key_fault(katalog(keys), "mora", id_, day)
    assert bool(found) == (katalog(keys).key_of("mora", id_, day) is None)
    assert not found or found in FAULTS
    assert key_fault(katalog(keys), "falun", id_, day)
