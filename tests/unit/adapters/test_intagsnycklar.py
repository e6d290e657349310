"""The keys that events are sealed to: in use is the last made, and those before it still open."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from samverkanshub.adapters.intagsnycklar import IntakeKeys, make_key
from samverkanshub.codec.forseglat import seal, unseal
from samverkanshub.domain.errors import Halt


def published(directory: Path) -> ECKey:
    return ECKey.import_key(json.loads(IntakeKeys(directory).public()))


def test_a_new_key_is_in_use_and_the_one_before_it_opens_what_was_sealed_to_it(tmp_path: Path) -> None:
    made = [make_key(tmp_path, "2026-11-23")]
    old = published(tmp_path)
    made.append(make_key(tmp_path, "2026-11-23"))
    new = published(tmp_path)
    keys = IntakeKeys(tmp_path)
    assert not new.is_private
    assert old.thumbprint() != new.thumbprint()
    for key in (old, new):
        assert unseal(seal("u-1", b"{}", "mora", key), "mora", keys.private()).anvandare == "u-1"
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    made[0].unlink()
    assert list(keys.private()) == [new.thumbprint()]
    assert make_key(tmp_path, "2026-11-24").name.startswith("0003.2026-11-24.")


def test_without_a_key_none_is_published(tmp_path: Path) -> None:
    for asked in (IntakeKeys(tmp_path).public, IntakeKeys(tmp_path / "not-mounted").private):
        with pytest.raises(Halt, match="INTAGSNYCKLAR"):
            asked()


@pytest.mark.parametrize("content", [b"", b"no key", ECKey.generate_key("P-384", private=True).as_pem()])
def test_a_file_that_is_no_key_is_named_and_its_content_is_not(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "0001.pem").write_bytes(content)
    with pytest.raises(Halt, match=r"0001\.pem") as halt:
        IntakeKeys(tmp_path).private()
    assert halt.value.__suppress_context__ or halt.value.__cause__ is None
