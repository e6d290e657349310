"""Puts the limits that are to be on Kafka's users in place of those that are (quotas). aiokafka cannot set any."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import DescribeClientQuotasRequest
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Float64, Int16, Int32, Schema, String

from samverkanshub.adapters.kafka.admin import admin
from samverkanshub.adapters.kafka.broker import Address
from samverkanshub.rattigheter import PREFIX

USER: Final = "user"
"""Kafka's own word of what a limit is on."""
Entity = tuple[tuple[str, str | None], ...]
"""What a limit is on, as Kafka says it: kinds with names, of which none is all of a kind."""


class Grans(NamedTuple):
    """A limit as Kafka has it."""

    entity: Entity
    namn: str
    varde: float

    @property
    def ours(self) -> bool:
        """Is it on a user of the hub's? One on such a user's client is too: it goes before the user's own."""
        return any(kind == USER and (name or "").startswith(PREFIX) for kind, name in self.entity)


async def put_quotas(address: Address, kvoter: Mapping[str, Mapping[str, float]]) -> int:
    """Put these limits on the hub's users and no others; returns how many users' were otherwise. Twice is nothing.

    Raises `Unavailable`, also where the user may not.
    """
    async with admin(address) as client:
        missing, surplus = await _compared(client, kvoter)
        if missing or surplus:
            await _put(client, missing, surplus)
    return _users(missing | surplus)


async def compare_quotas(address: Address, kvoter: Mapping[str, Mapping[str, float]]) -> int:
    """How many users' limits `put_quotas` would change. Raises `Unavailable`, also where the user may not see."""
    async with admin(address) as client:
        missing, surplus = await _compared(client, kvoter)
    return _users(missing | surplus)


async def _compared(
    client: AIOKafkaAdminClient, kvoter: Mapping[str, Mapping[str, float]]
) -> tuple[set[Grans], set[Grans]]:
    wanted = {Grans(((USER, user),), *limit) for user, limits in kvoter.items() for limit in limits.items()}
    ours = {limit for limit in await _found(client) if limit.ours}
    return wanted - ours, ours - wanted


def _users(limits: Iterable[Grans]) -> int:
    return len({dict(limit.entity)[USER] for limit in limits})


async def _found(client: AIOKafkaAdminClient) -> list[Grans]:
    # By nothing in particular, and with whatever else: all there are.
    found: Any = await client._send_to_controller(DescribeClientQuotasRequest([], False))
    # First, since an answer that says no has no entries, which aiokafka does not take.
    if found.error_code:
        raise for_code(found.error_code)()
    return [
        Grans(tuple(sorted((part["entity_type"], part["entity_name"]) for part in entry["entity"])), *value.values())
        for entry in found.to_object()["entries"]
        for value in entry["values"]
    ]


async def _put(client: AIOKafkaAdminClient, missing: set[Grans], surplus: set[Grans]) -> None:
    answer = (await client._send_to_controller(_Alter(missing, surplus))).to_object()
    for outcome in answer["entries"]:
        if outcome["error_code"]:
            raise for_code(outcome["error_code"])()


_TEXT: Final = String("utf-8")
_ENTITY: Final = Array(("entity_type", _TEXT), ("entity_name", _TEXT))


class _Altered_v0(Response):
    API_KEY = 49
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("entries", Array(("error_code", Int16), ("error_message", _TEXT), ("entity", _ENTITY))),
    )


class _Alter_v0(RequestStruct):
    API_KEY = 49
    API_VERSION = 0
    RESPONSE_TYPE = _Altered_v0
    SCHEMA = Schema(
        (
            "entries",
            Array(("entity", _ENTITY), ("ops", Array(("key", _TEXT), ("value", Float64), ("remove", Boolean)))),
        ),
        ("validate_only", Boolean),
    )


class _Alter(Request[_Alter_v0]):
    """Kafka's AlterClientQuotas. What is set anew is not taken away first."""

    API_KEY: ClassVar[int] = 49

    def __init__(self, missing: Iterable[Grans], surplus: Iterable[Grans]) -> None:
        changes = {(limit.entity, limit.namn): (limit.namn, 0.0, True) for limit in surplus}
        changes |= {(limit.entity, limit.namn): (limit.namn, limit.varde, False) for limit in missing}
        entries: dict[Entity, list[Any]] = {}
        for (entity, _), change in changes.items():
            entries.setdefault(entity, []).append(change)
        self._entries = list(entries.items())

    def build(self, request_struct_class: type[_Alter_v0]) -> _Alter_v0:
        return request_struct_class(self._entries, False)
