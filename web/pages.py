"""The pages and their files: made once and kept, so they are there when nothing else is."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, Template

from bot.errors import StoreUnavailable
from bot.values import Card
from web import assets
from web.editions import Editions
from web.embedding import Embedding, framed_by
from web.file import TYPES, File
from web.headers import CONTENT_POLICY, FRAMING, IN_A_FRAME, SHARED
from web.site import Site
from web.socket import HUB
from web.words import ENGLISH, Compiled, tongues

HERE = Path(__file__).parent
READY_S = 2.0
"""Seconds for the store to answer `/readyz`; a balancer asks every few."""

CONTENTS = (
    ("/", "index"),
    ("/chat", "chat"),
    ("/help", "help"),
    ("/demo", "demo"),
)
"""Addresses and their templates."""


class Pages:
    """All that is served besides the websocket, by address. Nothing is looked up on the disk.

    Each is made when it is first asked for, so that a start waits for none of them, and kept.

    Args:
        cards: gives the help lines of all countries in a language.
        version: of this program.
        embed_on: origins of sites that may show the talk in a frame, besides those of `site`.
        site: says who runs this.
        folder: holds `templates` and `static`.
        author: offer the running talk as a test.
    """

    _makers: Callable[[], dict[str, Environment]]
    _pages: dict[str, Callable[[], Editions]]

    def __init__(
        self,
        cards: Callable[[str], Sequence[Card]],
        version: str,
        embed_on: Sequence[str] = (),
        folder: Path = HERE,
        site: Site = Site(),  # noqa: B008 - frozen
        *,
        author: bool = False,
    ) -> None:
        self._folder, self._embed_on = folder, embed_on
        self._known = {"version": version, "author": author}
        self._compiled = Compiled()
        self._spoken = cache(partial(tongues, folder))
        self._files = cache(self._all_files)
        self.embedding = Embedding(lambda: self._files()["/makeroom.js"], self._checks)
        self.renew(cards, site)

    @property
    def makers(self) -> dict[str, Environment]:
        """Give what renders pages, by language."""
        return self._makers()

    @property
    def insights(self) -> Template:
        """Give the page of `/insights`."""
        return self.makers[ENGLISH].get_template("insights.html")

    def renew(self, cards: Callable[[str], Sequence[Card]], site: Site) -> None:
        """Show other help lines, and who runs it now, on all pages and to the sites of now."""
        self._makers = cache(partial(self._all_makers, cards, site))
        self._pages = {
            path: self._page(name, {"Content-Security-Policy": FRAMING} if name == "demo" else {})
            for path, name in CONTENTS
        }
        self._missing = self._page("missing", {})
        sites = (*self._embed_on, *site.embed_on)
        self.embedding.renew(
            sites,
            self._page("chat", IN_A_FRAME | _policy(sites), framed=True),
            self._page("refused", IN_A_FRAME | _policy(["*"])),
        )

    def each(self) -> tuple[Callable[[], object], ...]:
        """Give what makes each page and all files, for who has the time before they are needed."""
        return self._files, *self._pages.values(), *self.embedding.pages

    def __getitem__(self, path: str) -> File:
        """Give the file at an address, pages in English; raises KeyError."""
        return self._pages[path]().english if path in self._pages else self._files()[path]

    async def serve(self, request: web.Request) -> web.Response:
        """Answer with the file at this address, or 304 when the browser has it.

        Raises:
            web.HTTPNotFound: there is none; it leads to the talk and to the help lines.
        """
        if request.path in self._pages:
            return self._pages[request.path]().answer(request)
        file = self._files().get(request.path)
        if file is None:
            page = self._missing().read_by(request).body.decode()
            raise web.HTTPNotFound(text=page, content_type="text/html")
        return file.answer(request)

    def _page(
        self, name: str, more: dict[str, str], *, framed: bool = False
    ) -> Callable[[], Editions]:
        makers = self._makers

        def made() -> Editions:
            texts = {
                lang: assets.page(maker.get_template(f"{name}.html").render(framed=framed))
                for lang, maker in makers().items()
            }
            return Editions({it: File.of(texts[it].encode(), ".html", more) for it in texts})

        return cache(made)

    def _all_files(self) -> dict[str, File]:
        files = dict(_sources(self._folder / "static"))
        for name, text in assets.made(self._folder, self._spoken()).items():
            more = SHARED if name == "makeroom.js" else {}
            files[f"/{name}"] = File.of(text.encode(), Path(name).suffix, more)
        return files

    def _all_makers(
        self, cards: Callable[[str], Sequence[Card]], site: Site
    ) -> dict[str, Environment]:
        """Make what renders pages; a page of several languages says in its links which it is."""
        spoken = self._spoken()
        makers = {words.lang: words.environment(self._folder, self._compiled) for words in spoken}
        for lang, maker in makers.items():
            also = f"?lang={lang}" if len(makers) > 1 else ""
            maker.globals.update(self._known, also=also, tongues=spoken)
            maker.globals.update(cards=cards(lang), who_runs=site)
        return makers

    def _checks(self) -> dict[str, Template]:
        return {lang: it.get_template("check.html") for lang, it in self.makers.items()}


PAGES = web.AppKey("pages", Pages)


async def alive(_: web.Request) -> web.Response:
    """Answer `/healthz`: the process runs."""
    return web.Response(text="ok\n")


async def ready(request: web.Request) -> web.Response:
    """Answer `/readyz`: the store answers, and the server isn't stopping."""
    hub = request.app[HUB]
    try:
        async with asyncio.timeout(READY_S):
            await hub.house.store.check()
    except (StoreUnavailable, TimeoutError):
        return web.Response(status=503, text="store\n")
    if hub.is_draining:
        return web.Response(status=503, text="draining\n")
    return web.Response(text="ready\n")


def _sources(folder: Path) -> Iterable[tuple[str, File]]:
    """The files as they were written, for whoever wants to read what runs in their browser."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in TYPES and path.is_file() and not path.is_symlink():
            address = f"/static/{path.relative_to(folder).as_posix()}"
            yield address, File.of(path.read_bytes(), path.suffix)


def _policy(sites: Sequence[str]) -> dict[str, str]:
    return {"Content-Security-Policy": framed_by(CONTENT_POLICY, sites)}
