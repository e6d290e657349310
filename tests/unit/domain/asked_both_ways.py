"""Every question that a test puts is put to all the rules too: which are asked may change no answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from samverkanshub.domain import messages, rules
from samverkanshub.domain.fraga import Dom, Fraga

_judge = rules.judge


def judged(fraga: Fraga, asked: rules.Asked) -> Dom:
    """The answer of the rules that are asked, which must be that of all of them."""
    dom = _judge(fraga, asked)
    everything = rules.Asked(duty=True, bases=rules.BASES, hindrances=rules.HINDRANCES)
    assert dom == _judge(fraga, everything), f"a rule was not asked: {dom.reasons}"
    return dom


@contextmanager
def checked() -> Iterator[None]:
    """While it lasts."""
    with patch.object(messages, "judge", judged):
        yield
