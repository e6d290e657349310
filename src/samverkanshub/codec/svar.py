"""What the hub answers, as it is written and as an agency's client reads it: problems, and answers by topic."""

from typing import Any, Final

import msgspec

SLAG: Final = "svar"
"""Of an answer among the notices on an actor's topic, each of which says what it is."""


class Problem(msgspec.Struct, omit_defaults=True):
    """Why something was not done (RFC 9457). `type` is the stable code, `falt` a JSON pointer to what is wrong.

    `regel` cites the rule of RULES.md that refuses, where one does; `ring` is whom to telephone instead (B1).
    """

    type: str
    title: str
    status: int
    detail: str
    falt: str = ""
    regel: str = ""
    ring: str = ""


class DirectAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the hub answers to the record at offset `plats`: as over HTTP, 201 judged, 202 taken, from 400 on a problem.

    `id`: the event's own, empty where the hub could not read it. `vantar`: the hub tries on, and answers again.
    """

    slag: str
    plats: int
    status: int
    id: str = ""
    handelse: str = ""
    arende: str = ""
    dom: str = ""
    varningar: tuple[str, ...] = ()
    ring: str = ""
    problem: Problem | None = None
    vantar: bool = False


def answer(value: bytes) -> DirectAnswer | None:
    """The answer that a record on the topic of notices holds; None where it is a notice."""
    if msgspec.json.decode(value, type=dict[str, Any]).get("slag") != SLAG:
        return None
    return msgspec.json.decode(value, type=DirectAnswer)


def problem_in(body: bytes) -> Problem | None:
    """The problem that the body of an answer is; None where it is none, such as a proxy's page."""
    try:
        return msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
