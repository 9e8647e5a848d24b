from __future__ import annotations

import pytest

from desktop.core.hub_access import HubAccess
from desktop.core.settings import SettingsStore
from desktop.domain.addresses import DEFAULT_ENDPOINT
from desktop.domain.errors import AccessDenied, InvalidInput, TokenUnavailable
from tests.helpers.fake_hub import FakeHub


class Tokens:
    """Stands for the keyring; `broken` is one that cannot be used."""

    def __init__(self, *, broken: bool = False, **kept: str) -> None:
        self.kept = {"http://hub.test": "hf_kept"} if not broken else {}
        self.broken = broken
        self.asked = 0

    def get(self, endpoint: str) -> str:
        self.asked += 1
        return self.kept.get(endpoint, "") if not self._fail() else ""

    def set(self, endpoint: str, token: str) -> None:
        self._fail()
        self.kept[endpoint] = token

    def delete(self, endpoint: str) -> None:
        self._fail()
        self.kept.pop(endpoint, None)

    def _fail(self) -> bool:
        if self.broken:
            raise TokenUnavailable("No keyring.")
        return False


@pytest.fixture
def settings(tmp_path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.json")


@pytest.fixture
def hub(settings):
    with FakeHub() as hub:
        hub.tokens["hf_member"] = set()
        settings.update(hub_endpoint=hub.endpoint + "/")
        yield hub


def test_the_settings_say_where_the_hub_is(settings) -> None:
    access = HubAccess(settings, Tokens())
    assert access.connection().endpoint == DEFAULT_ENDPOINT
    settings.update(hub_endpoint="http://hub.test/", hub_proxy="http://proxy:1")
    connection = access.connection()
    assert (connection.endpoint, connection.proxy) == ("http://hub.test", "http://proxy:1")
    assert connection.token == "hf_kept"


def test_a_command_may_name_another_hub(settings) -> None:
    access = HubAccess(settings, Tokens(), "http://hub.test")
    assert (access.connection().endpoint, access.connection().token) == (
        "http://hub.test",
        "hf_kept",
    )


def test_the_keyring_is_asked_once(settings) -> None:
    tokens = Tokens()
    access = HubAccess(settings, tokens)
    for _ in range(3):
        access.connection()
    assert tokens.asked == 1


def test_a_token_is_used_and_kept_and_forgotten(settings, hub) -> None:
    tokens = Tokens()
    access = HubAccess(settings, tokens)
    access.set_token(" hf_member\n")
    assert access.connection().token == tokens.kept[hub.endpoint] == "hf_member"
    access.forget_token()
    assert access.connection().token == "" and hub.endpoint not in tokens.kept


@pytest.mark.parametrize(("token", "kind"), [("hf_wrong", AccessDenied), ("  ", InvalidInput)])
def test_a_token_that_is_not_accepted_changes_nothing(settings, hub, token, kind) -> None:
    tokens = Tokens()
    access = HubAccess(settings, tokens)
    access.set_token("hf_member")
    with pytest.raises(kind):
        access.set_token(token)
    assert access.connection().token == tokens.kept[hub.endpoint] == "hf_member"


def test_without_a_keyring_a_token_lasts_for_the_session(settings, hub, tmp_path) -> None:
    access = HubAccess(settings, Tokens(broken=True))
    assert access.connection().token == ""
    with pytest.raises(TokenUnavailable):
        access.set_token("hf_member")
    assert access.connection().token == "hf_member"
    with pytest.raises(TokenUnavailable):
        access.forget_token()
    assert access.connection().token == ""
    assert "hf_member" not in (tmp_path / "settings.json").read_text()
