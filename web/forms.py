"""The talk without scripts: each act is a form, each answer to it the whole page.

The same talk on the same engine and store as over the socket: an act is read as a frame of the
protocol, and taken by the same room. The key stands in the page's own forms and travels in the
body of a request, never in an address, a cookie or a header; so nothing of another site's can
ride on it. What can't be stored is given back with the same id, to be sent again.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from jinja2 import Environment
from msgspec.structs import replace

from bot.errors import FrameRefused, NoSuchTalk, StoreUnavailable, TalkDamaged
from bot.values import Card
from web.apology import danger_in
from web.bubbles import paged
from web.closing import FORGOTTEN
from web.editions import language
from web.fields import Fields, one, read_act, read_hello
from web.hub import Hub
from web.keepsake import KINDS, keepsake
from web.socket import ACCESS, HUB
from web.twenty import decode, encode
from web.visit import Seen, visit
from web.wire import Forget, Say, Step

MAX_FORM = 64 * 1024
"""Bytes of a form: the 4,000 characters of a text may take twelve each when they are encoded."""
MAX_FIELDS = 400
"""Fields of a form: every feeling, every card and every line of the longest ask at once."""
READ_S = 5.0
"""Seconds for the body to arrive: a form is sent in one go; who drips is let go."""
NOTES = {"stale": "stale", "cid_conflict": "stale", "too_long": "too_long"}
"""What is said of a refusal, by its code; anything else can be answered another way."""
LATER = frozenset(("store_unavailable", "busy", "too_fast"))
PRIVATE = {"Referrer-Policy": "same-origin"}
"""With `no-referrer` browsers send `Origin: null` with a form, and our own couldn't be told."""


class Forms:
    """Answers `/plain`.

    Args:
        makers: gives what renders pages, by language.
    """

    def __init__(self, makers: Callable[[], Mapping[str, Environment]]) -> None:
        self._makers = makers

    async def start(self, request: web.Request) -> web.Response:
        """Answer `GET /plain`: what this is, and a form that begins a talk."""
        script = request.query.get("script", "")
        return self._page(language(request, self._makers()), 200, note="", script=script)

    async def answer(self, request: web.Request) -> web.Response:
        """Take what was sent, and show the talk after it."""
        hub, access = request.app[HUB], request.app[ACCESS]
        if not access.is_same_origin(request):
            raise web.HTTPForbidden(text="This page may not open a talk here.")
        address, limits = access.address(request), hub.house.limits
        fields = await read_form(request)
        lang = language(request, self._makers())
        if hub.is_draining or limits.take("connect", address) or limits.wait("guess", address):
            return self._later(hub, lang, fields)
        if one(fields, "do") == "open":
            read = decode(one(fields, "code"))
            if read.wrong:
                return self._page(lang, 200, note=read.wrong, n=read.n)
            fields = {**fields, "token": [read.token]}
        return await self._visited(hub, lang, fields, address, access.own_origin(request))

    async def _visited(
        self, hub: Hub, lang: str, fields: Fields, address: str, own: str
    ) -> web.Response:
        try:
            hello, (act, code) = read_hello(fields), _read(fields)
            seen = await visit(hub, hello, act, address)
            if seen.over is None and one(fields, "do") in KINDS:
                return self._file(seen, one(fields, "do"), f"{own}/chat", hub)
            if seen.over is None:
                card = seen.card or (_card(hub, lang, fields) if code else None)
                return self._shown(replace(seen, code=code or seen.code, card=card), fields)
            note = "gone" if seen.over is FORGOTTEN else f"over_{seen.over.code}"
            return self._page(seen.lang, 200, note=note, lines=seen.card)
        except NoSuchTalk:
            return self._page(lang, 404, note="over_4503", lines=_card(hub, lang, fields))
        except StoreUnavailable:
            return self._later(hub, lang, fields)
        except (FrameRefused, TalkDamaged) as error:
            return self._refused(hub, lang, fields, error)

    def _refused(
        self, hub: Hub, lang: str, fields: Fields, error: FrameRefused | TalkDamaged
    ) -> web.Response:
        if isinstance(error, TalkDamaged):
            hub.house.log.fault(error)
            return self._page(lang, 500, note="over_4500", lines=_card(hub, lang, fields))
        if error.code in LATER:
            return self._later(hub, lang, fields)
        return self._page(lang, 400, note="over_4500")

    def _shown(self, seen: Seen, fields: Fields) -> web.Response:
        if seen.code in LATER:
            return self._again(seen.lang, fields, seen)
        typed = one(fields, "text") if seen.code else ""
        note = ""
        if seen.code:
            key = NOTES.get(seen.code, "refused")
            note = f"{key}_text" if typed else key
        return self._page(seen.lang, 200, seen=seen, note=note, typed=typed)

    def _file(self, seen: Seen, kind: str, chat: str, hub: Hub) -> web.Response:
        """Give something to take along."""
        words = self._words(seen.lang)
        page = paged(seen.events, words)
        made = keepsake(kind, page, words, hub.house.now(), chat)
        named = {"Content-Disposition": f'attachment; filename="{made.name}"'}
        return web.Response(text=made.text, content_type=made.type, headers=PRIVATE | named)

    def _later(self, hub: Hub, lang: str, fields: Fields) -> web.Response:
        """Give everything back, to be sent again."""
        return self._again(lang, fields, Seen(token="", card=_card(hub, lang, fields)))

    def _again(self, lang: str, fields: Fields, seen: Seen) -> web.Response:
        return self._page(lang, 503, note="", fields=fields, lines=seen.card)

    def _page(
        self, lang: str, status: int, *, note: str, typed: str = "", **more: Any
    ) -> web.Response:
        maker = self._maker(lang)
        seen: Seen | None = more.pop("seen", None)
        page = paged(seen.events, self._words(lang)) if seen else None
        text = maker.get_template("plain.html").render(
            **{"script": "", "fields": None, "lines": None, "n": 0, **more},
            twenty=encode(seen.token) if seen else (),
            page=page,
            seen=seen,
            note=note,
            typed=typed,
            cid=fresh_id,
        )
        return web.Response(text=text, status=status, content_type="text/html", headers=PRIVATE)

    def _maker(self, lang: str) -> Environment:
        makers = self._makers()
        return makers.get(lang) or makers["en"]

    def _words(self, lang: str) -> Mapping[str, str]:
        return self._maker(lang).globals["say"]  # type: ignore[return-value]


def fresh_id() -> str:
    """Make the id of an act that a form may send: 24 signs, 144 random bits."""
    return secrets.token_urlsafe(18)


def _card(hub: Hub, lang: str, fields: Fields) -> Card | None:
    """Give who can be called, if danger was written where there is no talk to answer it."""
    try:
        act = read_act(fields)
        answer = act.answer if isinstance(act, Say) else None
    except FrameRefused as error:
        answer = error.answer
    risk = danger_in(answer, hub.house, lang) if answer else None
    return hub.house.shelf.card(None, risk.category, lang) if risk else None


def _read(fields: Fields) -> tuple[Say | Step | Forget | None, str | None]:
    """Read the act, or why it can't be one."""
    try:
        return read_act(fields), None
    except FrameRefused as error:
        return None, error.code


async def read_form(request: web.Request) -> Fields:
    """Read a form's fields from the body, within its limits.

    Raises:
        web.HTTPException: it isn't a form, it is too long, or it doesn't arrive.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType(text="This takes a form.")
    body = bytearray()
    try:
        async with asyncio.timeout(READ_S):
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > MAX_FORM:
                    raise web.HTTPRequestEntityTooLarge(MAX_FORM, len(body))
        return parse_qs(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="The form didn’t arrive in time.") from None
    except ValueError:
        raise web.HTTPBadRequest(text="This form can’t be read.") from None
