"""For authors at their own machine: the running talk as a test, to be saved beside the script."""

from aiohttp import web

from bot.errors import NoSuchTalk, StoreUnavailable, TalkDamaged
from web.ledger import Ledger
from web.recorded import written
from web.socket import ACCESS, HUB
from web.vault import Vault

LONGEST_TOKEN = 100
"""Letters; ours have fewer than half as many."""


def offer_tests(app: web.Application) -> None:
    """Answer `POST /author/chat`."""
    app.router.add_post("/author/chat", as_test)


async def as_test(request: web.Request) -> web.Response:
    """Give the talk whose token is sent as a `.chat` file that passes."""
    if not request.app[ACCESS].is_same_origin(request):
        raise web.HTTPForbidden(text="Only our own page may ask for this.")
    token = (await request.read())[:LONGEST_TOKEN].decode(errors="replace").strip()
    house = request.app[HUB].house
    ledger = Ledger(house.store, Vault(token))
    try:
        found = await ledger.open()
        session = found.position.session
        script = await house.shelf.pinned(found.bundle, session.lang)
        acts = await ledger.acts()
    except NoSuchTalk:
        raise web.HTTPNotFound(text="There is no such talk.") from None
    except (StoreUnavailable, TalkDamaged) as error:
        raise web.HTTPServiceUnavailable(text=str(error)) from None
    text = written(script, acts, found.talk_id)
    return web.Response(text=text, headers={"Cache-Control": "no-store"})
