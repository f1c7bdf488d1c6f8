"""The page `/metrics`: the counts of this process, for those who may read them."""

from aiohttp import web

from web.metrics import CONTENT_TYPE
from web.socket import ACCESS, HUB


async def measured(request: web.Request) -> web.Response:
    """Answer `GET /metrics`; for others than the operator's there is no such page."""
    if not request.app[ACCESS].may_measure(request):
        raise web.HTTPNotFound(text="There is no such page.")
    hub = request.app[HUB]
    text = hub.house.metrics.text(hub.rooms, hub.connections)
    return web.Response(body=text.encode(), headers={"Content-Type": CONTENT_TYPE})
