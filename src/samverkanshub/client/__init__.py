"""The client of an agency's system: keys, tokens, signatures and retries handled."""

from samverkanshub.client.client import Client, Options, health_of
from samverkanshub.client.errors import (
    BusyError,
    ClientError,
    ConflictError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    RefusedError,
    ServerError,
    UnavailableError,
)
from samverkanshub.client.events import Prepared
from samverkanshub.client.models import (
    Assessment,
    AuditPage,
    Duty,
    DutyPage,
    Health,
    InboxPage,
    InboxRow,
    Opened,
    Outcome,
    Receipt,
)
from samverkanshub.client.retry import Retry
from samverkanshub.client.tls import tls_context

__all__ = [
    "Assessment",
    "AuditPage",
    "BusyError",
    "Client",
    "ClientError",
    "ConflictError",
    "Duty",
    "DutyPage",
    "Health",
    "InboxPage",
    "InboxRow",
    "NotAllowedError",
    "NotAuthenticatedError",
    "NotFoundError",
    "Opened",
    "Options",
    "Outcome",
    "Prepared",
    "Receipt",
    "RefusedError",
    "Retry",
    "ServerError",
    "UnavailableError",
    "health_of",
    "tls_context",
]
