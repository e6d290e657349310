"""Events as they are sent, as much of them as is looked at before they are let in."""

import json
from typing import Any


def event(typ: str, **data: Any) -> bytes:
    """One of a type, about somebody in Mora."""
    return json.dumps({"data": {"kommun": "mora", **data}, "type": f"se.samverkanshub.{typ}.v1"}).encode()
