"""What is wrong with an event in form: which rule it breaks, a stable code, and where. Never the value."""

from dataclasses import dataclass

from samverkanshub.domain.decision import Reason
from samverkanshub.domain.errors import Refused


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
