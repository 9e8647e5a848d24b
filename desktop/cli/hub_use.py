"""What commands that ask a hub have in common."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

from desktop.cli.settings_use import settings_of
from desktop.core.hub_access import HubAccess
from desktop.domain.addresses import is_web_address
from desktop.domain.paths import Home
from desktop.hub.token import TokenStore


def add_endpoint(parser: argparse.ArgumentParser) -> None:
    """Add --endpoint."""
    parser.add_argument(
        "--endpoint",
        type=web_address,
        metavar="URL",
        help="address of the hub (default: the one in the settings)",
    )


def web_address(text: str) -> str:
    """An option's value as a web address."""
    if not is_web_address(text) or "@" in urlsplit(text).netloc:  # a hub takes a token instead
        raise ValueError(text)
    return text


web_address.__name__ = "web address"  # argparse says "invalid <this> value"


def hub_access(home: Home, endpoint: str | None) -> HubAccess:
    """The hub at `endpoint`, or with None the one in the settings."""
    return HubAccess(settings_of(home), TokenStore(), endpoint or "")
