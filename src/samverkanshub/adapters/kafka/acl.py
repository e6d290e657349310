"""Puts the rights that are to be in Kafka's place of those that are (ACLs)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import (
    CreateAclsRequest_v1,
    DeleteAclsRequest_v1,
    DescribeAclsRequest,
)
from aiokafka.protocol.api import Request

from samverkanshub import topics
from samverkanshub.adapters.kafka.admin import admin
from samverkanshub.adapters.kafka.broker import Address
from samverkanshub.rattigheter import ALLA, PREFIX, Atgard, Ratt, Resurs

# Kafka's own numbers (org.apache.kafka.common.acl and .resource).
ANY: Final = 1
ALLOW: Final = 3
LITERAL: Final = 3
PREFIXED: Final = 4
RESURSER: Final = {Resurs.AMNE: 2, Resurs.GRUPP: 3, Resurs.KLUSTER: 4}
ATGARDER: Final = {
    Atgard.READ: 3,
    Atgard.WRITE: 4,
    Atgard.CREATE: 5,
    Atgard.DELETE: 6,
    Atgard.DESCRIBE: 8,
    Atgard.DESCRIBE_CONFIGS: 10,
}
EVERY_HOST: Final = "*"
USER: Final = "User:"


class Rad(NamedTuple):
    """An ACL as Kafka has it."""

    resurs: int
    namn: str
    monster: int
    principal: str
    host: str
    atgard: int
    tillats: int

    @property
    def ours(self) -> bool:
        """Is it of a user of the hub's?"""
        return self.principal.startswith(USER + PREFIX)

    @property
    def reaches(self) -> bool:
        """Does it let somebody at a topic or group of the hub's, or at what is not kept apart by name?

        Who may alter the cluster makes users and rights; who may ask for another's token can be that user.
        """
        named = self.resurs not in (RESURSER[Resurs.AMNE], RESURSER[Resurs.GRUPP]) or self._named
        return self.tillats == ALLOW and named

    @property
    def _named(self) -> bool:
        begins = self.monster == PREFIXED and topics.PREFIX.startswith(self.namn)
        return self.namn == ALLA or self.namn.startswith(topics.PREFIX) or begins


@dataclass(frozen=True, slots=True)
class Satt:
    """How many rights were given and taken, or would be, and who else has any that reach the hub.

    `kvoter`: of how many users the limits were otherwise.
    """

    givna: int
    tagna: int
    frammande: tuple[str, ...]
    kvoter: int = 0


async def put_rights(address: Address, ratter: Iterable[Ratt]) -> Satt:
    """Give the hub's users these rights and no others; others' rights are told, and left. Doing it twice is nothing.

    Raises `Unavailable`, also where the user may not.
    """
    async with admin(address) as client:
        missing, surplus, others = await _compared(client, ratter)
        # What is missing first, so that nobody is without what they keep.
        await _ask(client, _Create(missing), "creation_responses")
        await _ask(client, _Delete(surplus), "filter_responses")
    return Satt(len(missing), len(surplus), others)


async def compare_rights(address: Address, ratter: Iterable[Ratt]) -> Satt:
    """What `put_rights` would do. Raises `Unavailable`, also where the user may not see."""
    async with admin(address) as client:
        missing, surplus, others = await _compared(client, ratter)
    return Satt(len(missing), len(surplus), others)


async def _compared(
    client: AIOKafkaAdminClient, ratter: Iterable[Ratt]
) -> tuple[list[Rad], list[Rad], tuple[str, ...]]:
    """What is missing, what is too much, and who else has any that reach the hub."""
    wanted, found = {_row(ratt) for ratt in ratter}, await _found(client)
    ours = {row for row in found if row.ours}
    others = {row.principal for row in found if not row.ours and row.reaches}
    return sorted(wanted - ours), sorted(ours - wanted), tuple(sorted(others))


def _row(ratt: Ratt) -> Rad:
    pattern = PREFIXED if ratt.prefix else LITERAL
    resource, what = RESURSER[ratt.resurs], ATGARDER[ratt.atgard]
    return Rad(resource, ratt.namn, pattern, USER + ratt.anvandare, EVERY_HOST, what, ALLOW)


async def _found(client: AIOKafkaAdminClient) -> set[Rad]:
    nothing: Any = None  # Kafka's any; aiokafka asks for text.
    asked = DescribeAclsRequest(ANY, nothing, ANY, nothing, nothing, ANY, ANY)
    answer = (await client._send_to_controller(asked)).to_object()
    if answer["error_code"]:
        raise for_code(answer["error_code"])()
    return {
        Rad(*(of[name] for name in ("resource_type", "resource_name", "resource_pattern_type")), **_acl(acl))
        for of in answer["resources"]
        for acl in of["acls"]
    }


def _acl(acl: dict[str, Any]) -> dict[str, Any]:
    names = {"principal": "principal", "host": "host", "atgard": "operation", "tillats": "permission_type"}
    return {ours: acl[theirs] for ours, theirs in names.items()}


async def _ask(client: AIOKafkaAdminClient, asked: "_Create | _Delete", answers: str) -> None:
    if not asked.rows:
        return
    answer = (await client._send_to_controller(asked)).to_object()
    for outcome in answer[answers]:
        if outcome["error_code"]:
            raise for_code(outcome["error_code"])()


class _Create(Request[CreateAclsRequest_v1]):
    """Many at once; aiokafka's own makes one."""

    API_KEY: ClassVar[int] = CreateAclsRequest_v1.API_KEY

    def __init__(self, rows: Sequence[Rad]) -> None:
        self.rows = rows

    def build(self, request_struct_class: type[CreateAclsRequest_v1]) -> CreateAclsRequest_v1:
        return request_struct_class([tuple(row) for row in self.rows])


class _Delete(Request[DeleteAclsRequest_v1]):
    """Many at once; aiokafka's own takes one."""

    API_KEY: ClassVar[int] = DeleteAclsRequest_v1.API_KEY

    def __init__(self, rows: Sequence[Rad]) -> None:
        self.rows = rows

    def build(self, request_struct_class: type[DeleteAclsRequest_v1]) -> DeleteAclsRequest_v1:
        return request_struct_class([tuple(row) for row in self.rows])
