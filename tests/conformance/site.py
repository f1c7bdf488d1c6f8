"""A server somewhere that says it speaks `makeroom.v1`."""

import ssl
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientResponse, ClientSession

from tests.bench.tape import picked
from tests.clients import Client, Frame, new_cid
from tests.protocol.raw import Raw


class Site:
    """What a check needs of the server.

    Args:
        url: where it is, such as `https://talk.example.org`; `/ws` is added.
        http: for all requests.
        trust: whose certificates are believed; None for those of this machine.
    """

    def __init__(self, url: str, http: ClientSession, trust: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
        is_tls = scheme == "https"
        self.tls = (trust or ssl.create_default_context()) if is_tls else None
        self.origin = f"{scheme}://{parts.netloc}"
        self.host, self.port = parts.hostname or "", parts.port or (443 if is_tls else 80)
        self.http = http

    async def client(self, path: str = "/ws", **headers: str) -> Client:
        """Connect without saying hello."""
        url, trust = self.origin + path, self.tls or True
        ours = ("makeroom.v1",)
        return Client(await self.http.ws_connect(url, protocols=ours, headers=headers, ssl=trust))

    async def talk(self, token: str | None = None, have: int = 0, **more: Any) -> Client:
        """Begin a talk, or come back to one."""
        client = await self.client()
        welcome = await client.hello(token, have, **more)
        assert welcome["t"] == "welcome", welcome
        return client

    async def get(self, path: str) -> ClientResponse:
        """Ask for a page."""
        return await self.http.get(self.origin + path, ssl=self.tls or True)

    async def raw(self, more: str = "") -> Raw:
        """Connect for bytes instead of frames."""
        return await Raw.connect(self.port, more, host=self.host, tls=self.tls)


def act(client: Client, cid: str | None = None, re: int | None = None) -> Frame:
    """Make an act that answers the open prompt, whatever it asks; a step where nothing is asked."""
    ask = client.events[client.head].get("ask")
    answer = picked(ask) if ask else {"kind": "why"}
    kind = "step" if "kind" in answer else "say"
    about = {"cid": cid or new_cid(), "re": client.head if re is None else re}
    return {"t": kind, **about, **answer}


async def settled(client: Client, sent: Frame) -> Frame:
    """Send an act; take everything up to its ack and the events it made."""
    await client.send(sent)
    back = await client.until(lambda it: it["t"] in ("ack", "error") and it["cid"] == sent["cid"])
    assert back["t"] == "ack", back
    while back["seq"] + 1 not in client.events:
        await client.next()
    return back
