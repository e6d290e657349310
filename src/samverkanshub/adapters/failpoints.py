"""Named places where a test makes the process die, stall or fail. Without a specification every one does nothing."""

import asyncio
import os
import re
import signal
from collections import Counter
from dataclasses import dataclass

_RULE = re.compile(r"(?P<name>[a-z0-9.-]+)=(?P<action>[a-z]+)(:(?P<seconds>\d+(\.\d+)?))?(@(?P<nth>[1-9]\d*))?")
_ACTIONS = frozenset({"kill", "sleep", "raise"})


class FailpointError(Exception):
    """What the action `raise` raises: no error that the hub knows of."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens at a failpoint: at every pass, or at the `nth` alone (from 1; 0 is every)."""

    name: str
    action: str
    seconds: float = 0.0
    nth: int = 0

    def applies(self, passed: int) -> bool:
        """Does it act at this pass?"""
        return self.nth in (0, passed)


class Failpoints:
    """Failpoints from a specification such as `gate.efter-commit=kill@3,api.fore-append=sleep:3,x=raise`.

    `kill` is SIGKILL to this very process, `sleep:S` waits so many seconds, `raise` raises `FailpointError`; `@N` acts
    at the Nth pass alone. A specification that cannot be read raises `ValueError` naming the part.
    """

    def __init__(self, spec: str = "") -> None:
        parts = (part.strip() for part in spec.split(","))
        self._rules = tuple(_parse(part) for part in parts if part)
        self._passed: Counter[str] = Counter()

    async def __call__(self, name: str) -> None:
        """Pass the failpoint `name`."""
        if not self._rules:
            return
        self._passed[name] += 1
        for rule in self._rules:
            if rule.name == name and rule.applies(self._passed[name]):
                await _act(rule)


def _parse(part: str) -> Rule:
    found = _RULE.fullmatch(part)
    if found is None:
        raise ValueError(f"failpoint `{part}` is not of the form `name=action[:seconds][@nth]`")
    rule = Rule(found["name"], found["action"], float(found["seconds"] or 0), int(found["nth"] or 0))
    if rule.action not in _ACTIONS:
        raise ValueError(f"failpoint `{rule.name}` has the unknown action `{rule.action}`")
    if (rule.action == "sleep") != (found["seconds"] is not None):
        raise ValueError(f"failpoint `{rule.name}`: `sleep` takes seconds, and nothing else does")
    return rule


async def _act(rule: Rule) -> None:
    if rule.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif rule.action == "sleep":
        await asyncio.sleep(rule.seconds)
    else:
        raise FailpointError(rule.name)
