"""How many may be connected at once: as many as files may be open, less what the server needs."""

import resource

from aiohttp import web
from aiohttp.typedefs import Handler

SPARE = 100
"""Files for the store, the log, health and help: what must work when nobody else fits in."""
SPARE_SHARE = 4
"""… or a quarter of all, where there are few."""
ALWAYS = frozenset({"/healthz", "/readyz", "/help"})
"""Answered while there is a file left at all."""
ENOUGH = 1 << 20
"""Files, where the system names no limit."""


class Crowd:
    """Judges whether there is room for one more.

    Args:
        files: how many this process may have open.
    """

    def __init__(self, files: int) -> None:
        self._most = files - min(SPARE, files // SPARE_SHARE)

    def is_full(self, request: web.Request) -> bool:
        """Tell whether a request came when all places were taken.

        A new connection gets the lowest number that is free (POSIX, `accept`), so a number above
        the most we want says that so many were open when it came.
        """
        line = request.transport.get_extra_info("socket") if request.transport else None
        return line is not None and line.fileno() >= self._most


CROWD = web.AppKey("crowd", Crowd)


@web.middleware
async def admitted(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Send away whom there is no room for; help and health are there for everybody."""
    if not request.app[CROWD].is_full(request):
        return await handler(request)
    if request.path in ALWAYS:
        response = await handler(request)
        response.force_close()  # so that the next one has a place
        return response
    full = web.HTTPServiceUnavailable(
        text="Too many are here just now. Please come back in a moment.",
        headers={"Retry-After": "5"},
    )
    full.force_close()
    raise full


def files() -> int:
    """Let this process open as many files as it may; give how many that are."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = ENOUGH if hard == resource.RLIM_INFINITY else hard
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    except (ValueError, OSError):  # a system that counts otherwise: what we have must do
        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return most
