"""A served file: compressed for who reads that, the same bytes for all, and asked for cheaply."""

import gzip

import pytest
from aiohttp.test_utils import make_mocked_request

from web.file import File

BODY = b"calm words, said again and again; " * 40
FILE = File.of(BODY, ".js", {"X-More": "1"})


@pytest.mark.parametrize(
    ("offer", "packs"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP;q=0.8", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("br", False),
        ("", False),
        ("xgzip", False),
        ("identity, *;q=0", False),
    ],
)
def test_compressed_for_who_reads_it(offer: str, *, packs: bool) -> None:
    """The tag and `Vary` keep the two forms apart in every cache."""
    reply = FILE.answer(make_mocked_request("GET", "/", headers={"Accept-Encoding": offer}))
    assert (reply.headers.get("Content-Encoding") == "gzip") is packs
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert reply.headers["ETag"].endswith('-gz"') is packs
    assert reply.headers["X-More"] == "1"
    assert isinstance(reply.body, bytes)
    assert (gzip.decompress(reply.body) if packs else reply.body) == BODY


@pytest.mark.parametrize("offer", ["gzip", ""])
def test_who_has_it_gets_no_bytes(offer: str) -> None:
    """304 for the tag of the same form, and only for that."""
    headers = {"Accept-Encoding": offer}
    tag = FILE.answer(make_mocked_request("GET", "/", headers=headers)).headers["ETag"]
    again = make_mocked_request("GET", "/", headers={**headers, "If-None-Match": tag})
    assert FILE.answer(again).status == 304
    other = make_mocked_request("GET", "/", headers={**headers, "If-None-Match": '"other"'})
    assert FILE.answer(other).status == 200


def test_small_things_and_pictures_are_left_alone() -> None:
    """Where compressing gains nothing, nothing varies."""
    for file in (File.of(b"x", ".js"), File.of(BODY, ".png")):
        reply = file.answer(make_mocked_request("GET", "/", headers={"Accept-Encoding": "gzip"}))
        assert "Vary" not in reply.headers
        assert "Content-Encoding" not in reply.headers
