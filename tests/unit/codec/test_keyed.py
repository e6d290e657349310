"""HMAC under a key taken in once gives what the library gives."""

import hmac

import pytest

from samverkanshub.codec.keyed import Keyed


@pytest.mark.parametrize("size", [0, 1, 32, 63, 64, 65, 200])
def test_it_is_the_hmac_of_the_library_for_a_key_of_any_length_and_again_and_again(size: int) -> None:
    key = bytes(range(size))
    keyed = Keyed(key)
    for content in (b"", b"mora.vinr\0/behov/0", bytes(300), b""):
        assert keyed.digest(content) == hmac.digest(key, content, "sha256")
