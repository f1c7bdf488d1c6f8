"""The one place that decides who may: from which page, from which address, in whose frame."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # options are read before the 150 ms that it takes to import
    from aiohttp import web

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

MAX_HOPS = 16
"""Proxies that are looked through; a longer list was made up."""
UNKNOWN = "unknown"
PASSED_ON = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
"""Headers by which a proxy gives itself away."""


class Access:
    """Judges requests.

    Args:
        proxies: networks whose `X-Forwarded-…` is believed; of anybody else it is ignored.
        measurers: networks that may read the metrics, besides this machine.
        lookers: networks that may ask for the insights, besides this machine.
    """

    def __init__(
        self,
        proxies: Sequence[Network] = (),
        measurers: Sequence[Network] = (),
        lookers: Sequence[Network] = (),
    ) -> None:
        self._proxies, self._measurers = tuple(proxies), tuple(measurers)
        self._lookers = tuple(lookers)

    def is_same_origin(self, request: "web.Request") -> bool:
        """Tell whether a page of our own asks, or a program that is no browser.

        Browsers always send `Origin` with a websocket, in one spelling (RFC 6454, section 6.2),
        so it is compared letter by letter.
        """
        origins = request.headers.getall("Origin", [])
        return not origins or origins == [self.own_origin(request)]

    def address(self, request: "web.Request") -> str:
        """Name who asks, for the limits only: an IPv4 address or an IPv6 /64.

        The nearest address that isn't a trusted proxy's counts: nobody can choose it.
        """
        found = self._asker(request)
        return _label(found) if found else UNKNOWN

    def may_measure(self, request: "web.Request") -> bool:
        """Tell whether a request comes from this machine or a network that may read the metrics."""
        return self._is_near(request, self._measurers)

    def may_see_insights(self, request: "web.Request") -> bool:
        """Tell whether a request comes from where the insights may be asked for."""
        return self._is_near(request, self._lookers)

    def _is_near(self, request: "web.Request", networks: Sequence[Network]) -> bool:
        """Tell whether a request comes from this machine or one of some networks.

        A proxy on this machine that nobody named as trusted would make everybody look local, so
        what it passes on is refused.
        """
        nearest = _address(request.remote or "")
        asker = self._asker(request)
        if nearest is None or asker is None:
            return False
        if not self._is_proxy(nearest) and any(name in request.headers for name in PASSED_ON):
            return False
        return asker.is_loopback or any(asker in network for network in networks)

    def _asker(self, request: "web.Request") -> Address | None:
        nearest = _address(request.remote or "")
        if nearest is None or not self._is_proxy(nearest):
            return nearest
        hops = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
        for hop in reversed(hops[-MAX_HOPS:]):
            found = _address(hop.strip())
            if found is None:
                break
            nearest = found
            if not self._is_proxy(found):
                break
        return nearest

    def own_origin(self, request: "web.Request") -> str:
        """Give our own origin as the browser sees it, behind trusted proxies too."""
        scheme, host = request.scheme, request.headers.get("Host", "")
        nearest = _address(request.remote or "")
        if nearest is not None and self._is_proxy(nearest):
            scheme = request.headers.get("X-Forwarded-Proto", scheme)
            host = request.headers.get("X-Forwarded-Host", host)
        return f"{scheme}://{host}"

    def is_secure(self, request: "web.Request") -> bool:
        """Tell whether the browser came over TLS, as far as who we trust says so."""
        return self.own_origin(request).startswith("https:")

    def _is_proxy(self, address: Address) -> bool:
        return any(address in network for network in self._proxies)


def read_network(text: str) -> Network:
    """Read an address or a network such as `10.0.0.0/8`; raises ValueError."""
    return ip_network(text, strict=False)


def _address(text: str) -> Address | None:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped
    return found


def _label(address: Address) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address) >> 64 << 64, 64)))  # one household has a whole /64
    return str(address)
