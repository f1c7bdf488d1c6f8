"""`makeroom serve`: the server from its options to its last goodbye."""

import asyncio
import gc
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from bot.errors import ConfigError, MakeroomError
from web.config import Config, digest_of, read_config

if TYPE_CHECKING:
    from aiohttp import web

    from web.shelf import Library
    from web.store.base import Store

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]
Ready: TypeAlias = Callable[[], None]

BACKLOG = 1024
"""Connections that may wait to be accepted: after a restart everybody comes at once."""
KEEPALIVE_S = 13.0
"""Seconds for a request to be sent, and between two: slow senders are gone within 15."""
LINGER_S = 2.0
"""Seconds to read what still comes of a body that was refused; then the line is closed."""
DEAF_MS = 30_000
"""Milliseconds in which the other side has to take something of what was sent to it."""
GARBAGE = 20_000
"""New objects before looking for circles among them: turns make few, and looking takes time."""
DEMO_SECRET = "have a look around"  # noqa: S105 - said aloud, see below
"""Of `--demo`, which is on this machine only and has nothing of anybody's."""
QUIET_S = 1.0
"""Seconds in which those are served who waited for the start, before pages are made for others."""
LAST_S = 2.0
"""Seconds for open requests after the talks have said goodbye."""


class OneSentence(click.Command):
    """A command whose misuse is told in one sentence, without a page of usage before it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; errors forget where they came from, which is what click prints usage by."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = None
            raise


def option(name: str, **more: Any) -> Decorator:  # click's own types
    """Make an option that may also stand in the environment, as `MAKEROOM_…`."""
    variable = "MAKEROOM_" + name.strip("-").replace("-", "_").upper()
    return click.option(name, envvar=variable, show_envvar=True, **more)


@click.command(cls=OneSentence)
@option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@option("--port", default=8080, show_default=True, type=int, help="Port; 0 picks one.")
@option("--data", metavar="DIR", help="Folder for what is kept.")
@option("--store", metavar="URL", help="sqlite:PATH, postgresql://…, or memory: for a trial.")
@option("--dialogs", metavar="DIR", help="Folder of dialogues.")
@option("--site", metavar="FILE", help="Who runs it, own help lines, stricter limits.")
@option("--embed-on", metavar="ORIGIN", multiple=True, help="Site that may embed the chat.")
@option("--trusted-proxy", metavar="CIDR", multiple=True, help="Proxy to believe.")
@option("--metrics-for", metavar="CIDR", multiple=True, help="Network that may read /metrics.")
@option("--insights-secret", metavar="SECRET", help="Count, and show /insights for it.")
@option("--insights-for", metavar="CIDR", multiple=True, help="Network that may ask for /insights.")
@option("--workers", default=1, show_default=True, type=int, help="Processes, with PostgreSQL.")
@option(
    "--keep-days", default=90, show_default=True, type=int, help="Days to keep a talk; 0: ever."
)
@option("--limits", default="on", show_default=True, metavar="on|off", help="Rate limits.")
@option("--log", default="text", show_default=True, metavar="text|json", help="Form of the log.")
@click.option("--demo", is_flag=True, help="Look around: sample talks, and nothing is kept.")
@option("--author", is_flag=True, help="Read dialogues when saved; offer talks as tests.")
@click.option("--open", is_flag=True, help="Show the chat in the browser.")
def serve(**options: Any) -> None:
    """Serve the chat until SIGTERM or Ctrl-C."""
    if options["demo"]:
        options["insights_secret"] = options["insights_secret"] or DEMO_SECRET
    config = read_config(**options)
    listening = _bind(config)  # first of all, so that a taken port is told at once
    if not config.demo:
        _make_folder(config)
    if config.workers == 1:
        _loop_run(config, listening, lambda: _announce(config, listening))
        return
    from web.workers import Workers  # noqa: PLC0415 - only who wants several

    workers = Workers(config.workers, lambda ready: _work(config, listening, ready))
    raise SystemExit(workers.run(lambda: _announce(config, listening)))


def _bind(config: Config) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _give_up_the_deaf(listening)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(
            f"can't listen on {config.host} port {config.port} ({reason}); choose another --port."
        ) from None
    return listening


def _give_up_the_deaf(listening: socket.socket) -> None:
    """Let the system end lines whose other side takes nothing: no answer may wait for ever."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux (RFC 5482)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAF_MS)


def _make_folder(config: Config) -> None:
    try:
        config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"can't use --data {config.data} ({reason}); choose another.") from None


def _work(config: Config, listening: socket.socket, ready: Ready) -> None:
    """Serve as one of several; what goes wrong is told here, since nobody above would."""
    try:
        _loop_run(config, listening, ready)
    except MakeroomError as error:
        click.echo(f"makeroom: {error}", err=True)
        raise SystemExit(2) from None


def _loop_run(config: Config, listening: socket.socket, ready: Ready) -> None:
    _leave_no_core()
    with asyncio.Runner(loop_factory=fastest_loop()) as runner:
        runner.run(_serve(config, listening, ready))


def _leave_no_core() -> None:
    """Write no memory to the disk when this process dies: words and keys are in it."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """Give what makes the fastest event loop that there is."""
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not on every system
    except ImportError:
        return asyncio.new_event_loop
    return new_event_loop


async def _serve(config: Config, listening: socket.socket, ready: Ready) -> None:
    gc.disable()  # what is made from here on stays to the end: looking through it costs a fifth
    with _nobody_is_called():
        from aiohttp import web  # noqa: PLC0415 - a bad option is told before 150 ms of imports

    from web.app import init_app  # noqa: PLC0415
    from web.log import set_up  # noqa: PLC0415
    from web.renewal import Renewal  # noqa: PLC0415

    set_up(as_json=config.log_json)
    library, store = await _read(config)
    try:
        app = init_app(config, store, library)
        runner = _runner(app)
        await runner.setup()
    except MakeroomError:
        await store.close()
        raise
    samples = await _samples(config, store, library) if config.demo else ""
    await web.SockSite(runner, listening, backlog=BACKLOG).start()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()
    renewal = Renewal(app, config)
    beside = [renewal.watch()] if config.author else []
    tasks = [asyncio.create_task(work) for work in (*beside, _make_pages(app))]
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, renewal.ask)
    ready()
    click.echo(samples, nl=False)
    await _asked_to_stop()
    for task in tasks:
        task.cancel()
    await runner.cleanup()


async def _read(config: Config) -> "tuple[Library, Store]":
    """Read the dialogues, while the disk makes sure of the store."""
    from web.app import open_store  # noqa: PLC0415
    from web.shelf import read_library  # noqa: PLC0415

    opening = asyncio.create_task(asyncio.to_thread(open_store, config))
    await asyncio.sleep(0)  # it begins
    try:
        library = read_library(config.dialogs, config.site)
    except MakeroomError:
        with suppress(MakeroomError):  # one reason not to serve is enough
            await (await opening).close()
        raise
    return library, await opening


@contextmanager
def _nobody_is_called() -> Iterator[None]:
    """Import aiohttp without the certificates of others.

    It reads all that the system has, twice, for clients: 40 ms, and 2 MB that stay. We call nobody;
    a client in this process would trust nobody, and fail.
    """
    import ssl  # noqa: PLC0415 - is there by now: asyncio has it

    name = "set_default_verify_paths"
    setattr(ssl.SSLContext, name, lambda _context: None)
    try:
        yield
    finally:
        delattr(ssl.SSLContext, name)


def _runner(app: "web.Application") -> "web.AppRunner":
    from aiohttp import web  # noqa: PLC0415 - see above

    return web.AppRunner(
        app,
        access_log=None,  # it would print addresses and whole request lines
        handle_signals=False,
        keepalive_timeout=KEEPALIVE_S,
        lingering_time=LINGER_S,
        shutdown_timeout=LAST_S,
    )


async def _make_pages(app: "web.Application") -> None:
    """Make what nobody has asked for yet, before somebody does."""
    from web.pages import PAGES  # noqa: PLC0415

    await asyncio.sleep(QUIET_S)
    for make in app[PAGES].each():
        await asyncio.to_thread(make)


async def _samples(config: Config, store: "Store", library: "Library") -> str:
    """Put sample talks into the store, and write what opens them."""
    from web.app import now_ms  # noqa: PLC0415
    from web.commands.samples import seeded  # noqa: PLC0415 - only who wants a look around

    found = await seeded(store, library, config.dialogs, now_ms())
    is_ours = config.insights == digest_of(DEMO_SECRET)
    secret = DEMO_SECRET if is_ours else "the one you set"
    talks = "".join(f"  {sample.title}\n    {sample.code}\n" for sample in found)
    return (
        "Nothing is kept. Sample talks, opened on /chat with “I have a return code”:\n"
        f"{talks}The secret for /insights: {secret}\n"
    )


def _announce(config: Config, listening: socket.socket) -> None:
    import msgspec  # noqa: PLC0415

    there = msgspec.structs.replace(config, port=listening.getsockname()[1])
    print(f"Makeroom is listening on {there.url}", flush=True)
    if config.open:
        click.launch(f"{there.url}/chat")


async def _asked_to_stop() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
