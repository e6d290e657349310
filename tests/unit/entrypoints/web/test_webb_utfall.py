"""What became of something sent, in words: everybody who gets it is told of, and who is told alike is told once."""

from typing import Any

from samverkanshub.domain.actors import Katalog
from samverkanshub.entrypoints.web.utfall import Mottagare, utfall

EMPTY = Katalog({}, {}, {})


def recipient(**more: Any) -> dict[str, Any]:
    return {"roll": "vardcentral", "status": "levererad", "levererat": [], **more}


def told(*recipients: dict[str, Any]) -> tuple[Mottagare, ...]:
    return utfall({"mottagare": recipients}, EMPTY, "sip_kallelse").mottagare


def test_p5_two_that_are_shown_without_name_are_two_also_where_it_went_alike() -> None:
    assert len(told(recipient(begaran="begaran-a"), recipient(begaran="begaran-b"))) == 2


def test_reader_groups_that_are_called_the_same_and_of_which_the_same_is_told_are_told_once() -> None:
    assert len(told(recipient(), recipient())) == 1
