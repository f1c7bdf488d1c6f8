"""What every answer tells the browser: where content may come from, who may look, and no more."""

from aiohttp import web, web_protocol, web_response, web_server
from aiohttp.typedefs import Handler

from web.socket import ACCESS, HUB

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
    "Cache-Control": "no-store",
}
"""Of every answer that doesn't say otherwise."""
ONLY_TLS = "max-age=31536000"
"""A year of HTTPS only, for who came by it (RFC 6797, section 7.2: never over plain HTTP)."""
SHARED = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
"""For the one script that other sites load, by its hash too (which asks for CORS)."""
IN_A_FRAME = {"Cross-Origin-Resource-Policy": "cross-origin"}
"""Sites that isolate themselves (COEP) may frame only what says so."""
FRAMING = f"{CONTENT_POLICY}; frame-src 'self'"
NAME = "makeroom"
"""All that `Server` says: which versions run is for the operator to know."""
BROKEN = "This can’t be read as HTTP."
"""Instead of what the library would quote out of the request."""


class Guarded(web_protocol.RequestHandler):
    """Answers what can't be read, where no app has a part in the answer."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Give the answer the same headers as any other."""
        response = super().handle_error(request, status, exc, BROKEN if message else None)
        response.headers.update(SECURITY)
        return response


def set_headers(app: web.Application) -> None:
    """Give every answer the headers, and errors no more than a sentence."""
    app.middlewares.append(guarded)
    app.on_response_prepare.append(complete)
    # also in what aiohttp itself answers to broken HTTP, and it has no option for either
    web_response.SERVER_SOFTWARE = NAME  # type: ignore[attr-defined]
    web_server.RequestHandler = Guarded  # type: ignore[attr-defined]


async def complete(request: web.Request, response: web.StreamResponse) -> None:
    """Add what isn't there yet; an upgrade to a websocket shows nothing, and needs nothing."""
    if isinstance(response, web.WebSocketResponse):
        return
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    if request.app[ACCESS].is_secure(request):
        response.headers["Strict-Transport-Security"] = ONLY_TLS


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell a visitor no more of our own mistakes than that there was one."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        request.app[HUB].house.log.fault(error)
        raise web.HTTPInternalServerError(text="Something went wrong here.") from None
