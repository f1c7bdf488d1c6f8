"""Who may: origins letter by letter, addresses that nobody can choose."""

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from web.access import Access, read_network

HOST = "talk.example:8080"


def asked(*headers: tuple[str, str], remote: str = "192.0.2.9", access: Access | None = None):
    """Make a request and the access that judges it."""
    request = make_mocked_request("GET", "/ws", headers=CIMultiDict([("Host", HOST), *headers]))
    return access or Access(), request.clone(remote=remote)


@pytest.mark.parametrize("origin", [None, "http://talk.example:8080"])
def test_our_own_page_may(origin: str | None) -> None:
    """Our page may, and so may programs that send no origin at all."""
    access, request = asked(*([("Origin", origin)] if origin else []))
    assert access.is_same_origin(request)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://talk.example:8080",
        "http://talk.example",
        "http://talk.example:80",
        "http://talk.example:8081",
        "http://TALK.example:8080",
        "HTTP://talk.example:8080",
        "http://talk.example.:8080",
        "http://sub.talk.example:8080",
        "http://talk.example:8080.evil",
        "http://talk.example:8080@evil",
        "http://evil/talk.example:8080",
        "http://talk.example:8080/",
        "http://talk.example:8080 ",
        "file://",
        "http://[::1]:8080",
    ],
)
def test_no_other_page_may(origin: str) -> None:
    """Whatever looks almost like us is not us."""
    access, request = asked(("Origin", origin))
    assert not access.is_same_origin(request)


def test_two_origins_are_none() -> None:
    """A request with two origins is nobody's."""
    own = ("Origin", "http://talk.example:8080")
    access, request = asked(own, ("Origin", "http://evil"))
    assert not access.is_same_origin(request)


def test_behind_a_trusted_proxy_its_names_count() -> None:
    """The address that people see is the proxy's, when the proxy is ours."""
    access = Access([read_network("192.0.2.0/24")])
    told = (("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "chat.example"))
    _, request = asked(("Origin", "https://chat.example"), *told)
    assert access.is_same_origin(request)
    assert not Access().is_same_origin(request)


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("192.0.2.9", "203.0.113.7", "192.0.2.9"),  # not trusted: ignored
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),  # the first was made up
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7:4711", "10.0.0.1"),
        ("10.0.0.1", "'; DROP TABLE", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", ", ".join(["10.0.0.3"] * 1_000), "10.0.0.3"),
        ("10.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "", "fe80::/64"),
        ("::ffff:192.0.2.9", "", "192.0.2.9"),
        ("", "", "unknown"),
        ("/run/socket", "203.0.113.7", "unknown"),
    ],
)
def test_addresses_cannot_be_chosen(remote: str, forwarded: str, address: str) -> None:
    """Only what a trusted proxy saw counts; the rest of the list is what the client made up."""
    access = Access([read_network("10.0.0.0/8")])
    _, request = asked(("X-Forwarded-For", forwarded), remote=remote)
    assert access.address(request) == address


@pytest.mark.parametrize(
    ("remote", "headers", "may"),
    [
        ("127.0.0.1", [], True),
        ("::1", [], True),
        ("::ffff:127.0.0.1", [], True),
        ("198.51.100.7", [], True),  # named with --metrics-for
        ("203.0.113.9", [], False),
        ("", [], False),
        ("127.0.0.1", [("X-Forwarded-For", "127.0.0.1")], False),
        ("127.0.0.1", [("Via", "1.1 somebody")], False),
        ("198.51.100.7", [("Forwarded", "for=127.0.0.1")], False),
        ("10.0.0.2", [("X-Forwarded-For", "203.0.113.9")], False),
        ("10.0.0.2", [("X-Forwarded-For", "127.0.0.1, 203.0.113.9")], False),
        ("10.0.0.2", [("X-Forwarded-For", "198.51.100.7")], True),
    ],
)
def test_who_may_read_the_metrics(remote: str, headers: list[tuple[str, str]], may: bool) -> None:
    """This machine and named networks; a proxy makes nobody local."""
    access = Access([read_network("10.0.0.0/8")], [read_network("198.51.100.0/24")])
    _, request = asked(*headers, remote=remote, access=access)
    assert access.may_measure(request) is may
