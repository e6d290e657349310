"""What the pages need from the pipeline beside what the api needs."""

from typing import Protocol

from samverkanshub.entrypoints.http.services import Services
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.ports import Logins


class WebServices(Services, Protocol):
    """Everything `create_web` is given."""

    @property
    def logins(self) -> Logins: ...

    @property
    def regelverk(self) -> Regelverken: ...
