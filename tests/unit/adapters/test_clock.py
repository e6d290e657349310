"""Clocks give milliseconds since the epoch."""

import pytest

from samverkanshub.adapters.clock import ManualClock, SystemClock


def test_the_systems_clock_is_moved_by_its_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samverkanshub.adapters.clock.time.time_ns", lambda: 1_750_000_000_123_456_789)
    assert SystemClock().now_ms() == 1_750_000_000_123
    assert SystemClock(-123).now_ms() == 1_750_000_000_000
    assert SystemClock(86_400_000).now_ms() == 1_750_086_400_123


def test_a_manual_clock_stands_still_until_moved() -> None:
    clock = ManualClock(5)
    assert clock.now_ms() == clock.now_ms() == 5
    clock.advance(10)
    assert clock.now_ms() == 15
    clock.set(3)
    assert clock.now_ms() == 3
