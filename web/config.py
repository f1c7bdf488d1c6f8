"""What the operator can choose: read once, checked once, frozen."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path

from msgspec import Struct

from bot.errors import ConfigError
from web.access import Network, read_network
from web.origin import read_origin

DATABASE = "makeroom.sqlite3"
KEEP_DAYS = 90
"""Days after its last turn: long enough to come back to, and not longer than it is of use."""
MAX_DAYS = 36_500
SHORTEST_SECRET = 16
"""Letters of a secret that can't be guessed in the few attempts that are let through."""


class Config(Struct, frozen=True, kw_only=True):
    """All options of `makeroom serve`.

    Attributes:
        host: address or name to listen on.
        port: 0 picks one.
        data: folder for what is kept.
        store: `sqlite:` and a path, `postgresql://…`, or `memory:`.
        workers: processes that serve.
        keep_days: days that a talk is kept after its last turn; 0 for ever.
        dialogs: folder of dialogues.
        site: file with a site's own texts and limits.
        embed_on: origins of sites that may show the chat in a frame.
        trusted_proxy: networks whose forwarded headers are believed.
        metrics_for: networks that may read `/metrics`, besides this machine.
        insights: SHA-256 of the secret for `/insights`; empty: nothing is counted or shown.
        insights_for: networks that may ask for `/insights`, besides this machine.
        limits: false lets everything through, for tests and benchmarks.
        log_json: the log is written for programs.
        open: show the chat in the browser once it is there.
        demo: sample talks are there to look at, and nothing is kept.
        author: for authors at their own machine: dialogues are read anew when they are saved, and
            the page offers the talk as a test.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    data: Path
    store: str
    dialogs: Path
    site: Path | None = None
    embed_on: tuple[str, ...] = ()
    trusted_proxy: tuple[Network, ...] = ()
    metrics_for: tuple[Network, ...] = ()
    insights: bytes = b""
    insights_for: tuple[Network, ...] = ()
    workers: int = 1
    keep_days: int = KEEP_DAYS
    limits: bool = True
    log_json: bool = False
    open: bool = False
    demo: bool = False
    author: bool = False

    @property
    def url(self) -> str:
        """Give the address that people open, once the port is known."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def read_config(
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    data: str | None = None,
    store: str | None = None,
    dialogs: str | None = None,
    site: str | None = None,
    embed_on: Iterable[str] = (),
    trusted_proxy: Iterable[str] = (),
    metrics_for: Iterable[str] = (),
    insights_secret: str | None = None,
    insights_for: Iterable[str] = (),
    workers: int = 1,
    keep_days: int = KEEP_DAYS,
    limits: str = "on",
    log: str = "text",
    **flags: bool,
) -> Config:
    """Check options as they were written.

    Raises:
        ConfigError: one sentence that names the option and says what to give instead.
    """
    folder = Path(data).expanduser() if data else default_data()
    store = _sample_store(data, store, host) if flags.get("demo") else store
    return Config(
        host=host,
        port=_port(port),
        data=folder,
        store=_store(store, folder, _workers(workers)),
        dialogs=_dialogs(dialogs),
        site=Path(site).expanduser() if site else None,
        embed_on=tuple(read_origin(site) for site in embed_on),
        trusted_proxy=tuple(_network("--trusted-proxy", proxy) for proxy in trusted_proxy),
        metrics_for=tuple(_network("--metrics-for", network) for network in metrics_for),
        insights=digest_of(insights_secret),
        insights_for=tuple(_network("--insights-for", network) for network in insights_for),
        workers=workers,
        keep_days=_keep_days(keep_days),
        limits=_limits(limits, host),
        log_json=_log(log),
        **_flags(flags, host),
    )


def default_data() -> Path:
    """Give the folder where programs keep a person's data on this system (XDG base directories)."""
    shared = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(shared).expanduser() / "makeroom"


def default_dialogs() -> Path:
    """Give the dialogues that come with the program."""
    return Path(__file__).parent.parent / "dialogs"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _port(port: int) -> int:
    if not 0 <= port <= 65_535:
        raise ConfigError(f"--port {port} isn't a port; give a number from 0 to 65535.")
    return port


def _workers(workers: int) -> int:
    if workers < 1:
        raise ConfigError(f"--workers {workers} would serve nobody; give 1.")
    return workers


def _keep_days(days: int) -> int:
    if not 0 <= days <= MAX_DAYS:
        raise ConfigError(
            f"--keep-days {days} isn't a time; give days, or 0 to keep talks for ever."
        )
    return days


def _store(store: str | None, data: Path, workers: int) -> str:
    url = store or f"sqlite:{data / DATABASE}"
    kind, _, path = url.partition(":")
    if kind in ("postgresql", "postgres"):
        return f"postgresql:{path}"
    if kind not in ("sqlite", "memory") or (kind == "sqlite" and not path):
        raise ConfigError("--store must be sqlite: and a path, postgresql://…, or memory:.")
    if workers > 1:
        raise ConfigError(
            f"--workers {workers} can't share a {kind} store; give --workers 1, or PostgreSQL."
        )
    if kind == "memory":
        return "memory:"
    return "sqlite:" + (path.removeprefix("//") if path.startswith("//") else path)


def _sample_store(data: str | None, store: str | None, host: str) -> str:
    if data or store:
        raise ConfigError("--demo keeps nothing; leave --data and --store out.")
    if not is_loopback(host):
        raise ConfigError(f"--demo is for this machine only; {host} is open to others.")
    return "memory:"


def _dialogs(dialogs: str | None) -> Path:
    folder = Path(dialogs).expanduser() if dialogs else default_dialogs()
    if not folder.is_dir():
        raise ConfigError(f"--dialogs {folder} isn't a folder; name the one that holds dialogues.")
    return folder


def _network(option: str, text: str) -> Network:
    try:
        return read_network(text)
    except ValueError:
        raise ConfigError(f"{option} {text!r} isn't a network; write it like 10.0.0.0/8") from None


def digest_of(secret: str | None) -> bytes:
    """Give the SHA-256 of a secret for `/insights`; empty without one.

    Raises:
        ConfigError: it is too short.
    """
    if not secret:
        return b""
    if len(secret) < SHORTEST_SECRET:
        raise ConfigError(f"--insights-secret is short; give {SHORTEST_SECRET} letters or more.")
    return hashlib.sha256(secret.encode()).digest()


def _flags(flags: Mapping[str, bool], host: str) -> Mapping[str, bool]:
    """Check `open`, `demo` and `author`."""
    if flags.get("author") and not is_loopback(host):
        raise ConfigError(f"--author is for this machine only; {host} is open to others.")
    return flags


def _log(form: str) -> bool:
    if form not in ("text", "json"):
        raise ConfigError(f"--log {form!r} isn't known; give text or json.")
    return form == "json"


def _limits(limits: str, host: str) -> bool:
    if limits not in ("on", "off"):
        raise ConfigError(f"--limits {limits!r} isn't known; give on or off.")
    if limits == "off" and not is_loopback(host):
        raise ConfigError(f"--limits off is for this machine only; {host} is open to others.")
    return limits == "on"
