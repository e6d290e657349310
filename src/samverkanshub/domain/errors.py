"""One root for every error the hub raises on purpose, each with a stable `code`."""

from typing import Any


class HubError(Exception):
    """An error with a stable code and the offending values as attributes.

    `detail` is lower-case English that names the input in backticks and never repeats a value that could be personal.
    """

    code = "fel"
    ring = ""
    """Whom to telephone, where the answer to an orosanmälan is this error (B1)."""

    def __init__(self, detail: str, *, falt: str = "", code: str = "", **values: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.falt = falt
        self.code = code or type(self).code
        self.values = values


class Refused(HubError):
    """Intake refuses the input; `falt` is the JSON pointer of what is wrong, `code` the reason."""

    code = "ogiltig"


class Unauthenticated(HubError):
    """The caller did not prove who it is."""

    code = "ej-autentiserad"


class Forbidden(HubError):
    """The caller is known and may not do this."""

    code = "ej-behorig"


class NotFound(HubError):
    """Nothing the caller may know of has this id."""

    code = "finns-ej"


class Conflict(HubError):
    """The same id was used before with other content."""

    code = "annat-innehall"


class Busy(HubError):
    """There is too much to do just now, and nothing was done; `vanta_s` is after how many seconds to ask again."""

    code = "trangsel"


class Undecodable(HubError):
    """The bytes of a record are not an event; pure in bytes and rule set, so that a replay refuses the same."""

    code = "olasbar"


class Halt(HubError):
    """The process must stop: to go on would be to guess."""

    code = "stopp"
