"""The page `/insights`: what may be known of all talks together, for who has the secret.

There is no such page until a secret is set, and none for machines that aren't named. The secret is
asked for each time and kept nowhere: not in a cookie, not in an address.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable

from aiohttp import web
from jinja2 import Template

from bot.errors import StoreUnavailable
from web.forms import PRIVATE
from web.insights import versions
from web.limits import Limits, Rate
from web.socket import ACCESS, HUB

GUESSES = Rate(5, 1 / 60)
"""Wrong secrets from one address: five typing mistakes, and then one a minute."""
BODY_S = 5.0
"""Seconds for the form to arrive; aiohttp itself would wait for ever."""
FORM = "application/x-www-form-urlencoded"


class Overview:
    """Answers `/insights`.

    Args:
        secret: SHA-256 of what whoever runs this set; empty: there is no such page.
        page: gives what shows versions, or asks for the secret.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        secret: bytes,
        page: Callable[[], Template],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secret, self._page = secret, page
        self._limits = Limits(rates={"guess": GUESSES}, clock=clock)

    async def answer(self, request: web.Request) -> web.Response:
        """Show the page to who has the secret, and to others a form for it."""
        access = request.app[ACCESS]
        if not self._secret or not access.may_see_insights(request):
            raise web.HTTPNotFound(text="There is no such page.")
        address = access.address(request)
        self._slow_down(address)
        given = await _given(request)
        if given is None:
            return self._asked(request)
        self._slow_down(address)  # others may have guessed while this one was on its way
        if not hmac.compare_digest(hashlib.sha256(given).digest(), self._secret):
            self._limits.take("guess", address)
            return self._asked(request, is_wrong=True)
        return await self._shown(request)

    def _slow_down(self, address: str) -> None:
        if wait := self._limits.wait("guess", address):
            headers = {"Retry-After": str(wait // 1000 + 1)}
            raise web.HTTPTooManyRequests(text="Too many wrong secrets.", headers=headers)

    def _asked(self, request: web.Request, *, is_wrong: bool = False) -> web.Response:
        """Ask for the secret: a browser by our form, anything else by HTTP's own way.

        A browser that is asked by HTTP opens a window of its own and hides the form.
        """
        is_form = "Sec-Fetch-Mode" in request.headers and "Authorization" not in request.headers
        challenge = {"WWW-Authenticate": 'Basic realm="insights", charset="UTF-8"'}
        return web.Response(
            status=403 if is_form else 401,
            text=self._page().render(versions=None, is_wrong=is_wrong),
            content_type="text/html",
            headers=PRIVATE if is_form else PRIVATE | challenge,
        )

    async def _shown(self, request: web.Request) -> web.Response:
        try:
            counts = await request.app[HUB].house.store.counts()
        except StoreUnavailable:
            raise web.HTTPServiceUnavailable(text="The store doesn't answer now.") from None
        found = versions(counts, request.app[HUB].house.shelf.library.scripts.values())
        text = self._page().render(versions=found, is_wrong=False)
        return web.Response(text=text, content_type="text/html")


async def _given(request: web.Request) -> bytes | None:
    """Read the secret out of a form of ours, or out of HTTP's own way to ask for it (RFC 7617)."""
    if request.method != "POST":
        return _password(request.headers.get("Authorization", ""))
    came_from = request.headers.get("Sec-Fetch-Site", "same-origin")
    if came_from != "same-origin" or not request.app[ACCESS].is_same_origin(request):
        raise web.HTTPForbidden(text="This form belongs on our own page.")
    if request.content_type != FORM:
        raise web.HTTPUnsupportedMediaType(text="Send the page's own form.")
    try:
        async with asyncio.timeout(BODY_S):
            form = await request.post()
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="The form didn't arrive.") from None
    return str(form.get("secret", "")).encode(errors="replace")


def _password(header: str) -> bytes | None:
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
