"""Paths as a recipient reads them."""

import pytest

from samverkanshub.pipeline.content import dense


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (["/behov/1", "/behov/3", "/syfte"], ["/behov/0", "/behov/1", "/syfte"]),
        (["/behov/10", "/behov/9"], ["/behov/1", "/behov/0"]),
        (["/a/2/b/5", "/a/2/b/7", "/a/4/b/1"], ["/a/0/b/0", "/a/0/b/1", "/a/1/b/0"]),
        (["/vald/1", "/halsa/1"], ["/vald/0", "/halsa/0"]),
        ([], []),
    ],
)
def test_arrays_have_no_gaps(stored, read):
    """T3."""
    found = dense(stored)
    assert [found[vag] for vag in stored] == read
