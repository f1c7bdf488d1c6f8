"""The talk on other sites: who may show it in a frame, and what a site owner has to know."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Template
from msgspec import Struct

from web.editions import Editions, language
from web.file import File
from web.socket import ACCESS

TRUSTWORTHY = ("localhost", "127.0.0.1", "[::1]")
"""Hosts that browsers trust without https (Secure Contexts, section 3.1)."""
Later: TypeAlias = Callable[[], Editions]
"""Gives a page that is made when it is first asked for."""
MAX_SITE = 300
"""Signs of an address in a query; a longer one is no site's."""


class Site(Struct, frozen=True):
    """What is known about one site that wants to show the talk.

    Attributes:
        origin: as it goes into `--embed-on`; empty when it can't be read.
        is_allowed: it may frame the talk.
        is_mixed: it is on https and this server isn't, so browsers block the frame.
    """

    origin: str
    is_allowed: bool
    is_mixed: bool


class Embedding:
    """Answers `/embed` and `/embed/check`.

    Args:
        script: gives what `/makeroom.js` serves, for the snippet's hash.
        check: gives what says a site owner what is wrong, in each language.
    """

    _sites: tuple[str, ...]
    _frame: Later
    _refused: Later

    def __init__(
        self, script: Callable[[], File], check: Callable[[], Mapping[str, Template]]
    ) -> None:
        self._script, self._check = script, check

    @property
    def pages(self) -> tuple[Later, ...]:
        """Give what is shown in frames."""
        return self._frame, self._refused

    def renew(self, sites: Sequence[str], frame: Later, refused: Later) -> None:
        """Show other pages, to other sites; first of all before anybody comes.

        Args:
            sites: origins that may show the talk in a frame, besides our own.
            frame: the talk as it stands in a frame.
            refused: says in a frame of another site that it may not be one.
        """
        self._sites, self._frame, self._refused = tuple(sites), frame, refused

    async def embed(self, request: web.Request) -> web.Response:
        """Answer `/embed`: the talk, or a sentence where the site isn't on the list.

        The site's name in the query only chooses between the two; that no other site frames the
        talk is the browser's work, by `frame-ancestors`.
        """
        named = request.query.get("host", "")
        if named and not self.site(named, request.app[ACCESS].own_origin(request)).is_allowed:
            return self._refused().answer(request)
        return self._frame().answer(request)

    async def check(self, request: web.Request) -> web.Response:
        """Answer `/embed/check`: what is wrong, and the snippet to paste."""
        own = request.app[ACCESS].own_origin(request)
        asked = request.query.get("site", "")[:MAX_SITE]
        check = self._check()
        text = check[language(request, check)].render(
            own=own,
            asked=asked,
            site=self.site(asked, own) if asked else None,
            integrity=_integrity(self._script().body),
        )
        return web.Response(text=text, content_type="text/html")

    def site(self, written: str, own: str) -> Site:
        """Judge a site by its address, however it is written."""
        origin = _origin(written)
        here = urlsplit(own)
        return Site(
            origin=origin,
            is_allowed=origin == own or any(_matches(origin, site) for site in self._sites),
            is_mixed=origin.startswith("https:")
            and here.scheme == "http"
            and here.netloc.rpartition(":")[0] not in TRUSTWORTHY,
        )


def _integrity(script: bytes) -> str:
    """Give the hash that a browser compares a script with (Subresource Integrity, section 3.1)."""
    return f"sha384-{base64.b64encode(hashlib.sha384(script).digest()).decode()}"


def framed_by(policy: str, sites: Sequence[str]) -> str:
    """Give the content policy of a page that some sites may frame."""
    return policy.replace("frame-ancestors 'none'", " ".join(("frame-ancestors 'self'", *sites)))


def _origin(written: str) -> str:
    """Read the origin out of an address, with or without its scheme; empty when there is none."""
    text = written.strip()
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        is_site = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    if not is_site or not re.fullmatch(r"[\w.:\[\]-]+", parts.netloc):
        return ""
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _matches(origin: str, site: str) -> bool:
    if site.endswith(":*"):  # any port, as frame-ancestors has it
        return origin.rpartition(":")[0] == site.removesuffix(":*")
    return bool(origin) and origin == site
