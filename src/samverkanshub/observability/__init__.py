"""What the hub's processes say of themselves, without saying anything of a person."""

from samverkanshub.observability.logs import configure_logging
from samverkanshub.observability.redaction import REDACTED, redact

__all__ = ["REDACTED", "configure_logging", "redact"]
