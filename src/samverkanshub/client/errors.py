"""What a call can raise: one class per kind of answer, each with the hub's stable code, field and telephone number."""

from typing import Final

from samverkanshub.codec.svar import problem_in
from samverkanshub.domain.errors import HubError, Refused


class ClientError(HubError):
    """The hub did not do what was asked. `status` is HTTP's, 0 where no answer came or nothing was sent.

    `ring` is the number to telephone instead, where the hub gave one (orosanmälan); `falt` a JSON pointer; `regel`
    the rule of RULES.md that refuses.
    """

    code = "klientfel"

    def __init__(
        self, detail: str, *, status: int = 0, code: str = "", falt: str = "", regel: str = "", ring: str = ""
    ) -> None:
        super().__init__(detail, falt=falt, code=code)
        self.status = status
        self.regel = regel
        self.ring = ring


class RefusedError(ClientError):
    """The input is wrong; sending it again will not help."""


class NotAuthenticatedError(ClientError):
    """The hub does not accept who the caller says it is."""


class NotAllowedError(ClientError):
    """The caller is known and may not do this."""


class NotFoundError(ClientError):
    """There is nothing the caller may know of under this id."""


class ConflictError(ClientError):
    """The id was used before with other content."""


class UnavailableError(ClientError):
    """No answer, or none yet. An event may have been appended: send the same `Prepared` again to learn."""

    code = "ej-tillganglig"


class BusyError(UnavailableError):
    """The hub had too much to do, still after the retries. Nothing was done."""


class ServerError(ClientError):
    """The hub failed."""


_BY_STATUS: Final[dict[int, type[ClientError]]] = {
    401: NotAuthenticatedError,
    403: NotAllowedError,
    404: NotFoundError,
    409: ConflictError,
    429: BusyError,
    502: UnavailableError,
    503: UnavailableError,
    504: UnavailableError,
}


def error_of(status: int, body: bytes) -> ClientError:
    """The error an answer stands for. A body that is no problem document (a proxy's page) is not repeated."""
    kind, problem = _class_of(status), problem_in(body)
    if problem is None:
        return kind(f"the hub answered with status {status}", status=status, code=f"http-{status}")
    given = {"falt": problem.falt, "regel": problem.regel, "ring": problem.ring}
    return kind(problem.detail, status=status, code=problem.type, **given)


def refused(error: Refused) -> RefusedError:
    """A refusal made here, before anything was sent, by the same pure functions that the hub uses."""
    return RefusedError(error.detail, code=error.code, falt=error.falt, regel=str(error.values.get("regel", "")))


def _class_of(status: int) -> type[ClientError]:
    return _BY_STATUS.get(status, ServerError if status >= 500 else RefusedError)
