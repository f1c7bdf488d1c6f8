"""The doors: who may embed the chat, who is believed, and whether words travel in the open."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from web.checkup.verdict import Verdict, good
from web.config import Config, is_loopback

WIDE = {4: 8, 6: 16}
"""Prefix lengths below which a network is no longer anybody's own (10.0.0.0/8 is the widest)."""


def doors(config: Config) -> Iterator[Verdict]:
    """Look at the options by which others come in."""
    yield from _sites(config)
    yield from _proxies(config)
    if not is_loopback(config.host) and not config.trusted_proxy:
        yield Verdict(
            "tls",
            "warning",
            f"{config.host} is open to others, without TLS and without a proxy that adds it.",
            "listen on 127.0.0.1 behind nginx or Caddy, and name that with --trusted-proxy",
        )
    elif is_loopback(config.host):
        says = f"only this machine reaches {config.host}; a proxy in front of it does TLS."
        yield good("tls", says)


def _sites(config: Config) -> Iterator[Verdict]:
    for site in config.embed_on:
        parts = urlsplit(site)
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            says = f"{site} has no TLS: anybody on the way can change the page around the chat."
            yield Verdict("origins", "warning", says, "write https:// and serve the site so")
    count = len(config.embed_on)
    says = f"{count} sites may embed the chat." if count else "no site may embed the chat."
    yield good("origins", says)


def _proxies(config: Config) -> Iterator[Verdict]:
    for network in config.trusted_proxy:
        if network.prefixlen < WIDE[network.version]:
            says = f"--trusted-proxy {network} lets strangers choose the address they come from."
            yield Verdict("proxies", "error", says, "name your proxy's own address")
