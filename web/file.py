"""One file as it is served: its bytes, also compressed, and what browsers are told about it."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web
from msgspec import Struct

from web.assets import compressed

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
PACKED = frozenset((".css", ".html", ".js", ".json", ".svg", ".webmanifest"))
"""Worth compressing: nothing in them is secret, so their size tells nothing (BREACH)."""
NONE: Mapping[str, str] = MappingProxyType({})


class File(Struct, frozen=True):
    """Bytes that are served as they are.

    Attributes:
        body: uncompressed.
        packed: the same, compressed with gzip; empty when that gains nothing.
        tag: changes with the bytes; browsers ask again with it and get 304.
        headers: besides those of the encoding.
    """

    body: bytes
    packed: bytes
    tag: str
    headers: dict[str, str]

    @classmethod
    def of(cls, body: bytes, suffix: str, more: Mapping[str, str] = NONE) -> "File":
        """Prepare a file of a kind, with more headers than every file has."""
        return cls(
            body,
            compressed(body) if suffix in PACKED else b"",
            hashlib.sha256(body).hexdigest()[:20],
            {"Content-Type": TYPES[suffix], "Cache-Control": "no-cache", **more},
        )

    def answer(self, request: web.Request) -> web.Response:
        """Answer with the bytes, compressed where that is understood, or with 304."""
        packs = bool(self.packed) and _takes_gzip(request)
        tag = f'"{self.tag}-gz"' if packs else f'"{self.tag}"'
        headers = {**self.headers, "ETag": tag}
        if self.packed:
            headers["Vary"] = "Accept-Encoding"
        if tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        if packs:
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=self.packed if packs else self.body, headers=headers)


def _takes_gzip(request: web.Request) -> bool:
    """Tell whether the client reads gzip (RFC 9110, section 12.5.3; a weight of zero is a no)."""
    for offer in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, weight = offer.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "").rstrip("0.") != "q="
    return False
