from __future__ import annotations

import argparse

import pytest

from desktop.cli.hub_use import add_endpoint, hub_access, web_address
from desktop.domain.addresses import DEFAULT_ENDPOINT
from desktop.domain.paths import Home


def test_the_hub_is_that_of_the_settings_unless_another_is_named(tmp_path, capsys) -> None:
    home = Home(tmp_path)
    assert hub_access(home, None).connection().endpoint == DEFAULT_ENDPOINT
    assert hub_access(home, "http://mirror/").connection().endpoint == "http://mirror"
    assert capsys.readouterr().err == ""


def test_damaged_settings_are_told(tmp_path, capsys) -> None:
    home = Home(tmp_path)
    home.settings.write_text("{")
    hub_access(home, None)
    assert "damaged" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "mirror", "ftp://mirror", "http://mirror:port", "http://me:word@mirror"]
)
def test_what_is_no_web_address(text: str) -> None:
    with pytest.raises(ValueError):
        web_address(text)


def test_without_the_option_the_hub_of_the_settings_is_asked() -> None:
    parser = argparse.ArgumentParser()
    add_endpoint(parser)
    assert parser.parse_args([]).endpoint is None
    assert parser.parse_args(["--endpoint", "http://mirror"]).endpoint == "http://mirror"


def test_web_addresses() -> None:
    assert web_address("https://mirror:8080/hub") == "https://mirror:8080/hub"
