"""The OpenAPI document at `/schema`: what the code cannot say of itself."""

from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import msgspec
from litestar import Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    Operation,
    Reference,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType

from samverkanshub.codec.cloudevents import SIGNING
from samverkanshub.entrypoints.http.auth import OPEN
from samverkanshub.entrypoints.http.problems import PROBLEM_JSON, Problem, titles

_TITLES: Final = titles()
_PROBLEM_MEDIA: Final[Any] = PROBLEM_JSON
_TEXT: Final = Schema(type=OpenAPIType.STRING)


def _event(title: str, *required: str) -> Schema:
    return Schema(
        type=OpenAPIType.OBJECT,
        title=title,
        required=["specversion", "id", "source", "type", "data", *required],
        properties=_ATTRIBUTES,
        additional_properties=False,
    )


_ATTRIBUTES: Final[dict[str, Reference | Schema]] = {
    "specversion": Schema(const="1.0"),
    "id": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID),
    "source": Schema(type=OpenAPIType.STRING, description="the sender's reader group"),
    "type": Schema(type=OpenAPIType.STRING, pattern=r"^se\.samverkanshub\.[a-z_]+\.v[0-9]+$"),
    "time": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE_TIME),
    "datacontenttype": Schema(const="application/json"),
    "data": Schema(type=OpenAPIType.OBJECT, description="as the type's schema in `schemas/avro` says"),
    "saltfro": _TEXT,
    "nyckelid": _TEXT,
    "signatur": _TEXT,
}
_TOKEN: Final = SecurityScheme(
    type="http",
    scheme="bearer",
    bearer_format="JWT (EdDSA or ES256)",
    description="Signed with the actor's own key and used once; where the hub asks for client certificates, over a "
    "connection with one of that actor's.",
)
_EVENT: Final = _event("CloudEvent", *SIGNING)
_UNSIGNED: Final = _event("UnsignedCloudEvent")


@dataclass
class PublishOperation(Operation):
    """`POST /handelser` reads its bytes as they are, so its body is described here."""

    def __post_init__(self) -> None:
        self.request_body = _body(_EVENT)


@dataclass
class AssessOperation(Operation):
    """`POST /bedomning` takes the same, and needs no signature; where it has one, it is checked."""

    def __post_init__(self) -> None:
        self.request_body = _body(_UNSIGNED)


def _body(schema: Schema) -> RequestBody:
    media = OpenAPIMediaType(schema=schema)
    return RequestBody(content={"application/cloudevents+json": media, "application/json": media}, required=True)


ANYBODY: Final[list[dict[str, list[str]]]] = [{}]
"""The security of a route that needs no token."""


def errors(*statuses: int) -> dict[int, ResponseSpec]:
    """The problems a route may answer with, besides those that every route with a token has."""
    return {status: _problem(status) for status in sorted({401, 403, 429, 431, 503, *statuses})}


def also(status: int, model: type, described: str) -> dict[int, ResponseSpec]:
    """A second answer that is no error."""
    return {status: ResponseSpec(model, generate_examples=False, description=described)}


def _problem(status: int) -> ResponseSpec:
    described = _TITLES[status] + (" (`retry-after`: in how many seconds to ask again)" if status in (429, 503) else "")
    return ResponseSpec(Problem, generate_examples=False, description=described, media_type=_PROBLEM_MEDIA)


class _Strictly:
    """Renders the document with no members but those that are named, of bodies that are read so."""

    def __init__(self, strict: Collection[type[msgspec.Struct]]) -> None:
        self._strict = {one.__name__ for one in strict if one.__struct_config__.forbid_unknown_fields}

    def made(self, document: dict[str, Any]) -> dict[str, Any]:
        """The same document; what it says is made once, and said so from then on."""
        for schema in document["components"]["schemas"].values():
            if schema.get("title") in self._strict:
                schema["additionalProperties"] = False
        return document


class _Json(JsonRenderPlugin):
    def __init__(self, strictly: _Strictly) -> None:
        super().__init__()
        self._strictly = strictly

    def render(self, request: Any, openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, self._strictly.made(openapi_schema))


class _Yaml(YamlRenderPlugin):
    def __init__(self, strictly: _Strictly) -> None:
        super().__init__()
        self._strictly = strictly

    def render(self, request: Any, openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, self._strictly.made(openapi_schema))


def openapi(*bodies: type[msgspec.Struct]) -> OpenAPIConfig:
    """The document as JSON at `/schema` and `/schema/openapi.json`; no page, since those fetch scripts.

    `bodies`: what is read strictly of what is sent, which the framework does not say.
    """
    strictly = _Strictly(bodies)
    return OpenAPIConfig(
        title="Samverkanshub",
        version=version("samverkanshub"),
        description="Consent-bound messages between agencies that protect people from violence in close relations.",
        use_handler_docstrings=True,
        render_plugins=[_Json(strictly), _Yaml(strictly)],
        openapi_router=Router(path="/schema", route_handlers=[], opt={OPEN: True}, include_in_schema=False),
        security=[{"token": []}],
        components=Components(security_schemes={"token": _TOKEN}),
    )
