from __future__ import annotations

import pytest

from desktop.domain.addresses import DEFAULT_ENDPOINT, is_web_address


@pytest.mark.parametrize(
    "text",
    [
        DEFAULT_ENDPOINT,
        "http://mirror:8080/hub",
        "http://me:word@[::1]:3128",
        "https://exämple.org",
    ],
)
def test_web_addresses(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "mirror.example", "ftp://mirror", "http://", "http:///x", "http://[::1",
        "http://mirror:port", "http://mirror:0", "http://mirror:70000", "http://a b",
        "http://a\x1b[31m", "http://a\nb",
    ],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    assert not is_web_address(text)
