"""What isn't quite HTTP: refused, whatever a proxy before us may make of it."""

from tests.protocol.conftest import Server
from tests.protocol.raw import Raw

GET = "GET /help HTTP/1.1\r\nHost: a\r\n"
POST = "POST /plain HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
KEY = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
BROKEN = {
    "a length and chunks": f"{POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": f"{POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "a length with a sign": f"{POST}Content-Length: +5\r\n\r\nabcde",
    "a length in hex": f"{POST}Content-Length: 0x5\r\n\r\nabcde",
    "chunks by another name": f"{POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks twice": f"{POST}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a chunk of no size": f"{POST}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "a folded line": f"{GET}X-A: one\r\n two\r\n\r\n",
    "a space before the colon": f"{GET}X-A : one\r\n\r\n",
    "a line without a name": f"{GET}: one\r\n\r\n",
    "a line without a colon": f"{GET}nonsense\r\n\r\n",
    "a NUL in a value": f"{GET}X-A: o\0ne\r\n\r\n",
    "a bare CR in a value": f"{GET}X-A: o\rne\r\n\r\n",
    "a line of eight kilobytes and more": f"{GET}X-A: {'a' * 8_300}\r\n\r\n",
    "an address of eight kilobytes and more": f"GET /{'a' * 8_300} HTTP/1.1\r\nHost: a\r\n\r\n",
    "129 lines": GET + "".join(f"X-{number}: a\r\n" for number in range(129)) + "\r\n",
    "two hosts": f"{GET}Host: b\r\n\r\n",
    "another protocol": "GET /help HTCPCP/1.0\r\nHost: a\r\n\r\n",
    "no protocol at all": "GET /help\r\n\r\n",
    "a method in small letters with odd signs": "ge(t /help HTTP/1.1\r\nHost: a\r\n\r\n",
}


async def test_a_broken_request_is_refused(server: Server) -> None:
    """A client's error and the end of the line: what comes behind it is no second request."""
    behind = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    for name, text in BROKEN.items():
        raw = await Raw.request(server.http.port or 0, text + behind)
        assert 400 <= raw.status < 500, name
        assert b"HTTP/1.1 200" not in await raw.reader.read(), name
        raw.hang_up()


OLD = {
    "HTTP/1.0": f"GET /ws HTTP/1.0\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{KEY}"
    "Sec-WebSocket-Version: 13\r\n\r\n",
    "another upgrade": f"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n{KEY}\r\n",
    "no Connection": f"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n{KEY}"
    "Sec-WebSocket-Version: 13\r\n\r\n",
}


async def test_an_upgrade_that_can_not_be_one(server: Server) -> None:
    """No websocket, and no talk."""
    for name, text in OLD.items():
        raw = await Raw.request(server.http.port or 0, text)
        assert raw.status in (400, 426), name
        assert server.hub.connections == 0, name
        raw.hang_up()
