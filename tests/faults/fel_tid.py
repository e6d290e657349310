"""A clock that jumps, and a withdrawal that races what it forbids."""

import asyncio

from faults.fel import Prov, fel
from faults.last import READERS, about, consent, message, numbers
from samverkanshub.client import Client, ClientError, InboxRow

JUMP_MS = 600_000


@fel("klocka-hoppar", statuses=(401,))
async def clock_jumps(prov: Prov) -> None:
    """Ten minutes one way, and the other: the agencies' clocks follow, a moment late, as the same source tells them."""
    hub, jumps = prov.hub, [JUMP_MS, -JUMP_MS]
    prov.rng.shuffle(jumps)
    for ms in jumps:
        for role in prov.rng.sample([hub.api, hub.watch], 2):
            await role.offset(ms)
        await asyncio.sleep(prov.rng.uniform(0, 2))
        prov.last.ahead_ms = ms
        prov.tell(f"{ms // 60_000:+d} minutes")
        await asyncio.sleep(prov.rng.uniform(3, 6))
    for role in (hub.api, hub.watch):
        await role.offset(0)
    prov.last.ahead_ms = 0


@fel("aterkallelse-kapploper")
async def withdrawal_races(prov: Prov) -> None:
    """Somebody withdraws while others send and open what the consent let through, all at the same time."""
    adults, _ = numbers()
    for race in range(prov.rng.randint(4, 7)):
        await _race(prov, race, prov.rng.choice(adults))
    prov.tell(f"{race + 1} races")


async def _race(prov: Prov, race: int, nummer: str) -> None:
    last, andamal = prov.last, prov.rng.choice(("sip", "riskbedomning"))
    async with last.client("mora.vinr.utsatt", f"lopp-{race}") as sender:
        given = await last.send(sender, "samtycke_lamnat", consent(nummer, andamal))
        for _ in range(3):
            await last.send(sender, *message(nummer, andamal, prov.rng))
        async with asyncio.TaskGroup() as all_at_once:
            for group in READERS[:3]:
                all_at_once.create_task(_opens(prov, race, group))
            all_at_once.create_task(_sends(prov, race, nummer, andamal))
            await asyncio.sleep(prov.rng.uniform(0, 0.5))
            await last.send(sender, "samtycke_aterkallat", {**about(nummer), "samtycke": given})


async def _sends(prov: Prov, race: int, nummer: str, andamal: str) -> None:
    async with prov.last.client("mora.vinr.utsatt", f"lopp-{race}-fler") as client:
        for _ in range(6):
            await prov.last.send(client, *message(nummer, andamal, prov.rng))


async def _opens(prov: Prov, race: int, group: str) -> None:
    """Opens the latest of the inbox, several at a time and again."""
    async with prov.last.client(group, f"lopp-{race}") as client:
        rows: list[InboxRow] = []
        try:
            rows = [row async for row in client.inbox_all(antal=500) if not row.kod][-4:]
        except ClientError:
            prov.tell("an inbox was not to be read")
        for _ in range(4):
            for row in rows:
                await _open(client, row)


async def _open(client: Client, row: InboxRow) -> None:
    try:
        await client.open(row.leverans_id)
    except ClientError as error:
        if error.status not in (403, 404, 429, 503, 0):
            raise
