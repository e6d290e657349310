"""What is wrong with an event in form: which rule it breaks, a stable code, and where. Never the value."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps

from samverkanshub.domain.decision import Reason
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.events import Event
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.varden import quick


@quick
@dataclass(frozen=True, slots=True)
class Brist:
    """A rule broken: `falt` is a JSON pointer from the CloudEvent's root, `detail` lower-case English."""

    regel: str
    kod: str
    falt: str
    detail: str

    def reason(self) -> Reason:
        """The same as a reason of a decision."""
        return Reason(self.regel, self.kod, True)

    def refused(self) -> Refused:
        """The same as intake's refusal; `values` has the rule's id."""
        return Refused(self.detail, falt=self.falt, code=self.kod, regel=self.regel)


Rule = Callable[[Event, Regelverk], Iterable[Brist]]
_OF: dict[Rule, frozenset[str]] = {}


def of(*typer: str) -> Callable[[Rule], Rule]:
    """A rule on the form of these types of event, that says nothing of another."""
    concerned = frozenset(typer)

    def limited(rule: Rule) -> Rule:
        @wraps(rule)
        def asked(event: Event, regelverk: Regelverk) -> Iterable[Brist]:
            return rule(event, regelverk) if event.typ in concerned else ()

        _OF[asked] = concerned
        return asked

    return limited


def concerns(rule: Rule, typ: str) -> bool:
    """May the rule say anything of events of this type?"""
    return rule not in _OF or typ in _OF[rule]
