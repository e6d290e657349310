"""Kafka's users: their passwords in files, and what Kafka knows them by (SCRAM). aiokafka cannot make any."""

import hashlib
import os
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactBytes, CompactString, Int8, Int16, Int32, Schema, TaggedFields

from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.kafka.admin import admin
from samverkanshub.adapters.kafka.broker import Address
from samverkanshub.rattigheter import PREFIX

SCRAM_SHA_512: Final = 2
"""Kafka's own number of the mechanism."""
ITERATIONS: Final = 8192
"""Of PBKDF2. The passwords made here are random, so that no number of them makes guessing worse."""
SALT_BYTES: Final = 32
PASSWORD_BYTES: Final = 32


def passwords(directory: Path, users: Collection[str]) -> dict[str, str]:
    """The password of each user, from the file of its name; made, for its owner alone to read, where there is none."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = {}
    for user in users:
        file = directory / user
        if not file.exists():
            write_atomically(file, secrets.token_urlsafe(PASSWORD_BYTES).encode(), mode=0o600)
        found[user] = file.read_text().strip()
    return found


async def put_users(address: Address, users: Mapping[str, str]) -> tuple[str, ...]:
    """Let these users of the hub's in by these passwords, and no others; returns those it took out.

    Who is connected stays so until the broker asks again (`connections.max.reauth.ms`). Raises `Unavailable`, also
    where the user may not.
    """
    async with admin(address) as client:
        gone = sorted({name for name in await _known(client) if name.startswith(PREFIX)} - users.keys())
        await _put(client, users, gone)
    return tuple(gone)


async def _known(client: AIOKafkaAdminClient) -> list[str]:
    answer = (await client._send_to_controller(_Describe())).to_object()
    if answer["error_code"]:
        raise for_code(answer["error_code"])()
    return [found["user"] for found in answer["results"]]


async def _put(client: AIOKafkaAdminClient, users: Mapping[str, str], gone: Collection[str]) -> None:
    answer = (await client._send_to_controller(_Alter(users, gone))).to_object()
    for outcome in answer["results"]:
        if outcome["error_code"]:
            raise for_code(outcome["error_code"])()


def _salted(name: str, password: str) -> tuple[Any, ...]:
    salt = os.urandom(SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return (name, SCRAM_SHA_512, ITERATIONS, salt, salted, {})


_NAME: Final = CompactString("utf-8")


class _Described_v0(Response):
    API_KEY = 50
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        ("error_message", _NAME),
        (
            "results",
            CompactArray(
                ("user", _NAME),
                ("error_code", Int16),
                ("error_message", _NAME),
                ("infos", CompactArray(("mechanism", Int8), ("iterations", Int32), ("tags", TaggedFields))),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Describe_v0(RequestStruct):
    API_KEY = 50
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = _Described_v0
    SCHEMA = Schema(("users", CompactArray(("name", _NAME), ("tags", TaggedFields))), ("tags", TaggedFields))


class _Describe(Request[_Describe_v0]):
    """Kafka's DescribeUserScramCredentials, of all."""

    API_KEY: ClassVar[int] = 50

    def build(self, request_struct_class: type[_Describe_v0]) -> _Describe_v0:
        # Empty is all; to null, who may not ask gets no answer at all from Kafka 4.1.
        return request_struct_class([], {})


class _Altered_v0(Response):
    API_KEY = 51
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(("user", _NAME), ("error_code", Int16), ("error_message", _NAME), ("tags", TaggedFields)),
        ),
        ("tags", TaggedFields),
    )


class _Alter_v0(RequestStruct):
    API_KEY = 51
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = _Altered_v0
    SCHEMA = Schema(
        ("deletions", CompactArray(("name", _NAME), ("mechanism", Int8), ("tags", TaggedFields))),
        (
            "upsertions",
            CompactArray(
                ("name", _NAME),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Alter(Request[_Alter_v0]):
    """Kafka's AlterUserScramCredentials. No password leaves this process."""

    API_KEY: ClassVar[int] = 51

    def __init__(self, users: Mapping[str, str], gone: Collection[str]) -> None:
        self._upsertions = [_salted(name, password) for name, password in users.items()]
        self._deletions: list[tuple[Any, ...]] = [(name, SCRAM_SHA_512, {}) for name in gone]

    def build(self, request_struct_class: type[_Alter_v0]) -> _Alter_v0:
        return request_struct_class(self._deletions, self._upsertions, {})
