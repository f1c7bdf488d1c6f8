"""A page in each language it is written in, and which of them somebody reads."""

from collections.abc import Iterable, Mapping

from aiohttp import web

from web.file import File
from web.words import ENGLISH


class Editions:
    """One page in several languages.

    Args:
        files: the page by language; English is among them.
    """

    def __init__(self, files: Mapping[str, File]) -> None:
        self._files = dict(files)

    @property
    def english(self) -> File:
        """Give the page as it was written."""
        return self._files[ENGLISH]

    def read_by(self, request: web.Request) -> File:
        """Give it in the language that was asked for, or that the browser prefers."""
        return self._files[language(request, self._files)]

    def answer(self, request: web.Request) -> web.Response:
        """Answer in that language."""
        response = self.read_by(request).answer(request)
        if len(self._files) > 1:
            response.headers["Vary"] = "Accept-Encoding, Accept-Language"
        return response


def language(request: web.Request, known: Iterable[str]) -> str:
    """Choose among languages: `?lang=` first, then those the browser lists, then English."""
    codes = set(known)
    for wanted in (request.query.get("lang", ""), *_preferred(request)):
        found = wanted.lower().partition("-")[0]
        if found in codes:
            return found
    return ENGLISH


def _preferred(request: web.Request) -> list[str]:
    """Give the browser's languages; they stand in order of liking (RFC 9110, section 12.5.4)."""
    offers = request.headers.get("Accept-Language", "")[:200].split(",")
    return [offer.partition(";")[0].strip() for offer in offers]
