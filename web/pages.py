"""The pages and their files: made once at the start, so they are there when nothing else is."""

import asyncio
import hashlib
from collections.abc import Iterable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from bot.errors import StoreUnavailable
from bot.values import Card
from web.socket import HUB

HERE = Path(__file__).parent
READY_S = 2.0
"""Seconds for the store to answer `/readyz`; a balancer asks every few."""

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
SECURITY = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What may be served; other files in the folder (notes, types for the editor) stay there."""


class File(Struct, frozen=True):
    """Bytes that are served as they are, with their headers."""

    body: bytes
    headers: dict[str, str]


class Pages:
    """All that is served besides the websocket, by address. Nothing is looked up on the disk.

    Args:
        cards: the help lines of all countries.
        version: of this program.
        folder: holds `templates` and `static`.
    """

    def __init__(self, cards: Iterable[Card], version: str, folder: Path = HERE) -> None:
        self._files = dict(_static(folder / "static"))
        environment = Environment(
            loader=FileSystemLoader(folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        context = {"version": version, "lang": "en", "cards": list(cards)}
        for path, name in (("/", "index"), ("/chat", "chat"), ("/help", "help")):
            text = environment.get_template(f"{name}.html").render(context)
            self._files[path] = File(
                text.encode(), {"Content-Type": TYPES[".html"], "Cache-Control": "no-store"}
            )

    async def serve(self, request: web.Request) -> web.Response:
        """Answer with the file at this address, or 304 when the browser has it."""
        file = self._files.get(request.path)
        if file is None:
            raise web.HTTPNotFound(text="There is no such page.")
        etag = file.headers.get("ETag")
        if etag is not None and etag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=file.headers)
        return web.Response(body=file.body, headers=file.headers)


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


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every answer the security headers, and errors no more than a sentence."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        raise _guard(error) from None
    except Exception as error:
        request.app[HUB].house.log.fault(error)
        raise _guard(web.HTTPInternalServerError(text="Something went wrong here.")) from None
    if not response.prepared:
        response.headers.update(SECURITY)
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _guard(error: web.HTTPException) -> web.HTTPException:
    error.headers.update(SECURITY)
    error.headers.setdefault("Cache-Control", "no-store")
    return error


def _static(folder: Path) -> Iterable[tuple[str, File]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in TYPES and path.is_file() and not path.is_symlink():
            body = path.read_bytes()
            headers = {
                "Content-Type": TYPES[path.suffix],
                "Cache-Control": "no-cache",  # asked again each time, answered with 304
                "ETag": f'"{hashlib.sha256(body).hexdigest()[:20]}"',
            }
            yield f"/static/{path.relative_to(folder).as_posix()}", File(body, headers)
