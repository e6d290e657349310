"""f. How many requests a second intake takes, beside the same endpoint without sealing, claim and append."""

from dataclasses import replace
from typing import Any, Final

from benchmarks import cpu
from benchmarks.ground import Ground
from benchmarks.http_load import Connections, Requests, as_fast_as_answered
from benchmarks.race import environment
from benchmarks.roles import listening
from benchmarks.table import ratio, table
from samverkanshub.adapters.servers.places import free_port
from samverkanshub.entrypoints.cli.supervisor import Role, Supervised, kept

AT_ONCE: Final = (1, 16, 64)
BARE: Final = Role("bare-api", "benchmarks.bare_api")


async def intake_part(ground: Ground, count: int) -> dict[str, Any]:
    """Send `count` requests at each number of connections, fewer over one; the hub's roles are running."""
    requests = Requests(ground.key.read_bytes())
    settings = replace(ground.settings, api_port=free_port())
    found, rows, told = {}, [], []
    async with kept(Supervised(BARE, settings, environment())):
        await listening(settings)
        for at_once in AT_ONCE:
            some = count if at_once > 1 else max(1, count // 4)
            before = cpu.spent()
            whole, failed = await _rate(ground.settings.api_port, requests, at_once, some)
            took = cpu.between(before, cpu.spent(), at_once + some)
            bare, bare_failed = await _rate(settings.api_port, requests, at_once, some)
            found[str(at_once)] = {"rate": whole, "bare": bare, "failed": failed + bare_failed, "cpu_ms": took}
            rows.append((str(at_once), f"{whole:,.0f}", f"{bare:,.0f}", ratio(whole / bare), str(failed + bare_failed)))
            told.append(f"{at_once} connections, ms of processor time a request: {cpu.told(took)}")
    await requests.close()
    heads = ("connections", "requests/s", "without", "ratio", "failed")
    print(table("intake, and the same endpoint without sealing, claim and append", heads, rows))
    print("\n".join(told), "\n", flush=True)
    return found


async def _rate(port: int, requests: Requests, at_once: int, count: int) -> tuple[float, int]:
    async with Connections("127.0.0.1", port, at_once) as connections:
        await as_fast_as_answered(connections, requests.make(at_once))
        seconds, failed = await as_fast_as_answered(connections, requests.make(count))
        return count / seconds, failed
