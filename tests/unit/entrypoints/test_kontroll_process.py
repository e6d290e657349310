"""What a check's process tells: how far it has come, now and then, and what it found in codes."""

import msgspec
import pytest

from samverkanshub.entrypoints.kontroll import judged, signed
from samverkanshub.entrypoints.teller import Teller
from samverkanshub.pipeline.kontroll import EJ_PROVAD, LIKA, SKILJER, Funnet, Rapport
from samverkanshub.pipeline.replay import Difference, Replayed
from samverkanshub.verifier import Finding, Verified


def test_a_sound_log_is_told_with_its_root() -> None:
    found = signed(0, Verified("hub/omrade/0", 9, b"\x01" * 32, 9, 9, 9))
    assert (found.utfall, found.provat, found.poster, found.beslut, found.plats) == (LIKA, 9, 9, 9, -1)
    assert found.rot.endswith("=")


def test_what_is_not_as_it_was_signed_is_told_by_place_and_kind_alone() -> None:
    found = signed(1, Verified("hub/omrade/1", 9, b"\x01" * 32, finding=Finding("leaf", 4, "why", "tile/0")))
    assert found == Funnet(1, SKILJER, skiljer=1, plats=4, vad=("leaf",))
    assert signed(1, Verified("hub/omrade/1", failure="no tree")).utfall == EJ_PROVAD


def test_what_was_judged_again_is_the_same_differs_or_was_not_compared() -> None:
    assert judged(Replayed(0, 9, 9, compared=5)) == Funnet(0, LIKA, 5)
    differs = Replayed(0, 9, 9, compared=5, differing=2, first=Difference(3, ("record",)))
    assert judged(differs) == Funnet(0, SKILJER, 5, skiljer=2, plats=3, vad=("record",))
    assert judged(Replayed(0, 9, 9)).utfall == EJ_PROVAD


def test_it_tells_how_far_it_has_come_and_at_the_end_what_it_found(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    teller = Teller(Rapport)
    teller.more(10)
    for _ in range(5):
        teller.done(1)
    teller.found([Funnet(0, LIKA, 5)])
    told = [msgspec.json.decode(line, type=Rapport) for line in capsysbinary.readouterr().out.splitlines()]
    assert told[-1] == Rapport(5, 10, (Funnet(0, LIKA, 5),))
    assert all(one.funnet is None and one.av == 10 for one in told[:-1])
    assert len(told) < 6
