"""The origin of a site that may embed the chat: scheme, host and port, and nothing else."""

from urllib.parse import urlsplit

from bot.errors import ConfigError


def read_origin(site: str) -> str:
    """Read an origin as an operator writes it.

    Raises:
        ConfigError: it is more than an origin, or something else.
    """
    parts = urlsplit(site)
    plain = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in ("http", "https") or not parts.hostname or site.rstrip("/") != plain:
        raise ConfigError(f"--embed-on {site!r} isn't an origin; write it like https://example.org")
    if "@" in parts.netloc or any(sign in parts.netloc for sign in "*;, '\""):
        raise ConfigError(f"--embed-on {site!r} isn't one site; write it like https://example.org")
    return plain
