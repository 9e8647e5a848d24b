"""How a hub is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from desktop.domain.addresses import DEFAULT_ENDPOINT


@dataclass(frozen=True, slots=True)
class HubConnection:
    """Where the hub is and who asks.

    Attributes:
        endpoint: the hub's address, without a slash at its end.
        token: an access token, or "". It is never written anywhere but to the hub itself.
        proxy: address of an HTTP proxy, which may hold a password; "" takes what the environment
            says.
    """

    endpoint: str = DEFAULT_ENDPOINT
    token: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)

    def page(self, path: str) -> str:
        """Address of a page of the hub, for a person: without a name and password."""
        parts = urlsplit(self.endpoint)
        return parts._replace(netloc=host_of(self.endpoint), path=f"{parts.path}/{path}").geturl()


def proxy_of(connection: HubConnection, url: str) -> str:
    """The address of the proxy that the settings, else the environment or the system, want for a
    URL, or "". Raises: ValueError when `url` is none."""
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    if connection.proxy:
        return connection.proxy
    if proxy_bypass(parts.netloc.rpartition("@")[2]):
        return ""
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all", "")
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


def host_of(address: str) -> str:
    """Host and port of a web address, without the name and password it may hold; "" when it is
    none."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
