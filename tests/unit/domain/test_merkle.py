"""Merkle trees against the vectors that Certificate Transparency's own implementations use (RFC 6962)."""

import pytest

from samverkanshub.domain import merkle

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PROOFS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


def hashes(size: int) -> list[bytes]:
    return [merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]


@pytest.mark.parametrize(("size", "expected"), list(enumerate(ROOTS)))
def test_the_root_is_the_known_one(size: int, expected: str) -> None:
    assert merkle.root(hashes(size)).hex() == expected


@pytest.mark.parametrize(("index", "size", "expected"), PROOFS)
def test_the_proof_is_the_known_one(index: int, size: int, expected: list[str]) -> None:
    assert [step.hex() for step in merkle.inclusion_proof(index, hashes(size))] == expected


@pytest.mark.parametrize("size", range(1, 20))
def test_every_leaf_of_every_small_tree_is_proved(size: int) -> None:
    leaves = [merkle.leaf_hash(bytes([index])) for index in range(size)]
    found = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        assert merkle.verify_inclusion(leaf, index, size, merkle.inclusion_proof(index, leaves), found)


@pytest.mark.parametrize("size", range(1, 20))
def test_a_proof_holds_at_no_other_index(size: int) -> None:
    leaves = [merkle.leaf_hash(bytes([index])) for index in range(size)]
    found = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        proof = merkle.inclusion_proof(index, leaves)
        held = [other for other in range(-1, size + 2) if merkle.verify_inclusion(leaf, other, size, proof, found)]
        assert held == [index]


@pytest.mark.parametrize("size", range(1, 20))
def test_a_proof_shorter_or_longer_fails(size: int) -> None:
    leaves = [merkle.leaf_hash(bytes([index])) for index in range(size)]
    found = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        proof = merkle.inclusion_proof(index, leaves)
        assert not merkle.verify_inclusion(leaf, index, size, (*proof, bytes(32)), found)
        assert not proof or not merkle.verify_inclusion(leaf, index, size, proof[:-1], found)


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = hashes(2)
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@pytest.mark.parametrize("index", [-1, 3])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(index, hashes(3))
