"""The whole server, wired: which part is given which. No rule is decided here."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from importlib.metadata import version
from pathlib import Path

from aiohttp import web

from bot.errors import ConfigError
from web.access import Access
from web.alarms import Alarms
from web.config import Config
from web.crowd import CROWD, Crowd, admitted, files
from web.forms import Forms
from web.headers import set_headers
from web.house import House
from web.hub import Hub
from web.keeping import DAY_MS, Keeping
from web.limits import Limits
from web.log import Log
from web.measured import measured
from web.metrics import Metrics
from web.overview import Overview
from web.pages import PAGES, Pages, alive, ready
from web.shelf import Library, Shelf
from web.site import Site
from web.socket import ACCESS, HUB, talk_socket
from web.store.base import Store

MAX_BODY = 1024
"""Bytes of a request's body that are read at all; forms have a limit of their own."""


def now_ms() -> int:
    """Give the time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def open_store(config: Config) -> Store:
    """Open what `--store` names.

    Raises:
        ConfigError: it can't be used.
    """
    kind, _, path = config.store.partition(":")
    if kind == "memory":
        from web.store.memory import MemoryStore  # noqa: PLC0415 - only one of them is needed

        return MemoryStore()
    if kind == "postgresql":
        return _postgres(config.store)
    from web.store.sqlite import SqliteStore  # noqa: PLC0415

    return SqliteStore(Path(path))


def _postgres(url: str) -> Store:
    try:
        from web.store.postgres import PostgresStore  # noqa: PLC0415
    except ImportError:
        raise ConfigError(
            "--store postgresql: needs one more package; install makeroom[postgres]."
        ) from None
    return PostgresStore(url)


def init_app(
    config: Config, store: Store, library: Library, now: Callable[[], int] = now_ms
) -> web.Application:
    """Wire the server.

    Args:
        config: the operator's options.
        store: keeps talks; closed when the app ends.
        library: the dialogues.
        now: the time in milliseconds.
    """
    shelf = Shelf(store, library)
    limits = Limits(is_on=config.limits)
    counts = Metrics(version("makeroom"), started=now() / 1000, today=lambda: now() // DAY_MS)
    house = House(
        store=store,
        shelf=shelf,
        limits=limits,
        log=Log(metrics=counts),
        metrics=counts,
        alarms=Alarms(counts),
        now=now,
        keep_ms=config.keep_days * DAY_MS,
        counts=bool(config.insights),
    )
    app = web.Application(client_max_size=MAX_BODY)
    set_headers(app)
    app.middlewares.append(admitted)
    app[CROWD] = Crowd(files())
    app[HUB] = Hub(house)
    app[ACCESS] = Access(config.trusted_proxy, config.metrics_for, config.insights_for)
    _serve_pages(app, config, library.site)
    app.cleanup_ctx.append(_kept)
    app.on_shutdown.append(_drained)
    return app


def _serve_pages(app: web.Application, config: Config, site: Site) -> None:
    cards = app[HUB].house.shelf.cards
    pages = Pages(cards, version("makeroom"), config.embed_on, site=site, author=config.author)
    app[PAGES] = pages
    app.router.add_get("/ws", talk_socket, allow_head=False)
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", measured)
    overview = Overview(config.insights, lambda: pages.insights)
    app.router.add_get("/insights", overview.answer)
    app.router.add_post("/insights", overview.answer)
    app.router.add_get("/embed", pages.embedding.embed)
    app.router.add_get("/embed/check", pages.embedding.check)
    forms = Forms(lambda: pages.makers)
    app.router.add_get("/plain", forms.start)
    app.router.add_post("/plain", forms.answer)
    if config.author:
        from web.author import offer_tests  # noqa: PLC0415 - brings the whole workshop along

        offer_tests(app)
    app.router.add_get("/{path:.*}", pages.serve)


async def _kept(app: web.Application) -> AsyncIterator[None]:
    hub, house = app[HUB], app[HUB].house
    await house.store.open()
    await house.shelf.keep()
    house.store.wake(hub.wake)
    keeping = Keeping(
        house.store, house.keep_ms, house.now, lambda lookup: hub.wake(lookup, 0), house.log
    )
    tasks = [asyncio.create_task(running) for running in (keeping.run(), hub.watch())]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await house.store.close()


async def _drained(app: web.Application) -> None:
    await app[HUB].drain()
