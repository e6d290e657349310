"""Runs a gate worker until it is told to stop, or ends the process."""

import asyncio
import logging
import signal

from samverkanshub.entrypoints.collecting import collect_seldom
from samverkanshub.entrypoints.worker.app import GateApp, create_app
from samverkanshub.entrypoints.worker.keeper import Exit, Gate, Keeper
from samverkanshub.entrypoints.worker.options import Options
from samverkanshub.entrypoints.worker.standing import Standing
from samverkanshub.ports import GateStatus, Unavailable

LEAVE_S = 30.0
"""How long leaving Kafka may take once the batch in hand is finished."""
QUIET = (
    "faust",
    "mode",
    "aiokafka",
    # Faust logs a service's comings and goings under the module of its class.
    "samverkanshub.entrypoints.worker.app",
    "samverkanshub.entrypoints.worker.transport",
)


async def run(gate: Gate, status: GateStatus, options: Options) -> Exit:
    """Judge the log until SIGTERM or SIGINT, then finish the batch in hand and leave; health reads `status`.

    Any failure ends the process at once with a status of `Exit`, and nothing of the batch in hand is acknowledged.
    """
    quiet_libraries()
    keeper = Keeper(gate, Standing(status), hold_s=options.hold_s, assign_s=options.assign_s)
    _stop_on_signals(keeper)
    return await serve(create_app(keeper, options), keeper)


async def serve(app: GateApp, keeper: Keeper) -> Exit:
    """Run the app until `keeper.stopping` is set. Faust's own failures end the process as the gate's do."""
    collect_seldom()
    starting = asyncio.ensure_future(app.start())
    stopped = asyncio.ensure_future(keeper.stopping.wait())
    failed = asyncio.ensure_future(_failed(app, starting))
    telling = asyncio.ensure_future(keeper.standing.beat())
    try:
        await asyncio.wait({stopped, failed}, return_when=asyncio.FIRST_COMPLETED)
        if failed.done():
            await keeper.end(failed.result(), "consume")
        # Who leaves must not speak for a partition that is another's by then.
        telling.cancel()
        await _stop(app, keeper)
        return Exit.CLEAN
    finally:
        for task in (starting, stopped, failed, telling):
            task.cancel()


async def _stop(app: GateApp, keeper: Keeper) -> None:
    try:
        async with asyncio.timeout(app.options.hold_s + LEAVE_S):
            await app.stop()
    except TimeoutError:
        await keeper.end(Unavailable("kafka"), "leave")


async def _failed(app: GateApp, starting: "asyncio.Future[None]") -> BaseException:
    """What ended the app. Faust's services mark the app as crashed; its start raises."""
    try:
        await starting
        await app.wait_until_stopped()
    except Exception as error:
        return error
    return app.crash_reason or Unavailable("kafka")


def _stop_on_signals(keeper: Keeper) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, keeper.stopping.set)


def quiet_libraries() -> None:
    """Warnings and worse only: at lower levels these libraries print what they carry."""
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
