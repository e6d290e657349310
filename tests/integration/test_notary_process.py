"""The notary as a process among real servers: killed at every step, started twice, and away."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest
from gate_support import Hub, hub_in, until

from samverkanshub import bootstrap
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.adapters.tree_files import GuardFiles, TreeFiles
from samverkanshub.client import UnavailableError
from samverkanshub.client.retry import ONCE
from samverkanshub.codec import checkpoint
from samverkanshub.domain import merkle
from samverkanshub.domain.tlog import Head

pytestmark = pytest.mark.servers

POINTS = (
    "notarie.fore-trad",
    "notarie.efter-trad",
    "notarie.fore-signatur",
    "notarie.efter-signatur",
    "notarie.efter-publicering",
)


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    data: Path = temporary_data("samverkanshub-test-")
    try:
        async with hub_in(data, signed=False, SAMVERKAN_NOTARIE_GRANS_S="10") as running:
            yield running
    finally:
        shutil.rmtree(data)


async def whole_tree(hub: Hub) -> Head:
    """The tree over every decision, by the plain definition."""
    rows = await hub.sql('select record_digest, digest from beslut order by "offset"')
    leaves = [merkle.leaf_hash(checkpoint.leaf(row["record_digest"], row["digest"])) for row in rows]
    return Head(len(leaves), merkle.root(leaves))


async def signed_whole(hub: Hub) -> bool:
    found = await hub.sql("select size from notarie")
    return bool(found) and found[0]["size"] == (await hub.position())["position"]


async def send(hub: Hub) -> bool:
    """Is a deviation taken in, at the first try?"""
    try:
        await hub.send_prepared(await hub.prepared(), retry=ONCE)
    except UnavailableError:
        return False
    return True


async def test_while_nobody_signs_health_is_red_and_intake_holds_back(hub: Hub) -> None:
    async with hub.kept_gate():
        await hub.judged()

        async def held() -> bool:
            return not await send(hub)

        await until(held)
        await until(partial(hub.says, "rod", "notarie-tyst:0"))
        async with hub.notary():
            await until(partial(signed_whole, hub))
            await until(partial(send, hub))
            await until(partial(hub.says, "gron"))


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_any_step_it_signs_the_whole_tree_and_no_other(hub: Hub, point: str) -> None:
    async with hub.kept_gate(), hub.notary():
        await until(partial(signed_whole, hub))
        await until(partial(send, hub))
    async with hub.kept_gate(), hub.notary(f"{point}=kill@1") as notary:
        await hub.judged()

        async def killed() -> bool:
            return notary.starts > 1

        await until(killed)
        await until(partial(signed_whole, hub))
        await hub.judged()
    tree = TreeFiles(hub.settings.trad / "0")
    head = await whole_tree(hub)
    assert tree.head() == head == GuardFiles(hub.settings.vakt).largest("samverkanshub.localhost/omrade/0")
    signer = bootstrap.notary_signer(hub.settings)
    origin = checkpoint.origin(hub.settings.loggnamn, 0)
    assert tree.checkpoint() == checkpoint.signed(origin, head, signer.public, signer.sign)


async def test_of_two_only_one_signs(hub: Hub) -> None:
    """The other finds the trees taken, and tries again until it gets them."""
    async with hub.kept_gate(), AsyncExitStack() as running:
        started = [await running.enter_async_context(hub.notary()) for _ in range(2)]

        async def one_fell() -> bool:
            return any(notary.starts > 1 for notary in started)

        await until(one_fell)
        await until(partial(signed_whole, hub))


async def test_what_is_published_is_read_by_anybody_over_http(hub: Hub) -> None:
    async with hub.kept_gate(), hub.notary():
        await until(partial(signed_whole, hub))
    tree = TreeFiles(hub.settings.trad / "0")
    async with httpx.AsyncClient(base_url=hub.url) as web:
        note = await web.get("/logg/0/checkpoint")
        assert note.content == tree.checkpoint()
        size = tree.head().size
        tile = await web.get(f"/logg/0/tile/0/000.p/{size}")
        entries = await web.get(f"/logg/0/tile/entries/000.p/{size}")
        assert (len(tile.content), len(entries.content)) == (32 * size, 66 * size)
        assert (await web.get("/logg/0/huvud.json")).status_code == 404
