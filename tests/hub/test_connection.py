from __future__ import annotations

import pytest

from desktop.hub.connection import HubConnection, host_of


def test_secrets_are_not_shown() -> None:
    connection = HubConnection("http://hub.test", token="hf_secret", proxy="http://me:pw@proxy")
    assert "hf_secret" not in repr(connection)
    assert "pw" not in repr(connection)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Huggingface.co", "huggingface.co"),
        ("http://me:pw@mirror:8080/hub", "mirror:8080"),
        ("nothing", ""),
        ("http://[", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert host_of(address) == host


def test_a_page_for_a_person_shows_no_password() -> None:
    hub = HubConnection("https://me:secret@mirror.example:8443/hub")
    assert hub.page("settings/tokens") == "https://mirror.example:8443/hub/settings/tokens"
