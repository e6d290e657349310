"""What fuzzing has found worth keeping is tried at each test run, without Atheris (`make fuzz` draws more)."""

from pathlib import Path

import pytest
from fuzza import KORPUS, NAMES, Korning, main
from mal import FRON, MAL, cloud_event, codec, granskare, intake, signatur

from samverkanshub.codec.canonical import jcs
from samverkanshub.domain.personnummer import contains_personnummer

LARGEST = 8_192


def kept(mal: str) -> list[Path]:
    return sorted((KORPUS / mal).iterdir())


def test_every_target_has_a_corpus_and_each_of_them_a_target() -> None:
    assert set(MAL) == set(FRON) == set(NAMES) == {one.name for one in KORPUS.iterdir()}
    assert all(kept(mal) for mal in MAL)


@pytest.mark.parametrize("mal", MAL)
def test_nothing_that_was_kept_is_more_than_a_fault_of_its_sender(mal: str) -> None:
    for one in kept(mal):
        MAL[mal](one.read_bytes())


@pytest.mark.parametrize("mal", FRON)
def test_nothing_that_it_begins_with_is(mal: str) -> None:
    for content in FRON[mal]().values():
        MAL[mal](content)


def test_the_corpus_is_small_and_about_nobody() -> None:
    for one in KORPUS.rglob("*"):
        if one.is_file():
            content = one.read_bytes()
            assert len(content) <= LARGEST, one
            assert not contains_personnummer(content.decode("latin-1")), one


def test_what_breaks_a_promise_is_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each target can fail."""
    monkeypatch.setattr("mal.check_unsigned", _broken)
    monkeypatch.setattr("mal.decode_decision", _broken)
    monkeypatch.setattr("mal.signing.verify", lambda *_: True)
    monkeypatch.setattr("mal.read_note", _broken)
    message = jcs(cloud_event("avvikelse", {}))
    for target, data in ((intake, message), (codec, b""), (signatur, b""), (granskare, b"x")):
        with pytest.raises((TypeError, AssertionError)):
            target(data)


def _broken(*_: object) -> None:
    raise TypeError


@pytest.mark.parametrize(
    ("crashes", "slut", "antal", "last", "code"),
    [
        ((), 0, 7, "fuzz: 5 targets, 35 runs, 0 crashes", 0),
        ((Path("krasch"),), 77, 7, "fuzz: 5 targets, 35 runs, 5 crashes", 1),
        ((), 1, 0, "fuzz: 5 targets, 0 runs, 0 crashes", 1),
    ],
    ids=["nothing", "a crash", "a target that did not run"],
)
def test_the_last_line_says_what_came_of_it(
    crashes: tuple[Path, ...],
    slut: int,
    antal: int,
    last: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["fuzza.py"])
    monkeypatch.setattr("fuzza.fuzz", lambda mal, *_, behall: Korning(mal, antal, crashes, slut))
    assert main() == code
    assert capsys.readouterr().out.splitlines()[-1] == last
