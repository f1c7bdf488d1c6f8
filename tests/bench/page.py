"""What opening the chat costs a browser, beside two peers, each opened in turn in one Chromium.

    python -m tests.bench.page [--rounds 7] [--json]

Script time and heap are Chromium's own counts (CDP `Performance.getMetrics`: ScriptDuration in
time of the page's own thread, so that a busy machine doesn't count, and JSHeapUsedSize after a
collection), from an empty cache until the chat can be used; bytes are what came over the line,
gzipped by either server. Peers come from npm, into a folder outside this one; where
the registry can't be reached, ours is measured alone.
"""

import argparse
import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic

from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec import Struct, to_builtins
from playwright.async_api import Browser, CDPSession, Response, async_playwright

from tests.browser.conftest import CHROMIUMS, QUIET
from tests.browser.npm import package
from tests.process import ROOT, Served

OPEN_S, LOOK_S = 20, 0.05
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>peer</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">{head}</head>
<body>{body}</body></html>"""


class Peer(Struct, frozen=True):
    """A chat to compare with.

    Attributes:
        name: of its package on npm.
        version: which was looked at.
        head: what its documentation says to put on a page.
        body: the same.
        is_open: an expression that is true in the page once somebody can write.
    """

    name: str
    version: str
    head: str
    body: str
    is_open: str


PEERS = (
    Peer(
        "deep-chat",
        "2.4.2",
        '<script type="module" src="/files/dist/deepChat.bundle.js"></script>',
        '<deep-chat demo="true"></deep-chat>',
        "!!document.querySelector('deep-chat').shadowRoot?.querySelector('[contenteditable]')",
    ),
    Peer(
        "@n8n/chat",
        "1.37.0",
        '<link rel="stylesheet" href="/files/dist/style.css">',
        '<script type="module">import { createChat } from "/files/dist/chat.bundle.es.js";'
        ' createChat({ webhookUrl: "/none", mode: "fullscreen", loadPreviousSession: false,'
        " showWelcomeScreen: false });</script>",
        "!!document.querySelector('#n8n-chat textarea')",
    ),
)
OURS_IS_OPEN = "!!document.querySelector('#panel .choice')"


class Cost(Struct, frozen=True):
    """What one opening took.

    Attributes:
        script: milliseconds that scripts ran.
        heap: megabytes that they hold.
        requests: how many.
        bytes: that came over the line.
    """

    script: float
    heap: float
    requests: int
    bytes: int


async def opened(browser: Browser, url: str, is_open: str) -> Cost:
    """Open a chat with an empty cache, on a phone's screen, and count."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    answered: list[Response] = []
    page.on("response", lambda it: answered.append(it))  # noqa: PLW0108 - it marks what it calls
    line = await context.new_cdp_session(page)
    await line.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.goto(url)
    end = monotonic() + OPEN_S
    look = {"expression": is_open}
    while not (await line.send("Runtime.evaluate", look))["result"].get("value"):
        if monotonic() > end:
            raise TimeoutError(f"{url} doesn't open")
        await asyncio.sleep(LOOK_S)
    took = (await _metrics(line))["ScriptDuration"]
    await line.send("HeapProfiler.collectGarbage")
    heap = (await _metrics(line))["JSHeapUsedSize"]
    files = [it for it in answered if it.url.startswith("http") and it.status != 101]
    sizes = [(await it.request.sizes())["responseBodySize"] for it in files]
    await context.close()
    return Cost(took * 1000, heap / 1e6, len(files), sum(sizes))


async def _metrics(line: CDPSession) -> dict[str, float]:
    told = await line.send("Performance.getMetrics")
    return {one["name"]: one["value"] for one in told["metrics"]}


@asynccontextmanager
async def peer_server(peer: Peer, folder: Path) -> AsyncIterator[str]:
    """Serve a peer's files as they were published, and a page with it."""

    async def page(_: web.Request) -> web.Response:
        text = PAGE.format(head=peer.head, body=peer.body)
        return web.Response(text=text, content_type="text/html")

    async def packed(_: web.Request, response: web.StreamResponse) -> None:
        response.enable_compression(web.ContentCoding.gzip)

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_static("/files", folder)
    app.on_response_prepare.append(packed)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/"))


@asynccontextmanager
async def ours() -> AsyncIterator[str]:
    """Serve the product with its own dialogue."""
    with TemporaryDirectory() as data:
        served = Served(Path(data), "--dialogs", str(ROOT / "dialogs"), "--limits", "off")
        await served.start()
        try:
            yield f"{served.url}/chat"
        finally:
            await served.stop()


async def measured(rounds: int) -> dict[str, list[Cost]]:
    """Open all in turn, again and again, so that what disturbs one disturbs all."""
    async with AsyncExitStack() as stack:
        places = {"makeroom": (await stack.enter_async_context(ours()), OURS_IS_OPEN)}
        for peer in PEERS:
            folder = package(peer.name, peer.version)
            if folder is None:
                print(f"{peer.name} can't be fetched from npm: not measured")
                continue
            url = await stack.enter_async_context(peer_server(peer, folder))
            places[f"{peer.name} {peer.version}"] = (url, peer.is_open)
        playwright = await stack.enter_async_context(async_playwright())
        found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
        browser = await playwright.chromium.launch(executable_path=found, args=QUIET)
        costs: dict[str, list[Cost]] = {name: [] for name in places}
        for _ in range(rounds):
            for name, (url, is_open) in places.items():
                costs[name].append(await opened(browser, url, is_open))
        await browser.close()
        return costs


def table(costs: dict[str, list[Cost]]) -> Iterable[str]:
    """Write the medians, and between what the script time lay."""
    yield f"{'':22}{'script ms':>10}{'(from to)':>16}{'heap MB':>9}{'requests':>10}{'bytes':>11}"
    for name, rows in costs.items():
        script = [row.script for row in rows]
        span = f"({min(script):.1f} {max(script):.1f})"
        heap, size = median(row.heap for row in rows), median(row.bytes for row in rows)
        yield (
            f"{name:22}{median(script):10.1f}{span:>16}{heap:9.2f}{rows[-1].requests:10}{size:11,}"
        )


def main() -> None:
    """Measure and tell."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--rounds", type=int, default=7, help="how often each is opened")
    asked.add_argument("--json", action="store_true", help="every opening, for programs")
    options = asked.parse_args()
    costs = asyncio.run(measured(options.rounds))
    print(json.dumps(to_builtins(costs)) if options.json else "\n".join(table(costs)))


if __name__ == "__main__":
    main()
