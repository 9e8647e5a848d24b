"""Where on the net things are."""

from __future__ import annotations

from urllib.parse import urlsplit

DEFAULT_ENDPOINT = "https://huggingface.co"  # of the hub


def is_web_address(text: str) -> bool:
    """Whether it is the http or https address of a host."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and port != 0
        and text.isprintable()
        and " " not in text
    )
