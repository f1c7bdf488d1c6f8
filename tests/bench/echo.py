"""The yardstick: a bare aiohttp websocket that sends back what it gets."""

import asyncio
import socket

import uvloop
from aiohttp import web


async def _echo(request: web.Request) -> web.WebSocketResponse:
    echo = web.WebSocketResponse(compress=False)
    await echo.prepare(request)
    async for message in echo:
        await echo.send_str(message.data)
    return echo


async def _serve() -> None:
    app = web.Application()
    app.router.add_get("/ws", _echo)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(1024)
    await web.SockSite(runner, listening).start()
    print(f"Echo is listening on http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as only:
        only.run(_serve())
