"""Signed notes and checkpoints: the specifications' own examples, and everything that they say must be refused."""

from base64 import b64encode

import pytest
from publishing import KEY, ORIGIN, SIGNER, VKEY, flip, leaf_rows, noted

from samverkanshub.codec import checkpoint
from samverkanshub.codec.keys import private_key
from samverkanshub.domain.tlog import Head
from samverkanshub.verifier.note import MOST_BYTES, Key, read_checkpoint, read_key, read_note, verify_note

# From the specification, C2SP signed-note.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYj"
    "OBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
ANOTHER = "— other.example/logg AAAAAQID\n"


def note(text: str, *lines: str) -> bytes:
    return (text + "\n" + "".join(lines)).encode()


def line(text: str, name: str = ORIGIN, key: Key = KEY) -> str:
    return f"— {name} {b64encode(key.id + SIGNER.sign(text.encode())).decode()}\n"


def test_the_specifications_example() -> None:
    assert verify_note(EXAMPLE.encode(), read_key(EXAMPLE_KEY)) == b"This is an example message.\n"


def test_every_flipped_bit_of_the_example_is_noticed() -> None:
    key, content = read_key(EXAMPLE_KEY), EXAMPLE.encode()
    for at in range(len(content)):
        for bit in range(8):
            with pytest.raises(ValueError, match=r"\w"):
                verify_note(flip(content, at, bit), key)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        EXAMPLE_KEY.replace("foo", "bar"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("+AekyeR", "+BOkyeR"),
        EXAMPLE_KEY[:-4],
        EXAMPLE_KEY.replace("example.com/foo", "example.com foo"),
        EXAMPLE_KEY.replace("example.com/foo", ""),
    ],
)
def test_a_key_that_is_none_is_refused(vkey: str) -> None:
    with pytest.raises(ValueError, match=r"verifier key|base64"):
        read_key(vkey)


def test_a_key_is_read_with_a_plus_in_its_base64() -> None:
    seeds = (bytes([n]) * 32 for n in range(256))
    vkeys = (checkpoint.verifier_key("a", private_key(seed).public_key().public_bytes_raw()) for seed in seeds)
    vkey = next(vkey for vkey in vkeys if vkey.count("+") > 2)
    assert read_key(vkey + "\n").name == "a"


def test_signatures_of_keys_that_are_not_known_say_nothing() -> None:
    text = "text\n"
    known = line(text)
    stranger = f"— {ORIGIN} {b64encode(b'1234' + bytes(64)).decode()}\n"
    namesake = f"— other.example {b64encode(KEY.id + bytes(64)).decode()}\n"
    assert verify_note(note(text, ANOTHER, stranger, namesake, known), KEY) == b"text\n"
    with pytest.raises(ValueError, match="not signed by the key"):
        verify_note(note(text, ANOTHER, stranger, namesake), KEY)


def test_a_known_key_must_have_signed_every_time_it_says_so() -> None:
    with pytest.raises(ValueError, match="not one of its text"):
        verify_note(note("text\n", line("text\n"), line("another\n")), KEY)


def test_as_many_signatures_as_the_specification_asks_for() -> None:
    large = f"— other.example {b64encode(bytes(5000)).decode()}\n"
    assert verify_note(note("text\n", *[large] * 15, line("text\n")), KEY) == b"text\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"text\n",
        b"text\n\n",
        b"text\n" + line("text\n").encode(),
        note("text\n", line("text\n"))[:-1],
        note("te\rxt\n", line("te\rxt\n")),
        note("te\txt\n", line("te\txt\n")),
        note("te\0xt\n", line("te\0xt\n")),
        note("text\n", line("text\n")).replace(b"t", b"\xff", 1),
        note("text\n", line("text\n").replace("—", "-")),
        note("text\n", line("text\n", name="a+b")),
        note("text\n", line("text\n", name="a\u2003b")),
        note("text\n", f"—  {b64encode(bytes(68)).decode()}\n"),
        note("text\n", line("text\n").replace("=", "")),
        note("text\n", line("text\n"), "\n"),
        note("text\n", "— a AAAAAA==\n"),
        note("text\n", *[ANOTHER] * 101),
        note("x" * MOST_BYTES + "\n", line("x" * MOST_BYTES + "\n")),
    ],
)
def test_what_is_not_formed_as_a_note_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_note(content)


def test_a_text_may_have_empty_lines() -> None:
    text = "one\n\ntwo\n"
    assert verify_note(note(text, line(text)), KEY) == text.encode()


# ------------------------------------------------------------------------------------------ checkpoints


def test_a_checkpoint_of_the_notarys() -> None:
    found = read_checkpoint(checkpoint.signed(ORIGIN, Head(7, bytes(32)), SIGNER.public, SIGNER.sign), KEY)
    assert (found.origin, found.size, found.root) == (ORIGIN, 7, bytes(32))


ROOT = b64encode(bytes(32)).decode()


def test_a_checkpoint_may_have_extensions() -> None:
    text = f"{ORIGIN}\n0\n{ROOT}\nmore\n"
    assert read_checkpoint(note(text, line(text)), KEY).size == 0


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n7\n",
        f"{ORIGIN}\n\n{ROOT}\n",
        f"{ORIGIN}\n07\n{ROOT}\n",
        f"{ORIGIN}\n-7\n{ROOT}\n",
        f"{ORIGIN}\n+7\n{ROOT}\n",
        f"{ORIGIN}\n٧\n{ROOT}\n",
        f"{ORIGIN}\n{10**19}\n{ROOT}\n",
        f"{ORIGIN}\n7\n{ROOT[:-4]}\n",
        f"{ORIGIN}\n7\n{ROOT.replace('A=', 'B=')}\n",
        f"{ORIGIN}\n7\n{ROOT}\n\nmore\n",
        f"\n7\n{ROOT}\n",
        f"other.example\n7\n{ROOT}\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_of_this_log_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_checkpoint(note(text, line(text)), KEY)


def test_another_logs_key_signs_nothing_here() -> None:
    other = private_key(bytes(32)).public_key().public_bytes_raw()
    files = noted(leaf_rows(3), 3)
    with pytest.raises(ValueError, match="not signed by the key"):
        read_checkpoint(files.content["checkpoint"], read_key(checkpoint.verifier_key(ORIGIN, other)))
    assert read_checkpoint(files.content["checkpoint"], read_key(VKEY)).size == 3
